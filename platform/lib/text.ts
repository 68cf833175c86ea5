/**
 * Characters that can make a text look different from its content: control characters, line and
 * paragraph separators, bidirectional controls (Unicode UAX #9), and invisible characters. Joiners
 * and variation selectors are allowed, because some names and emoji need them.
 */
const deceptive =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\ufff9-\ufffb\u2800]|(?!\u200c|\u200d|[\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/u

/**
 * Whether untrusted text is safe to display. The text must be one line of 1 to `maxLength` UTF-16
 * code units, without deceptive characters and without white space at the start or end.
 */
export const isPlainText = (text: string, maxLength: number): boolean =>
  text.length >= 1 && text.length <= maxLength && text.trim() === text && !deceptive.test(text)
