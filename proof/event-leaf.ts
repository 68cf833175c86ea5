/** An event as it is hashed. What is personal of it is there as a salted commitment, so that a person can be erased and the proof still holds. */
import { createHash, randomBytes } from 'node:crypto'
import type { Disclosure, Disclosures, unsealed } from '../drizzle/tables/audit.ts'
import { canonicalize } from './canonical-json.ts'

const disclose = <Value>(value: Value): Disclosure<Value> => ({
  salt: randomBytes(32).toString('base64'),
  value,
})

/** Base64 of SHA-256 over the salt's bytes and the value's canonical form. */
export const commitmentOf = ({ salt, value }: Disclosure<unknown>): string =>
  createHash('sha256')
    .update(Buffer.from(salt, 'base64'))
    .update(canonicalize(value))
    .digest('base64')

/** The bytes that are hashed, and what is kept beside them. */
export function eventOf(
  row: typeof unsealed.$inferSelect,
  sequence: number,
): { event: string; disclosures: Disclosures } {
  const { __typename: type, displayName, ...rest } = row.actor
  const { userPrincipalName, email, ...actor } = rest as typeof rest & {
    userPrincipalName?: string
    email?: string | null
  }
  const { ipAddress, userAgent, target, changes } = row
  const disclosures = {
    actor: disclose({ displayName, email, ipAddress, userAgent, userPrincipalName }),
    target: disclose({ changes, displayName: target?.displayName ?? null }),
  }
  const event = canonicalize({
    action: row.action,
    actor: { ...actor, type },
    actorCommitment: commitmentOf(disclosures.actor),
    clientId: row.clientId,
    coalesced: row.coalesced,
    id: row.eventId,
    method: row.method,
    occurredAt: row.occurredAt.toISOString(),
    outcome: row.outcome,
    reason: row.reason,
    requestId: row.requestId,
    sequence,
    sessionId: row.sessionId,
    target: target && { id: target.id, type: target.type },
    targetCommitment: commitmentOf(disclosures.target),
    tenantId: row.tenantId,
    traceId: row.traceId,
    version: 1,
  })
  return { event, disclosures }
}
