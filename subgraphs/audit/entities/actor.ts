import type { ActorResolvers } from '../schema.types.ts'

export const actor: ActorResolvers = {
  __resolveType: (value) => value.__typename,
}
