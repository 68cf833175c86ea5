/**
 * `npm run verify` detects every manipulation of an export or of the exported log, and reports the
 * manipulated event.
 */
import { execFile } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCheckpoint } from '../../proof/checkpoint.ts'
import { formatVerifierKey, parseVerifierKey } from '../../proof/signed-note.ts'
import { csvHeader, toCsv } from '../../subgraphs/audit/export/formats/csv.ts'
import { toOcsf } from '../../subgraphs/audit/export/formats/ocsf.ts'
import { createSigner } from '../../subgraphs/audit/log/signer.ts'
import { NotAnExport, openExport } from '../../verify-cli/open-export.ts'
import { readLines } from '../../verify-cli/read-lines.ts'
import { verifyExport } from '../../verify-cli/verify-export.ts'
import { FakeLog, key, privateKey, signer, tenantId } from '../support/export-file.ts'
import { exportRow } from '../support/export-row.ts'

let log: FakeLog
let whole: string[]
beforeAll(async () => {
  log = await new FakeLog().append(700)
  whole = await log.export()
})

const bytesOf = (lines: string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''))
const check = async (
  file: string[] | Buffer,
  { since = null as string | null, keys = [key] } = {},
) =>
  verifyExport(
    readLines(Readable.from([Array.isArray(file) ? bytesOf(file) : file])),
    keys.map(parseVerifierKey),
    since === null ? null : (await openCheckpoint(since, keys.map(parseVerifierKey))).checkpoint,
  )
const findings = async (...asked: Parameters<typeof check>) => (await check(...asked)).findings

/** Returns the index of an event's line. */
const lineOf = (sequence: number) =>
  whole.findIndex((line) => line.startsWith(`{"sequence":${sequence},`))
const changed = (change: (lines: string[]) => void) => {
  const lines = [...whole]
  change(lines)
  return lines
}

describe('an export is valid', () => {
  test('with all events of a log', async () => {
    const verdict = await check(whole)
    expect(verdict).toMatchObject({
      findings: [],
      events: 700,
      first: 1,
      last: 700,
      erased: 0,
      isFiltered: false,
      since: 'not asked',
    })
    expect(verdict.checkpoint).toMatchObject({ treeSize: 700, signedBy: [signer.name] })
  })

  test.each([0, 1, 255, 256, 257, 512, 699, 700])(
    'with the events after event %d',
    async (afterSequence) => {
      expect(await check(await log.export({ afterSequence }))).toMatchObject({
        findings: [],
        events: 700 - afterSequence,
      })
    },
  )

  test('when it is filtered, because each event has a proof', async () => {
    expect(await check(await log.export({ only: (n) => n % 100 === 7 }))).toMatchObject({
      findings: [],
      events: 7,
      isFiltered: true,
    })
    expect(await check(await log.export({ only: () => false }))).toMatchObject({
      findings: [],
      events: 0,
    })
  })

  test('with erased personal data only when an event shows the erasure', async () => {
    const erased = [
      {
        field: 'sequences',
        before: null,
        after: [
          [3, 4],
          [7, 7],
        ],
      },
    ]
    const telling = await (await new FakeLog().append(10)).append(1, 'log', {
      action: 'personal_data.erased',
      changes: erased,
    })
    const without = (...sequences: number[]) =>
      telling.export().then((lines) =>
        lines.map((line) => {
          if (!sequences.some((n) => line.startsWith(`{"sequence":${n},`))) return line
          return JSON.stringify({ ...JSON.parse(line), disclosures: { actor: null, target: null } })
        }),
      )
    expect(await check(await without(3, 4, 7))).toMatchObject({ findings: [], erased: 3 })
    expect(await findings(await without(3, 4, 5, 7, 8, 9))).toEqual([
      expect.stringMatching(/^Personal data of event 5 is missing, and no event/),
      expect.stringMatching(/^Personal data of events 8 to 9 is missing/),
    ])
    // Without the event that records the erasure, the missing data is a finding.
    expect(await findings(await without(3, 11))).toHaveLength(2)
  })

  test('after a host name change, with the keys of both names', async () => {
    const old = createSigner('old.example/activity', privateKey)
    const before = log.checkpoint(300, old, `${old.name}/${tenantId}`)
    const lines = (await log.export({ previous: 300 })).map((line) =>
      line.replace(JSON.stringify(log.checkpoint(300)), JSON.stringify(before)),
    )
    expect(
      await check(lines, { keys: [key, formatVerifierKey(old)], since: before }),
    ).toMatchObject({
      findings: [],
      since: 'continued',
    })
  })

  test('in a new epoch only when an event shows who opened it', async () => {
    const origin = `${signer.name}/${tenantId}/2`
    const changes = [{ field: 'epoch', before: null, after: 2 }]
    const opened = await (
      await (
        await new FakeLog().append(5)
      ).append(1, 'log', { action: 'activity_log.epoch_opened', changes })
    ).append(5)
    expect(await check(await opened.export({ origin }))).toMatchObject({ findings: [], epoch: 2 })
    expect(await findings(await log.export({ origin }))).toEqual([
      expect.stringMatching(/^The log is in epoch 2, but no event shows/),
    ])
  })

  test('when it continues the previous export', async () => {
    expect(await findings(await log.export({ previous: 300 }))).toEqual([])
  })

  test.each([1, 300, 512, 700])(
    'when it continues an earlier checkpoint of %d events',
    async (size) => {
      const since = log.checkpoint(size)
      expect(await check(whole, { since })).toMatchObject({ findings: [], since: 'continued' })
      expect(await check(await log.export({ afterSequence: size }), { since })).toMatchObject({
        findings: [],
        since: 'continued',
      })
      expect(
        await check(await log.export({ only: (n) => n === 5, previous: size }), { since }),
      ).toMatchObject({
        findings: [],
        since: 'continued',
      })
    },
  )

  test('when it is read in small chunks', async () => {
    const bytes = bytesOf(whole)
    const pieces = Array.from({ length: Math.ceil(bytes.length / 997) }, (_, n) =>
      bytes.subarray(n * 997, (n + 1) * 997),
    )
    expect(
      (await verifyExport(readLines(Readable.from(pieces)), [parseVerifierKey(key)], null))
        .findings,
    ).toEqual([])
  })
})

