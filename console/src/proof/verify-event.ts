/**
 * Whether an event is what was sealed, found out here and not believed: what the page shows is what was hashed, the hash stands in the
 * log, and the log is the one that was signed. Each step says for itself how it went, so that whoever looks sees which one does not hold.
 */
import { canonicalize } from '../../../proof/canonical-json.ts'
import { type Bytes, fromBase64, sha256, toBase64, utf8 } from './bytes.ts'
import { leafHash, verifyConsistency, verifyInclusion } from './merkle.ts'
import {
  type Checkpoint,
  openNote,
  parseCheckpoint,
  partsOf,
  UnusableNote,
  type Verifier,
} from './note.ts'

/** An event as the API gives it and the page shows it. */
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

export interface Proof {
  sequence: number
  canonicalEvent: string
  leafHash: string
  inclusionPath: readonly string[]
  checkpoint: { treeSize: number; rootHash: string; note: string }
}

/** What is personal of an event stands beside it and is hashed with a salt; null: erased. */
export interface Disclosures {
  actor: { salt: string; value: Record<string, unknown> } | null
  target: { salt: string; value: Record<string, unknown> } | null
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
  /** For people: what was found. */
  found: string
}

/** A step that does not hold; its message says what was found. */
class DoesNotHold extends Error {}

async function step(name: StepName, check: () => string | Promise<string>): Promise<Step> {
  try {
    return { name, outcome: 'passed', found: await check() }
  } catch (error) {
    if (
      error instanceof DoesNotHold ||
      error instanceof UnusableNote ||
      error instanceof SyntaxError ||
      error instanceof TypeError
    )
      return { name, outcome: 'failed', found: sentence(error.message) }
    if (error instanceof Error && error.name === 'NotSupportedError')
      return {
        name,
        outcome: 'unknown',
        found:
          'This browser cannot check Ed25519 signatures: a newer one can, and `npm run verify`.',
      }
    throw error
  }
}

const sentence = (text: string) =>
  `${text[0]?.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`

/** What can be checked of an event and its proof, in the order in which it is told. */
export async function checkEvent(
  shown: ShownEvent,
  proof: Proof,
  tenantId: string,
  verifiers: Verifier[],
): Promise<Step[]> {
  return [
    await step('shown', () => isWhatWasHashed(shown, proof, tenantId)),
    await step('leaf', () => hashes(proof)),
    await step('path', () => leadsToRoot(proof)),
    await step('checkpoint', () => says(proof, tenantId)),
    await step('signature', () => isSigned(proof, verifiers)),
  ]
}

function isWhatWasHashed(
  shown: ShownEvent,
  { canonicalEvent, sequence }: Proof,
  tenantId: string,
): string {
  const event = JSON.parse(canonicalEvent) as Record<string, unknown>
  if (canonicalize(event) !== canonicalEvent)
    throw new DoesNotHold(
      'what was hashed is not written as it has to be, and could be read in more than one way',
    )
  const { __typename: type, displayName, userPrincipalName, email, ...identity } = shown.actor
  const actor = (event.actor ?? {}) as Record<string, unknown>
  const pairs: [name: string, shown: unknown, hashed: unknown][] = [
    ['id', shown.id, event.id],
    ['sequence number', sequence, event.sequence],
    ['tenant', tenantId, event.tenantId],
    ['tenant', shown.tenant?.id ?? tenantId, event.tenantId],
    ['time', moment(shown.occurredAt), moment(event.occurredAt)],
    ['action', shown.action, event.action],
    ['outcome', shown.outcome, event.outcome],
    ['reason', shown.reason, event.reason],
    ['door', shown.method, event.method],
    ['kind of actor', type, actor.type],
    ...Object.entries(identity).map(([name, value]): [string, unknown, unknown] => [
      `actor's ${name}`,
      value,
      actor[name],
    ]),
    ['kind of target', shown.target?.type, (event.target as { type?: unknown } | null)?.type],
    ['target', shown.target?.id, (event.target as { id?: unknown } | null)?.id],
    ['session', shown.session?.id, event.sessionId],
    ['request id', shown.requestId, event.requestId],
    ['trace id', shown.traceId, event.traceId],
    [
      'count of attempts',
      counted(shown.coalesced),
      counted(event.coalesced as ShownEvent['coalesced']),
    ],
  ]
  const wrong = pairs.filter(
    ([, here, hashed]) => canonicalize(here ?? null) !== canonicalize(hashed ?? null),
  )
  if (wrong.length)
    throw new DoesNotHold(
      `the page shows something else than what was hashed: ${[...new Set(wrong.map(([name]) => name))].join(', ')}`,
    )
  return 'Who, what, when, by which door and with what outcome stand here as they were hashed.'
}

const moment = (text: unknown) => (typeof text === 'string' ? new Date(text).getTime() : null)
const counted = (flood: ShownEvent['coalesced']) =>
  flood && [flood.count, moment(flood.firstAt), moment(flood.lastAt)]

