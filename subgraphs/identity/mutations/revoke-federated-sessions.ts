import { and, gt, inArray, isNull, ne, sql } from 'drizzle-orm'
import { federatedPresence } from '../../../drizzle/reads/sessions.ts'
import { handoff, session } from '../../../drizzle/tables/identity.ts'
import { sessionStatus } from '../../../drizzle/tables/views.ts'
import { audited } from '../../../platform/audit/audited.ts'
import type { MutationResolvers } from '../schema.types.ts'

export const revokeFederatedSessions: MutationResolvers['revokeFederatedSessions'] = (
  _,
  __,
  context,
) =>
  audited(context, { action: 'federated_sessions.revoked' }, async (tx) => {
    const { sessionCount, handoffCount } = await federatedPresence(tx)
    const liveFederated = tx
      .select({ id: sessionStatus.sessionId })
      .from(sessionStatus)
      .where(and(sessionStatus.live, ne(sessionStatus.method, 'MICROSOFT')))
    const revokedAt = sql`clock_timestamp()`
    await tx
      .update(session)
      .set({ revokedAt, revokedReason: 'REVOKED' })
      .where(inArray(session.sessionId, liveFederated))
    const isPending = and(
      isNull(handoff.consumedAt),
      isNull(handoff.revokedAt),
      gt(handoff.expiresAt, sql`now()`),
    )
    await tx.update(handoff).set({ revokedAt }).where(isPending)
    return { payload: { endedSessionCount: sessionCount, endedHandoffCount: handoffCount } }
  })
