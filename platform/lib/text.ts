/** Texts from outside that people will read beside ours. */

/**
 * Control characters, line and paragraph separators, what turns the direction of the text around (Unicode TR 9), and what is not to be
 * seen. Joiners and variation selectors are not to be seen either, but people's names and emoji need them.
 */
const deceptive =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\ufff9-\ufffb\u2800]|(?!\u200c|\u200d|[\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/u

/** Whether a text is one line of 1 to `maxLength` UTF-16 units that reads as it is written. */
export const isPlainText = (text: string, maxLength: number): boolean =>
  text.length >= 1 && text.length <= maxLength && text.trim() === text && !deceptive.test(text)
