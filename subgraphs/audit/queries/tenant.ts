import { ownTenant } from '../../../platform/graphql/own-tenant.ts'
import type { QueryResolvers } from '../schema.types.ts'

export const tenant: NonNullable<QueryResolvers['tenant']> = (_, { id }, context, info) =>
  ownTenant(context, id, info)
