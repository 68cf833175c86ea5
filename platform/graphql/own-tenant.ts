import type { GraphQLResolveInfo } from 'graphql'
import { recordDenial } from '../audit/refusals.ts'
import { isReaderOf } from '../auth/viewer.ts'
import type { Context, Reference } from './context.ts'

/**
 * Resolves `Query.tenant`: the viewer's own tenant, or null. Null does not reveal whether another
 * tenant exists, and the attempt is recorded as a denial in the viewer's own log.
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

/** The field that a resolver's `info` describes, for the record of a denial. */
export const deniedField = (info: GraphQLResolveInfo, tenantId: unknown) => ({
  parentType: info.parentType.name,
  fieldName: info.fieldName,
  responseKey: String(info.path.key),
  tenantId,
})
