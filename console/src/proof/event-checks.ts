/**
 * Checks that an event on the page is the sealed event. Separate steps check that the page shows
 * the hashed values, that the log contains the hash, and that the checkpoint is signed.
 */
import { fromBase64, toBase64, utf8 } from '../../../proof/bytes.ts'
import { canonicalize } from '../../../proof/canonical-json.ts'
import { type Checkpoint, parseCheckpoint, parseOrigin } from '../../../proof/checkpoint.ts'
import { commitmentOf, type Disclosure } from '../../../proof/event-leaf.ts'
import { leafHash, verifyConsistency, verifyInclusion } from '../../../proof/merkle-tree.ts'
import { InvalidNote, openNote, splitNote, type Verifier } from '../../../proof/signed-note.ts'

/** An event from the API, with the values that the page shows. */
export interface ShownEvent {
  id: string
  occurredAt: string
  tenant?: { id: string } | null
  actor: { __typename: string; key: string; displayName: string } & Record<string, unknown>
  method?: string | null
  action: string
  outcome: string
  reason?: string | null
  target?: { type: string; id?: string | null; displayName?: string | null } | null
  changes: readonly { field: string; before?: unknown; after?: unknown }[]
  session?: { id: string } | null
  ipAddress?: string | null
  userAgent?: string | null
  requestId: string
  traceId?: string | null
  coalesced?: { count: number; firstAt: string; lastAt: string } | null
}

/** The inclusion proof of a sealed event. All hashes are in base64. */
export interface Proof {
  /** The position of the event in the log. The first event has the number 1. */
  sequence: number
  canonicalEvent: string
  leafHash: string
  inclusionPath: readonly string[]
  checkpoint: { treeSize: number; rootHash: string; note: string }
}

/**
 * The personal data of an event with its salts. A member is null if the personal data was erased.
 */
export interface Disclosures {
  actor: Disclosure<Record<string, unknown>> | null
  target: Disclosure<Record<string, unknown>> | null
}

export type StepName =
  | 'shown'
  | 'personal'
  | 'leaf'
  | 'path'
  | 'checkpoint'
  | 'signature'
  | 'history'

export interface Step {
  name: StepName
  outcome: 'passed' | 'failed' | 'unknown'
  /** The result as a sentence for the user. */
  found: string
}

/** Thrown when a step fails. The message is a sentence for the user. */
class CheckFailed extends Error {}

async function step(name: StepName, check: () => string | Promise<string>): Promise<Step> {
  try {
    return { name, outcome: 'passed', found: await check() }
  } catch (error) {
    // A SyntaxError means that the sealed event is not valid JSON. A TypeError means that the
    // sealed event has no canonical form.
    const isFailure =
      error instanceof CheckFailed ||
      error instanceof InvalidNote ||
      error instanceof SyntaxError ||
      error instanceof TypeError
    if (isFailure) return { name, outcome: 'failed', found: error.message }
    if (error instanceof Error && error.name === 'NotSupportedError')
      return {
        name,
        outcome: 'unknown',
        found:
          'This browser cannot verify Ed25519 signatures. Use a newer browser or `npm run verify`.',
      }
    throw error
  }
}

/** Runs the steps that need only the event, its proof and the published keys. */
export async function checkEvent(
  shown: ShownEvent,
  proof: Proof,
  tenantId: string,
  verifiers: Verifier[],
): Promise<Step[]> {
  return [
    await step('shown', () => checkShown(shown, proof, tenantId)),
    await step('leaf', () => checkLeaf(proof)),
    await step('path', () => checkPath(proof)),
    await step('checkpoint', () => checkCheckpoint(proof, tenantId)),
    await step('signature', () => checkSignature(proof, verifiers)),
  ]
}

