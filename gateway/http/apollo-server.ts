/**
 * Creates Apollo Server with Apollo Gateway. For each operation, Apollo Gateway calls the subgraphs
 * that resolve the requested fields.
 */
import { readFileSync } from 'node:fs'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { clientLimits, limitRules } from '../../platform/graphql/query-limits.ts'
import type { Log } from '../../platform/lib/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { GatewayContext } from '../context.ts'
import { disabledApolloPlugins } from '../plugins/disabled-apollo-plugins.ts'
import { formatError } from '../plugins/format-error.ts'
import { auditOperationsPlugin } from '../plugins/operation-audit.ts'
import { overloadStatusPlugin } from '../plugins/overload-status.ts'
import { type QueryCosts, queryComplexityPlugin } from '../plugins/query-complexity.ts'
import { requireKnownOperation } from '../plugins/require-known-operation.ts'
import { recheckSessionPlugin } from '../plugins/session-recheck.ts'
import type { SubgraphDataSource } from '../subgraphs/data-source.ts'
import { wrapExecutor } from '../subgraphs/executor.ts'
import { withIntrospection } from '../subgraphs/introspection.ts'
import { withSerialMutations } from '../subgraphs/serial-mutations.ts'
import { withSnapshotPerOperation } from '../subgraphs/snapshots.ts'

export interface ApolloServerOptions {
  db: Database
  log: Log
  sources: Record<string, SubgraphDataSource>
  queryCosts: QueryCosts
  /** The mutations that can occur only once in an operation; see `limitRules`. */
  singleUseMutations: readonly string[]
  /** Whether to allow introspection, and suggestions ("Did you mean ...?") in validation errors. */
  isDevelopment: boolean
}

/**
 * The header that protects against cross-site request forgery. A page of another origin can send
 * this header only after a CORS preflight request.
 */
export const preflightHeader = 'graphql-require-preflight'

const supergraphSdl = readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8')

export async function startApolloServer(
  options: ApolloServerOptions,
): Promise<ApolloServer<GatewayContext>> {
  const { db, log, sources, queryCosts, singleUseMutations, isDevelopment } = options
  // Without this variable, Apollo Gateway sends telemetry at startup and every hour. No constructor
  // option turns telemetry off (ADR 19).
  process.env.APOLLO_TELEMETRY_DISABLED = 'true'
  const apollo = new ApolloServer<GatewayContext>({
    gateway: wrapExecutor(
      new ApolloGateway({
        supergraphSdl,
        buildService: ({ name }) => sourceOf(sources, name),
        logger: log.child({}, { level: log.level === 'silent' ? 'silent' : 'warn' }),
        // By default, any client can request the query plan with a header, unless NODE_ENV is
        // production.
        __exposeQueryPlanExperimental: false,
      }),
      (executor) => withIntrospection(withSerialMutations(withSnapshotPerOperation(executor))),
    ),
    // The order matters: Apollo Server calls the hooks of the plugins in this order.
    plugins: [
      ...disabledApolloPlugins,
      requireKnownOperation,
      queryComplexityPlugin(queryCosts),
      overloadStatusPlugin,
      auditOperationsPlugin(db),
      recheckSessionPlugin,
    ],
    parseOptions: { maxTokens: clientLimits.tokens },
    validationRules: limitRules(clientLimits, singleUseMutations),
    introspection: isDevelopment,
    hideSchemaDetailsFromClientErrors: !isDevelopment,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    csrfPrevention: { requestHeaders: [preflightHeader, 'apollo-require-preflight'] },
    formatError: formatError({ log, keepSuggestions: isDevelopment }),
    logger: log,
  })
  await apollo.start()
  return apollo
}

function sourceOf(sources: Record<string, SubgraphDataSource>, name: string): SubgraphDataSource {
  const source = sources[name]
  if (!source) throw new Error(`The subgraph ${name} has no data source.`)
  return source
}
