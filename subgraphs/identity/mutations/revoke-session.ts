import { and, eq } from 'drizzle-orm'
import { sessionStatus } from '../../../drizzle/tables/views.ts'
import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { MutationResolvers } from '../schema.types.ts'
import { endSession } from '../sessions/end-session.ts'

export const revokeSession: MutationResolvers['revokeSession'] = (
  _,
  { input: { sessionId } },
  context,
) => {
  const target = { type: 'session', id: sessionId, displayName: null }
  return audited(context, { action: 'session.revoked', target }, async (tx) => {
    const bySessionId = eq(sessionStatus.sessionId, sessionId)
    const [live] = isUuid(sessionId)
      ? await tx.select().from(sessionStatus).where(and(bySessionId, sessionStatus.live))
      : []
    if (!live)
      throwUserError('NOT_FOUND', 'The tenant has no active session with this ID.', 'sessionId')
    await endSession(tx, sessionId, 'REVOKED')
    const [ended] = await tx.select().from(sessionStatus).where(bySessionId)
    return {
      payload: { session: ended },
      target: { ...target, displayName: live.actor.displayName },
      changes: [{ field: 'user', before: live.actor.key, after: null }],
      relatedClientId: live.clientId,
    }
  })
}