describe('a finding names the manipulation', () => {
  const cases: [name: string, change: (lines: string[]) => void, finding: RegExp][] = [
    [
      'an edited event',
      (lines) => (lines[lineOf(300)] = lines[lineOf(300)]!.replace('SUCCEEDED', 'DENIED')),
      /^Event 300 \(line 303\) does not match its leaf hash/,
    ],
    ['a deleted event', (lines) => lines.splice(lineOf(300), 1), /^Event 300 is missing\.$/],
    [
      'several deleted events',
      (lines) => lines.splice(lineOf(300), 5),
      /^Events 300 to 304 are missing\.$/,
    ],
    ['the deleted first event', (lines) => lines.splice(lineOf(1), 1), /^Event 1 is missing\.$/],
    ['the deleted last event', (lines) => lines.splice(lineOf(700), 1), /^Event 700 is missing\.$/],
    [
      'the deleted last event of a tile',
      (lines) => lines.splice(lineOf(256), 1),
      /^Event 256 is missing\.$/,
    ],
    [
      'an event inserted with an existing sequence number',
      (lines) => lines.splice(lineOf(300), 0, lines[lineOf(299)]!),
      /^Event 299 \(line 303\) is out of order/,
    ],
    [
      'an event appended at the end',
      (lines) =>
        lines.splice(-1, 0, lines[lineOf(700)]!.replaceAll('"sequence":700', '"sequence":701')),
      /^Event 701 \(line \d+\) does not match its leaf hash/,
    ],
    [
      'two swapped events',
      (lines) =>
        ([lines[lineOf(300)], lines[lineOf(301)]] = [lines[lineOf(301)]!, lines[lineOf(300)]!]),
      /^Event 300 is missing|^Event 301/,
    ],
    [
      'two swapped events with exchanged sequence numbers',
      (lines) => {
        const [a, b] = [lines[lineOf(300)]!, lines[lineOf(301)]!]
        lines[lineOf(300)] = b.replaceAll('"sequence":301', '"sequence":300')
        lines[lineOf(301)] = a.replaceAll('"sequence":300', '"sequence":301')
      },
      /^Event 300 \(line 303\) does not match its leaf hash/,
    ],
    [
      'a disclosed name that differs from the sealed one',
      (lines) => (lines[lineOf(300)] = lines[lineOf(300)]!.replace('Tessa log', 'Mallory')),
      /^Event 300 .* has a disclosed actor that does not match its commitment/,
    ],
    [
      'a disclosed target that differs from the sealed one',
      (lines) => (lines[lineOf(300)] = lines[lineOf(300)]!.replace('Thing 300', 'Thing 1')),
      /^Event 300 .* has a disclosed target that does not match its commitment/,
    ],
    [
      'an edited event with a recomputed leaf hash',
      (lines) => {
        lines[lineOf(300)] = lines[lineOf(300)]!.replace('SUCCEEDED', 'DENIED')
        const at = lines.findIndex((line) => line.startsWith('{"leafHashes":{"from":257,'))
        const { leafHashes } = JSON.parse(lines[at]!)
        const event = /"event":(.*),"disclosures"/.exec(lines[lineOf(300)]!)![1]!
        const hashes = Buffer.from(leafHashes.hashes, 'base64')
        createHash('sha256')
          .update('\0')
          .update(event)
          .digest()
          .copy(hashes, (300 - 257) * 32)
        lines[at] = JSON.stringify({ leafHashes: { from: 257, hashes: hashes.toString('base64') } })
      },
      /^The leaf hashes do not lead to the checkpoint/,
    ],
    [
      'an omitted tile',
      (lines) => lines.splice(lineOf(257) - 1, 257),
      /^The leaf hashes in line \d+ do not continue/,
    ],
    [
      'a removed end, including the manifest',
      (lines) => lines.splice(lineOf(500)),
      /^The file is truncated: .*afterSequence=499/,
    ],
    ['a removed manifest', (lines) => lines.pop(), /^The file is truncated: .*afterSequence=700/],
    ...[`{"sequence":300,`, '"disclosures":{', '"export":{', '"manifest":{', '"leafHashes":{'].map(
      (where): (typeof cases)[number] => [
        `an unknown member inserted after ${where}`,
        (lines) => {
          const at = lines.findIndex((line) => line.includes(where))
          lines[at] = lines[at]!.replace(where, `${where}"approvedBy":"Mallory",`)
        },
        /has the unknown member `approvedBy`/,
      ],
    ),
    [
      'a wrong count',
      (lines) => (lines[lines.length - 1] = lines.at(-1)!.replace('"count":700', '"count":699')),
      /^The manifest says count 699/,
    ],
    ['a line after the manifest', (lines) => lines.push(lines[lineOf(1)]!), /follows the manifest/],
    [
      'a duplicate member, which parsers read differently',
      (lines) =>
        (lines[lineOf(300)] = lines[lineOf(300)]!.replace(
          '{"sequence":300,',
          '{"sequence":300,"event":{},',
        )),
      /^Line 303 is ambiguous JSON/,
    ],
    [
      'a number with an ambiguous notation',
      (lines) =>
        (lines[lineOf(300)] = lines[lineOf(300)]!.replace('"sequence":300,', '"sequence":300.0,')),
      /ambiguous JSON/,
    ],
    ['a line that is not JSON', (lines) => (lines[lineOf(300)] = 'x'), /^Line 303 is not JSON/],
    [
      'an event of another tenant',
      (lines) =>
        (lines[lineOf(300)] = lines[lineOf(300)]!.replaceAll(
          '11111111-1111-4111',
          '22222222-1111-4111',
        )),
      /^Event 300/,
    ],
    [
      'another tenant id in the header',
      (lines) => (lines[0] = lines[0]!.replace('"tenantId":"1', '"tenantId":"2')),
      /belongs to another log than that of tenant/,
    ],
  ]
  test.each(cases)('%s', async (_name, change, finding) => {
    const found = await findings(changed(change))
    expect(found[0]).toMatch(finding)
  })

  test('20 findings are listed and the others are counted', async () => {
    const verdict = await check(
      changed((lines) =>
        lines.splice(
          0,
          lines.length,
          ...lines.map((line) => line.replace('"outcome":"SUCCEEDED"', '"outcome":"DENIED"')),
        ),
      ),
    )
    expect([verdict.findings.length, verdict.more]).toEqual([20, 680])
  })

  test('an edited or moved event in a filtered export', async () => {
    const part = await log.export({ only: (n) => n % 100 === 7 })
    const edited = part.map((line) =>
      line.startsWith('{"sequence":307,') ? line.replace('SUCCEEDED', 'FAILED') : line,
    )
    expect(await findings(edited)).toEqual([expect.stringMatching(/^Event 307 /)])
    const moved = part.map((line) =>
      line.startsWith('{"sequence":307,')
        ? line.replaceAll('"sequence":307', '"sequence":308')
        : line,
    )
    expect((await findings(moved))[0]).toMatch(/^Event 308 /)
  })
})

