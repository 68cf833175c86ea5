/**
 * The TypeScript types of the objects that resolvers return. `scripts/codegen.ts` maps GraphQL
 * types to these types.
 */
import type { partnerAssociation } from '../../drizzle/tables/tenants.ts'

export type Association = typeof partnerAssociation.$inferSelect
