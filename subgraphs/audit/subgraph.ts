import { readFileSync } from 'node:fs'
import { parse } from 'graphql'
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import { makeSubgraph } from '../../platform/graphql/subgraph.ts'
import type { Context } from './context.ts'
import { entities } from './entities/index.ts'
import { createLoaders } from './loaders.ts'
import { createMutations } from './mutations/index.ts'
import { permissions } from './permissions.ts'
import { queries } from './queries/index.ts'

const typeDefs = parse(readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'))

/**
 * Creates the subgraph that reads and exports the Activity Log. platform/audit/audited.ts writes
 * the events, in the same transaction as the recorded change.
 * @param publicUrl the service's public URL without a slash at the end, for download links
 */
export const auditSubgraph = (
  services: Pick<BaseContext, 'db' | 'log'>,
  { publicUrl }: { publicUrl: string },
) =>
  makeSubgraph<Context>(
    {
      name: 'audit',
      typeDefs,
      resolvers: { Query: queries, Mutation: createMutations(publicUrl), ...entities },
      permissions,
      context: (base) => ({ ...base, loaders: createLoaders(base) }),
    },
    services,
  )
