import { readFileSync } from 'node:fs'
import { parse } from 'graphql'
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import { makeSubgraph } from '../../platform/graphql/subgraph.ts'
import type { Context, IdentityServices } from './context.ts'
import { entities } from './entities/index.ts'
import { createLoaders } from './loaders.ts'
import { mutations } from './mutations/index.ts'
import { permissions, singleUseMutations } from './permissions.ts'
import { queries } from './queries/index.ts'

const typeDefs = parse(readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'))

/** Creates the GraphQL subgraph for sign-in, sessions and API tokens. */
export const identitySubgraph = (
  services: Pick<BaseContext, 'db' | 'log'>,
  identityServices: IdentityServices,
) =>
  makeSubgraph<Context>(
    {
      name: 'identity',
      typeDefs,
      resolvers: { Query: queries, Mutation: mutations, ...entities },
      permissions,
      singleUseMutations,
      context: (base) => ({ ...base, loaders: createLoaders(base), services: identityServices }),
    },
    services,
  )
