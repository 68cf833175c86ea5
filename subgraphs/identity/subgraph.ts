import { readFileSync } from 'node:fs'
import { parse } from 'graphql'
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import { makeSubgraph } from '../../platform/graphql/subgraph.ts'
import { entities, loaders } from './entities.ts'
import type { MicrosoftServices } from './login/microsoft.ts'
import { mutations } from './mutations.ts'
import { permissions } from './permissions.ts'
import { queries } from './queries.ts'

export type LoginConfiguration = Omit<MicrosoftServices, 'db' | 'request'>

export interface Context extends BaseContext {
  loaders: ReturnType<typeof loaders>
  services: LoginConfiguration
}

const typeDefs = parse(readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'))

/** Both ways in, and the sessions that they make. */
export const identitySubgraph = (
  services: Pick<BaseContext, 'db' | 'log'>,
  login: LoginConfiguration,
) =>
  makeSubgraph<Context>(
    {
      name: 'identity',
      typeDefs,
      resolvers: { Query: queries, Mutation: mutations, ...entities },
      permissions,
      context: (base) => ({ ...base, loaders: loaders(base), services: login }),
    },
    services,
  )
