/**
 * Records `session.ended` when a session has expired, or has ended because an association, a grant,
 * a key or the feature ended. Sessions that `signOut` or `revokeSession` ended are already
 * recorded. Several processes may run this worker at the same time.
 */
import { randomUUID } from 'node:crypto'
import { and, asc, eq, gt, inArray, isNull, not, sql } from 'drizzle-orm'
import { openSession, session } from '../../../drizzle/tables/identity.ts'
import { sessionStatus } from '../../../drizzle/tables/views.ts'
import { type ActivityRow, insertRow } from '../../../platform/audit/rows.ts'
import { unaudited } from '../../../platform/audit/unaudited.ts'
import type { Log } from '../../../platform/lib/log.ts'
import { type PeriodicTask, startPeriodicTask } from '../../../platform/lib/periodic-task.ts'
import type { Database, ReadTx, WriteTx } from '../../../platform/postgres/database.ts'

/** The maximum number of tenants per round. The next round continues after the last tenant. */
const maxTenantsPerRound = 500
/** The maximum number of session ends that one transaction records. */
const maxSessionsPerTenant = 200

/** The start value of the scan, which is less than every tenant ID. */
const firstTenant = '00000000-0000-0000-0000-000000000000'

export interface SessionEndWorkerOptions {
  db: Database
  log: Log
  everyMs?: number
}

export function startSessionEndWorker({
  db,
  log,
  everyMs = 5_000,
}: SessionEndWorkerOptions): PeriodicTask {
  let after = firstTenant
  return startPeriodicTask(everyMs, log, 'session ends', async () => {
    const tenantIds = await tenantsWithOpenSessions(db, after)
    const last = tenantIds.length === maxTenantsPerRound ? tenantIds.at(-1) : undefined
    after = last ?? firstTenant
    for (const tenantId of tenantIds)
      await recordSessionEnds(db, tenantId).catch((error: unknown) =>
        log.error(
          { err: error, tenantId },
          'The ends of sessions of a tenant could not be recorded. The worker retries in its next round.',
        ),
      )
  })
}

const tenantsWithOpenSessions = (db: Database, after: string): Promise<string[]> =>
  db.read(null, async (tx) => {
    const rows = await tx
      .selectDistinct({ tenantId: openSession.tenantId })
      .from(openSession)
      .where(gt(openSession.tenantId, after))
      .orderBy(asc(openSession.tenantId))
      .limit(maxTenantsPerRound)
    return rows.map(({ tenantId }) => tenantId)
  })

async function recordSessionEnds(db: Database, tenantId: string): Promise<void> {
  const ended = await db.read(tenantId, selectEndedSessions)
  if (ended.length === 0) return
  const bySessionId = new Map(ended.map((one) => [one.sessionId, one]))
  await unaudited(db, tenantId, 'it inserts the Activity Log rows itself', async (tx) => {
    // Only the process that deletes the `open_session` row records the end. Concurrent workers
    // therefore record each end only once.
    const claimed = await tx
      .delete(openSession)
      .where(inArray(openSession.sessionId, [...bySessionId.keys()]))
      .returning()
    for (const { sessionId } of claimed) {
      const one = bySessionId.get(sessionId)
      if (!one) continue
      await insertRow(tx, endedRow(one))
      if (!one.endedAt) await fixExpiry(tx, sessionId)
    }
  })
}

/**
 * Stores the expiry time of a session, so that the session stays expired if the database clock is
 * set back.
 */
async function fixExpiry(tx: WriteTx, sessionId: string): Promise<void> {
  const expiredAt = sql`least(${session.lastSeenAt} + make_interval(secs => ${session.idleSeconds}), ${session.maxExpiresAt})`
  await tx
    .update(session)
    .set({ revokedAt: expiredAt })
    .where(and(eq(session.sessionId, sessionId), isNull(session.revokedAt)))
}

const selectEndedSessions = (tx: ReadTx) =>
  tx
    .select({
      tenantId: sessionStatus.tenantId,
      sessionId: sessionStatus.sessionId,
      actor: sessionStatus.actor,
      method: sessionStatus.method,
      clientId: sessionStatus.clientId,
      endedAt: sessionStatus.endedAt,
      endReason: sessionStatus.endReason,
      expiresAt: sessionStatus.expiresAt,
      reachedMaximum: sql<boolean>`${session.maxExpiresAt} <= ${sessionStatus.expiresAt}`,
    })
    .from(openSession)
    .innerJoin(
      sessionStatus,
      and(
        eq(sessionStatus.tenantId, openSession.tenantId),
        eq(sessionStatus.sessionId, openSession.sessionId),
      ),
    )
    .innerJoin(
      session,
      and(
        eq(session.tenantId, sessionStatus.tenantId),
        eq(session.sessionId, sessionStatus.sessionId),
      ),
    )
    .where(not(sessionStatus.live))
    .limit(maxSessionsPerTenant)

type EndedSession = Awaited<ReturnType<typeof selectEndedSessions>>[number]

/**
 * Returns the Activity Log event for the end of a session. The actor is the session's owner, so
 * that all events of a session have the same actor.
 */
function endedRow({
  endedAt,
  endReason,
  expiresAt,
  reachedMaximum,
  ...owner
}: EndedSession): ActivityRow {
  return {
    ...owner,
    actorKey: owner.actor.key,
    requestId: randomUUID(),
    action: 'session.ended',
    outcome: 'SUCCEEDED',
    reason: endReason ?? (reachedMaximum ? 'EXPIRED' : 'IDLE'),
    target: { type: 'session', id: owner.sessionId, displayName: null },
    changes: [{ field: 'endedAt', before: null, after: (endedAt ?? expiresAt).toISOString() }],
  }
}
