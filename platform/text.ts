/** Texts from outside that people will read beside ours. */

/** Control characters, line and paragraph separators, and what turns the direction of the text around (Unicode TR 9) or hides in it. */
const deceptive = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\p{Cs}]/u

/** Whether a text is one line of 1 to `maxLength` UTF-16 units that reads as it is written. */
export const isPlainText = (text: string, maxLength: number): boolean =>
  text.length >= 1 && text.length <= maxLength && text.trim() === text && !deceptive.test(text)
