/** Untrusted text that people read in the Activity Log and in the console. */

/**
 * Characters that can make a text look different from its content: control characters, line and
 * paragraph separators, bidirectional controls (Unicode UAX #9), and invisible characters such as
 * soft hyphens, joiners, tags and variation selectors.
 */
const deceptive = String.raw`[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb\u{13430}-\u{1343f}\u{16fe4}\u{1d159}]`
/** The scripts in which joiners (U+200C, U+200D) between two letters change what a reader sees. */
const joiningScripts =
  'Arab Beng Deva Gujr Guru Khmr Knda Mlym Mong Mymr Nkoo Orya Sinh Syrc Taml Telu Tibt'
const joiningLetter = String.raw`[[\p{L}\p{M}]&&[${joiningScripts.replaceAll(/(\w+) ?/g, String.raw`\p{scx=$1}`)}]]`
/** Text that is visible in spite of deceptive characters: emoji sequences and joined letters. */
const visible = String.raw`\p{RGI_Emoji}|(?<=${joiningLetter})[\u200c\u200d](?=${joiningLetter})`

const anyDeceptive = new RegExp(deceptive, 'v')
const visibleOrDeceptive = new RegExp(`(${visible})|${deceptive}`, 'gv')
const lineBreaks = /[\p{Cc}\p{Zl}\p{Zp}]+/gu
/** After these characters, a text is shown in another order than it was written. */
const overrides = /[\u202d\u202e]/

/**
 * Whether untrusted text is safe to display. The text must be one line of 1 to `maxLength` UTF-16
 * code units, without deceptive characters and without white space at the start or end.
 */
export const isPlainText = (text: string, maxLength: number): boolean =>
  text.length >= 1 &&
  text.length <= maxLength &&
  text.trim() === text &&
  (!anyDeceptive.test(text) || withoutDeceptive(text) === text)

/**
 * Returns an error message for a text that is not plain. The message names an invisible character,
 * because the author of the text cannot see it.
 * @param what the name of the field, which starts the message
 */
export function plainTextMessage(what: string, text: string, maxLength: number): string {
  const rule = `${what} must be one line of 1 to ${maxLength} characters, without invisible characters or surrounding spaces`
  const found = [...text.matchAll(visibleOrDeceptive)].find(([, isVisible]) => !isVisible)
  return found ? `${rule}; remove U+${hex(found[0]).toUpperCase().padStart(4, '0')}.` : `${rule}.`
}

/**
 * Makes an optional descriptive text of another system plain. Line breaks become spaces, other
 * deceptive characters are removed, and a long text is cut.
 * @returns null if nothing remains, or if the text overrides the direction of its characters
 */
export function toPlainText(text: string, maxLength: number): string | null {
  if (overrides.test(text)) return null
  const clean = withoutDeceptive(text.slice(0, 4 * maxLength).replaceAll(lineBreaks, ' ')).trim()
  if (clean.length <= maxLength) return clean || null
  return `${withoutDeceptive(clean.slice(0, maxLength - 1)).trim()}…`
}

/** Replaces deceptive characters by their code points, for example `\u{202e}`. */
export const escapeDeceptive = (text: string): string =>
  text.replaceAll(
    visibleOrDeceptive,
    (character, isVisible?: string) => isVisible ?? `\\u{${hex(character)}}`,
  )

const withoutDeceptive = (text: string) => text.replaceAll(visibleOrDeceptive, '$1')

const hex = (character: string) => character.codePointAt(0)?.toString(16) ?? ''
