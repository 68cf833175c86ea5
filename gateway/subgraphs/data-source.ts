/**
 * The data source with which Apollo Gateway calls a subgraph. `local.ts` and `remote.ts` only
 * implement how a request is sent.
 */
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { GraphQLError } from 'graphql'
import { anonymous, type RequestMetadata, type Viewer } from '../../platform/auth/viewer.ts'
import type { Subgraph, SubgraphRequest } from '../../platform/graphql/subgraph.ts'
import { overloaded } from '../../platform/lib/errors.ts'
import type { Log } from '../../platform/lib/log.ts'
import { withTimeout } from '../../platform/lib/with-timeout.ts'
import type { Health } from '../../platform/postgres/database.ts'
import type { GatewayContext } from '../context.ts'

export interface SubgraphDataSource extends GraphQLDataSource<GatewayContext> {
  /** Checks whether the subgraph responds to a query within 2 seconds. */
  ping(): Promise<Health>
  close(): Promise<void>
}

export interface DataSourceOptions {
  /** The maximum number of concurrent calls. Additional calls fail with OVERLOADED. */
  maxRunning: number
  log: Log
}

export type SubgraphResponse = Awaited<ReturnType<Subgraph['execute']>>

/** Sends a request to the subgraph on behalf of a viewer. */
export type SendToSubgraph = (
  request: SubgraphRequest,
  asked: { viewer: Viewer; request: RequestMetadata },
) => Promise<SubgraphResponse>

/**
 * The subgraph refused the gateway's signed token, because the clocks of the subgraph and the
 * gateway differ by more than the tolerance.
 */
export class ClockSkewError extends GraphQLError {
  readonly seconds: number
  constructor(serviceName: string, seconds: number) {
    super(
      "The clocks of the service's processes differ too much. Nothing was changed. Retry later.",
      {
        extensions: { code: 'INTERNAL_SERVER_ERROR', serviceName },
      },
    )
    this.seconds = seconds
  }
}

const pingTimeoutMs = 2_000
const pingMetadata: RequestMetadata = {
  requestId: 'readiness',
  traceId: null,
  ipAddress: null,
  userAgent: null,
}

/**
 * Creates the data source of one subgraph.
 * @param sendDirectly sends the request of `ping` even if the circuit is open
 */
export function createDataSource(
  send: SendToSubgraph,
  { maxRunning }: DataSourceOptions,
  sendDirectly = send,
): SubgraphDataSource {
  let running = 0
  return {
    ping: () => ping(sendDirectly),
    close: async () => {},
    async process({ request, context }: GraphQLDataSourceProcessOptions<GatewayContext>) {
      const gatewayContext = context as GatewayContext
      const { viewer, request: metadata } = gatewayContext
      // Apollo Gateway sends requests without a viewer only for introspection. Introspection is not
      // needed, because the supergraph is composed at build time.
      if (!viewer) throw new GraphQLError('A request to a subgraph must have a viewer.')
      if (running >= maxRunning) return { errors: [overloaded()] } as never
      running++
      const { query = '', variables, operationName } = request
      const { data, errors, extensions } = await send(
        { query, variables, operationName },
        { viewer, request: metadata },
      ).finally(() => running--)
      if (extensions?.begun !== undefined) await continueAs(extensions.begun, gatewayContext)
      return {
        data: data ?? undefined,
        errors: errors?.map((error) => ({
          ...error,
          message: error.message,
          extensions: error.extensions,
          path: error.path,
        })),
      } as never
    },
  }
}

/** Replaces the viewer after a sign-in. The rest of the request runs in the new session. */
async function continueAs(sessionToken: string, context: GatewayContext): Promise<void> {
  const viewer = await context.switchViewer(sessionToken)
  await context.recordStartedMutation?.(viewer)
  context.viewer = viewer
}

async function ping(send: SendToSubgraph): Promise<Health> {
  const response = send(
    { query: '{ __typename }' },
    { viewer: anonymous, request: pingMetadata },
  ).then(
    ({ data }) => ({ answers: data?.__typename === 'Query' }),
    (error: unknown) => ({
      answers: false,
      clockDiffersBySeconds: error instanceof ClockSkewError ? error.seconds : 0,
    }),
  )
  return withTimeout<Health>(response, pingTimeoutMs, () => ({ answers: false }))
}
