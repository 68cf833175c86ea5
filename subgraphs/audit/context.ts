/**
 * The resolver context of the audit subgraph: the platform context and the DataLoaders of the
 * request.
 */
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import type { Loaders } from './loaders.ts'

export interface Context extends BaseContext {
  loaders: Loaders
}
