import { and, eq, sql } from 'drizzle-orm'
import { session } from '../../../drizzle/tables/identity.ts'
import { unaudited } from '../../../platform/audit/unaudited.ts'
import type { Database } from '../../../platform/postgres/database.ts'

/** The minimum time between two updates of the last use of a session or API token, in seconds. */
export const touchIntervalSeconds = 60

/**
 * Restarts the idle time of a session. Does not revive an expired session, because the Activity Log
 * may already contain its end.
 */
export const touchSession = (db: Database, tenantId: string, sessionId: string): Promise<void> =>
  unaudited(db, tenantId, 'each request is recorded in the Activity Log', async (tx) => {
    const isNotIdle = sql`now() < ${session.lastSeenAt} + make_interval(secs => ${session.idleSeconds})`
    await tx
      .update(session)
      .set({ lastSeenAt: sql`now()` })
      .where(and(eq(session.sessionId, sessionId), isNotIdle))
  })
