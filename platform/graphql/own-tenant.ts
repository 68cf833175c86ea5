import type { GraphQLResolveInfo } from 'graphql'
import { recordDenial } from '../audit/refusals.ts'
import { isReaderOf } from '../auth/viewer.ts'
import type { Context, Reference } from './context.ts'

/**
 * Resolves `Query.tenant` to the viewer's own tenant. For any other id it returns null, which does
 * not reveal whether that tenant exists, and records a denial in the viewer's own log.
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

/** Returns the field that a resolver's `info` describes, for recording a denial. */
export const deniedField = (info: GraphQLResolveInfo, tenantId: unknown) => ({
  parentType: info.parentType.name,
  fieldName: info.fieldName,
  responseKey: String(info.path.key),
  tenantId,
})
