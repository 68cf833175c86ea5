import { readFileSync } from 'node:fs'
import { parse } from 'graphql'
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import { makeSubgraph } from '../../platform/graphql/subgraph.ts'
import { entities, loaders } from './entities.ts'
import { createActivityExport } from './export/mutation.ts'
import { permissions } from './permissions.ts'
import { queries } from './queries.ts'

export interface Context extends BaseContext {
  loaders: ReturnType<typeof loaders>
}

const typeDefs = parse(readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'))

/** The Activity Log, read. Its rows are written by platform/audit/audited.ts, in the transactions of whatever they tell of. */
export const auditSubgraph = (
  services: Pick<BaseContext, 'db' | 'log'>,
  { publicUrl }: { publicUrl: string },
) =>
  makeSubgraph<Context>(
    {
      name: 'audit',
      typeDefs,
      resolvers: {
        Query: queries,
        Mutation: { createActivityExport: createActivityExport(publicUrl) },
        ...entities,
      },
      permissions,
      context: (base) => ({ ...base, loaders: loaders(base) }),
    },
    services,
  )
