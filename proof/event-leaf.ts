/**
 * The leaf of an event in the Merkle tree: the event as canonical JSON. The leaf contains only
 * salted commitments to personal data, so that erasing the data does not invalidate any proof.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, fromBase64, toBase64, utf8 } from './bytes.ts'
import { canonicalize } from './canonical-json.ts'

/**
 * The salt and the value of a commitment. The disclosure is stored and exported with the event, and
 * deleted when the personal data is erased.
 */
export interface Disclosure<Value> {
  /** Base64 of 32 random bytes. */
  salt: string
  value: Value
}

/** A recorded event that is not sealed yet. */
export interface RecordedEvent {
  eventId: string
  tenantId: string
  occurredAt: Date
  actor: {
    __typename: string
    displayName: string
    email?: string | null
    userPrincipalName?: string
  }
  action: string
  outcome: string
  reason: string | null
  target: { type: string; id: string | null; displayName: string | null } | null
  changes: { field: string; before: unknown; after: unknown }[]
  ipAddress: string | null
  userAgent: string | null
  requestId: string
  traceId: string | null
  method: string | null
  sessionId: string | null
  coalesced: unknown
  clientId: string | null
}

const disclose = <Value>(value: Value): Disclosure<Value> => ({
  salt: toBase64(crypto.getRandomValues(new Uint8Array(32))),
  value,
})

/** Returns base64(SHA-256(salt bytes, canonical JSON of the value)). */
export const commitmentOf = ({ salt, value }: Disclosure<unknown>): string =>
  toBase64(sha256(concatBytes([fromBase64(salt) ?? new Uint8Array(), utf8(canonicalize(value))])))

/**
 * Builds the leaf of an event.
 * @param sequence the position of the event in the log, starting at 1
 * @returns the canonical JSON of the leaf, and the disclosures of its two commitments
 */
export function createEventLeaf(recorded: RecordedEvent, sequence: number) {
  const { __typename: type, displayName, userPrincipalName, email, ...actor } = recorded.actor
  const { ipAddress, userAgent, target, changes } = recorded
  const disclosures = {
    actor: disclose({ displayName, email, ipAddress, userAgent, userPrincipalName }),
    target: disclose({ changes, displayName: target?.displayName ?? null }),
  }
  const event = canonicalize({
    action: recorded.action,
    actor: { ...actor, type },
    actorCommitment: commitmentOf(disclosures.actor),
    clientId: recorded.clientId,
    coalesced: recorded.coalesced,
    id: recorded.eventId,
    method: recorded.method,
    occurredAt: recorded.occurredAt.toISOString(),
    outcome: recorded.outcome,
    reason: recorded.reason,
    requestId: recorded.requestId,
    sequence,
    sessionId: recorded.sessionId,
    target: target && { id: target.id, type: target.type },
    targetCommitment: commitmentOf(disclosures.target),
    tenantId: recorded.tenantId,
    traceId: recorded.traceId,
    version: 1,
  })
  return { event, disclosures }
}
