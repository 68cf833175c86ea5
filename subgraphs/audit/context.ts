/** The context of this subgraph's resolvers: the platform's context, and the request's loaders. */
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import type { Loaders } from './loaders.ts'

export interface Context extends BaseContext {
  loaders: Loaders
}
