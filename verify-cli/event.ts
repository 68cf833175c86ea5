/** Verifies an event: its leaf hash, its position in the log, and its disclosed personal data. */
import { equalBytes, utf8 } from '../proof/bytes.ts'
import { canonicalize } from '../proof/canonical-json.ts'
import { commitmentOf, type Disclosure } from '../proof/event-leaf.ts'
import { leafHash, verifyInclusion } from '../proof/merkle-tree.ts'
import { type Fields, isIntegerFrom, isObject, parseHashes, unknownMembers } from './fields.ts'
import { type Line, MalformedFile } from './read-lines.ts'
import type { ExportFile, Verification } from './verification.ts'

const members = ['sequence', 'event', 'disclosures']
const filteredMembers = [...members, 'inclusionPath']

interface EventLine {
  /** The position of the event in the log, starting at 1. */
  sequence: number
  /** The event whose canonical JSON is the leaf of the Merkle tree. */
  event: Fields
  disclosures: Fields
  /** The inclusion proof of the event. Present only in a filtered export. */
  inclusionPath?: unknown
}

/**
 * Verifies one event, and adds a finding for each error.
 * @throws MalformedFile when the line is not an event
 */
export function verifyEvent(verification: Verification, line: Line, file: ExportFile): void {
  const { findings } = verification
  const eventLine = parseEventLine(line)
  const { sequence, event, disclosures } = eventLine
  const where = `Line ${line.number}`
  const known = file.filter === null ? members : filteredMembers
  findings.add(...unknownMembers(where, line.value, known))
  findings.add(...unknownMembers(where, disclosures, ['actor', 'target']))
  verification.events++
  file.events++
  verification.firstSequence ??= sequence
  file.firstSequence ??= sequence
  if (sequence <= verification.position) {
    findings.add(
      `Event ${sequence} (line ${line.number}) is out of order: the export was already at event ${verification.position}.`,
    )
    return
  }
  verification.lastSequence = sequence
  file.lastSequence = sequence
  const isSealed = hasLeafHash(verification, eventLine, file)
  if (file.filter === null) verification.gaps.add(verification.position + 1, sequence - 1)
  verification.position = sequence
  const wrong = [
    ...(isSealed ? [] : ['does not match its leaf hash: it was changed or inserted']),
    ...compareWithLine(eventLine, file),
    ...compareDisclosures(eventLine),
  ]
  findings.add(...wrong.map((what) => `Event ${sequence} (line ${line.number}) ${what}.`))
  if (disclosures.actor === null || disclosures.target === null) {
    verification.erasedEvents++
    verification.erasures.noteErased(sequence)
  }
  if (wrong.length === 0) takeClaims(verification, event, disclosures.target)
}

function parseEventLine({ number, value }: Line): EventLine {
  const { sequence, event, disclosures, inclusionPath } = value
  if (!isIntegerFrom(1, sequence) || !isObject(event) || !isObject(disclosures))
    throw new MalformedFile(
      `Line ${number} must be an event with \`sequence\`, \`event\` and \`disclosures\`.`,
    )
  return { sequence, event, disclosures, inclusionPath }
}

/** Returns whether the hash of the event equals the leaf hash at its position in the tree. */
function hasLeafHash(
  { batch }: Verification,
  { sequence, event, inclusionPath }: EventLine,
  { filter, checkpoint }: ExportFile,
): boolean {
  const hash = leafHash(utf8(canonicalize(event)))
  if (filter !== null)
    return verifyInclusion({
      leafHash: hash,
      index: sequence - 1,
      treeSize: checkpoint.treeSize,
      path: parseHashes(inclusionPath),
      root: checkpoint.rootHash,
    })
  const expected = batch?.hashes[sequence - batch.from]
  return expected !== undefined && equalBytes(expected, hash)
}

function compareWithLine({ sequence, event }: EventLine, { tenantId }: ExportFile): string[] {
  const wrong: string[] = []
  if (event.sequence !== sequence) wrong.push(`was sealed as event ${String(event.sequence)}`)
  if (event.tenantId !== tenantId) wrong.push('belongs to another tenant')
  return wrong
}

function compareDisclosures({ event, disclosures }: EventLine): string[] {
  return (['actor', 'target'] as const)
    .filter((side) => {
      const disclosure = disclosures[side]
      if (disclosure === null) return false
      return !isDisclosure(disclosure) || commitmentOf(disclosure) !== event[`${side}Commitment`]
    })
    .map((side) => `has a disclosed ${side} that does not match its commitment: it was changed`)
}

const isDisclosure = (value: unknown): value is Disclosure<unknown> =>
  isObject(value) &&
  typeof value.salt === 'string' &&
  'value' in value &&
  Object.keys(value).length === 2

/**
 * Stores what a verified event records about the log: expired events, erased personal data or a new
 * epoch.
 */
function takeClaims(verification: Verification, event: Fields, target: unknown): void {
  const value = isObject(target) && isObject(target.value) ? target.value : {}
  const changes = Array.isArray(value.changes) ? value.changes.filter(isObject) : []
  const byField = new Map(changes.map((change) => [change.field, change]))
  verification.expiries.add(event, byField)
  verification.erasures.add(event, byField)
  verification.epochs.add(event, byField)
  if (typeof event.occurredAt === 'string') verification.gaps.noteTime(event.occurredAt)
}
