/** How the gateway reaches a subgraph: in this process, or over HTTP with the viewer signed. */
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { GraphQLError } from 'graphql'
import { importPKCS8, SignJWT } from 'jose'
import { Agent, fetch } from 'undici'
import {
  anonymous,
  type RequestMetadata,
  type Viewer,
  viewerTokenAudience,
  viewerTokenSeconds,
  viewerTokenType,
} from '../../platform/auth/viewer.ts'
import type { Subgraph, SubgraphRequest } from '../../platform/graphql/subgraph.ts'
import { deadlineHeader } from '../../platform/graphql/subgraph-server.ts'
import { remainingMs } from '../../platform/lib/deadline.ts'
import { overloaded } from '../../platform/lib/errors.ts'
import type { Log } from '../../platform/lib/log.ts'
import type { Health } from '../../platform/postgres/database.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'

/** What the gateway knows of a request. A sign-in makes the rest of its request go on as the new session's viewer. */
export interface GatewayContext {
  viewer: Viewer
  request: RequestMetadata
  /** When looking for the viewer began, on the clock of `performance.now()`. */
  authenticatedAt: number
  /** Who the same credentials stand for by now. */
  reauthenticate(): Promise<Viewer>
  switchViewer(token: string): Promise<Viewer>
  /** Where the request goes on as a technician: writes down what they read with it, before any of it is read. */
  recordStartedMutation?(viewer: Viewer): Promise<void>
}

/** A subgraph as the gateway uses it. */
export interface SubgraphDataSource extends GraphQLDataSource<GatewayContext> {
  /** Whether it answers, within two seconds. */
  ping(): Promise<Health>
  close(): Promise<void>
}

type Answer = Awaited<ReturnType<Subgraph['execute']>>
type Send = (
  request: SubgraphRequest,
  asked: { viewer: Viewer; request: RequestMetadata },
) => Promise<Answer>

/** A subgraph in this process: no hop, and its documents parsed once. */
export const localDataSource = (
  subgraph: Subgraph,
  options: DataSourceOptions,
): SubgraphDataSource => sourceOf((request, asked) => subgraph.execute(request, asked), options)

export interface DataSourceOptions {
  /** Requests to it at once: one that is slow does not take all the places that there are. */
  maxRunning: number
  log: Log
}

export interface RemoteDataSourceOptions extends DataSourceOptions {
  name: Subgraph['name']
  url: string
  /** The gateway's Ed25519 key, PKCS #8 in PEM. */
  privateKey: string
  deadlineMs: number
}

/** Subgraphs over keep-alive HTTP, a bounded number of connections to each, every call with a deadline, and none where it would hang. */
export async function remoteDataSource({
  name,
  url,
  privateKey,
  deadlineMs,
  ...options
}: RemoteDataSourceOptions): Promise<SubgraphDataSource> {
  const key = await importPKCS8(privateKey, 'EdDSA')
  const agent = new Agent({
    connections: 64,
    connectTimeout: deadlineMs,
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
    keepAliveTimeout: 30_000,
  })
  const silence = createCircuitBreaker(name, new URL('/healthz', url).href, options.log)
  const call: Send = async (body, asked) => {
    const viewer = await new SignJWT({ viewer: asked.viewer, request: asked.request })
      .setProtectedHeader({ alg: 'EdDSA', typ: viewerTokenType })
      .setAudience(viewerTokenAudience(name))
      .setIssuedAt()
      .setExpirationTime(`${viewerTokenSeconds} s`)
      .sign(key)
    const waitMs = Math.ceil(Math.min(deadlineMs, remainingMs()))
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${viewer}`,
        [deadlineHeader]: String(waitMs),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(waitMs),
      dispatcher: agent,
      redirect: 'error',
    })
    if (answer.status === 401) {
      const [refusal] = (
        (await answer.json()) as { errors: { extensions: { clockDiffersBySeconds?: number } }[] }
      ).errors
      const seconds = refusal?.extensions.clockDiffersBySeconds
      throw seconds === undefined
        ? new Error(`subgraph ${name} does not know this gateway`)
        : new ClocksDiffer(name, seconds)
    }
    if (answer.status === 503) return { errors: [overloaded()] }
    if (!answer.ok) throw new Error(`subgraph ${name} answered ${answer.status}`)
    return (await answer.json()) as Answer
  }
  const source = sourceOf(
    async (body, asked) => {
      if (silence.isSilent()) throw doesNotAnswer(name, 'Nothing was changed there.')
      try {
        return await silence.during(call(body, asked))
      } catch (error) {
        options.log.warn({ err: error, subgraph: name }, 'a subgraph did not answer')
        if (error instanceof ClocksDiffer) throw error
        throw doesNotAnswer(
          name,
          body.query.startsWith('mutation')
            ? 'The change may have happened: read again before you repeat it.'
            : '',
        )
      }
    },
    options,
    call,
  )
  const close = async () => {
    await silence.stop()
    await agent.destroy()
  }
  return { ...source, close }
}

/** With the name of the subgraph, as Apollo's gateway gives it to errors of theirs: ours to tell. */
const doesNotAnswer = (serviceName: string, whatOfChanges: string) =>
  new GraphQLError(
    `A part of the service does not answer at the moment. ${whatOfChanges}`.trimEnd(),
    {
      extensions: { code: 'INTERNAL_SERVER_ERROR', serviceName },
    },
  )

/** The subgraph refused what we signed as too old or too new. */
class ClocksDiffer extends GraphQLError {
  readonly seconds: number
  constructor(serviceName: string, seconds: number) {
    super('Clocks within the service differ too much at the moment. Nothing was changed.', {
      extensions: { code: 'INTERNAL_SERVER_ERROR', serviceName },
    })
    this.seconds = seconds
  }
}

/** @param directly asks whatever is known of the subgraph */
function sourceOf(
  send: Send,
  { maxRunning }: DataSourceOptions,
  directly = send,
): SubgraphDataSource {
  let running = 0
  return {
    async ping() {
      const asked = directly(
        { query: '{ __typename }' },
        { viewer: anonymous, request: nobodysRequest },
      )
      const { promise: late, resolve } = Promise.withResolvers<Health>()
      const timer = setTimeout(resolve, 2_000, { answers: false })
      const answered = asked.then(
        ({ data }) => ({ answers: data?.__typename === 'Query' }),
        (error: unknown) => ({
          answers: false,
          clockDiffersBySeconds: error instanceof ClocksDiffer ? error.seconds : 0,
        }),
      )
      return Promise.race([answered, late]).finally(() => clearTimeout(timer))
    },
    close: async () => {},
    async process({ request, context }: GraphQLDataSourceProcessOptions<GatewayContext>) {
      const { viewer, request: facts } = context as GatewayContext
      // Introspection of a subgraph has no request behind it, and is not ours to answer: the supergraph is composed ahead of time.
      if (!viewer) throw new GraphQLError('no viewer')
      const { query = '', variables, operationName } = request
      if (running >= maxRunning) return { errors: [overloaded()] } as never
      running++
      const { data, errors, extensions } = await send(
        { query, variables, operationName },
        { viewer, request: facts },
      ).finally(() => running--)
      if (extensions?.begun !== undefined) {
        const going = context as GatewayContext
        const begun = await going.switchViewer(extensions.begun)
        await going.recordStartedMutation?.(begun)
        going.viewer = begun
      }
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

const nobodysRequest: RequestMetadata = {
  requestId: 'readiness',
  traceId: null,
  ipAddress: null,
  userAgent: null,
}
