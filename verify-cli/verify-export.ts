/**
 * Checks an export against signed checkpoints and nothing else: no service, no database, no network. Reads it once, in memory that does not
 * grow with it. docs/verify.md says what each finding means.
 */

import { canonicalize } from '../proof/canonical-json.ts'
import { commitmentOf } from '../proof/event-leaf.ts'
import { CompactRange, leafHash, verifyConsistency, verifyInclusion } from '../proof/merkle-tree.ts'
import {
  type Checkpoint,
  openNote,
  parseCheckpoint,
  UnusableNote,
  type Verifier,
} from '../proof/signed-note.ts'
import { Erasures } from './erasure.ts'
import { Expiries, type Gap } from './expiry.ts'
import { BrokenOff, type Line, Unreadable } from './read-lines.ts'

export interface Verdict {
  /** What is wrong, in the order in which it was found; the first of them. */
  findings: string[]
  /** How many more there are. */
  more: number
  events: number
  first: number | null
  last: number | null
  /** Events of which personal data were erased. */
  erased: number
  /** Events that are not there since they were kept for as long as they were to be, as the log itself tells. */
  expired: number
  /** Null where no signature was found to be in order. */
  checkpoint: (Checkpoint & { signedBy: string[] }) | null
  /** 1, or more where an operator had the log begin anew after the database was set back. */
  epoch: number
  isFiltered: boolean
  /** Whether the log was shown to continue the one of an earlier checkpoint. */
  since: 'continued' | 'not asked' | 'not shown'
}

const maxFindings = 20
const maxStretch = 256
const maxGaps = 10_000

const members = {
  export: ['version', 'tenantId', 'filter', 'afterSequence', 'checkpoint', 'compactRange'],
  leafHashes: ['from', 'hashes'],
  event: ['sequence', 'event', 'disclosures'],
  eventOfPart: ['sequence', 'event', 'disclosures', 'inclusionPath'],
  disclosures: ['actor', 'target'],
  manifest: [
    'version',
    'tenantId',
    'filter',
    'afterSequence',
    'firstSequence',
    'lastSequence',
    'count',
    'treeSize',
    'rootHash',
    'checkpoint',
    'previous',
  ],
  previous: ['checkpoint', 'consistencyPath'],
} as const

/** What the first line of a file says, and what came of the file. */
interface Beginning {
  tenantId: string
  afterSequence: number
  isFiltered: boolean
  checkpoint: Checkpoint
  note: string
  filter: unknown
  events: number
  first: number | null
  last: number | null
}

/**
 * @param files an export; or several, each of which goes on where the one before it ends or broke off
 * @param since what was stated earlier, from a source that the checked log cannot have changed
 */
