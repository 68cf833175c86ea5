import { readFileSync } from 'node:fs'
import { parse } from 'graphql'
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import { makeSubgraph } from '../../platform/graphql/subgraph.ts'
import type { Context, TenantsServices } from './context.ts'
import { entities } from './entities/index.ts'
import { createLoaders } from './loaders.ts'
import { mutations } from './mutations/index.ts'
import { permissions, singleUseMutations } from './permissions.ts'
import { queries } from './queries/index.ts'

const typeDefs = parse(readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'))

/** Creates the subgraph for tenants, their settings, Spanning Admins and partner associations. */
export const tenantsSubgraph = (
  services: Pick<BaseContext, 'db' | 'log'>,
  tenantsServices: TenantsServices,
) =>
  makeSubgraph<Context>(
    {
      name: 'tenants',
      typeDefs,
      resolvers: { Query: queries, Mutation: mutations, ...entities },
      permissions,
      singleUseMutations,
      context: (base) => ({ ...base, loaders: createLoaders(base), services: tenantsServices }),
    },
    services,
  )