/** Names, addresses and changes, against the commitments that were hashed in their stead. */
export const checkPersonal = (
  shown: ShownEvent,
  { canonicalEvent }: Proof,
  disclosures: Disclosures,
): Promise<Step> =>
  step('personal', async () => {
    const event = JSON.parse(canonicalEvent) as Record<string, unknown>
    const { userPrincipalName, email, displayName } = shown.actor
    const { changes, ipAddress, userAgent, target } = shown
    const parts = {
      actor: { displayName, email, ipAddress, userAgent, userPrincipalName },
      target: { changes, displayName: target?.displayName },
    }
    const erased: string[] = []
    for (const [name, here] of Object.entries(parts) as [
      'actor' | 'target',
      Record<string, unknown>,
    ][]) {
      const disclosure = disclosures[name]
      const hidden = ['(erased)', null, undefined]
      if (!disclosure) {
        const invented = Object.entries(here).filter(
          ([, value]) =>
            !hidden.includes(value as string) && !(Array.isArray(value) && !value.length),
        )
        if (invented.length)
          throw new DoesNotHold(
            `the page shows what was erased: ${invented.map(([field]) => field).join(', ')}`,
          )
        erased.push(name)
        continue
      }
      if ((await commitmentOf(disclosure)) !== event[`${name}Commitment`])
        throw new DoesNotHold(
          `the salt and the values of its ${name} are not those that were hashed`,
        )
      const hashed = disclosure.value
      const wrong = Object.keys(here).filter(
        (field) =>
          canonicalize(asShown(field, here[field])) !== canonicalize(asShown(field, hashed[field])),
      )
      if (wrong.length)
        throw new DoesNotHold(
          `the page shows something else than what was hashed: ${wrong.join(', ')}`,
        )
    }
    if (erased.length)
      return `Erased since, as the log may do for a person: what was sealed of the ${erased.join(' and the ')} is a hash.`
    return 'Names, addresses, program and changes stand here as they were hashed with their salts.'
  })

const commitmentOf = async ({ salt, value }: { salt: string; value: unknown }) =>
  toBase64(await sha256(fromBase64(salt) ?? new Uint8Array(), utf8(canonicalize(value))))

/** GraphQL says null where the row has no such member. */
const asShown = (field: string, value: unknown): unknown =>
  field === 'changes' ? (value as ShownEvent['changes']).map(change) : (value ?? null)
const change = ({ field, before = null, after = null }: ShownEvent['changes'][number]) => ({
  field,
  before,
  after,
})

async function hashes({ canonicalEvent, leafHash: given }: Proof): Promise<string> {
  const own = toBase64(await leafHash(utf8(canonicalEvent)))
  if (own !== given)
    throw new DoesNotHold('the event does not hash to the leaf that it is said to be')
  return `SHA-256 of the event's ${utf8(canonicalEvent).length} bytes, computed here, is the leaf hash.`
}

async function leadsToRoot({
  canonicalEvent,
  inclusionPath,
  sequence,
  checkpoint,
}: Proof): Promise<string> {
  const { treeSize, rootHash } = checkpoint
  const [path, root] = [inclusionPath.map(hash), hash(rootHash)]
  const leaf = await leafHash(utf8(canonicalEvent))
  if (!(await verifyInclusion({ leafHash: leaf, index: sequence - 1, treeSize, path, root })))
    throw new DoesNotHold(
      `the path does not lead from event ${sequence} to the root of the ${treeSize} events`,
    )
  return `A path of ${path.length} hashes leads from event ${sequence} to the root of all ${treeSize} events.`
}

function says({ checkpoint: { note, treeSize, rootHash } }: Proof, tenantId: string): string {
  const said = parseCheckpoint(partsOf(note).text)
  if (said.origin.split('/')[2] !== tenantId)
    throw new DoesNotHold("the statement is of another log than this tenant's")
  if (said.treeSize !== treeSize)
    throw new DoesNotHold(`the statement is of ${said.treeSize} events and not of ${treeSize}`)
  if (toBase64(said.rootHash) !== rootHash)
    throw new DoesNotHold('the statement names another root')
  return `The statement is of the log ${said.origin}, of ${treeSize} events, and of this root.`
}

async function isSigned({ checkpoint: { note } }: Proof, verifiers: Verifier[]): Promise<string> {
  const { signedBy } = await openNote(note, verifiers)
  return `The Ed25519 signature of ${signedBy.map(({ name }) => name).join(', ')} is right under the published key.`
}

/** Whether two checkpoints are of one log that only grew, whichever is the earlier. */
export const checkHistory = (
  earlier: Checkpoint,
  later: Checkpoint,
  consistencyPath: readonly string[],
): Promise<Step> =>
  step('history', async () => {
    const holds = await verifyConsistency({
      fromSize: earlier.treeSize,
      fromRoot: earlier.rootHash,
      toSize: later.treeSize,
      toRoot: later.rootHash,
      path: consistencyPath.map(hash),
    })
    if (!holds)
      throw new DoesNotHold(
        `the log of ${later.treeSize} events does not begin with the one of ${earlier.treeSize}: history was rewritten`,
      )
    return `The log of ${later.treeSize} events continues the one of ${earlier.treeSize}: nothing before it was changed.`
  })

function hash(text: string): Bytes {
  const bytes = fromBase64(text)
  if (bytes?.length !== 32) throw new DoesNotHold('a hash is not in order')
  return bytes
}
