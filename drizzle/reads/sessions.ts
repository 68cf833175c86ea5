import { and, count, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { handoff } from '../tables/identity.ts'
import { settings } from '../tables/tenants.ts'
import { sessionStatus } from '../tables/views.ts'
import { handoffHolds } from './handoffs.ts'
import type { Tx } from './tx.ts'

/**
 * The columns that authentication and audited transactions need: the session's derived status and
 * the data of the viewer.
 */
const sessionColumns = {
  sessionId: sessionStatus.sessionId,
  method: sessionStatus.method,
  actor: sessionStatus.actor,
  clientId: sessionStatus.clientId,
  live: sessionStatus.live,
  /** Null for a federated session, and for a Microsoft sign-in if Entra ID sent no `auth_time`. */
  secondsSinceAuthentication: sql<
    number | null
  >`extract(epoch from now() - ${sessionStatus.authTime})::float8`,
  secondsSinceSeen: sql<number>`extract(epoch from now() - ${sessionStatus.lastSeenAt})::float8`,
  itCompleteLoginEnabled: settings.itCompleteLoginEnabled,
}

export type SessionStatus = NonNullable<Awaited<ReturnType<typeof sessionStatusByToken>>>

export const sessionStatusByToken = (tx: Tx, tokenHash: string) =>
  readSessionStatus(tx, eq(sessionStatus.tokenHash, tokenHash))

export const sessionStatusById = (tx: Tx, sessionId: string) =>
  readSessionStatus(tx, eq(sessionStatus.sessionId, sessionId))

async function readSessionStatus(tx: Tx, isWanted: SQL) {
  const [row] = await tx
    .select(sessionColumns)
    .from(sessionStatus)
    .innerJoin(settings, eq(settings.tenantId, sessionStatus.tenantId))
    .where(isWanted)
  return row
}

/**
 * Counts active federated sessions and pending handoffs. Optionally counts only those of one
 * partner instance or one association.
 */
export async function federatedPresence(
  tx: Tx,
  of: { clientId?: string | null; associationId?: string } = {},
) {
  const [sessions] = await tx
    .select({ count: count() })
    .from(sessionStatus)
    .where(
      and(
        sessionStatus.live,
        sql`${sessionStatus.method} <> 'MICROSOFT'`,
        of.clientId ? eq(sessionStatus.clientId, of.clientId) : undefined,
        of.associationId ? sql`association_id = ${of.associationId}` : undefined,
      ),
    )
  const [handoffs] = await tx
    .select({ count: count() })
    .from(handoff)
    .where(
      and(
        isNull(handoff.consumedAt),
        gt(handoff.expiresAt, sql`now()`),
        handoffHolds,
        of.clientId ? eq(handoff.clientId, of.clientId) : undefined,
        of.associationId ? eq(handoff.associationId, of.associationId) : undefined,
      ),
    )
  return { sessionCount: sessions?.count ?? 0, handoffCount: handoffs?.count ?? 0 }
}

/** Counts the active sessions that depend on a Spanning Admin grant. */
export async function liveSessionsOfGrant(tx: Tx, grantId: string): Promise<number> {
  const [row] = await tx
    .select({ count: count() })
    .from(sessionStatus)
    .where(and(sessionStatus.live, sql`grant_id = ${grantId}`))
  return row?.count ?? 0
}
