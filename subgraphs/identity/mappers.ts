/**
 * The values that the resolvers pass on for the types of schema.graphql (see scripts/codegen.ts).
 */
import type { apiToken } from '../../drizzle/tables/identity.ts'
import type { sessionStatus } from '../../drizzle/tables/views.ts'

/** Session */
export type SessionRow = typeof sessionStatus.$inferSelect

/** ApiToken */
export type ApiTokenRow = typeof apiToken.$inferSelect

/** ItCompleteLogin, as the tenants subgraph refers to it */
export interface ItCompleteLoginReference {
  tenantId: string
}
