/**
 * Calls a subgraph in another process, over HTTP with keep-alive. A signed token contains the
 * viewer.
 */
import { GraphQLError } from 'graphql'
import { importPKCS8, SignJWT } from 'jose'
import { Agent, fetch } from 'undici'
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import {
  deadlineHeader,
  viewerTokenAudience,
  viewerTokenSeconds,
  viewerTokenType,
} from '../../platform/graphql/subgraph-protocol.ts'
import { remainingMs } from '../../platform/lib/deadline.ts'
import { overloaded } from '../../platform/lib/errors.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import {
  ClockSkewError,
  createDataSource,
  type DataSourceOptions,
  type SendToSubgraph,
  type SubgraphDataSource,
  type SubgraphResponse,
} from './data-source.ts'

export interface RemoteDataSourceOptions extends DataSourceOptions {
  name: Subgraph['name']
  /** The URL of the subgraph's GraphQL endpoint. */
  url: string
  /** The gateway's Ed25519 private key, as PKCS #8 in PEM format. */
  privateKey: string
  deadlineMs: number
}

const maxConnections = 64
const keepAliveTimeoutMs = 30_000

/**
 * Creates the data source of a subgraph in another process. The data source uses at most 64
 * connections, a deadline for each call, and a circuit breaker.
 */
export async function remoteDataSource(
  options: RemoteDataSourceOptions,
): Promise<SubgraphDataSource> {
  const { name, url, deadlineMs, log } = options
  const agent = new Agent({
    connections: maxConnections,
    connectTimeout: deadlineMs,
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
    keepAliveTimeout: keepAliveTimeoutMs,
  })
  const healthUrl = new URL('/healthz', url).href
  const circuitBreaker = createCircuitBreaker({ subgraph: name, healthUrl, log })
  const call = await createCall(options, agent)

  const send: SendToSubgraph = async (request, asked) => {
    if (circuitBreaker.isOpen()) throw unavailable(name, 'Nothing was changed there.')
    try {
      return await circuitBreaker.run(() => call(request, asked))
    } catch (error) {
      log.warn({ err: error, subgraph: name }, 'The call to a subgraph failed.')
      if (error instanceof ClockSkewError) throw error
      const isMutation = request.query.startsWith('mutation')
      throw unavailable(
        name,
        isMutation
          ? 'The change may have been saved: read the data again before you retry.'
          : 'Retry in a few seconds.',
      )
    }
  }
  return {
    ...createDataSource(send, options, call),
    async close() {
      await circuitBreaker.close()
      await agent.destroy()
    },
  }
}

async function createCall(
  { name, url, privateKey, deadlineMs }: RemoteDataSourceOptions,
  agent: Agent,
): Promise<SendToSubgraph> {
  const key = await importPKCS8(privateKey, 'EdDSA')
  return async (request, asked) => {
    const viewerToken = await new SignJWT({ viewer: asked.viewer, request: asked.request })
      .setProtectedHeader({ alg: 'EdDSA', typ: viewerTokenType })
      .setAudience(viewerTokenAudience(name))
      .setIssuedAt()
      .setExpirationTime(`${viewerTokenSeconds} s`)
      .sign(key)
    const timeoutMs = Math.ceil(Math.min(deadlineMs, remainingMs()))
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${viewerToken}`,
        [deadlineHeader]: String(timeoutMs),
      },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(timeoutMs),
      dispatcher: agent,
      redirect: 'error',
    })
    if (response.status === 401) throw refusedSignature(name, await response.json())
    if (response.status === 503) return { errors: [overloaded()] }
    if (!response.ok)
      throw new Error(`The ${name} subgraph responded with status ${response.status}.`)
    return (await response.json()) as SubgraphResponse
  }
}

function refusedSignature(name: string, body: unknown): Error {
  const { errors } = body as { errors: { extensions: { clockDiffersBySeconds?: number } }[] }
  const seconds = errors[0]?.extensions.clockDiffersBySeconds
  return seconds === undefined
    ? new Error(
        `The ${name} subgraph does not accept this gateway's key. Check GATEWAY_PUBLIC_KEYS.`,
      )
    : new ClockSkewError(name, seconds)
}

/**
 * Creates the error for an unavailable subgraph. `serviceName` allows clients to see the message
 * (plugins/format-error.ts).
 */
const unavailable = (serviceName: string, advice: string) =>
  new GraphQLError(`A part of the service is unavailable. ${advice}`, {
    extensions: { code: 'INTERNAL_SERVER_ERROR', serviceName },
  })
