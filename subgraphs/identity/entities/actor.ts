import type { ActorResolvers } from '../schema.types.ts'

/**
 * The actor types that this subgraph can return. Other actor types of the Activity Log, such as
 * operators, cannot sign in or create API tokens.
 */
type IdentityActor = 'MicrosoftAdmin' | 'PartnerTechnician' | 'PartnerClient' | 'ApiTokenActor'

export const actor: ActorResolvers = {
  __resolveType: ({ __typename }) => __typename as IdentityActor,
}
