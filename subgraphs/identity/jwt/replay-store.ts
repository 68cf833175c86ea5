/**
 * Replay protection. Stores the `jti` of each signed token, so that a token is accepted only once.
 */
import { and, eq, lt, type SQL, sql } from 'drizzle-orm'
import {
  assertionId,
  clientAuthenticationId,
  securityEventId,
} from '../../../drizzle/tables/identity.ts'
import type { WriteTx } from '../../../platform/postgres/database.ts'
import { clockSkewSeconds } from './clock.ts'

/**
 * Identifies a signed token. The `jti` of an assertion is unique per tenant and issuer. Every other
 * `jti` is unique per partner client.
 */
export type TokenId =
  | { use: 'assertion'; tenantId: string; issuer: string; jti: string }
  | { use: 'client-authentication'; clientId: string; jti: string }
  | { use: 'security-event'; clientId: string; jti: string }

/**
 * The additional storage time of a `jti` after its token has expired, in seconds. This time
 * prevents replay if the database clock is set back.
 */
const replayRetentionSeconds = 3_600

/**
 * Returns the time until which the `jti` of a token must be stored.
 * @param exp the expiry time of the token (`exp`), in seconds since 1970
 */
export const retainUntil = (exp: number) =>
  new Date((exp + 2 * clockSkewSeconds + replayRetentionSeconds) * 1000)

/**
 * Stores a `jti` until `expiresAt`, and deletes the expired `jti` values of the same tenant or
 * client. If a concurrent transaction stores the same `jti`, this transaction waits until the
 * concurrent transaction ends.
 * @returns false if the `jti` was already consumed
 */
export async function consumeJti(
  tx: WriteTx,
  token: TokenId,
  expiresAt: Date | SQL,
): Promise<boolean> {
  await deleteExpired(tx, token)
  const inserted = await insertOnce(tx, token, expiresAt)
  return inserted.length === 1
}

/** Returns an SQL condition that is true if the `jti` was already consumed. */
export function isJtiConsumed(token: TokenId): SQL<boolean> {
  if (token.use === 'assertion')
    return sql<boolean>`exists (select from ${assertionId} where ${and(
      eq(assertionId.tenantId, token.tenantId),
      eq(assertionId.issuer, token.issuer),
      eq(assertionId.jti, token.jti),
    )})`
  const table = token.use === 'security-event' ? securityEventId : clientAuthenticationId
  return sql<boolean>`exists (select from ${table} where ${and(
    eq(table.clientId, token.clientId),
    eq(table.jti, token.jti),
  )})`
}

const now = sql`now()`

function deleteExpired(tx: WriteTx, token: TokenId): PromiseLike<unknown> {
  switch (token.use) {
    case 'assertion': // Row-level security limits this deletion to the tenant.
      return tx.delete(assertionId).where(lt(assertionId.expiresAt, now))
    case 'client-authentication':
      return tx
        .delete(clientAuthenticationId)
        .where(
          and(
            eq(clientAuthenticationId.clientId, token.clientId),
            lt(clientAuthenticationId.expiresAt, now),
          ),
        )
    case 'security-event':
      return tx
        .delete(securityEventId)
        .where(
          and(eq(securityEventId.clientId, token.clientId), lt(securityEventId.expiresAt, now)),
        )
  }
}

function insertOnce(
  tx: WriteTx,
  { use, ...token }: TokenId,
  expiresAt: Date | SQL,
): PromiseLike<unknown[]> {
  const row = { ...token, expiresAt }
  if ('tenantId' in row) return tx.insert(assertionId).values(row).onConflictDoNothing().returning()
  return use === 'security-event'
    ? tx.insert(securityEventId).values(row).onConflictDoNothing().returning()
    : tx.insert(clientAuthenticationId).values(row).onConflictDoNothing().returning()
}
