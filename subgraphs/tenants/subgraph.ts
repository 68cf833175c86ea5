import { readFileSync } from 'node:fs'
import { parse } from 'graphql'
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import { makeSubgraph } from '../../platform/graphql/subgraph.ts'
import { entities, loaders } from './entities.ts'
import { mutations } from './mutations/index.ts'
import { permissions } from './permissions.ts'
import { queries } from './queries.ts'

export interface Context extends BaseContext {
  loaders: ReturnType<typeof loaders>
}

const typeDefs = parse(readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'))

/** Tenants, their settings, admins and partner associations. */
export const tenantsSubgraph = (services: Pick<BaseContext, 'db' | 'log'>) =>
  makeSubgraph<Context>(
    {
      name: 'tenants',
      typeDefs,
      resolvers: { Query: queries, Mutation: mutations, ...entities },
      permissions,
      context: (base) => ({ ...base, loaders: loaders(base) }),
    },
    services,
  )
