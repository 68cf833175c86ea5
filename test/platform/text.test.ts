/** Input text with deceptive characters is rejected. */
import { expect, test } from 'vitest'
import { isPlainText } from '../../platform/lib/text.ts'

test.each([
  ['a line break', 'nora\nWho: Gloria'],
  ['a line separator', 'nora\u2028Who'],
  ['a null', 'nora\0'],
  ['text that is turned around', 'nora\u202Eimda'],
  ['an isolate', '\u2066nora\u2069'],
  ['half a character', 'nora\uD83D'],
  ['a zero-width space', 'no\u200Bra'],
  ['a soft hyphen', 'nw-\u00AD1'],
  ['a word joiner', 'nw\u20601'],
  ['an invisible operator', 'nw\u20631'],
  ['Hangul fillers', '\u3164'],
  ['an empty Braille cell', '\u2800'],
  ['tags', 'nora\u{E0041}'],
  ['an interlinear anchor', 'nora\uFFF9'],
  ['a Mongolian vowel separator', 'no\u180Era'],
  ['spaces at the end', 'nora '],
  ['nothing', ''],
])('%s is no plain text', (_what, text) => {
  expect(isPlainText(text, 100)).toBe(false)
})

test.each(['Zoë Müller', '田中 太郎', 'می‌خواهم', '👩‍💻 Nora', '❤️', "O'Neil-Šimák, Ph.D."])(
  '%s is',
  (text) => {
    expect(isPlainText(text, 100)).toBe(true)
  },
)

test('a text over the limit is not plain', () => {
  expect([isPlainText('n'.repeat(10), 10), isPlainText('n'.repeat(11), 10)]).toEqual([true, false])
})
