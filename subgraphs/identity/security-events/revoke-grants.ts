import { and, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import { lockPartnerInstance } from '../../../drizzle/reads/locks.ts'
import {
  associatedTenants,
  type PartnerInstance,
} from '../../../drizzle/reads/partner-instances.ts'
import { handoff, session } from '../../../drizzle/tables/identity.ts'
import { sessionStatus } from '../../../drizzle/tables/views.ts'
import { auditedWithProof } from '../../../platform/audit/audited.ts'
import { mapConcurrently } from '../../../platform/lib/map-concurrently.ts'
import type { ReadTx, WriteTx } from '../../../platform/postgres/database.ts'
import { Rollback } from '../../../platform/postgres/errors.ts'
import { partnerClientActor } from '../assertion/verified-assertion.ts'
import type { SignInContext } from '../context.ts'
import type { Revocation } from './session-revoked.ts'

/** The IDs of the technician's live sessions and pending handoffs that will be revoked. */
interface Grants {
  sessionIds: string[]
  handoffIds: string[]
}

/**
 * Revokes a technician's sessions and handoffs, in one transaction per tenant.
 * @returns false if the technician had no sessions or handoffs to revoke
 */
export async function revokeInAllTenants(
  signIn: SignInContext,
  instance: PartnerInstance,
  revocation: Revocation,
): Promise<boolean> {
  const tenantIds = await signIn.db.read(null, async (tx) => {
    // Wait until all sign-ins in progress have committed, because this transaction cannot see
    // uncommitted handoffs.
    await lockPartnerInstance(tx, instance.clientId)
    return associatedTenants(tx, instance.clientId)
  })
  const revoked = await mapConcurrently(tenantIds, (tenantId) =>
    revokeInTenant(signIn, tenantId, instance, revocation),
  )
  return revoked.includes(true)
}

async function revokeInTenant(
  signIn: SignInContext,
  tenantId: string,
  instance: PartnerInstance,
  revocation: Revocation,
): Promise<boolean> {
  const { clientId } = instance
  const { subject: technician } = revocation
  const before = await signIn.db.read(tenantId, (tx) => grantsOf(tx, clientId, revocation))
  if (isEmpty(before)) return false

  const target = {
    type: 'technician',
    id: `partner:${clientId}:${technician}`,
    displayName: technician,
  }
  return auditedWithProof(
    signIn,
    { tenantId, actor: partnerClientActor(instance), method: null, clientId },
    { action: 'federated_sessions.revoked', target },
    async (tx) => {
      // Read the grants again under the tenant's lock. A concurrent redemption has either committed
      // its session, which this query returns, or will fail because its handoff is revoked.
      const grants = await grantsOf(tx, clientId, revocation)
      if (isEmpty(grants)) throw new NoGrants()
      await revoke(tx, grants)
      return { payload: {}, reason: 'PARTNER_SIGNAL', changes: changesOf(grants, revocation) }
    },
    'change',
  ).then(
    () => true,
    (error: unknown) => {
      if (error instanceof NoGrants) return false
      throw error
    },
  )
}

/**
 * Rolls back the transaction without an Activity Log event, because a concurrent request has
 * already revoked all grants. For example, a partner may send the same event twice.
 */
class NoGrants extends Rollback {
  override name = 'NoGrants'
}

const isEmpty = ({ sessionIds, handoffIds }: Grants) =>
  sessionIds.length === 0 && handoffIds.length === 0

async function revoke(tx: WriteTx, { sessionIds, handoffIds }: Grants): Promise<void> {
  const revokedAt = sql`clock_timestamp()`
  if (sessionIds.length > 0)
    await tx
      .update(session)
      .set({ revokedAt, revokedReason: 'PARTNER_SIGNAL' })
      .where(inArray(session.sessionId, sessionIds))
  if (handoffIds.length > 0)
    await tx.update(handoff).set({ revokedAt }).where(inArray(handoff.handoffId, handoffIds))
}

function changesOf({ sessionIds, handoffIds }: Grants, { createdBefore, stated }: Revocation) {
  const revoked = {
    endedSessionCount: sessionIds.length,
    endedHandoffCount: handoffIds.length,
    madeBefore: new Date(createdBefore).toISOString(),
  }
  return [
    ...Object.entries(revoked).map(([field, after]) => ({ field, before: null, after })),
    ...stated,
  ]
}

/**
 * Finds the sessions and handoffs that were created before `createdBefore`. Also finds later
 * sessions whose handoff was created before this time.
 */
async function grantsOf(
  tx: ReadTx,
  clientId: string,
  { subject, createdBefore }: Revocation,
): Promise<Grants> {
  const until = new Date(createdBefore - 1)
  const handoffs = await tx
    .select({ id: handoff.handoffId })
    .from(handoff)
    .where(
      and(
        eq(handoff.clientId, clientId),
        eq(handoff.subject, subject),
        lte(handoff.createdAt, until),
        isNull(handoff.consumedAt),
        isNull(handoff.revokedAt),
        gt(handoff.expiresAt, sql`now()`),
      ),
    )
  const sessions = await tx
    .select({ id: session.sessionId })
    .from(session)
    .innerJoin(
      sessionStatus,
      and(
        eq(sessionStatus.tenantId, session.tenantId),
        eq(sessionStatus.sessionId, session.sessionId),
      ),
    )
    .leftJoin(
      handoff,
      and(eq(handoff.tenantId, session.tenantId), eq(handoff.handoffId, session.handoffId)),
    )
    .where(
      and(
        eq(session.clientId, clientId),
        eq(session.subject, subject),
        or(lte(session.createdAt, until), lte(handoff.createdAt, until)),
        isNull(session.revokedAt),
        gt(session.maxExpiresAt, sql`now()`),
        sessionStatus.live,
      ),
    )
  return { sessionIds: sessions.map(({ id }) => id), handoffIds: handoffs.map(({ id }) => id) }
}