export async function checkExport(
  files: AsyncIterable<Line> | AsyncIterable<Line>[],
  verifiers: Verifier[],
  since: Checkpoint | null,
): Promise<Verdict> {
  const parts = Array.isArray(files) ? files : [files]
  const findings: string[] = []
  let more = 0
  let file = 1
  const find = (what: string) => {
    if (findings.length < maxFindings)
      findings.push(parts.length > 1 ? `File ${file}: ${what}` : what)
    else more++
  }
  const verdict = {
    events: 0,
    first: null as number | null,
    last: null as number | null,
    erased: 0,
    expired: 0,
    signedBy: [] as string[],
  }
  const beginnings: Beginning[] = []
  let beginning: Beginning | null = null
  let range: CompactRange | null = null
  let stretch: { from: number; before: Buffer[]; hashes: Buffer[] } | null = null
  let manifest: Record<string, unknown> | null = null
  let showsSince = false
  /** The sequence number up to which everything is told of, as here or as missing. */
  let at = 0

  function compare(): void {
    if (!range) return
    if (since && range.treeSize === since.treeSize) {
      if (range.root().equals(since.rootHash)) showsSince = true
      else
        find(
          `The first ${since.treeSize} events are not those of the earlier checkpoint: the history was rewritten.`,
        )
    }
    // Files before this one: what they came with must be of the same log.
    for (const { checkpoint } of beginnings)
      if (
        checkpoint.treeSize === range.treeSize &&
        beginning?.checkpoint !== checkpoint &&
        !range.root().equals(checkpoint.rootHash)
      )
        find(
          `The first ${checkpoint.treeSize} events are not those of the checkpoint of a file before it.`,
        )
  }
  /** What is not there, and after how many findings. Whether it may be missing is known when all events are. */
  const gaps: (Gap & { after: number })[] = []
  const expiries = new Expiries()
  const erasures = new Erasures()
  const epochsOpened = new Set<unknown>()
  let lastExpired = 0
  let youngest = ''
  const missing = (from: number, to: number) => {
    if (to < from) return
    if (gaps.length < maxGaps)
      gaps.push({ from, to, youngestBefore: youngest, nextAfter: '', after: findings.length })
    else find(`Events ${from} to ${to} are missing.`)
  }
  function explainGaps(): void {
    // From the last, so that the places of the others stay.
    for (const { after, ...gap } of gaps.splice(0).reverse()) {
      const left = expiries.unexplained(gap)
      const gone = left.reduce(
        (count, { from, to }) => count - (to - from + 1),
        gap.to - gap.from + 1,
      )
      verdict.expired += gone
      if (gone) lastExpired = Math.max(lastExpired, gap.to)
      const said = left.map(({ from, to }) =>
        from === to ? `Event ${from} is missing.` : `Events ${from} to ${to} are missing.`,
      )
      findings.splice(after, 0, ...said)
    }
    more += Math.max(0, findings.length - maxFindings)
    findings.length = Math.min(findings.length, maxFindings)
  }

  /** What nobody checks should not stand there either: a reader might believe it. */
  function only(names: readonly string[], value: Record<string, unknown>, where: string): void {
    for (const name of Object.keys(value))
      if (!names.includes(name))
        find(`${where} has \`${name.slice(0, 40)}\`, which no export has: it was put in.`)
  }

  function begin({ value }: Line): void {
    const header = memberOf(value, 'export')
    const { version, tenantId, afterSequence, checkpoint: note, compactRange, filter } = header
    if (version !== 1)
      throw new Unreadable('This is no export that this program knows: it is older, or newer.')
    if (
      typeof tenantId !== 'string' ||
      !isSequence(afterSequence, 0) ||
      typeof note !== 'string' ||
      filter === undefined
    )
      throw new Unreadable('The first line does not say of what the export is.')
    only(members.export, header, 'The first line')
    const { text, signedBy } = openNote(note, verifiers)
    const checkpoint = parseCheckpoint(text)
    verdict.signedBy = signedBy.map(({ name }) => name)
    if (tenantOf(checkpoint) !== tenantId)
      find(`The checkpoint is of another log than tenant ${tenantId}'s.`)
    const before = beginnings.at(-1)
    beginning = {
      tenantId,
      afterSequence,
      isFiltered: filter !== null,
      checkpoint,
      note,
      filter,
      events: 0,
      first: null,
      last: null,
    }
    const hashes = filter === null ? hashesOf(compactRange) : []
    if (before) goesOn(before, beginning, hashes)
    beginnings.push(beginning)
    at = afterSequence
    stretch = null
    manifest = null
    if (filter === null) {
      range = new CompactRange(afterSequence, hashes)
      compare()
    }
    if (since && logOf(since) !== logOf(checkpoint))
      find('The earlier checkpoint is of another log.')
    else if (since && since.treeSize > checkpoint.treeSize)
      find(
        `The log holds ${checkpoint.treeSize} events, and held ${since.treeSize} at the earlier checkpoint: its end was cut off.`,
      )
  }

  /** Several files prove as one: the second says what comes before it by hashes, which are those of the first. */
  function goesOn(
    before: Beginning,
    { afterSequence, checkpoint, filter }: Beginning,
    hashes: Buffer[],
  ): void {
    if (
      logOf(checkpoint) !== logOf(before.checkpoint) ||
      canonicalize(filter as never) !== canonicalize(before.filter as never)
    )
      throw new Unreadable('It is of another log than the file before it, or has another filter.')
    if (afterSequence !== at)
      throw new Unreadable(
        `It goes on after event ${afterSequence}, and the file before it ends with event ${at}.`,
      )
    if (checkpoint.treeSize < before.checkpoint.treeSize)
      find('It is of an earlier state of the log than the file before it.')
    if (filter !== null) return
    const known = hashesAt(at)
    if (
      !known ||
      known.length !== hashes.length ||
      !known.every((hash, index) => hash.equals(hashes[index]!))
    )
      find('What it says of the events before it is not what the file before it holds.')
  }

  /** The tree of the first events, within the stretch that is being read. */
  function hashesAt(treeSize: number): Buffer[] | null {
    if (!range || range.treeSize === treeSize) return range?.hashes ?? null
    if (!stretch || treeSize < stretch.from - 1 || treeSize > range.treeSize) return null
    const until = new CompactRange(stretch.from - 1, stretch.before)
    for (const hash of stretch.hashes.slice(0, treeSize - until.treeSize)) until.append(hash)
    return until.hashes
  }

  function takeHashes({ number, value }: Line): void {
    const member = memberOf(value, 'leafHashes')
    const { from, hashes } = member
    const bytes = bytesOf(hashes)
    if (
      !range ||
      from !== range.treeSize + 1 ||
      bytes.length === 0 ||
      bytes.length % 32 !== 0 ||
      bytes.length > maxStretch * 32
    )
      throw new Unreadable(`The hashes of line ${number} do not go on where those before them end.`)
    only(members.leafHashes, member, `Line ${number}`)
    closeStretch()
    const list = Array.from({ length: bytes.length / 32 }, (_, n) =>
      bytes.subarray(n * 32, (n + 1) * 32),
    )
    stretch = { from, before: [...range.hashes], hashes: list }
    for (const hash of list) {
      range.append(hash)
      compare()
    }
  }

  function closeStretch(): void {
    if (!stretch) return
    const end = stretch.from + stretch.hashes.length - 1
    missing(at + 1, end)
    at = Math.max(at, end)
    stretch = null
  }

  function takeEvent({ number, value }: Line, part: Beginning): void {
    const { tenantId, isFiltered, checkpoint } = part
    const { sequence, event, disclosures, inclusionPath } = value as Record<string, unknown> & {
      event: Record<string, unknown>
    }
    if (!isSequence(sequence, 1) || !isObject(event) || !isObject(disclosures))
      throw new Unreadable(`Line ${number} is no event.`)
    only(isFiltered ? members.eventOfPart : members.event, value, `Line ${number}`)
    only(members.disclosures, disclosures, `Line ${number}`)
    verdict.events++
    part.events++
    verdict.first ??= sequence
    part.first ??= sequence
    if (sequence <= at)
      return void find(
        `Event ${sequence} (line ${number}) stands where it does not belong: after event ${at}.`,
      )
    verdict.last = sequence
    part.last = sequence
    const hash = leafHash(Buffer.from(canonicalize(event)))
    const isSealed = isFiltered
      ? verifyInclusion({
          leafHash: hash,
          index: sequence - 1,
          treeSize: checkpoint.treeSize,
          path: hashesOf(inclusionPath),
          root: checkpoint.rootHash,
        })
      : stretch?.hashes[sequence - stretch.from]?.equals(hash)
    if (!isFiltered) missing(at + 1, sequence - 1)
    at = sequence
    let isAsSealed = true
    const said = (what: string) => {
      isAsSealed = false
      find(`Event ${sequence} (line ${number}) ${what}.`)
    }
    if (!isSealed) said('is not what was sealed there: it was changed, or put in')
    if (event.sequence !== sequence) said(`calls itself event ${String(event.sequence)}`)
    if (event.tenantId !== tenantId) said('is of another tenant')
    for (const side of ['actor', 'target'] as const) {
      const disclosure = disclosures[side]
      if (disclosure === null) continue
      if (!isDisclosure(disclosure) || commitmentOf(disclosure) !== event[`${side}Commitment`])
        said(`says something else of its ${side} than what was sealed`)
    }
    if (disclosures.actor === null || disclosures.target === null) {
      verdict.erased++
      erasures.erased(sequence)
    }
    if (isAsSealed) hear(event, disclosures.target)
  }

  /** Takes what an event tells of the log itself, once it was found to be as it was sealed. */
  function hear(event: Record<string, unknown>, target: unknown): void {
    const { action, outcome, occurredAt } = event
    const { changes } = ((target as { value?: unknown })?.value ?? {}) as { changes?: unknown }
    const byField = new Map(
      (Array.isArray(changes) ? changes.filter(isObject) : []).map((change) => [
        change.field,
        change,
      ]),
    )
    expiries.tell(event, byField)
    erasures.tell(event, byField)
    if (action === 'activity_log.epoch_opened' && outcome === 'SUCCEEDED')
      epochsOpened.add(byField.get('epoch')?.after)
    if (typeof occurredAt !== 'string') return
    for (let n = gaps.length - 1; n >= 0 && gaps[n]!.nextAfter === ''; n--)
      gaps[n]!.nextAfter = occurredAt
    if (occurredAt > youngest) youngest = occurredAt
  }

  async function read(lines: AsyncIterable<Line>): Promise<void> {
    beginning = null
    for await (const line of lines) {
      if (!beginning) begin(line)
      else if (manifest) throw new Unreadable(`Line ${line.number} stands behind the manifest.`)
      else if ('leafHashes' in line.value) takeHashes(line)
      else if ('manifest' in line.value) manifest = memberOf(line.value, 'manifest')
      else takeEvent(line, beginning)
    }
  }

  try {
    for (const lines of parts) {
      let where = ''
      await read(lines).catch((error: unknown) => {
        if (!(error instanceof BrokenOff)) throw error
        where = ` ${error.message}`
      })
      const part = beginning as Beginning | null
      const isLast = file === parts.length
      if (manifest) closeStretch()
      if (manifest && isLast) explainGaps()
      if (!part && where) find(`The file breaks off${where}: export again.`)
      else if (!part) throw new Unreadable('There is nothing in the file.')
      else if (manifest) finish(manifest, part, isLast)
      // The next file goes on from there.
      else if (isLast)
        find(
          `The file breaks off${where}: it has no manifest. To go on, export again with afterSequence=${at}.`,
        )
      file++
    }
  } catch (error) {
    if (
      !(error instanceof Unreadable) &&
      !(error instanceof UnusableNote) &&
      !(error instanceof RangeError) &&
      !(error instanceof TypeError)
    )
      throw error
    find(
      error instanceof UnusableNote
        ? `The checkpoint does not hold: ${error.message}.`
        : error.message,
    )
  }
  // Of a file that breaks off, as far as it goes.
  explainGaps()

  function finish(said: Record<string, unknown>, part: Beginning, isLast: boolean): void {
    const { tenantId, afterSequence, isFiltered, checkpoint, note, filter } = part
    const stated = {
      version: 1,
      checkpoint: note,
      tenantId,
      afterSequence,
      firstSequence: part.first,
      lastSequence: part.last,
      count: part.events,
      treeSize: checkpoint.treeSize,
      rootHash: checkpoint.rootHash.toString('base64'),
    }
    only(members.manifest, said, 'The manifest')
    if (canonicalize(said.filter) !== canonicalize(filter))
      find('The manifest names another filter than the first line.')
    for (const [name, value] of Object.entries(stated))
      if (said[name] !== value)
        find(
          `The manifest says ${name} ${JSON.stringify(said[name])}, and it is ${JSON.stringify(value)}.`,
        )
    if (
      range &&
      (range.treeSize !== checkpoint.treeSize || !range.root().equals(checkpoint.rootHash))
    )
      find('The hashes do not lead to the checkpoint: some were changed, or left out.')
    const before = said.previous
    if (isObject(before) && typeof before.checkpoint === 'string') {
      only(members.previous, before, 'The manifest')
      continues(before.checkpoint, hashesOf(before.consistencyPath), checkpoint)
    } else if (before !== null) find('The manifest does not say what export was before it.')
    if (!isLast) return
    if (!isFiltered) explainErasures()
    const [whole] = beginnings
    const epoch = epochOf(checkpoint)
    // Where events have expired, the one that told of it may be among them.
    if (
      !isFiltered &&
      whole!.afterSequence === 0 &&
      epoch > 1 &&
      !verdict.expired &&
      !epochsOpened.has(epoch)
    )
      find(
        `The log is in epoch ${epoch}, and no event tells that an operator opened it: the history may have been rewritten.`,
      )
    if (since && !showsSince && !findings.length)
      find(
        isFiltered || since.treeSize < whole!.afterSequence
          ? `The export does not show whether the log continues the earlier checkpoint: export all events after ${since.treeSize}, or after fewer.`
          : 'The export does not reach the earlier checkpoint.',
      )
  }

  function explainErasures(): void {
    for (const [from, to] of erasures.unexplained()) {
      // What told of it came after it, and may have expired since.
      if (from <= lastExpired) continue
      const which = from === to ? `event ${from}` : `events ${from} to ${to}`
      find(
        `Personal data of ${which} are not there, and no event in the file tells that they were erased. If they were just now, export again.`,
      )
    }
  }

  function continues(note: string, path: Buffer[], to: Checkpoint): void {
    const from = parseCheckpoint(openNote(note, verifiers).text)
    const holds =
      logOf(from) === logOf(to) &&
      verifyConsistency({
        fromSize: from.treeSize,
        fromRoot: from.rootHash,
        toSize: to.treeSize,
        toRoot: to.rootHash,
        path,
      })
    if (!holds) find('The log does not continue the export before it: the history was rewritten.')
    if (holds && since && from.treeSize === since.treeSize && from.rootHash.equals(since.rootHash))
      showsSince = true
  }

  const { signedBy, ...counted } = verdict
  const found = beginnings.at(-1)
  return {
    ...counted,
    findings,
    more,
    checkpoint: found ? { ...found.checkpoint, signedBy } : null,
    epoch: found ? epochOf(found.checkpoint) : 1,
    isFiltered: found?.isFiltered ?? false,
    since: since === null ? 'not asked' : showsSince ? 'continued' : 'not shown',
  }
}

