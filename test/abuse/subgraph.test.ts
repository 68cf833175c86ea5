/**
 * Each subgraph enforces limits itself, because an attacker can bypass the gateway or steal the key
 * of a gateway.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { importPKCS8, SignJWT } from 'jose'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gatewayLimits } from '../../platform/graphql/query-limits.ts'
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import { viewerTokenAudience, viewerTokenType } from '../../platform/graphql/subgraph-protocol.ts'
import { subgraphApp } from '../../platform/graphql/subgraph-server.ts'
import { auditSubgraph } from '../../subgraphs/audit/subgraph.ts'
import { identitySubgraph } from '../../subgraphs/identity/subgraph.ts'
import { tenantsSubgraph } from '../../subgraphs/tenants/subgraph.ts'
import { cloneDatabase, type TestDatabase, testLog } from '../support/database.ts'
import { nowSeconds } from '../support/login.ts'

const keys = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const names = ['tenants', 'identity', 'audit'] as const

let database: TestDatabase
const servers: Server[] = []
const urls: Record<string, string> = {}
beforeAll(async () => {
  database = await cloneDatabase()
  const services = { db: database.db, log: testLog }
  const subgraphs: Record<Subgraph['name'], Subgraph> = {
    tenants: tenantsSubgraph(services, { mailEnabled: false }),
    // These tests never sign in.
    identity: identitySubgraph(services, {} as never),
    audit: auditSubgraph(services, { publicUrl: 'http://localhost' }),
  }
  for (const name of names) {
    const server = createServer(
      subgraphApp({ subgraph: subgraphs[name], gatewayPublicKeys: [keys.publicKey], ...services }),
    )
    const { promise, resolve } = Promise.withResolvers<void>()
    server.listen(0, '127.0.0.1', resolve)
    await promise
    servers.push(server)
    urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
})
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await database?.drop()
})

const facts = { requestId: randomUUID(), traceId: null, ipAddress: null, userAgent: null }
const token = async (name: string, claims: Record<string, unknown> = {}, issuedAt = nowSeconds()) =>
  new SignJWT({ viewer: { kind: 'anonymous' }, request: facts, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: viewerTokenType })
    .setAudience(viewerTokenAudience(name))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 10)
    .sign(await importPKCS8(keys.privateKey, 'EdDSA'))

interface Sent {
  path?: string
  method?: 'POST' | 'GET' | 'OPTIONS'
  headers?: Record<string, string>
  body?: string | Buffer
}
async function send(
  name: string,
  { path = '/graphql', method = 'POST', headers = {}, body }: Sent,
) {
  const own = {
    'content-type': 'application/json',
    authorization: `Bearer ${await token(name)}`,
    ...headers,
  }
  const answer = await request(urls[name] + path, { method, headers: own, body })
  const text = await answer.body.text()
  const { data, errors } = JSON.parse(text) as {
    data?: object
    errors?: { message: string; extensions?: { code?: string } }[]
  }
  expect(text).not.toMatch(
    /node_modules|\.ts:\d|\bat [\w.]+ \(|postgres|apollo|express|graphql-js|did you mean/i,
  )
  expect(answer.headers['x-content-type-options']).toBe('nosniff')
  for (const header of ['x-powered-by', 'server', 'access-control-allow-origin'])
    expect(answer.headers[header]).toBeUndefined()
  return {
    status: answer.statusCode,
    text,
    data,
    errors,
    codes: [...new Set(errors?.map(({ extensions }) => extensions?.code))],
  }
}
const ask = (name: string, query: string, more: object = {}) =>
  send(name, { body: JSON.stringify({ query, ...more }) })
const times = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => one(index)).join(' ')

describe.each(names)('the %s subgraph refuses within a second', (name) => {
  const tenant = 'tenant(id: "00000000-0000-4000-8000-000000000000")'
  test.each<[string, string, object?]>([
    ['tokens', `{ ${'__typename '.repeat(gatewayLimits.tokens)} }`],
    ['braces alone, nested', '{'.repeat(gatewayLimits.tokens + 1)],
    ['depth', `{ ${`${tenant} { `.repeat(20)} id ${'} '.repeat(20)} }`],
    ['aliases', `{ ${times(gatewayLimits.aliases + 1, (n) => `a${n}: __typename`)} }`],
    [
      'one root field under many aliases',
      `{ ${times(gatewayLimits.sameRootField + 1, (n) => `a${n}: ${tenant} { id }`)} }`,
    ],
    ['breadth', `{ ${'__typename '.repeat(gatewayLimits.breadth + 1)} }`],
    ['directives', `{ __typename ${'@include(if: true) '.repeat(100)} }`],
    ['fragments in a circle', '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }'],
    [
      'fragments that double the selection',
      `{ ...f0 } ${times(30, (n) => `fragment f${n} on Query { a${n}: ${tenant} { id } ...f${n + 1} ...f${n + 1} }`)} fragment f30 on Query { __typename }`,
    ],
    [
      '_entities under many aliases',
      `{ ${times(gatewayLimits.sameRootField + 1, (n) => `e${n}: _entities(representations: []) { __typename }`)} }`,
    ],
    [
      'more entities than a page can have',
      'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
      {
        variables: {
          r: Array(gatewayLimits.listLength + 1).fill({ __typename: 'Tenant', id: 'x' }),
        },
      },
    ],
    [
      'deeply nested variables',
      '{ __typename }',
      { variables: JSON.parse(`{"a":${'['.repeat(200)}${']'.repeat(200)}}`) },
    ],
    [
      'too many values in the variables',
      '{ __typename }',
      {
        variables: Object.fromEntries(
          Array.from({ length: gatewayLimits.values + 1 }, (_, n) => [`v${n}`, 1]),
        ),
      },
    ],
    [
      'a value that contains many suggestions and is repeated in the error',
      `query ($id: ID!) { tenant(id: $id) { id } }`,
      { variables: { id: { a: ' Did you mean '.repeat(50_000) } } },
    ],
    ['introspection', '{ __schema { types { name } } }'],
    ['introspection of one type', '{ __type(name: "Query") { name } }'],
    ['a name that is nearly right', '{ tenan(id: "x") { id } }'],
    ['an operation that is not there', 'query A { __typename }', { operationName: 'B' }],
    ['which of two operations is not said', 'query A { __typename } query B { __typename }'],
    ['a subscription', 'subscription { x }'],
    ['@defer', '{ ... @defer { __typename } }'],
    [
      'a variable of the wrong type',
      'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
      { variables: { r: 1 } },
    ],
  ])('%s', async (_name, query, more) => {
    const before = performance.now()
    const answer = await ask(name, query, more)
    expect(performance.now() - before).toBeLessThan(2_000)
    expect([answer.codes, answer.data ?? null]).toEqual([['BAD_USER_INPUT'], null])
    expect(answer.text.length).toBeLessThan(60_000)
    expect((await ask(name, '{ __typename }')).data).toEqual({ __typename: 'Query' })
  })

  test.each<[string, number, Sent]>([
    [
      'a body that is too large',
      413,
      { body: JSON.stringify({ query: `{ __typename } #${'x'.repeat(1_100_000)}` }) },
    ],
    [
      'a compressed body',
      415,
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync('{"query":"{ __typename }"}') },
    ],
    [
      'a charset other than UTF-8',
      415,
      {
        headers: { 'content-type': 'application/json; charset=utf-7' },
        body: '{"query":"{ __typename }"}',
      },
    ],
    [
      'a form body',
      415,
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'query={__typename}',
      },
    ],
    [
      'an unknown media type',
      415,
      { headers: { 'content-type': 'text/plain' }, body: '{"query":"{ __typename }"}' },
    ],
    [
      'a body that is not UTF-8',
      400,
      { body: Buffer.from('7b227175657279223a227b205f5f747970656e616d65207d2023ff227d', 'hex') },
    ],
    ['a batch', 400, { body: '[{"query":"{ __typename }"}]' }],
    ['a GET', 405, { method: 'GET', path: '/graphql?query=%7B__typename%7D' }],
    ['a preflight', 405, { method: 'OPTIONS' }],
    ['another path', 404, { path: '/', body: '{}' }],
    ['a path with a slash at its end', 404, { path: '/graphql/', body: '{}' }],
    ['no JSON', 400, { body: '{' }],
  ])('%s', async (_name, status, sent) => {
    const answer = await send(name, sent)
    expect([answer.status, answer.codes]).toEqual([
      status,
      [status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST'],
    ])
  })

  test('a request without a viewer, before its body is read', async () => {
    for (const body of [
      '{"query":"{ _service { sdl } }"}',
      '{"query":"{ _entities(representations: []) { __typename } }"}',
      '{',
      'x'.repeat(2_000_000),
    ])
      expect(await send(name, { headers: { authorization: '' }, body })).toMatchObject({
        status: 401,
        codes: ['UNAUTHENTICATED'],
      })
  })

  test('a viewer token that is reused after its 10 seconds', async () => {
    const old = {
      headers: { authorization: `Bearer ${await token(name, {}, nowSeconds() - 13)}` },
      body: '{"query":"{ __typename }"}',
    }
    expect(await send(name, old)).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] })
  })
})

test('the identity subgraph refuses two sign-in attempts in one operation', async () => {
  const one = (alias: string) =>
    `${alias}: redeemHandoff(input: { code: "x" }) { userErrors { code } }`
  expect((await ask('identity', `mutation { ${one('a')} ${one('b')} }`)).codes).toEqual([
    'BAD_USER_INPUT',
  ])
})
