/**
 * The TypeScript types of the objects that resolvers return. scripts/codegen.ts maps each GraphQL
 * type to one of these types.
 */
import type { apiToken } from '../../drizzle/tables/identity.ts'
import type { sessionStatus } from '../../drizzle/tables/views.ts'

/** The object that resolvers return for the GraphQL type `Session`. */
export type SessionRow = typeof sessionStatus.$inferSelect

/** The object that resolvers return for the GraphQL type `ApiToken`. */
export type ApiTokenRow = typeof apiToken.$inferSelect

/** The key of an `ItCompleteLogin` entity, which the gateway sends to this subgraph. */
export interface ItCompleteLoginReference {
  tenantId: string
}
