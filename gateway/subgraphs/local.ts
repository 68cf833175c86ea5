/** A subgraph in the gateway's own process: its executor is called directly, without HTTP. */
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import { createDataSource, type DataSourceOptions, type SubgraphDataSource } from './data-source.ts'

export const localDataSource = (
  subgraph: Subgraph,
  options: DataSourceOptions,
): SubgraphDataSource =>
  createDataSource((request, asked) => subgraph.execute(request, asked), options)
