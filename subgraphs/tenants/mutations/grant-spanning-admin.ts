import { spanningAdminGrant } from '../../../drizzle/reads/tenants.ts'
import { spanningAdmin } from '../../../drizzle/tables/tenants.ts'
import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import { isPlainText, plainTextMessage } from '../../../platform/lib/text.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { MutationResolvers } from '../schema.types.ts'
import {
  countSpanningAdmins,
  maxSpanningAdmins,
  spanningAdminTarget,
} from '../spanning-admins/grants.ts'

/**
 * Grants the Spanning Admin role to a Microsoft user. Changes nothing if the user already has the
 * role.
 */
export const grantSpanningAdmin: MutationResolvers['grantSpanningAdmin'] = (
  _,
  { input },
  context,
) => {
  const { objectId, userPrincipalName, displayName } = input
  const target = spanningAdminTarget(objectId, null)
  return audited(context, { action: 'spanning_admin.granted', target }, async (tx, viewer) => {
    const { tenantId } = viewer
    const tenant = { id: tenantId }
    if (!isUuid(objectId))
      throwUserError('INVALID_VALUE', 'objectId must be a UUID, as Entra ID shows it.', 'objectId')
    requireLine(userPrincipalName, 'userPrincipalName')
    requireLine(displayName, 'displayName')
    const existing = await spanningAdminGrant(tx, objectId)
    if (existing)
      return {
        payload: { tenant, spanningAdmin: existing },
        target: spanningAdminTarget(objectId, existing.displayName),
      }
    if ((await countSpanningAdmins(tx)) >= maxSpanningAdmins)
      throwUserError(
        'LIMIT_EXCEEDED',
        `The tenant already has ${maxSpanningAdmins} Spanning Admins. Remove one first.`,
      )
    const [granted] = await tx
      .insert(spanningAdmin)
      .values({ tenantId, objectId, userPrincipalName, displayName })
      .returning()
    return {
      payload: { tenant, spanningAdmin: granted },
      target: spanningAdminTarget(objectId, displayName),
      changes: [{ field: 'spanningAdmin', before: null, after: userPrincipalName }],
      notify: {},
    }
  })
}

function requireLine(text: string, field: string): void {
  if (!isPlainText(text, 256))
    throwUserError('INVALID_VALUE', plainTextMessage(field, text, 256), field)
}