test('an event that was sealed with a wrong tenant or position is found', async () => {
  const ofOther = { tenantId: '22222222-1111-4111-8111-111111111111' }
  const foreign = await (await new FakeLog().append(3)).append(1, 'log', ofOther)
  expect(await findings(await foreign.export())).toEqual([
    expect.stringMatching(/^Event 4 \(line \d+\) belongs to another tenant\.$/),
  ])
  const moved = await (await new FakeLog().append(3)).append(1, 'log', {}, () => 9)
  expect(await findings(await moved.export())).toEqual([
    expect.stringMatching(/^Event 4 \(line \d+\) was sealed as event 9\.$/),
  ])
})

describe('a truncated download', () => {
  const bytes = () => bytesOf(whole)
  const checkContinued = async (first: Buffer, afterSequence: number, of = log) =>
    verifyExport(
      [first, bytesOf(await of.export({ afterSequence }))].map((file) =>
        readLines(Readable.from([file])),
      ),
      [parseVerifierKey(key)],
      null,
    )
  const upTo = (sequence: number, cut = 0) =>
    Buffer.concat([
      bytesOf(whole.slice(0, lineOf(sequence) + 1)),
      Buffer.from('{"sequ').subarray(0, cut),
    ])

  test('reports where to continue, even when cut within a line', async () => {
    const within = Buffer.concat([upTo(400), Buffer.from('{"sequ')])
    expect(await findings(within)).toEqual([
      'The file is truncated within line 404: it has no manifest. To continue, export again with afterSequence=400.',
    ])
    expect(await findings(bytes().subarray(0, 20))).toEqual([
      expect.stringMatching(/^The file is truncated within line 1/),
    ])
  })

  test.each([1, 255, 256, 257, 400, 512, 700])(
    'continued after event %d is verified as one export',
    async (sequence) => {
      for (const cut of [0, 5])
        expect(await checkContinued(upTo(sequence, cut), sequence)).toMatchObject({
          findings: [],
          events: 700,
          first: 1,
          last: 700,
        })
    },
  )

  test('continued after the log has grown is verified as one export', async () => {
    const grown = await (await new FakeLog().append(700)).append(50)
    const first = bytesOf((await log.export()).slice(0, lineOf(400) + 1))
    const small = await new FakeLog().append(700)
    const begun = bytesOf((await small.export()).slice(0, lineOf(400) + 1))
    expect((await checkContinued(begun, 400, await small.append(50))).findings).toEqual([])
    // This log has the same events but other random salts, so its hashes differ.
    expect((await checkContinued(first, 400, grown)).findings).toContainEqual(
      expect.stringMatching(/^File 2: The compact range of the file does not match/),
    )
  })

  test.each([700, 750])(
    'cannot be continued by a history of %d events that differs later',
    async (size) => {
      const common = await new FakeLog().append(400)
      const one = await common.fork().append(300)
      const other = await common.fork().append(size - 400, 'other')
      const first = bytesOf((await one.export()).slice(0, lineOf(400) + 1))
      expect((await checkContinued(first, 400, one)).findings).toEqual([])
      expect((await checkContinued(first, 400, other)).findings).toEqual([
        'File 2: The first 700 events do not match the checkpoint of an earlier file.',
      ])
    },
  )

  test('cannot be continued by a wrong part or by another log', async () => {
    expect((await checkContinued(upTo(400), 399)).findings).toEqual([
      expect.stringMatching(/^File 2: The file begins after event 399, .* ends with event 400/),
    ])
    expect((await checkContinued(upTo(400), 401)).findings).toHaveLength(1)
    expect(
      (await checkContinued(upTo(400), 400, await new FakeLog().append(700, 'other'))).findings,
    ).not.toEqual([])
    const edited = Buffer.from(upTo(400).toString().replace('"id":"7"', '"id":"8"'))
    expect((await checkContinued(edited, 400)).findings).toEqual([
      expect.stringMatching(/^File 1: Event 7 /),
    ])
    const ofEpoch = Buffer.from(
      upTo(400)
        .toString()
        .replace(
          JSON.stringify(log.checkpoint()),
          JSON.stringify(log.checkpoint(700, signer, `${signer.name}/${tenantId}/2`)),
        ),
    )
    expect((await checkContinued(ofEpoch, 400)).findings).toEqual([
      expect.stringMatching(/^File 2: The file has another log/),
    ])
  })
})

