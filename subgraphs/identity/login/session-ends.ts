/**
 * Writes down that sessions ended, and why: whatever ended them, by committing, left no row of each. Signing out and revoking one session
 * have a row of their own, and take the session out of those that are looked at here. Any number of processes may run this at a time.
 */
import { randomUUID } from 'node:crypto'
import { and, asc, eq, gt, inArray, isNull, not, sql } from 'drizzle-orm'
import { openSession, session } from '../../../drizzle/tables/identity.ts'
import { sessionStatus } from '../../../drizzle/tables/views.ts'
import { unaudited } from '../../../platform/audit/audited.ts'
import { insertRow } from '../../../platform/audit/rows.ts'
import type { Log } from '../../../platform/lib/log.ts'
import { type PeriodicTask, startPeriodicTask } from '../../../platform/lib/periodic-task.ts'
import type { Database, WriteTx } from '../../../platform/postgres/database.ts'

/** Tenants in one round, and sessions in one transaction; what is left comes in the next. */
const tenantsAtOnce = 500
const sessionsAtOnce = 200

const beforeAll = '00000000-0000-0000-0000-000000000000'

export function startSessionEnds({
  db,
  log,
  everyMs = 5_000,
}: {
  db: Database
  log: Log
  everyMs?: number
}): PeriodicTask {
  let last = beforeAll
  return startPeriodicTask(everyMs, log, 'ends of sessions', async () => {
    const tenants = await tenantsWithOpenSessions(db, last)
    last = tenants.length === tenantsAtOnce ? tenants.at(-1)! : beforeAll
    for (const tenantId of tenants)
      await recordSessionEnds(db, tenantId).catch((error: unknown) =>
        log.error({ err: error, tenantId }, 'ends of sessions are left for later'),
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
      .limit(tenantsAtOnce)
    return rows.map(({ tenantId }) => tenantId)
  })

async function recordSessionEnds(db: Database, tenantId: string): Promise<void> {
  const ended = await db.read(tenantId, (tx) => endedSessions(tx))
  if (ended.length === 0) return
  await unaudited(db, tenantId, 'the rows that say so are written here', async (tx) => {
    const ids = ended.map(({ sessionId }) => sessionId)
    // Taken away and written in one transaction, so each once, whoever else is at it.
    const taken = await tx
      .delete(openSession)
      .where(inArray(openSession.sessionId, ids))
      .returning()
    for (const { sessionId } of taken) {
      const one = ended.find((one) => one.sessionId === sessionId)!
      await insertRow(tx, rowOf(one))
      // What the log says has run out does not come back to life where the clock is put back. As its end is told, this is no revocation.
      const runsOut = sql`least(${session.lastSeenAt} + make_interval(secs => ${session.idleSeconds}), ${session.maxExpiresAt})`
      if (!one.endedAt)
        await tx
          .update(session)
          .set({ revokedAt: runsOut })
          .where(and(eq(session.sessionId, sessionId), isNull(session.revokedAt)))
    }
  })
}

const endedSessions = (tx: Pick<WriteTx, 'select'>) =>
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
      ranToItsEnd: sql<boolean>`${session.maxExpiresAt} <= ${sessionStatus.expiresAt}`,
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
    .limit(sessionsAtOnce)

type Ended = Awaited<ReturnType<typeof endedSessions>>[number]

/** Ascribed to whose session it was: everything about it stands under that identity. The reason says who else had a hand in it. */
function rowOf({
  tenantId,
  sessionId,
  actor,
  method,
  clientId,
  endedAt,
  endReason,
  expiresAt,
  ranToItsEnd,
}: Ended) {
  return {
    tenantId,
    sessionId,
    actor,
    actorKey: actor.key,
    method,
    clientId,
    requestId: randomUUID(),
    action: 'session.ended',
    outcome: 'SUCCEEDED' as const,
    reason: endReason ?? (ranToItsEnd ? 'EXPIRED' : 'IDLE'),
    target: { type: 'session', id: sessionId, displayName: null },
    changes: [{ field: 'endedAt', before: null, after: (endedAt ?? expiresAt).toISOString() }],
  }
}
