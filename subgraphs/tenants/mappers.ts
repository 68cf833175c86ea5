/** The TypeScript types behind the GraphQL types. `scripts/codegen.ts` connects the two. */
import type { partnerAssociation } from '../../drizzle/tables/tenants.ts'

export type Association = typeof partnerAssociation.$inferSelect
