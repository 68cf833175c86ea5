/**
 * The TypeScript types of the values that resolvers return for GraphQL types. scripts/codegen.ts
 * maps each GraphQL type to one of them.
 */
import type { apiToken } from '../../drizzle/tables/identity.ts'
import type { sessionStatus } from '../../drizzle/tables/views.ts'

/** The value behind the GraphQL type `Session`. */
export type SessionRow = typeof sessionStatus.$inferSelect

/** The value behind the GraphQL type `ApiToken`. */
export type ApiTokenRow = typeof apiToken.$inferSelect

/** The reference to an `ItCompleteLogin` that the tenants subgraph sends. */
export interface ItCompleteLoginReference {
  tenantId: string
}
