import { ownTenant } from '../../../platform/graphql/own-tenant.ts'
import type { QueryResolvers } from '../schema.types.ts'

export const tenant: QueryResolvers['tenant'] = (_, { id }, context, info) =>
  ownTenant(context, id, info)
