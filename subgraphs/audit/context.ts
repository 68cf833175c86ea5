/**
 * What each resolver of this subgraph receives: the platform's context, and this request's loaders.
 */
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import type { Loaders } from './loaders.ts'

export interface Context extends BaseContext {
  loaders: Loaders
}