function checkShown(
  shown: ShownEvent,
  { canonicalEvent, sequence }: Proof,
  tenantId: string,
): string {
  const event = JSON.parse(canonicalEvent) as Record<string, unknown>
  if (canonicalize(event) !== canonicalEvent)
    throw new CheckFailed('The sealed event is not canonical JSON (RFC 8785).')
  const { __typename: type, displayName, userPrincipalName, email, ...identity } = shown.actor
  const actor = (event.actor ?? {}) as Record<string, unknown>
  const target = event.target as { type?: unknown; id?: unknown } | null
  const pairs: [name: string, shown: unknown, sealed: unknown][] = [
    ['ID', shown.id, event.id],
    ['sequence number', sequence, event.sequence],
    ['tenant', tenantId, event.tenantId],
    ['tenant', shown.tenant?.id ?? tenantId, event.tenantId],
    ['time', timeOf(shown.occurredAt), timeOf(event.occurredAt)],
    ['action', shown.action, event.action],
    ['result', shown.outcome, event.outcome],
    ['reason', shown.reason, event.reason],
    ['sign-in method', shown.method, event.method],
    ['type of actor', type, actor.type],
    ...Object.entries(identity).map(([name, value]): [string, unknown, unknown] => [
      `actor's ${name}`,
      value,
      actor[name],
    ]),
    ['type of target', shown.target?.type, target?.type],
    ['target', shown.target?.id, target?.id],
    ['session', shown.session?.id, event.sessionId],
    ['request ID', shown.requestId, event.requestId],
    ['trace ID', shown.traceId, event.traceId],
    [
      'number of attempts',
      coalescedOf(shown.coalesced),
      coalescedOf(event.coalesced as ShownEvent['coalesced']),
    ],
  ]
  failOnDifferences(
    pairs.flatMap(([name, here, sealed]) =>
      canonicalize(here ?? null) === canonicalize(sealed ?? null) ? [] : [name],
    ),
  )
  return 'Actor, action, time, sign-in method and result on this page match the sealed event.'
}

function failOnDifferences(names: string[]): void {
  if (names.length > 0)
    throw new CheckFailed(
      `These values on the page differ from the sealed values: ${[...new Set(names)].join(', ')}.`,
    )
}

const timeOf = (text: unknown) => (typeof text === 'string' ? new Date(text).getTime() : null)
const coalescedOf = (coalesced: ShownEvent['coalesced']) =>
  coalesced && [coalesced.count, timeOf(coalesced.firstAt), timeOf(coalesced.lastAt)]

/** Checks that the names, addresses and changes match the commitments in the sealed event. */
export const checkPersonal = (
  shown: ShownEvent,
  { canonicalEvent }: Proof,
  disclosures: Disclosures,
): Promise<Step> =>
  step('personal', () => {
    const event = JSON.parse(canonicalEvent) as Record<string, unknown>
    const { userPrincipalName, email, displayName } = shown.actor
    const { changes, ipAddress, userAgent, target } = shown
    const sides: [name: 'actor' | 'target', shown: Record<string, unknown>][] = [
      ['actor', { displayName, email, ipAddress, userAgent, userPrincipalName }],
      ['target', { changes, displayName: target?.displayName }],
    ]
    const erased = sides.filter(([name, here]) => {
      const disclosure = disclosures[name]
      if (!disclosure) {
        checkErased(here)
        return true
      }
      if (commitmentOf(disclosure) !== event[`${name}Commitment`])
        throw new CheckFailed(`The ${name}'s data does not match its sealed commitment.`)
      failOnDifferences(
        Object.keys(here).filter(
          (field) =>
            canonicalize(asShown(field, here[field])) !==
            canonicalize(asShown(field, disclosure.value[field])),
        ),
      )
      return false
    })
    return erased.length > 0
      ? `The personal data of the ${erased.map(([name]) => name).join(' and the ')} was erased after the event was sealed.`
      : 'Names, addresses, client and changes on this page match the sealed commitments.'
  })

