/** Full-text search: splits `ActivityFilter.text` into phrases. */
import { badInput } from '../../../platform/lib/errors.ts'

const maxTextLength = 200

/**
 * Splits a search text into phrases at white space, and each phrase into words at punctuation. The
 * words of a phrase, such as the numbers of an IP address, must be adjacent in the event.
 * @returns null when the text is empty and matches every event; `[]` when no event can match
 * @throws BAD_USER_INPUT when the text is longer than 200 characters
 */
export function parsePhrases(text: string | null | undefined): string[] | null {
  if (text == null || text.trim() === '') return null
  if (text.length > maxTextLength)
    throw badInput(`\`text\` must have at most ${maxTextLength} characters.`)
  if (!isStorable(text)) return []
  const words = text.normalize('NFKC').split(/\s+/)
  return words.map((word) => word.replaceAll(separators, ' ').trim()).filter(Boolean)
}

/**
 * Returns whether PostgreSQL can store the text. PostgreSQL cannot store NUL or lone surrogates, so
 * no stored event contains these characters.
 */
export const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed()

/**
 * The characters that separate words. The SQL function audit.words must use the same characters
 * (drizzle/migrations/0010_find_sealed.sql).
 */
const separators =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters separate words too
  /[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2000-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u3030\ufeff\u{1f000}-\u{1faff}\u{e0000}-\u{e007f}]+|[\ufe00-\ufe0f]+/gu
