/**
 * The context of the audit subgraph's resolvers: the platform's context with the DataLoaders of the
 * request.
 */
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import type { Loaders } from './loaders.ts'

export interface Context extends BaseContext {
  loaders: Loaders
}
