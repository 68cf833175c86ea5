/** The CSV format: complete cells, and no formulas in a spreadsheet (CSV injection). */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ExportRow } from '../../subgraphs/audit/export/export-row.ts'
import { csvHeader, csvManifest, toCsv } from '../../subgraphs/audit/export/formats/csv.ts'
import { exportRow } from '../support/export-row.ts'

const names =
  'sequence,id,occurredAt,outcome,action,reason,method,actorType,actorKey,actorName,actorEmail,targetType,targetId,targetName,changes,sessionId,ipAddress,userAgent,requestId,traceId,coalescedCount'.split(
    ',',
  )
const numbers = ['sequence', 'coalescedCount']

/** A strict parser of RFC 4180: lines end in CRLF, and unquoted cells contain no quote. */
function parse(text: string): { value: string; quoted: boolean }[][] {
  const lines: { value: string; quoted: boolean }[][] = []
  const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y
  let at = 0
  while (at < text.length) {
    const line: { value: string; quoted: boolean }[] = []
    for (;;) {
      cell.lastIndex = at
      const [whole, quoted, bare] = cell.exec(text)!
      line.push(
        quoted === undefined
          ? { value: bare!, quoted: false }
          : { value: quoted.replaceAll('""', '"'), quoted: true },
      )
      at += whole.length
      if (text[at] !== ',') break
      at++
    }
    if (text.slice(at, at + 2) !== '\r\n')
      throw new Error(`no line end at ${at} of ${JSON.stringify(text)}`)
    at += 2
    lines.push(line)
  }
  return lines
}

const cellsOf = (row: ExportRow) => {
  const [line, ...rest] = parse(toCsv(row))
  expect([rest.length, line!.length]).toEqual([0, names.length])
  return Object.fromEntries(line!.map((cell, index) => [names[index]!, cell]))
}

/** A row with the text in every cell that a caller can influence. */
const filledWith = (text: string) =>
  exportRow(
    {
      id: text,
      occurredAt: text,
      action: text,
      reason: text,
      method: text as never,
      outcome: text as never,
      actor: { type: text as never, key: text },
      target: { type: text, id: text },
      sessionId: text,
      requestId: text,
      traceId: text,
    },
    {
      actor: { value: { displayName: text, email: text, ipAddress: text, userAgent: text } },
      target: { value: { displayName: text, changes: [] } },
    },
  )
const texts = names.filter((name) => !numbers.includes(name) && name !== 'changes')

test('the header is a byte order mark and the unquoted names of the columns', () => {
  expect(csvHeader.startsWith('\ufeff')).toBe(true)
  expect(parse(csvHeader.slice(1))).toEqual([names.map((value) => ({ value, quoted: false }))])
})

