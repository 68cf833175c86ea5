import type { Reference } from '../../../platform/graphql/context.ts'
import type { Context } from '../context.ts'
import type { ApiTokenResolvers } from '../schema.types.ts'

export const apiToken: ApiTokenResolvers = {
  __resolveReference: ({ id }: Reference, { viewer, loaders }: Context) =>
    viewer.kind === 'admin' ? loaders.apiTokens.load(id) : null,
  id: ({ tokenId }) => tokenId,
}
