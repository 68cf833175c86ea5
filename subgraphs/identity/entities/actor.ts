import type { ActorResolvers } from '../schema.types.ts'

/**
 * The actors that this subgraph can return. Other actors of the Activity Log, such as operators,
 * cannot sign in or create API tokens.
 */
type IdentityActor = 'MicrosoftAdmin' | 'PartnerTechnician' | 'PartnerClient' | 'ApiTokenActor'

export const actor: ActorResolvers = {
  __resolveType: ({ __typename }) => __typename as IdentityActor,
}
