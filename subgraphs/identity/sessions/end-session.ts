import { eq, sql } from 'drizzle-orm'
import { openSession, session } from '../../../drizzle/tables/identity.ts'
import type { Member } from '../../../platform/auth/viewer.ts'
import type { WriteTx } from '../../../platform/postgres/database.ts'

/** Ends the viewer's session. The Activity Log action is `session.signed_out`. */
export async function endOwnSession(tx: WriteTx, { sessionId }: Member) {
  await endSession(tx, sessionId, 'SIGNED_OUT')
  return { payload: {}, target: { type: 'session', id: sessionId, displayName: null } }
}

/**
 * Ends one session as part of an audited change, whose Activity Log event records the end. Deletes
 * the `open_session` row, so that the session-end worker does not record the end again.
 */
export async function endSession(
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
