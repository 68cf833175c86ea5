/** Sessions: how they begin, and how they are kept alive. Whether one still counts is derived, in drizzle/migrations (`session_status`). */
import { and, eq, sql } from 'drizzle-orm'
import { openSession, session } from '../../../drizzle/tables/identity.ts'
import { unaudited } from '../../../platform/audit/audited.ts'
import { newToken } from '../../../platform/auth/tokens.ts'
import type { Member, RequestMetadata } from '../../../platform/auth/viewer.ts'
import type { Database, WriteTx } from '../../../platform/postgres/database.ts'

/** How long sessions last, in seconds: unused, and at most. */
export interface SessionLifetimes {
  federatedIdleSeconds: number
  federatedMaxSeconds: number
  microsoftIdleSeconds: number
  microsoftMaxSeconds: number
}

type NewSession = Omit<
  typeof session.$inferInsert,
  'tokenHash' | 'idleSeconds' | 'maxExpiresAt' | 'ipAddress' | 'userAgent'
>

/** Begins a session, under an id and a token of its own whatever session was there before. */
export async function beginSession(
  tx: WriteTx,
  lifetimes: SessionLifetimes,
  { ipAddress, userAgent }: RequestMetadata,
  who: NewSession,
): Promise<{ sessionId: string; token: string }> {
  const { token, hash } = newToken(who.tenantId)
  const [idleSeconds, maxSeconds] =
    who.method === 'MICROSOFT'
      ? [lifetimes.microsoftIdleSeconds, lifetimes.microsoftMaxSeconds]
      : [lifetimes.federatedIdleSeconds, lifetimes.federatedMaxSeconds]
  const [begun] = await tx
    .insert(session)
    .values({
      ...who,
      tokenHash: hash,
      idleSeconds,
      maxExpiresAt: sql`clock_timestamp() + make_interval(secs => ${maxSeconds})`,
      ipAddress,
      userAgent,
    })
    .returning({ sessionId: session.sessionId })
  return { sessionId: begun!.sessionId, token }
}

/** A session is noted as seen at most this often. */
export const seenEverySeconds = 60

export const noteSeen = (db: Database, tenantId: string, sessionId: string): Promise<void> =>
  unaudited(
    db,
    tenantId,
    'it says that a session is in use, which its requests say better',
    async (tx) => {
      // One that ran out meanwhile stays so: its end may be in the log.
      const runs = sql`now() < ${session.lastSeenAt} + make_interval(secs => ${session.idleSeconds})`
      await tx
        .update(session)
        .set({ lastSeenAt: sql`now()` })
        .where(and(eq(session.sessionId, sessionId), runs))
    },
  )

/** The work of ending one's own session. */
export const endSession = (reason: 'SIGNED_OUT') => async (tx: WriteTx, viewer: Member) => {
  await endOne(tx, viewer.sessionId, reason)
  return { payload: {}, target: { type: 'session', id: viewer.sessionId, displayName: null } }
}

/** Ends one session, by an act whose own row tells of its end. */
export async function endOne(
  tx: WriteTx,
  sessionId: string,
  reason: 'SIGNED_OUT' | 'REVOKED',
): Promise<void> {
  await tx
    .update(session)
    .set({ revokedAt: sql`clock_timestamp()`, revokedReason: reason })
    .where(eq(session.sessionId, sessionId))
  await tx.delete(openSession).where(eq(openSession.sessionId, sessionId))
}
