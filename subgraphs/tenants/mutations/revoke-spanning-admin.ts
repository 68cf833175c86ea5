import { eq, sql } from 'drizzle-orm'
import { liveSessionsOfGrant } from '../../../drizzle/reads/sessions.ts'
import { spanningAdminGrant } from '../../../drizzle/reads/tenants.ts'
import { spanningAdmin } from '../../../drizzle/tables/tenants.ts'
import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { MutationResolvers } from '../schema.types.ts'
import { countSpanningAdmins, spanningAdminTarget } from '../spanning-admins/grants.ts'

/**
 * Revokes the Spanning Admin role of a user and ends the user's sessions that depend on the role.
 * Only a Global Admin can remove the last Spanning Admin.
 */
export const revokeSpanningAdmin: MutationResolvers['revokeSpanningAdmin'] = (
  _,
  { input: { objectId } },
  context,
) => {
  const target = spanningAdminTarget(objectId, null)
  return audited(context, { action: 'spanning_admin.revoked', target }, async (tx, viewer) => {
    const grant = isUuid(objectId) ? await spanningAdminGrant(tx, objectId) : undefined
    if (!grant)
      throwUserError(
        'NOT_FOUND',
        'This tenant has no Spanning Admin with this object ID.',
        'objectId',
      )
    const isGlobalAdmin = viewer.kind === 'admin' && viewer.actor.role === 'GLOBAL_ADMIN'
    if (!isGlobalAdmin && (await countSpanningAdmins(tx)) === 1)
      throwUserError(
        'LAST_ADMIN',
        'Only a Global Admin can remove the last Spanning Admin.',
        'objectId',
      )
    const endedSessionCount = await liveSessionsOfGrant(tx, grant.grantId)
    await tx
      .update(spanningAdmin)
      .set({ revokedAt: sql`clock_timestamp()` })
      .where(eq(spanningAdmin.grantId, grant.grantId))
    return {
      payload: { tenant: { id: viewer.tenantId }, endedSessionCount },
      target: spanningAdminTarget(objectId, grant.displayName),
      changes: [{ field: 'spanningAdmin', before: grant.userPrincipalName, after: null }],
      notify: {},
    }
  })
}
