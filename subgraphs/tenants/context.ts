import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import type { Loaders } from './loaders.ts'

/** The GraphQL context of the resolvers in this subgraph. */
export interface Context extends BaseContext {
  loaders: Loaders
  services: TenantsServices
}

export interface TenantsServices {
  /** Whether this service sends mail. */
  mailEnabled: boolean
}