describe('a line', () => {
  test('has all members of the event', () => {
    const coalesced = {
      count: 3,
      firstAt: '2026-11-24T03:59:01.000Z',
      lastAt: '2026-11-24T03:59:59.999Z',
    }
    const row = exportRow({ coalesced, outcome: 'DENIED', reason: 'FORBIDDEN' })
    const values = Object.fromEntries(
      Object.entries(cellsOf(row)).map(([name, { value }]) => [name, value]),
    )
    expect(values).toEqual({
      sequence: '42',
      id: row.event.id,
      occurredAt: '2026-11-24T04:00:00.000Z',
      outcome: 'DENIED',
      action: 'session.revoked',
      reason: 'FORBIDDEN',
      method: 'KASEYA_VSA',
      actorType: 'PartnerTechnician',
      actorKey: 'partner:nw-1:t-17',
      actorName: 'Nora Ek',
      actorEmail: 'nora@northwind.example',
      targetType: 'session',
      targetId: 'f0b1a0de-0000-4000-8000-000000000002',
      targetName: 'Session of Nora',
      changes: '[{"field":"endedAt","before":null,"after":"2026-11-24T04:00:00.000Z"}]',
      sessionId: 'f0b1a0de-0000-4000-8000-000000000001',
      ipAddress: '192.0.2.7',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
      requestId: 'req-1',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      coalescedCount: '3',
    })
  })

  test('quotes every text and no number', () => {
    const cells = cellsOf(exportRow({ coalesced: { count: 3, firstAt: '', lastAt: '' } }))
    for (const name of names)
      expect([name, cells[name]!.quoted]).toEqual([name, !numbers.includes(name)])
  })

  test('has empty cells for erased and missing values', () => {
    const cells = cellsOf(
      exportRow({ target: null, reason: null, traceId: null }, { actor: null, target: null }),
    )
    for (const name of [
      'reason',
      'actorName',
      'actorEmail',
      'targetType',
      'targetId',
      'targetName',
      'changes',
      'ipAddress',
      'userAgent',
      'traceId',
    ])
      expect([name, cells[name]!.value]).toEqual([name, ''])
    expect(cells.actorKey!.value).toBe('partner:nw-1:t-17')
  })

  test('names a Microsoft user without an e-mail address by their principal name', () => {
    const actor = {
      value: {
        displayName: 'Gloria',
        userPrincipalName: 'gloria@contoso.example',
        ipAddress: null,
        userAgent: null,
      },
    }
    expect(cellsOf(exportRow({}, { actor })).actorEmail!.value).toBe('gloria@contoso.example')
  })

  test.each([
    ['a comma', 'Ek, Nora'],
    ['quotes', 'Nora "the fixer" Ek""'],
    ['a line end', 'Nora\r\nEk\n'],
    ['comma, quote and line end', '","\r\n"'],
    ['other scripts', 'Zoë 田中 می‌خواهم 👩‍💻'],
    ['a single quote character', '"'],
    ['an operator inside', 'a=b+c-d@e'],
  ])('keeps %s', (_what, text) => {
    const cells = cellsOf(filledWith(text))
    for (const name of texts) expect([name, cells[name]!.value]).toEqual([name, text])
  })

  test('replaces a lone surrogate by U+FFFD', () => {
    expect(cellsOf(filledWith('Nora\ud83d')).actorName!.value).toBe('Nora\ufffd')
  })

  test('keeps any text, except for added single quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (text, value) => {
        const row = filledWith(text)
        row.disclosures.target!.value.changes = [{ field: text, before: value, after: value }]
        const cells = cellsOf(row)
        for (const name of texts)
          expect(cells[name]!.value.replaceAll("'", '')).toBe(text.replaceAll("'", ''))
        expect(JSON.stringify(JSON.parse(cells.changes!.value)).replaceAll("'", '')).toBe(
          JSON.stringify(row.disclosures.target!.value.changes).replaceAll("'", '').toWellFormed(),
        )
      }),
      { seed: 20_261_124, numRuns: 1_000 },
    )
  })
})

describe('a cell that is longer than Excel permits', () => {
  const maxLength = 32_767
  const longest = 'x'.repeat(maxLength)
  const changesOf = (changes: { field: string; before: unknown; after: unknown }[]) =>
    cellsOf(exportRow({}, { target: { value: { displayName: null, changes } } })).changes!.value
  const note = (length: number) =>
    `(too long for a spreadsheet: ${length} characters. The NDJSON and OCSF exports have all of them.)`

  test('is cut, and states its length; others are complete', () => {
    const whole = cellsOf(filledWith(longest))
    for (const name of texts) expect([name, whole[name]!.value === longest]).toEqual([name, true])
    for (const text of [`${longest}x`, '"'.repeat(40_000), '🔑'.repeat(20_000), `=${longest}`]) {
      const cells = cellsOf(filledWith(text))
      for (const name of texts) {
        const { value } = cells[name]!
        expect([name, value.length <= maxLength, value.isWellFormed()]).toEqual([name, true, true])
        expect(value).toMatch(/\(too long for a spreadsheet: \d+ characters\. .*\)$/)
      }
    }
  })

  test('stays valid JSON in changes', () => {
    const list = Array.from({ length: 950 }, (_, n) => `technician-${n}`.repeat(10))
    const { length } = JSON.stringify(list)
    expect(
      JSON.parse(
        changesOf([
          { field: 'technicians', before: list, after: [...list, 1] },
          { field: 'name', before: 'a', after: 'b' },
        ]),
      ),
    ).toEqual([
      { field: 'technicians', before: note(length), after: note(length + 2) },
      { field: 'name', before: 'a', after: 'b' },
    ])
    const many = Array.from({ length: 4_000 }, () => ({ field: 'a', before: 1, after: 2 }))
    expect(JSON.parse(changesOf(many))).toEqual([
      { field: 'changes', before: null, after: note(JSON.stringify(many).length) },
    ])
  })

  test('counts the quotes that make formulas harmless', () => {
    const after = ';='.repeat(maxLength / 2 - 100)
    const cell = changesOf([{ field: 'a', before: null, after }])
    expect(JSON.parse(cell)).toEqual([{ field: 'a', before: null, after: note(after.length + 2) }])
  })

  test('stays valid JSON in the manifest', () => {
    const filter = { actors: Array(50).fill('x'.repeat(1_000)) }
    const [line] = parse(csvManifest({ filter, count: 7 } as never))
    const { value } = line![names.indexOf('changes')]!
    expect(JSON.parse(value)).toEqual({ filter: note(JSON.stringify(filter).length), count: 7 })
  })
})

const signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−']
const invisible = [
  '',
  ' ',
  '\u00a0',
  '\u3000',
  '\u200b',
  '\ufeff',
  '\u00ad',
  '\u0001',
  '\0',
  '"',
  "'",
  '“',
  '«',
  '`',
  ' "\t\u2060',
]

describe('a formula', () => {
  test('never begins a cell, even after invisible characters', () => {
    for (const sign of signs)
      for (const before of invisible) {
        const text = `${before}${sign}cmd|' /C calc'!A0`
        const cells = cellsOf(filledWith(text))
        for (const name of texts)
          expect([name, text, cells[name]!.value.startsWith("'")]).toEqual([name, text, true])
      }
  })

  test.each(['\t1', '\r1', '\n1', '\x001', ' \t1'])('never begins a cell: %j', (text) => {
    for (const name of texts)
      expect(cellsOf(filledWith(text))[name]!.value.startsWith("'")).toBe(true)
  })

  /**
   * Splits the file like a spreadsheet with this list separator: only a cell that begins with a
   * quote is quoted.
   */
  const asSplitAt = (separator: string, line: string): string[] => {
    const cells: string[] = []
    let at = 0
    while (at < line.length) {
      let end = at
      if (line[at] === '"') {
        end++
        while (end < line.length && (line[end] !== '"' || line[end + 1] === '"'))
          end += line[end] === '"' ? 2 : 1
        end++
      }
      while (
        end < line.length &&
        line[end] !== separator &&
        line[end] !== '\r' &&
        line[end] !== '\n'
      )
        end++
      cells.push(line.slice(at, end))
      at = end + 1
    }
    return cells
  }

  test('never follows a semicolon or a tab', () => {
    const payloads = signs.flatMap((sign) => [
      `a;${sign}1`,
      `a;${sign}1;${sign}2`,
      `a\t "${sign}1`,
      `a\n${sign}1`,
      `a\r\n ${sign}1`,
      `a";\u200b${sign}1`,
    ])
    for (const payload of payloads)
      for (const separator of [';', '\t'])
        for (const cell of asSplitAt(separator, toCsv(filledWith(payload))))
          expect([payload, cell]).toEqual([
            payload,
            expect.not.stringMatching(/^[\s\p{C}"]*[=+\-@＝＋－＠﹦﹢﹣﹫−]/u),
          ])
  })

  test('is not possible for any text', () => {
    const anything = fc.string({
      unit: fc.constantFrom(...signs, ...invisible, ';', '\t', '\r', '\n', ',', 'a', '""'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(anything, fc.constantFrom(',', ';', '\t'), (text, separator) => {
        for (const cell of asSplitAt(separator, toCsv(filledWith(text))))
          expect(cell).not.toMatch(/^[\s\p{C}"]*[=+\-@＝＋－＠﹦﹢﹣﹫−]/u)
      }),
      { seed: 20_261_124, numRuns: 2_000 },
    )
  })

  test('is not possible in changes, which stay valid JSON', () => {
    const changes = [{ field: 'a;=1', before: -1, after: ['x\t=1', -2, '"+'] }]
    const cell = cellsOf(exportRow({}, { target: { value: { displayName: null, changes } } }))
      .changes!.value
    expect(JSON.parse(cell)).toEqual([{ field: "a;'=1", before: -1, after: ['x\t=1', -2, '"+'] }])
  })
})

test('a long text of skipped characters is processed in linear time', () => {
  const begun = performance.now()
  toCsv(filledWith('\t'.repeat(100_000)))
  expect(performance.now() - begun).toBeLessThan(2_000)
})