describe('expired events', () => {
  /**
   * Exports a log of 12 events of 2020-01 and a later expiry event, and removes the first `gone`
   * events from the export.
   */
  async function exportWithout(
    gone: number,
    tell: { month: string; at: string; sequences: number[][]; actor?: string },
  ) {
    const fields = { retention: 'ONE_YEAR', month: tell.month, sequences: tell.sequences }
    const changes = Object.entries(fields).map(([field, before]) => ({
      field,
      before,
      after: null,
    }))
    const __typename = (tell.actor ?? 'SystemActor') as 'SystemActor'
    const actor = { __typename, key: 'system', displayName: 'The service' }
    const old = await new FakeLog().append(12, 'log', {
      occurredAt: new Date('2020-01-05T00:00:00Z'),
    })
    const withExpiry = await old.append(1, 'log', {
      action: 'activity_log.expired',
      actor,
      changes,
      occurredAt: new Date(tell.at),
    })
    return (await withExpiry.export())
      .filter((line) => !line.startsWith('{"sequence"') || JSON.parse(line).sequence > gone)
      .map((line) =>
        line
          .replace('"firstSequence":1,', `"firstSequence":${gone + 1},`)
          .replace('"count":13', `"count":${13 - gone}`),
      )
  }

  test('may be missing only if an expiry event of their month exists', async () => {
    const sequences = [[1, 5]]
    const told = { month: '2020-01', at: '2021-02-01T00:00:00Z', sequences }
    expect(await check(await exportWithout(5, told))).toMatchObject({ findings: [], expired: 5 })
    expect(await findings(await exportWithout(6, told))).toEqual(['Event 6 is missing.'])
    expect(await findings(await exportWithout(5, { ...told, at: '2021-01-31T23:00:00Z' }))).toEqual(
      ['Events 1 to 5 are missing.'],
    )
    expect(
      await findings(
        await exportWithout(5, { ...told, month: '2020-03', at: '2021-04-01T00:00:00Z' }),
      ),
    ).toEqual(['Events 1 to 5 are missing.'])
    expect(await findings(await exportWithout(5, { ...told, actor: 'OperatorActor' }))).toEqual([
      'Events 1 to 5 are missing.',
    ])
    const edited = (await exportWithout(5, told)).map((line) =>
      line.replace('The service', 'Mallory'),
    )
    expect(await findings(edited)).toEqual([
      'Events 1 to 5 are missing.',
      expect.stringMatching(/^Event 13 .* has a disclosed actor that does not match/),
    ])
  })
})

