/**
 * Most tests use JSON between the gateway and the subgraphs instead of HTTP
 * (test/support/json-transport.ts). These tests check that JSON and HTTP accept and reject the same
 * messages.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GraphQLError } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SubgraphDataSource } from '../../gateway/subgraphs/data-source.ts'
import { localDataSource } from '../../gateway/subgraphs/local.ts'
import { remoteDataSource } from '../../gateway/subgraphs/remote.ts'
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import { subgraphApp } from '../../platform/graphql/subgraph-server.ts'
import { testLog } from '../support/database.ts'
import { overJson } from '../support/json-transport.ts'

type Answer = Awaited<ReturnType<Subgraph['execute']>>

/** What the subgraph answers, and what it was asked. */
let answer: () => unknown
let asked: unknown
const subgraph: Subgraph = {
  name: 'tenants',
  async execute(request, who) {
    asked = { request, who }
    return answer() as Answer
  },
}

let server: Server
let sources: Record<'direct' | 'json' | 'http', SubgraphDataSource>
beforeAll(async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  server = createServer(
    subgraphApp({ subgraph, gatewayPublicKeys: [publicKey], db: {} as never, log: testLog }),
  )
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const options = { maxRunning: 10, log: testLog }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  sources = {
    direct: localDataSource(subgraph, options),
    json: localDataSource(overJson(subgraph), options),
    http: await remoteDataSource({
      ...options,
      name: 'tenants',
      url,
      privateKey,
      deadlineMs: 5_000,
    }),
  }
})
afterAll(async () => {
  await sources?.http.close()
  server?.close()
})

const context = {
  viewer: { kind: 'anonymous', seenAt: undefined },
  request: { requestId: randomUUID(), traceId: null, ipAddress: null, userAgent: null },
}
const send = async (by: keyof typeof sources, variables: Record<string, unknown> = {}) => {
  const request = { query: 'query ($x: String) { x(x: $x) }', variables, operationName: undefined }
  const result = await sources[by].process({ request, context } as never)
  return { result, asked }
}

class Instance {
  readonly shown = 1
  get hidden() {
    return 2
  }
}

test.each([
  ['plain data', { n: 1, text: 'ü\u2028', list: [null, { a: true }], none: null }],
  ['a Date', { at: new Date(0) }],
  ['a class instance', { it: new Instance() }],
  ['undefined', { gone: undefined, kept: 1, list: [undefined] }],
  ['NaN', { n: Number.NaN }],
  ['a Map', { map: new Map([['a', 1]]) }],
])('both transports deliver %s alike', async (_, data) => {
  answer = () => ({ data })
  const [json, http] = [await send('json'), await send('http')]
  expect(json).toStrictEqual(http)
})

test.each([
  ['a Date', { at: new Date(0) }],
  ['a class instance', { it: new Instance() }],
  ['undefined', { gone: undefined }],
])('a direct call hides that %s is lost', async (_, data) => {
  answer = () => ({ data })
  expect((await send('direct')).result).not.toStrictEqual((await send('json')).result)
})

test('both transports deliver errors with path and extensions, without a stack', async () => {
  const error = new GraphQLError('Not allowed.', {
    path: ['x', 0],
    extensions: { code: 'FORBIDDEN', at: new Date(0) },
    originalError: new Error('secret'),
  })
  answer = () => ({ data: { x: null }, errors: [error] })
  const [json, http] = [await send('json'), await send('http')]
  expect(json).toStrictEqual(http)
  expect(json.result).toMatchObject({
    errors: [{ message: 'Not allowed.', path: ['x', 0], extensions: { code: 'FORBIDDEN' } }],
  })
  expect(JSON.stringify(json.result)).not.toContain('secret')
})

test('both transports fail on a BigInt', async () => {
  answer = () => ({ data: { n: 1n } })
  expect((await send('direct')).result.data).toEqual({ n: 1n })
  await expect(send('json')).rejects.toThrow()
  await expect(send('http')).rejects.toThrow()
})

test('both transports deliver the request and the viewer alike', async () => {
  answer = () => ({ data: {} })
  const variables = { at: new Date(0), gone: undefined, it: new Instance() }
  const [json, http] = [await send('json', variables), await send('http', variables)]
  expect(json.asked).toStrictEqual(http.asked)
  expect(json.asked).toMatchObject({
    request: { variables: { at: '1970-01-01T00:00:00.000Z', it: { shown: 1 } } },
    who: { viewer: { kind: 'anonymous' } },
  })
})
