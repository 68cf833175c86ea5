import { and, eq, sql } from 'drizzle-orm'
import { session } from '../../../drizzle/tables/identity.ts'
import { unaudited } from '../../../platform/audit/unaudited.ts'
import type { Database } from '../../../platform/postgres/database.ts'

/** The gateway calls `touchSession` and `touchApiToken` at most this often per session or token. */
export const touchIntervalSeconds = 60

/**
 * Restarts a session's idle time. A session that has expired stays expired, because its end may be
 * in the Activity Log already.
 */
export const touchSession = (db: Database, tenantId: string, sessionId: string): Promise<void> =>
  unaudited(db, tenantId, 'the requests of the session are recorded themselves', async (tx) => {
    const isNotIdle = sql`now() < ${session.lastSeenAt} + make_interval(secs => ${session.idleSeconds})`
    await tx
      .update(session)
      .set({ lastSeenAt: sql`now()` })
      .where(and(eq(session.sessionId, sessionId), isNotIdle))
  })
