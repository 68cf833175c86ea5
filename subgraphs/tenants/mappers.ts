/** The TypeScript types behind the GraphQL types; `scripts/codegen.ts` maps them. */
import type { partnerAssociation } from '../../drizzle/tables/tenants.ts'

export type Association = typeof partnerAssociation.$inferSelect