describe('a rewritten history with recomputed hashes', () => {
  test('without the signing key is found by the signature', async () => {
    const stranger = createSigner(signer.name, generateKeyPairSync('ed25519').privateKey)
    const forged = await new FakeLog().append(700, 'other')
    const note = forged.checkpoint(700, stranger)
    const lines = (await forged.export()).map((line) =>
      line.replaceAll(JSON.stringify(forged.checkpoint()), JSON.stringify(note)),
    )
    expect(await findings(lines)).toEqual([
      expect.stringMatching(/^The checkpoint is not valid: None of the given keys/),
    ])
    const other = whole.map((line) =>
      line.replaceAll(
        JSON.stringify(log.checkpoint()).slice(1, -1),
        JSON.stringify(forged.checkpoint(700, stranger)).slice(1, -1),
      ),
    )
    expect(await findings(other)).toEqual([expect.stringMatching(/^The checkpoint is not valid/)])
  })

  test('with the signing key is found by an earlier checkpoint', async () => {
    const since = log.checkpoint(300)
    const rewritten = await (await new FakeLog().append(250, 'other')).append(450)
    expect(await findings(await rewritten.export())).toEqual([])
    expect(await findings(await rewritten.export(), { since })).toEqual([
      expect.stringMatching(/^The first 300 events do not match the earlier checkpoint/),
    ])
    expect(await findings(await rewritten.export({ afterSequence: 300 }), { since })).toEqual([
      expect.stringMatching(/^The first 300 events/),
    ])
    expect(await findings(await rewritten.export({ afterSequence: 400 }), { since })).toEqual([
      expect.stringMatching(/does not show whether/),
    ])
    expect(await findings(await rewritten.export({ only: () => true }), { since })).toEqual([
      expect.stringMatching(/does not show whether/),
    ])
  })

  test('that was cut off is found by an earlier checkpoint', async () => {
    const since = log.checkpoint()
    const cut = await new FakeLog().append(650)
    expect(await findings(await cut.export())).toEqual([])
    expect(await findings(await cut.export(), { since })).toEqual([
      expect.stringMatching(/has 650 events and had 700 .*cut off/),
    ])
  })

  test('that does not continue the previous export is found', async () => {
    const other = await new FakeLog().append(300, 'other')
    const lines = await log.export({ previous: 300 })
    lines[lines.length - 1] = lines
      .at(-1)!
      .replace(JSON.stringify(log.checkpoint(300)), JSON.stringify(other.checkpoint()))
    expect(await findings(lines)).toEqual([
      'The log does not continue the previous export: the history was rewritten.',
    ])
  })

  test('is not proven by a checkpoint of another epoch', async () => {
    const since = log.checkpoint(
      300,
      signer,
      `${signer.name}/11111111-1111-4111-8111-111111111111/2`,
    )
    expect((await findings(whole, { since }))[0]).toBe(
      'The earlier checkpoint belongs to another log.',
    )
  })
})

