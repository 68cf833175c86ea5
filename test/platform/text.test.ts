/** Input text with deceptive characters is rejected or cleaned. */
import { expect, test } from 'vitest'
import {
  escapeDeceptive,
  isPlainText,
  plainTextMessage,
  toPlainText,
} from '../../platform/lib/text.ts'

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
  ['an ideographic variation selector', '辻\u{E0100}'],
  ['a variation selector without an emoji', 'nora\uFE0F'],
  ['a joiner between letters that do not join', 'no\u200Dra'],
  ['a non-joiner at the end', 'نورا\u200C'],
  ['two joiners', 'می\u200C\u200Cخواهم'],
  ['a tag sequence that is no flag', '🏴\u{E0061}\u{E007F}'],
  ['an invisible musical symbol', 'no\u{1D159}ra'],
  ['spaces at the end', 'nora '],
  ['nothing', ''],
])('%s is no plain text', (_what, text) => {
  expect(isPlainText(text, 100)).toBe(false)
})

test.each([
  'Zoë Müller',
  '田中　太郎',
  'می‌خواهم',
  'ශ්‍රී',
  '👩‍💻 Nora',
  '❤️',
  '🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣',
  "O'Neil-Šimák, Ph.D.",
])('%s is', (text) => {
  expect(isPlainText(text, 100)).toBe(true)
})

test.each([
  ['辻\u{E0100} 太郎', '辻 太郎'],
  ['Ma\u00ADria', 'Maria'],
  ['🏴󠁧󠁢󠁥󠁮󠁧󠁿 Harry 👩‍💻', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 Harry 👩‍💻'],
  ['Ad\u200Dmin\u200B\uFEFF', 'Admin'],
  ['\u200Fנועה\u200E', 'נועה'],
  ['\u202ANora\u202C \u2066Technician\u2069', 'Nora Technician'],
  [' Nora\r\nActor:\tGloria\u2028', 'Nora Actor: Gloria'],
  ['No\u0000ra \uD83D', 'No ra'],
  ['Nora \u202Eimda', null],
  ['\u3164\u2800\u00AD', null],
  ['', null],
])('%j is cleaned to %j', (text, clean) => {
  expect(toPlainText(text, 100)).toBe(clean)
  if (clean) expect(isPlainText(clean, 100)).toBe(true)
})

test('a long text is cut between characters', () => {
  expect(toPlainText('n'.repeat(300), 256)).toBe(`${'n'.repeat(255)}…`)
  const cut = toPlainText('👩‍💻'.repeat(100), 10)!
  expect([cut, isPlainText(cut, 10)]).toEqual(['👩‍💻👩…', true])
})

test('escapes show what is deceptive', () => {
  expect(escapeDeceptive('❤️ nora\u202eimda\0\uD83D')).toBe('❤️ nora\\u{202e}imda\\u{0}\\u{d83d}')
})

test('the message names the first invisible character', () => {
  const rule =
    'name must be one line of 1 to 100 characters, without invisible characters or surrounding spaces'
  expect(plainTextMessage('name', '❤️ SI\u00ADEM', 100)).toBe(`${rule}; remove U+00AD.`)
  expect(plainTextMessage('name', 'SIEM ', 100)).toBe(`${rule}.`)
})

test('a text over the limit is not plain', () => {
  expect([isPlainText('n'.repeat(10), 10), isPlainText('n'.repeat(11), 10)]).toEqual([true, false])
})