/** An origin is the key's name, which has one slash and changes with the service's host; the tenant; and from the second on, the epoch. */
const logOf = ({ origin }: Checkpoint) => origin.split('/').slice(2).join('/')
const tenantOf = ({ origin }: Checkpoint) => origin.split('/')[2]
const epochOf = ({ origin }: Checkpoint) => Number(origin.split('/')[3] ?? 1)

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
const isSequence = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least
const isDisclosure = (value: unknown): value is { salt: string; value: unknown } =>
  isObject(value) &&
  typeof value.salt === 'string' &&
  'value' in value &&
  Object.keys(value).length === 2

function memberOf(value: Record<string, unknown>, name: string): Record<string, unknown> {
  const member = value[name]
  if (!isObject(member) || Object.keys(value).length !== 1)
    throw new Unreadable(`There is no line \`${name}\` where one should be.`)
  return member
}

/** @throws Unreadable for what is no base64 with padding */
function bytesOf(text: unknown): Buffer {
  const bytes = Buffer.from(typeof text === 'string' ? text : '', 'base64')
  if (bytes.toString('base64') !== text) throw new Unreadable('A hash is not in base64.')
  return bytes
}

function hashesOf(list: unknown): Buffer[] {
  if (!Array.isArray(list) || list.length > 64) throw new Unreadable('A path is no list of hashes.')
  return list.map((text) => {
    const bytes = bytesOf(text)
    if (bytes.length !== 32) throw new Unreadable('A hash has 32 bytes.')
    return bytes
  })
}