test('600 random changes of bytes and lines are all found', async () => {
  const small = await (await new FakeLog().append(40)).export()
  const bytes = bytesOf(small)
  let state = 20_261_124
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const passed: string[] = []
  for (let round = 0; round < 600; round++) {
    const at = random(bytes.length)
    const kinds = ['flip', 'cut', 'double', 'swap lines'] as const
    const kind = kinds[round % kinds.length]!
    const lines = [...small]
    let file: Buffer
    if (kind === 'flip') {
      file = Buffer.from(bytes)
      file[at]! ^= 1 << random(8)
    } else if (kind === 'cut')
      file = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(200))])
    else if (kind === 'double')
      file = Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(Math.max(0, at - 1 - random(200))),
      ])
    else {
      const [a, b] = [random(lines.length), random(lines.length)]
      if (a === b) continue
      ;[lines[a], lines[b]] = [lines[b]!, lines[a]!]
      file = bytesOf(lines)
    }
    if (file.equals(bytes)) continue
    const { findings: found } = await check(file)
    if (found.length === 0)
      passed.push(`${kind} at ${at}: ${file.subarray(Math.max(0, at - 40), at + 40)}`)
  }
  expect(passed).toEqual([])
})

describe('the command', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'itcl-verify-'))
    await writeFile(join(folder, 'keys'), `${key}\n`)
    await writeFile(join(folder, 'whole.ndjson'), bytesOf(whole))
    await writeFile(join(folder, 'whole.ndjson.gz'), gzipSync(bytesOf(whole)))
    await writeFile(join(folder, 'whole.ndjson.zst'), zstdCompressSync(bytesOf(whole)))
    await writeFile(
      join(folder, 'edited.ndjson'),
      bytesOf(whole).toString().replace('"id":"7"', '"id":"8"'),
    )
    await writeFile(join(folder, 'since'), log.checkpoint(300))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [
      'verify-cli/main.ts',
      ...args.map((arg) => arg.replace('~', folder)),
    ]).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      ({ code, stdout, stderr }) => ({ code, text: stdout + stderr }),
    )

  test.each(['~/whole.ndjson', '~/whole.ndjson.gz', '~/whole.ndjson.zst'])(
    '%s is valid, and the output names what was not checked',
    async (file) => {
      const { code, text } = await run(file, '--key', '~/keys')
      expect([code, text]).toEqual([
        0,
        expect.stringMatching(
          /^The end of the log was not checked.*\nIn order: 700 events \(1 to 700\) of backup\.example\/activity\/1\S+ at 700, signed by backup\.example\/activity\.\n$/,
        ),
      ])
    },
  )

  test('--since shows that the log continues an earlier checkpoint', async () => {
    const { code, text } = await run('~/whole.ndjson', '--key', key, '--since', '~/since')
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/^The log continues the earlier checkpoint/),
    ])
  })

  test('an edited event is named and the exit code is 1', async () => {
    expect(await run('~/edited.ndjson', '--key', '~/keys')).toEqual({
      code: 1,
      text: expect.stringMatching(/^Event 7 \(line 9\) .*\n\nNOT in order\.\n$/s),
    })
  })

  test('a truncated compressed file can be continued', async () => {
    const cut = bytesOf(whole.slice(0, lineOf(400) + 1))
    await writeFile(join(folder, 'rest.ndjson'), bytesOf(await log.export({ afterSequence: 400 })))
    for (const [name, pack] of [
      ['cut.ndjson.gz', gzipSync],
      ['cut.ndjson.zst', zstdCompressSync],
    ] as const) {
      await writeFile(join(folder, name), pack(bytesOf(whole)).subarray(0, 60_000))
      const { code, text } = await run(`~/${name}`, '--key', '~/keys')
      expect([code, text]).toEqual([
        1,
        expect.stringMatching(/The file is truncated .*afterSequence=\d+/),
      ])
      const at = /afterSequence=(\d+)/.exec(text)![1]!
      await writeFile(
        join(folder, 'after.ndjson'),
        bytesOf(await log.export({ afterSequence: Number(at) })),
      )
      expect(await run(`~/${name}`, '~/after.ndjson', '--key', '~/keys')).toMatchObject({ code: 0 })
    }
    await writeFile(join(folder, 'cut.ndjson'), cut)
    expect(await run('~/cut.ndjson', '~/rest.ndjson', '--key', '~/keys')).toEqual({
      code: 0,
      text: expect.stringMatching(/In order: 700 events \(1 to 700\)/),
    })
  })

  const csvSentence =
    'is a CSV export. Only an export in NDJSON can be verified: export again with format=NDJSON.'
  /** The message with which the command refuses a file. */
  const openedBy = (path: string): Promise<string> =>
    verifyExport(readLines(openExport(path)), [parseVerifierKey(key)], null).then(
      ({ findings: found }) => `no refusal: ${found}`,
      (error: unknown) => (error instanceof NotAnExport ? error.message : String(error)),
    )

  test('another file than an export is named, with its own exit code', async () => {
    const row = exportRow()
    const csv = csvHeader + toCsv(row)
    const ocsf = `${JSON.stringify(toOcsf(row))}\n`
    const tar = Buffer.alloc(1_024)
    tar.write('activity.ndjson')
    tar.write('ustar', 257)
    const anchor = { epoch: 1, treeSize: 300, rootHash: '', note: log.checkpoint(300) }
    const others: [content: string | Buffer, sentence: RegExp][] = [
      ['', /is empty\. Download/],
      [gzipSync(''), /is empty\. Download/],
      [csv, /is a CSV export\. Only an export in NDJSON can be verified/],
      [csv.replace('\ufeffsequence', '"sequence"'), /is a CSV export\./],
      [gzipSync(csv), /is a CSV export\./],
      [zstdCompressSync(ocsf), /is an OCSF export\. Only/],
      [ocsf, /is an OCSF export\. Only/],
      ['{"class_uid":0}\n', /is an OCSF export\./],
      [log.checkpoint(300), /is a checkpoint\. Pass it with --since/],
      [`${JSON.stringify(anchor)}\n`, /is a file of stored checkpoints\./],
      [`${key}\n`, /is a list of verifier keys\. Pass it with --key/],
      ['{"errors":[{"message":"x"}]}', /is a response of the service, not an export/],
      ['<!DOCTYPE html><title>502</title>', /is a web page/],
      ['%PDF-1.7\n%\xe2\xe3', /is a PDF document/],
      ['PK\x03\x04\x14\0', /is an archive or an Office document/],
      [tar, /is an archive/],
      [gzipSync(gzipSync(bytesOf(whole))), /was compressed twice/],
      ['BZh91AY&SY', /has a compression that this program cannot read/],
      [Buffer.from(`\ufeff${whole[0]}`, 'utf16le'), /is text in UTF-16/],
      [`\ufeff${whole.join('\n')}\n`, /begins with a byte order mark/],
      [Buffer.from([0x89, 0x50, 0x4e, 0x47]), /is not an export of the Activity Log/],
      ['{"name":"package"}', /is not an export of the Activity Log/],
    ]
    for (const [content, sentence] of others) {
      const file = Buffer.from(content)
      // The name says nothing about the content.
      const path = join(folder, file.length % 2 ? 'other.ndjson' : 'other.ndjson.gz')
      await writeFile(path, file)
      const finding = await openedBy(path)
      expect([sentence, finding]).toEqual([sentence, expect.stringMatching(sentence)])
      expect(finding.startsWith(path)).toBe(true)
    }
    await writeFile(join(folder, 'other.ndjson'), csv)
    const { code, text } = await run('~/whole.ndjson', '~/other.ndjson', '--key', key)
    expect([code, text]).toEqual([3, `${join(folder, 'other.ndjson')} ${csvSentence}\n`])
  })

  test('the content shows the compression, whatever the name says', async () => {
    for (const [name, content] of [
      ['plain.ndjson.gz', bytesOf(whole)],
      ['packed.ndjson', gzipSync(bytesOf(whole))],
      ['packed.gz', zstdCompressSync(bytesOf(whole))],
    ] as const) {
      const path = join(folder, name)
      await writeFile(path, content)
      const lines = readLines(openExport(path))
      const { findings: found, events } = await verifyExport(lines, [parseVerifierKey(key)], null)
      expect([name, found, events]).toEqual([name, [], 700])
    }
  })

  test('data after the end of the compressed data is found', async () => {
    const [gzip, zstd] = [gzipSync(bytesOf(whole)), zstdCompressSync(bytesOf(whole))]
    const afterEnd = /^The last \d+ bytes of the file are after the end of its compressed data\./
    for (const [packed, after, finding] of [
      [zstd, zstdCompressSync('{"sequence":"701"}\n'), afterEnd],
      [zstd, Buffer.from('701'), afterEnd],
      [gzip, Buffer.alloc(100), afterEnd],
      [gzip, gzipSync('{"sequence":"701"}\n'), /follows the manifest/],
    ] as const) {
      const path = join(folder, 'after')
      await writeFile(path, Buffer.concat([packed, after]))
      const lines = readLines(openExport(path))
      const { findings: found } = await verifyExport(lines, [parseVerifierKey(key)], null)
      expect(found).toEqual([expect.stringMatching(finding)])
    }
  })

  test.each([
    [[]],
    [['~/whole.ndjson']],
    [['~', '--key', '~/keys']],
    [['~/whole.ndjson', '--key', '~']],
    [['~/nothing', '--key', '~/keys']],
    [['~/whole.ndjson', '--key', 'no+key']],
    [['~/whole.ndjson', '--key', '~/keys', '--since', '~/keys']],
    [['~/whole.ndjson', '--key', '~/keys', '--other']],
  ])('wrong arguments (%j) print a message and the exit code is 2', async (args) => {
    const { code, text } = await run(...args)
    expect([code, text.length > 20, text.includes('    at ')]).toEqual([2, true, false])
  })
})
