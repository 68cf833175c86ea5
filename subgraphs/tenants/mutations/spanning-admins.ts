/** Who was made an admin of the tenant. */
import { and, count, eq, isNull, sql } from 'drizzle-orm'
import { liveSessionsOfGrant, spanningAdminGrant } from '../../../drizzle/reads.ts'
import type { Target } from '../../../drizzle/tables/audit.ts'
import { spanningAdmin } from '../../../drizzle/tables/tenants.ts'
import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import type { ReadTx } from '../../../platform/postgres/database.ts'
import type { MutationResolvers } from '../schema.types.ts'

const maxSpanningAdmins = 500

export const spanningAdminMutations: Pick<
  MutationResolvers,
  'grantSpanningAdmin' | 'revokeSpanningAdmin'
> = {
  grantSpanningAdmin(_, { input }, context) {
    const { objectId, userPrincipalName, displayName } = input
    return audited(
      context,
      { action: 'spanning_admin.granted', target: person(objectId, null) },
      async (tx, viewer) => {
        const payload = { tenant: { id: viewer.tenantId } }
        if (!isPlainText(userPrincipalName, 256))
          throwUserError('INVALID_VALUE', 'One line of 1 to 256 characters.', 'userPrincipalName')
        if (!isPlainText(displayName, 256))
          throwUserError('INVALID_VALUE', 'One line of 1 to 256 characters.', 'displayName')
        const existing = await spanningAdminGrant(tx, objectId)
        if (existing)
          return {
            payload: { ...payload, spanningAdmin: existing },
            target: person(objectId, existing.displayName),
          }
        if ((await grantCount(tx)) >= maxSpanningAdmins)
          throwUserError('LIMIT_EXCEEDED', `At most ${maxSpanningAdmins} Spanning Admins.`)
        const [granted] = await tx
          .insert(spanningAdmin)
          .values({ tenantId: viewer.tenantId, objectId, userPrincipalName, displayName })
          .returning()
        return {
          payload: { ...payload, spanningAdmin: granted! },
          target: person(objectId, displayName),
          changes: [{ field: 'spanningAdmin', before: null, after: userPrincipalName }],
          notify: {},
        }
      },
    )
  },

  revokeSpanningAdmin(_, { input: { objectId } }, context) {
    return audited(
      context,
      { action: 'spanning_admin.revoked', target: person(objectId, null) },
      async (tx, viewer) => {
        const grant = await spanningAdminGrant(tx, objectId)
        if (!grant)
          throwUserError('NOT_FOUND', 'This person is no Spanning Admin of the tenant.', 'objectId')
        const asksAsGlobalAdmin = viewer.kind === 'admin' && viewer.actor.role === 'GLOBAL_ADMIN'
        if (!asksAsGlobalAdmin && (await grantCount(tx)) === 1) {
          throwUserError(
            'LAST_ADMIN',
            'The last Spanning Admin can be removed by a Global Admin only.',
            'objectId',
          )
        }
        const endedSessionCount = await liveSessionsOfGrant(tx, grant.grantId)
        await tx
          .update(spanningAdmin)
          .set({ revokedAt: sql`clock_timestamp()` })
          .where(eq(spanningAdmin.grantId, grant.grantId))
        return {
          payload: { tenant: { id: viewer.tenantId }, endedSessionCount },
          target: person(objectId, grant.displayName),
          changes: [{ field: 'spanningAdmin', before: grant.userPrincipalName, after: null }],
          notify: {},
        }
      },
    )
  },
}

const person = (objectId: string, displayName: string | null): Target => ({
  type: 'spanning_admin',
  id: objectId,
  displayName,
})

async function grantCount(tx: ReadTx): Promise<number> {
  const [row] = await tx
    .select({ count: count() })
    .from(spanningAdmin)
    .where(and(isNull(spanningAdmin.revokedAt)))
  return row?.count ?? 0
}