/** Checks that the page shows no value for erased data, because such a value cannot be verified. */
function checkErased(shown: Record<string, unknown>): void {
  const isEmpty = (value: unknown) =>
    value === '(erased)' || value == null || (Array.isArray(value) && value.length === 0)
  const names = Object.keys(shown).filter((name) => !isEmpty(shown[name]))
  if (names.length > 0)
    throw new CheckFailed(`The page shows data that was erased: ${names.join(', ')}.`)
}

/**
 * Replaces missing members with null, as in GraphQL responses, so that the values can be compared.
 */
const asShown = (field: string, value: unknown): unknown =>
  field === 'changes'
    ? (value as ShownEvent['changes']).map(({ field, before = null, after = null }) => ({
        field,
        before,
        after,
      }))
    : (value ?? null)

function checkLeaf({ canonicalEvent, leafHash: given }: Proof): string {
  const bytes = utf8(canonicalEvent)
  if (toBase64(leafHash(bytes)) !== given)
    throw new CheckFailed('The event does not match its leaf hash.')
  return `The SHA-256 of the event's ${bytes.length} bytes is the leaf hash.`
}

function checkPath({ canonicalEvent, inclusionPath, sequence, checkpoint }: Proof): string {
  const { treeSize, rootHash } = checkpoint
  const isIncluded = verifyInclusion({
    leafHash: leafHash(utf8(canonicalEvent)),
    index: sequence - 1,
    treeSize,
    path: inclusionPath.map(parseHash),
    root: parseHash(rootHash),
  })
  if (!isIncluded)
    throw new CheckFailed(
      `The inclusion proof does not lead from event ${sequence} to the root of ${treeSize} events.`,
    )
  return `An inclusion proof of ${inclusionPath.length} hashes leads from event ${sequence} to the root of ${treeSize} events.`
}

function checkCheckpoint(
  { checkpoint: { note, treeSize, rootHash } }: Proof,
  tenantId: string,
): string {
  const signed = parseCheckpoint(splitNote(note).text)
  if (parseOrigin(signed.origin).tenantId !== tenantId)
    throw new CheckFailed("The checkpoint does not belong to this tenant's log.")
  if (signed.treeSize !== treeSize)
    throw new CheckFailed(`The checkpoint is for ${signed.treeSize} events, not ${treeSize}.`)
  if (toBase64(signed.rootHash) !== rootHash)
    throw new CheckFailed(
      'The root hash in the checkpoint differs from the root hash of the proof.',
    )
  return `The checkpoint belongs to the log ${signed.origin}. Its number of events, ${treeSize}, and its root hash match the proof.`
}

async function checkSignature(
  { checkpoint: { note } }: Proof,
  verifiers: Verifier[],
): Promise<string> {
  const { signedBy } = await openNote(note, verifiers)
  return `The Ed25519 signature by ${signedBy.map(({ name }) => name).join(', ')} is valid.`
}

/**
 * Checks that the later checkpoint extends the log of the earlier checkpoint.
 * @param consistencyPath the hashes of the consistency proof (RFC 9162 §2.1.4), in base64
 */
export const checkHistory = (
  earlier: Checkpoint,
  later: Checkpoint,
  consistencyPath: readonly string[],
): Promise<Step> =>
  step('history', () => {
    const isContinued = verifyConsistency({
      fromSize: earlier.treeSize,
      fromRoot: earlier.rootHash,
      toSize: later.treeSize,
      toRoot: later.rootHash,
      path: consistencyPath.map(parseHash),
    })
    if (!isContinued)
      throw new CheckFailed(
        `The log of ${later.treeSize} events does not continue the log of ${earlier.treeSize} events: its history was rewritten.`,
      )
    return `The log of ${later.treeSize} events continues the log of ${earlier.treeSize} events: no earlier event was changed.`
  })

function parseHash(text: string): Uint8Array {
  const bytes = fromBase64(text)
  if (bytes?.length !== 32) throw new CheckFailed('A hash must be 32 bytes in base64.')
  return bytes
}
