/**
 * Calls a subgraph in the gateway's own process. The calls go directly to the subgraph's executor,
 * without HTTP.
 */
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import { createDataSource, type DataSourceOptions, type SubgraphDataSource } from './data-source.ts'

export const localDataSource = (
  subgraph: Subgraph,
  options: DataSourceOptions,
): SubgraphDataSource =>
  createDataSource((request, asked) => subgraph.execute(request, asked), options)
