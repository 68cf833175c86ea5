/** Replay protection: stores the `jti` of each signed token, so that it is accepted only once. */
import { and, eq, lt, type SQL, sql } from 'drizzle-orm'
import {
  assertionId,
  clientAuthenticationId,
  securityEventId,
} from '../../../drizzle/tables/identity.ts'
import type { WriteTx } from '../../../platform/postgres/database.ts'
import { clockSkewSeconds } from './clock.ts'

/** Identifies a signed token. A `jti` is unique per tenant and issuer, or per partner client. */
export type TokenId =
  | { use: 'assertion'; tenantId: string; issuer: string; jti: string }
  | { use: 'client-authentication'; clientId: string; jti: string }
  | { use: 'security-event'; clientId: string; jti: string }

/**
 * The additional time for which a `jti` is stored after its token has expired, in case the
 * database's clock is set back.
 */
const replayRetentionSeconds = 3_600

/**
 * Returns the time until which the `jti` of a token must be stored.
 * @param exp the token's `exp`, in seconds since 1970
 */
export const retainUntil = (exp: number) =>
  new Date((exp + 2 * clockSkewSeconds + replayRetentionSeconds) * 1000)

/**
 * Stores a `jti` until `expiresAt`, and deletes the expired ones of the same tenant or client.
 * A concurrent transaction with the same `jti` waits until this transaction ends, and returns false
 * if this transaction has committed.
 * @returns false if the `jti` was consumed before
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

/** Returns the SQL condition that the `jti` was consumed before. */
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
    case 'assertion': // row-level security limits the deletion to the tenant
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
