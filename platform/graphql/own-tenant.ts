import type { GraphQLResolveInfo } from 'graphql'
import { recordDenial } from '../audit/refusals.ts'
import { isReaderOf } from '../auth/viewer.ts'
import type { Context, Reference } from './context.ts'

/**
 * Resolves `Query.tenant` to the viewer's own tenant. For any other id, returns null and records a
 * denial in the viewer's own log. Null does not reveal whether the other tenant exists.
 */
export async function ownTenant(
  context: Context,
  id: string,
  info: GraphQLResolveInfo,
): Promise<Reference | null> {
  if (isReaderOf(context.viewer, id)) return { id }
  await recordDenial(context, 'FORBIDDEN', deniedField(info, id))
  return null
}

/** Returns the denied field in the format that `recordDenial` expects. */
export const deniedField = (info: GraphQLResolveInfo, tenantId: unknown) => ({
  parentType: info.parentType.name,
  fieldName: info.fieldName,
  responseKey: String(info.path.key),
  tenantId,
})
