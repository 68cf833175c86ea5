/**
 * Checks an export against signed checkpoints and nothing else: no service, no database, no network. Reads it once, in memory that does not
 * grow with it. docs/verify.md says what each finding means.
 */

import { canonicalize } from '../proof/canonical.ts'
import { commitmentOf } from '../proof/event.ts'
import { CompactRange, leafHash, verifyConsistency, verifyInclusion } from '../proof/merkle.ts'
import { type Checkpoint, openNote, parseCheckpoint, UnusableNote, type Verifier } from '../proof/note.ts'
import { Expiries, type Gap } from './expiry.ts'
import { type Line, Unreadable } from './lines.ts'

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
  isFiltered: boolean
  /** Whether the log was shown to continue the one of an earlier checkpoint. */
  since: 'continued' | 'not asked' | 'not shown'
}

const maxFindings = 20
const maxStretch = 256
const maxGaps = 10_000

interface Beginning {
  tenantId: string
  afterSequence: number
  isFiltered: boolean
  checkpoint: Checkpoint
  note: string
  filter: unknown
}

/** @param since what was stated earlier, from a source that the checked log cannot have changed */
export async function checkExport(lines: AsyncIterable<Line>, verifiers: Verifier[], since: Checkpoint | null): Promise<Verdict> {
  const findings: string[] = []
  let more = 0
  const find = (what: string) => (findings.length < maxFindings ? findings.push(what) : more++)
  const verdict = { events: 0, first: null as number | null, last: null as number | null, erased: 0, expired: 0, signedBy: [] as string[] }
  let beginning: Beginning | null = null
  let range: CompactRange | null = null
  let stretch: { from: number; hashes: Buffer[] } | null = null
  let manifest: Record<string, unknown> | null = null
  let showsSince = false
  /** The sequence number up to which everything is told of, as here or as missing. */
  let at = 0

  const compareSince = () => {
    if (!since || !range || range.treeSize !== since.treeSize) return
    if (range.root().equals(since.rootHash)) showsSince = true
    else find(`The first ${since.treeSize} events are not those of the earlier checkpoint: the history was rewritten.`)
  }
  /** What is not there, and after how many findings. Whether it may be missing is known when all events are. */
  const gaps: (Gap & { after: number })[] = []
  const expiries = new Expiries()
  let youngest = ''
  const missing = (from: number, to: number) => {
    if (to < from) return
    if (gaps.length < maxGaps) gaps.push({ from, to, youngestBefore: youngest, after: findings.length })
    else find(`Events ${from} to ${to} are missing.`)
  }
  function explainGaps(): void {
    // From the last, so that the places of the others stay.
    for (const { after, ...gap } of gaps.splice(0).reverse()) {
      const left = expiries.unexplained(gap)
      verdict.expired += left.reduce((count, { from, to }) => count - (to - from + 1), gap.to - gap.from + 1)
      const said = left.map(({ from, to }) => (from === to ? `Event ${from} is missing.` : `Events ${from} to ${to} are missing.`))
      findings.splice(after, 0, ...said)
    }
    more += Math.max(0, findings.length - maxFindings)
    findings.length = Math.min(findings.length, maxFindings)
  }

  function begin({ value }: Line): void {
    const { version, tenantId, afterSequence, checkpoint: note, compactRange, filter } = memberOf(value, 'export')
    if (version !== 1) throw new Unreadable('This is no export that this program knows: it is older, or newer.')
    if (typeof tenantId !== 'string' || !isSequence(afterSequence, 0) || typeof note !== 'string' || filter === undefined)
      throw new Unreadable('The first line does not say of what the export is.')
    const { text, signedBy } = openNote(note, verifiers)
    const checkpoint = parseCheckpoint(text)
    verdict.signedBy = signedBy.map(({ name }) => name)
    if (checkpoint.origin.split('/')[2] !== tenantId) find(`The checkpoint is of another log than tenant ${tenantId}'s.`)
    beginning = { tenantId, afterSequence, isFiltered: filter !== null, checkpoint, note, filter }
    at = afterSequence
    if (filter === null) {
      range = new CompactRange(afterSequence, hashesOf(compactRange))
      compareSince()
    }
    if (since && since.origin !== checkpoint.origin) find('The earlier checkpoint is of another log.')
    else if (since && since.treeSize > checkpoint.treeSize)
      find(`The log holds ${checkpoint.treeSize} events, and held ${since.treeSize} at the earlier checkpoint: its end was cut off.`)
  }

  function takeHashes({ number, value }: Line): void {
    const { from, hashes } = memberOf(value, 'leafHashes')
    const bytes = bytesOf(hashes)
    if (!range || from !== range.treeSize + 1 || bytes.length === 0 || bytes.length % 32 !== 0 || bytes.length > maxStretch * 32)
      throw new Unreadable(`The hashes of line ${number} do not go on where those before them end.`)
    closeStretch()
    stretch = { from, hashes: Array.from({ length: bytes.length / 32 }, (_, n) => bytes.subarray(n * 32, (n + 1) * 32)) }
    for (const hash of stretch.hashes) {
      range.append(hash)
      compareSince()
    }
  }

  function closeStretch(): void {
    if (!stretch) return
    const end = stretch.from + stretch.hashes.length - 1
    missing(at + 1, end)
    at = Math.max(at, end)
    stretch = null
  }

  function takeEvent({ number, value }: Line, { tenantId, isFiltered, checkpoint }: Beginning): void {
    const { sequence, event, disclosures, inclusionPath } = value as Record<string, unknown> & { event: Record<string, unknown> }
    if (!isSequence(sequence, 1) || !isObject(event) || !isObject(disclosures)) throw new Unreadable(`Line ${number} is no event.`)
    verdict.events++
    verdict.first ??= sequence
    if (sequence <= at) return void find(`Event ${sequence} (line ${number}) stands where it does not belong: after event ${at}.`)
    verdict.last = sequence
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
    for (const part of ['actor', 'target'] as const) {
      const disclosure = disclosures[part]
      if (disclosure === null) continue
      if (!isDisclosure(disclosure) || commitmentOf(disclosure) !== event[`${part}Commitment`])
        said(`says something else of its ${part} than what was sealed`)
    }
    if (disclosures.actor === null || disclosures.target === null) verdict.erased++
    if (isAsSealed) {
      expiries.tell(event, disclosures.target)
      if (typeof event.occurredAt === 'string' && event.occurredAt > youngest) youngest = event.occurredAt
    }
  }

  try {
    for await (const line of lines) {
      if (manifest) throw new Unreadable(`Line ${line.number} stands behind the manifest.`)
      if (!beginning) begin(line)
      else if ('leafHashes' in line.value) takeHashes(line)
      else if ('manifest' in line.value) manifest = memberOf(line.value, 'manifest')
      else takeEvent(line, beginning)
    }
    if (manifest) {
      closeStretch()
      explainGaps()
    }
    if (!beginning) throw new Unreadable('There is nothing in the file.')
    if (manifest) finish(manifest, beginning)
    else find(`The file breaks off: it has no manifest. To go on, export again with afterSequence=${at}.`)
  } catch (error) {
    if (
      !(error instanceof Unreadable) &&
      !(error instanceof UnusableNote) &&
      !(error instanceof RangeError) &&
      !(error instanceof TypeError)
    )
      throw error
    find(error instanceof UnusableNote ? `The checkpoint does not hold: ${error.message}.` : error.message)
  }
  // Of a file that breaks off, as far as it goes.
  explainGaps()

  function finish(said: Record<string, unknown>, { tenantId, afterSequence, isFiltered, checkpoint, note, filter }: Beginning): void {
    const stated = {
      version: 1,
      checkpoint: note,
      tenantId,
      afterSequence,
      firstSequence: verdict.first,
      lastSequence: verdict.last,
      count: verdict.events,
      treeSize: checkpoint.treeSize,
      rootHash: checkpoint.rootHash.toString('base64'),
    }
    if (canonicalize(said.filter) !== canonicalize(filter)) find('The manifest names another filter than the first line.')
    for (const [name, value] of Object.entries(stated))
      if (said[name] !== value) find(`The manifest says ${name} ${JSON.stringify(said[name])}, and it is ${JSON.stringify(value)}.`)
    if (range && (range.treeSize !== checkpoint.treeSize || !range.root().equals(checkpoint.rootHash)))
      find('The hashes do not lead to the checkpoint: some were changed, or left out.')
    const before = said.previous
    if (isObject(before) && typeof before.checkpoint === 'string')
      continues(before.checkpoint, hashesOf(before.consistencyPath), checkpoint)
    else if (before !== null) find('The manifest does not say what export was before it.')
    if (since && !showsSince && !findings.length)
      find(
        isFiltered || since.treeSize < afterSequence
          ? `The export does not show whether the log continues the earlier checkpoint: export all events after ${since.treeSize}, or after fewer.`
          : 'The export does not reach the earlier checkpoint.',
      )
  }

  function continues(note: string, path: Buffer[], to: Checkpoint): void {
    const from = parseCheckpoint(openNote(note, verifiers).text)
    const holds =
      from.origin === to.origin &&
      verifyConsistency({ fromSize: from.treeSize, fromRoot: from.rootHash, toSize: to.treeSize, toRoot: to.rootHash, path })
    if (!holds) find('The log does not continue the export before it: the history was rewritten.')
    if (holds && since && from.treeSize === since.treeSize && from.rootHash.equals(since.rootHash)) showsSince = true
  }

  const { signedBy, ...counted } = verdict
  const found = beginning as Beginning | null
  return {
    ...counted,
    findings,
    more,
    checkpoint: found && { ...found.checkpoint, signedBy },
    isFiltered: found?.isFiltered ?? false,
    since: since === null ? 'not asked' : showsSince ? 'continued' : 'not shown',
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value)
const isSequence = (value: unknown, least: number): value is number => Number.isSafeInteger(value) && (value as number) >= least
const isDisclosure = (value: unknown): value is { salt: string; value: unknown } =>
  isObject(value) && typeof value.salt === 'string' && 'value' in value && Object.keys(value).length === 2

function memberOf(value: Record<string, unknown>, name: string): Record<string, unknown> {
  const member = value[name]
  if (!isObject(member) || Object.keys(value).length !== 1) throw new Unreadable(`There is no line \`${name}\` where one should be.`)
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
