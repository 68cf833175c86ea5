/**
 * Hostile requests to the GraphQL endpoint. The service refuses each request within a second, as
 * JSON with a stable code and without internal details, and stays available.
 */
import { createConnection } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { clientLimits } from '../../platform/graphql/query-limits.ts'
import { exportRoutes } from '../../subgraphs/audit/export/routes.ts'
import { loginRoutes } from '../../subgraphs/identity/http/login-routes.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { World } from '../support/world.ts'

let world: World

beforeAll(async () => {
  world = await sharedWorld()
})

interface Attack {
  name: string
  init: RequestInit
  /** Appended to the endpoint's URL. */
  path?: string
  status: number
  code: string
  says?: RegExp
}

const json = { 'content-type': 'application/json' }
const post = (query: unknown, more: object = {}): RequestInit => ({
  method: 'POST',
  headers: json,
  body: JSON.stringify({ query, ...more }),
})
const times = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => one(index)).join(' ')
const nest = (count: number, field: string, inner: string) =>
  `${`${field} { `.repeat(count)}${inner}${' }'.repeat(count)}`
const deepJson = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const invalid = { status: 400, code: 'GRAPHQL_VALIDATION_FAILED' }
const malformed = { status: 400, code: 'BAD_REQUEST' }

/** Each fragment doubles the selection: 30 fragments select 2^30 fields. */
const doubling = `{ ...f0 } ${times(30, (n) => `fragment f${n} on Query { a${n}: node(id: "1") { id } ...f${n + 1} ...f${n + 1} }`)} fragment f30 on Query { __typename }`
/** The same with fragment spreads only. */
const spreads = `{ ...f0 } ${times(60, (n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`)} fragment f60 on Query { viewer { __typename } }`
const deeper = `{ ...f0 } ${times(30, (n) => `fragment f${n} on Query { viewer { ...g${n} ...g${n} } } fragment g${n} on Viewer { __typename ...g${n + 1} ...g${n + 1} }`)} fragment g30 on Viewer { __typename }`
const within = `{ viewer { ...g0 } } ${times(60, (n) => `fragment g${n} on Viewer { ...g${n + 1} ...g${n + 1} }`)} fragment g60 on Viewer { __typename }`
const bomb = Buffer.from(JSON.stringify({ query: `{ __typename } #${'x'.repeat(50_000_000)}` }))
const login = (alias: string) =>
  `${alias}: redeemHandoff(input: { code: "x" }) { userErrors { code } }`

const attacks: Attack[] = [
  // The document
  {
    name: 'more tokens than a document may have',
    init: post(`{ ${'__typename '.repeat(clientLimits.tokens)} }`),
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    name: 'no GraphQL syntax',
    init: post('{ __typename'),
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    name: 'nested braces only',
    init: post('{'.repeat(50_000)),
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    name: 'nested lists only',
    init: post(`{ node(id: ${'['.repeat(50_000)}`),
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    name: 'selections that are too deep',
    init: post(`{ ${nest(20, 'tenant(id: "x")', 'id')} }`),
    ...invalid,
  },
  {
    name: 'depth through cycles of the schema',
    init: post(
      `{ tenant(id: "x") { activityLog { nodes { ${nest(12, 'tenant { activityLog { nodes', 'id')} ${'} } '.repeat(12)} } } } }`,
    ),
    ...invalid,
    says: /nested selection sets/,
  },
  {
    name: 'too many aliases',
    init: post(`{ ${times(clientLimits.aliases + 1, (n) => `a${n}: __typename`)} }`),
    ...invalid,
    says: /aliases/,
  },
  {
    name: 'one root field under many aliases',
    init: post(
      `{ ${times(clientLimits.sameRootField + 1, (n) => `a${n}: viewer { __typename }`)} }`,
    ),
    ...invalid,
    says: /`viewer`/,
  },
  {
    name: 'many sign-ins in one request',
    init: post(`mutation { ${login('a')} ${login('b')} }`),
    ...invalid,
    says: /only one of/,
  },
  {
    name: 'many sign-ins in a fragment',
    init: post(
      `mutation { ...one ... on Mutation { ${login('b')} } } fragment one on Mutation { ${login('a')} }`,
    ),
    ...invalid,
    says: /only one of/,
  },
  {
    name: 'different sign-ins in one request',
    init: post(
      `mutation { ${login('a')} validateHandoff(input: { assertion: "x" }) { userErrors { code } } }`,
    ),
    ...invalid,
    says: /only one of/,
  },
  {
    name: 'too many fields side by side',
    init: post(`{ ${'__typename '.repeat(clientLimits.breadth + 1)} }`),
    ...invalid,
    says: /at most 100 selections/,
  },
  {
    name: 'too many directives',
    init: post(`{ __typename ${'@include(if: true) '.repeat(100)} }`),
    ...invalid,
  },
  {
    name: 'unknown directives',
    init: post(`{ __typename ${times(100, (n) => `@d${n}`)} }`),
    ...invalid,
  },
  {
    name: 'fragments that form a cycle',
    init: post('{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }'),
    ...invalid,
    says: /itself/,
  },
  {
    name: 'a fragment that spreads itself',
    init: post('{ ...a } fragment a on Query { ...a }'),
    ...invalid,
    says: /itself/,
  },
  { name: 'fragments that double the selection', init: post(doubling), ...invalid },
  { name: 'doubling fragments without a field', init: post(spreads), ...invalid },
  {
    name: 'doubling fragments within one field',
    init: post(within),
    status: 400,
    code: 'COST_LIMIT_EXCEEDED',
  },
  {
    name: 'doubling fragments at a deeper level',
    init: post(deeper),
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'hundreds of conflicting fields',
    init: post(
      `{ ${times(95, () => 'node(id: "1") { id }')} ${times(5, (n) => `node(id: "${n}") { id }`)} }`,
    ),
    ...invalid,
  },
  {
    name: 'a long list in the document',
    init: post(
      `{ tenant(id: "x") { activityLog(filter: { actions: [${'"a" '.repeat(1_100)}] }) { totalCount } } }`,
    ),
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    name: 'a long list in the variables',
    init: post(
      'query ($f: ActivityFilter) { tenant(id: "x") { activityLog(filter: $f) { totalCount } } }',
      {
        variables: { f: { actions: Array(1_100).fill('a') } },
      },
    ),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'deeply nested variables',
    init: {
      method: 'POST',
      headers: json,
      body: `{"query":"{ __typename }","variables":{"a":${deepJson(50_000)}}}`,
    },
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'thousands of variables',
    init: post('{ __typename }', {
      variables: Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`v${n}`, n])),
    }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a missing variable that the cost depends on',
    init: post(
      'query ($missing: Int!, $size: Int) { tenant(id: "x") { activityLog(first: $size) { totalCount } } viewer { __typename } }',
      { variables: { size: 100 } },
    ),
    ...invalid,
  },
  {
    name: 'an invalid variable that the cost depends on',
    init: post(
      'query ($size: Int) { tenant(id: "x") { activityLog(first: $size) { totalCount } } }',
      { variables: { size: 'many' } },
    ),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a value that contains many suggestions and is repeated in the error',
    init: post(
      'query ($first: Int) { tenant(id: "x") { activityLog(first: $first) { totalCount } } }',
      {
        variables: { first: ' Did you mean '.repeat(17_000) },
      },
    ),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  { name: 'a name as long as the request', init: post(`{ ${'x'.repeat(250_000)} }`), ...invalid },
  {
    name: 'a text as long as the request',
    init: post(`{ "${'x'.repeat(250_000)}" }`),
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  { name: 'introspection', init: post('{ __schema { types { name } } }'), ...invalid },
  {
    name: 'introspection of one type',
    init: post('{ __type(name: "Query") { name } }'),
    ...invalid,
  },
  {
    name: 'a page that costs too much',
    init: post(
      `{ tenant(id: "x") { ${times(5, (n) => `a${n}: activityLog(first: 100) { nodes { integrity { sequence } actor { key } session { id method } target { id } tenant { activityLog(first: 100) { nodes { id } } } } }`)} } }`,
    ),
    status: 400,
    code: 'COST_LIMIT_EXCEEDED',
  },
  {
    name: 'an unknown operation name',
    init: post('query A { __typename }', { operationName: 'B' }),
    status: 400,
    code: 'OPERATION_RESOLUTION_FAILURE',
  },
  { name: 'a subscription', init: post('subscription { x }'), ...malformed },
  { name: '@defer', init: post('{ ... @defer { __typename } }'), ...invalid },
  // The body
  {
    name: 'a batch',
    init: {
      method: 'POST',
      headers: json,
      body: JSON.stringify(Array(10).fill({ query: '{ __typename }' })),
    },
    ...malformed,
  },
  { name: 'no body', init: { method: 'POST', headers: json }, ...malformed },
  {
    name: 'a body that is not JSON',
    init: { method: 'POST', headers: json, body: '{' },
    ...malformed,
  },
  {
    name: 'JSON that is not an object',
    init: { method: 'POST', headers: json, body: '"{ __typename }"' },
    ...malformed,
  },
  { name: 'a query that is not a string', init: post({ a: 1 }), ...malformed },
  {
    name: 'variables that are not an object',
    init: post('{ __typename }', { variables: 'x' }),
    ...malformed,
  },
  {
    name: 'an operation name that is not a string',
    init: post('{ __typename }', { operationName: { a: 1 } }),
    ...malformed,
  },
  {
    name: 'extensions that are not an object',
    init: post('{ __typename }', { extensions: 'x' }),
    ...malformed,
  },
  {
    name: 'a body that is too large',
    init: post(`{ __typename } #${'x'.repeat(300_000)}`),
    status: 413,
    code: 'BAD_REQUEST',
  },
  ...Object.entries({
    gzip: gzipSync,
    br: brotliCompressSync,
    deflate: deflateSync,
    zstd: zstdCompressSync,
  }).map(
    ([packing, pack]): Attack => ({
      name: `a body that is too large once decompressed, by ${packing}`,
      init: { method: 'POST', headers: { ...json, 'content-encoding': packing }, body: pack(bomb) },
      status: 413,
      code: 'BAD_REQUEST',
    }),
  ),
  {
    name: 'a body compressed twice',
    init: {
      method: 'POST',
      headers: { ...json, 'content-encoding': 'gzip, gzip' },
      body: gzipSync(gzipSync('{"query":"{ __typename }"}')),
    },
    status: 415,
    code: 'BAD_REQUEST',
  },
  {
    name: 'bytes that are not UTF-8',
    init: {
      method: 'POST',
      headers: json,
      body: Buffer.concat([
        Buffer.from('{"query":"{ __typename } #'),
        Buffer.from([0xff]),
        Buffer.from('"}'),
      ]),
    },
    ...malformed,
  },
  {
    name: 'an unknown content encoding',
    init: { ...post('{ __typename }'), headers: { ...json, 'content-encoding': 'compress' } },
    status: 415,
    code: 'BAD_REQUEST',
  },
  {
    name: 'a body that is not compressed as declared',
    init: { ...post('{ __typename }'), headers: { ...json, 'content-encoding': 'gzip' } },
    ...malformed,
  },
  ...[
    'application/json; charset=utf-7',
    'application/json; charset=utf-16le',
    'application/json; boundary=x',
    'application/graphql',
    'application/graphql+json',
    'text/json',
    'application/jsonp',
  ].map(
    (type): Attack => ({
      name: `sent as ${type}`,
      init: { ...post('{ __typename }'), headers: { 'content-type': type } },
      status: 415,
      code: 'BAD_REQUEST',
    }),
  ),
  // CORS simple requests, which any page can make a browser send
  ...[
    'text/plain',
    'text/plain;application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
  ].map(
    (type): Attack => ({
      name: `a cross-site form, sent as ${type || 'nothing'}`,
      init: {
        method: 'POST',
        headers: type ? { 'content-type': type } : {},
        body: new TextEncoder().encode(
          JSON.stringify({ query: 'mutation { signOut { userErrors { code } } }' }),
        ),
      },
      status: 415,
      code: 'BAD_REQUEST',
    }),
  ),
  {
    name: 'a GET query as from an image tag',
    path: `?query=${encodeURIComponent('{ __typename }')}`,
    init: { method: 'GET' },
    ...malformed,
  },
  {
    name: 'a mutation by GET',
    path: `?query=${encodeURIComponent('mutation { signOut { userErrors { code } } }')}`,
    init: { method: 'GET', headers: { 'graphql-require-preflight': '1' } },
    status: 405,
    code: 'BAD_REQUEST',
  },
  {
    name: 'a path below /graphql',
    path: '/x',
    init: post('{ __typename }'),
    status: 404,
    code: 'NOT_FOUND',
  },
  {
    name: 'a preflight request of another origin',
    init: { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } },
    status: 405,
    code: 'BAD_REQUEST',
  },
  {
    name: 'an unsupported method',
    init: { method: 'DELETE' },
    status: 405,
    code: 'BAD_REQUEST',
  },
  {
    name: 'a method override',
    init: { ...post('{ __typename }'), method: 'PUT' },
    status: 405,
    code: 'BAD_REQUEST',
  },
  // Persisted queries
  {
    name: 'a persisted query under a wrong hash',
    init: post('{ __typename }', {
      extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } },
    }),
    status: 200,
    code: 'PERSISTED_QUERY_NOT_SUPPORTED',
  },
  {
    name: 'an unknown persisted query',
    init: post(undefined, {
      extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } },
    }),
    status: 200,
    code: 'PERSISTED_QUERY_NOT_SUPPORTED',
  },
]

/** Internal details that no response may contain: stack traces, SQL, versions, file names. */
const telltale =
  /node_modules|\.ts:\d|\bat [\w.]+ \(|select |insert into|postgres|ECONN|apollo|express|graphql-js|\/(work|home|tmp)\//i

describe('each is refused with a code, and the service stays available', () => {
  test.each(attacks)('$name', async ({ init, path = '', status, code, says }) => {
    const before = performance.now()
    const answer = await fetch(`${world.graphqlUrl}${path}`, init)
    const text = await answer.text()
    const took = performance.now() - before
    const { data, errors } = JSON.parse(text)
    expect([
      answer.status,
      [...new Set(errors.map((error: { extensions: { code: string } }) => error.extensions?.code))],
    ]).toEqual([status, [code]])
    expect(data ?? null).toBeNull()
    if (says)
      expect(errors.map(({ message }: { message: string }) => message).join('\n')).toMatch(says)
    expect(answer.headers.get('content-type')).toMatch(
      /^application\/(graphql-response\+)?json; charset=utf-8$/,
    )
    expect(text).not.toMatch(telltale)
    expect(text).not.toMatch(/did you mean/i)
    expect(text.length).toBeLessThan(60_000)
    expect(
      [...answer.headers.keys()].filter((name) =>
        ['x-powered-by', 'server', 'access-control-allow-origin'].includes(name),
      ),
    ).toEqual([])
    expect(took).toBeLessThan(1_000)
    const { data: alive } = await world.ask(null, '{ __typename }')
    expect(alive).toEqual({ __typename: 'Query' })
  })
})

/** Sends raw bytes, and returns everything that the server sends until it closes the connection. */
async function raw(text: string): Promise<string> {
  const socket = createConnection(world.port, '127.0.0.1')
  socket.write(text)
  let answer = ''
  for await (const part of socket) answer += part
  return answer
}

describe('malformed HTTP is refused', () => {
  test.each([
    [
      'too large headers',
      `GET /graphql HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`,
      431,
    ],
    ['no HTTP', 'nonsense\r\n\r\n', 400],
    [
      'Content-Length and Transfer-Encoding',
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'two different Content-Length headers',
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n{}\r\n',
      400,
    ],
    [
      'chunked as a transfer coding that is not the last',
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'a Content-Length that is not a number',
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: +3\r\n\r\n{} ',
      400,
    ],
    [
      'a header name with a space before the colon',
      'GET /graphql HTTP/1.1\r\nHost : localhost\r\n\r\n',
      400,
    ],
    ['no host', 'GET /graphql HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'an unknown expectation',
      'GET /graphql HTTP/1.1\r\nHost: localhost\r\nExpect: nothing\r\nConnection: close\r\n\r\n',
      417,
    ],
    ['a version of nobody’s', 'GET / HTTP/7.3\r\nHost: localhost\r\n\r\n', 400],
  ])('%s', async (_name, text, status) => {
    const answer = await raw(text)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    })
    expect(answer).not.toMatch(telltale)
  })
})

test('pipelined requests are answered in order', async () => {
  const body = (query: string) => JSON.stringify({ query })
  const one = (text: string, more = '') =>
    `POST /graphql HTTP/1.1\r\nHost: ${new URL(world.url).host}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n${more}\r\n${text}`
  const answer = await raw(
    one(body('{ a: __typename }')) +
      one('{') +
      one(body('{ b: __typename }'), 'Connection: close\r\n'),
  )
  expect(answer.match(/HTTP\/1\.1 \d+|"[ab]":"Query"/g)).toEqual([
    'HTTP/1.1 200',
    '"a":"Query"',
    'HTTP/1.1 400',
    'HTTP/1.1 200',
    '"b":"Query"',
  ])
})

test('every response has the security headers', async () => {
  const asked: [string, RequestInit?][] = [
    ['/graphql', post('{ __typename }')],
    ['/graphql', post('{')],
    ['/graphql', { method: 'DELETE' }],
    ['/nothing'],
    ['/healthz'],
    ['/.well-known/it-complete-login'],
    ['/connect'],
    ['/login/microsoft'],
    [`/activity/export/${'0'.repeat(8)}-0000-4000-8000-000000000000`],
  ]
  for (const [path, init] of asked) {
    const { headers } = await fetch(world.url + path, init)
    expect([
      path,
      headers.get('x-content-type-options'),
      headers.get('content-security-policy'),
      headers.get('x-frame-options'),
      headers.get('permissions-policy'),
    ]).toEqual([
      path,
      'nosniff',
      headers.get('content-type')?.startsWith('text/html')
        ? expect.stringMatching(/^default-src 'none';.*;frame-ancestors 'none'/)
        : "default-src 'none';frame-ancestors 'none'",
      'DENY',
      expect.stringMatching(/^camera=\(\), .*usb=\(\)$/),
    ])
    expect([path, headers.get('cache-control')]).toEqual([path, 'no-store'])
    expect([
      headers.get('x-powered-by'),
      headers.get('server'),
      headers.get('access-control-allow-origin'),
    ]).toEqual([null, null, null])
  }
})

test('a route’s other methods get 405 with Allow', async () => {
  const tenantId = '00000000-0000-4000-8000-000000000000'
  const own = Object.keys({ ...loginRoutes, ...exportRoutes })
  const routes = Map.groupBy(
    [...own, 'GET /healthz', 'GET /readyz', 'GET /.well-known/activity-log-keys', 'GET /'],
    (route) => route.split(' ')[1]!,
  )
  expect(routes.size).toBeGreaterThan(10)
  for (const [path, known] of routes) {
    const methods = known.map((route) => route.split(' ')[0]!)
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'].filter((one) => !methods.includes(one))) {
      const { status, headers } = await fetch(world.url + path.replace(':tenantId', tenantId), {
        method,
      })
      const allowed = headers
        .get('allow')
        ?.split(', ')
        .filter((one) => one !== 'HEAD')
      expect([method, path, status, allowed?.sort()]).toEqual([method, path, 405, methods.sort()])
    }
  }
})

test('a response names each rate limit policy once', async () => {
  const { headers, status } = await fetch(`${world.url}/assets/nothing.js`)
  expect(status).toBe(404)
  for (const name of ['ratelimit', 'ratelimit-policy'])
    expect(headers.get(name)!.match(/"\w+"(?=;)/g)).toEqual(['"assets"', '"address"'])
})

test('there is no GraphQL IDE and no trace output', async () => {
  const page = await fetch(world.graphqlUrl, {
    headers: { accept: 'text/html,application/xhtml+xml' },
  })
  expect([page.status, page.headers.get('content-type')]).toEqual([
    400,
    'application/json; charset=utf-8',
  ])
  for (const path of [
    '/graphiql',
    '/playground',
    '/altair',
    '/voyager',
    '/sandbox',
    '/graphql/',
    '/graphql/schema',
  ])
    expect([path, (await (await fetch(world.url + path)).json()) as object]).toMatchObject([
      path,
      { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ])
  const asked = post('{ __typename }', { extensions: { tracing: true, ftv1: true } })
  const traced = {
    ...json,
    'x-apollo-tracing': '1',
    'apollo-federation-include-trace': 'ftv1',
    'apollo-query-plan-experimental': '1',
  }
  const { extensions } = (await (
    await fetch(world.graphqlUrl, { ...asked, headers: traced })
  ).json()) as { extensions: object }
  expect(Object.keys(extensions)).toEqual(['cost'])
})

test('a path with a slash at its end is another path', async () => {
  for (const path of ['/graphql', '/healthz', '/readyz', '/.well-known/it-complete-login']) {
    const init = path === '/graphql' ? post('{ __typename }') : {}
    const statuses = [path, `${path}/`].map(
      async (at) => (await fetch(world.url + at, init)).status,
    )
    expect([path, ...(await Promise.all(statuses))]).toEqual([path, 200, 404])
  }
})

test('protocol upgrade headers are ignored', async () => {
  const headers = {
    Host: new URL(world.url).host,
    Connection: 'Upgrade, close',
    Upgrade: 'websocket',
  }
  const answer = await raw(
    `GET /graphql HTTP/1.1\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  )
  expect([answer.slice(0, 13), answer.includes('"code":"BAD_REQUEST"')]).toEqual([
    'HTTP/1.1 400 ',
    true,
  ])
})

test('a request for another host is refused', async () => {
  const answer = await raw(
    'GET /graphql HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
  )
  expect(answer).toMatch(/^HTTP\/1\.1 421 /)
  expect(answer).toContain('"code":"MISDIRECTED_REQUEST"')
})

test('equivalent spellings of the host are accepted', async () => {
  const { port } = new URL(world.url)
  for (const host of [`LOCALHOST:${port}`, `localhost.:${port}`, `Localhost.:${port}`]) {
    const answer = await raw(
      `GET /.well-known/it-complete-login HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    expect([host, answer.slice(0, 12)]).toEqual([host, 'HTTP/1.1 200'])
  }
})

test('a technician’s exponential fragments are refused within a second', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const technician = await world.connect(tenant, world.vsa)
  const before = performance.now()
  const { codes } = await world.ask(technician, within)
  expect([codes, performance.now() - before < 1_000]).toEqual([['COST_LIMIT_EXCEEDED'], true])
})

test('validation errors contain no suggestions', async () => {
  const { errors } = await world.ask(null, '{ viewr { __typename } }')
  expect(errors.map(({ message }) => message)).toEqual([
    'Cannot query field "viewr" on type "Query".',
  ])
  const variable = await world.ask(
    null,
    'query ($f: ActivityFilter) { tenant(id: "x") { activityLog(filter: $f) { totalCount } } }',
    {
      f: { outcomes: ['SUCCEDED'] },
    },
  )
  expect(JSON.stringify(variable.errors)).not.toMatch(/did you mean/i)
})

test('aliases, fragments and directives do not lower the cost', async () => {
  const page = 'nodes { id integrity { sequence } }'
  const costOf = async (query: string, variables: object = {}) => {
    const answer = await fetch(world.graphqlUrl, post(query, { variables }))
    return ((await answer.json()) as { extensions: { cost: { requested: number } } }).extensions
      .cost.requested
  }
  const within = (inner: string, head = '') => `${head}{ tenant(id: "x") { ${inner} } }`
  const plain = await costOf(within(`activityLog(first: 10) { ${page} }`))
  expect(plain).toBe(2 + 10 * 6)
  const inFragments =
    '{ tenant(id: "x") { ...a } } fragment a on Tenant { ...b } fragment b on Tenant { activityLog(first: 10) { ...c } } fragment c on ActivityEventConnection { nodes { id integrity { sequence } } }'
  expect(await costOf(inFragments)).toBe(plain)
  expect(await costOf(within(`activityLog(first: $n) { ${page} }`, 'query ($n: Int = 10) '))).toBe(
    plain,
  )
  expect(
    await costOf(within(`activityLog(first: $n) { ${page} }`, 'query ($n: Int) '), { n: 10 }),
  ).toBe(plain)
  expect(
    await costOf(
      within(`activityLog(first: 10) @include(if: $on) { ${page} }`, 'query ($on: Boolean!) '),
      { on: true },
    ),
  ).toBe(plain)
  expect(
    await costOf(
      within(
        `activityLog(first: 10) @skip(if: $off) { ${page} }`,
        'query ($off: Boolean = false) ',
      ),
    ),
  ).toBe(plain)
  // A connection without a size has the default size. Fields below `nodes` and `edges` count twice.
  expect(await costOf(within(`activityLog { ${page} }`))).toBe(2 + 50 * 6)
  expect(await costOf(within(`activityLog(first: null) { ${page} }`))).toBe(2 + 50 * 6)
  expect(
    await costOf(
      within(`activityLog(first: 10) { ${page} edges { node { id integrity { sequence } } } }`),
    ),
  ).toBe(2 + 10 * (6 + 7))
  expect(
    await costOf(
      within(`activityLog(first: 10) { ${page} } again: activityLog(first: 10) { ${page} }`),
    ),
  ).toBe(2 * plain - 1)
})

test('every response states the cost and the maximum', async () => {
  const answer = await fetch(world.graphqlUrl, post('{ viewer { __typename } }'))
  expect(await answer.json()).toMatchObject({
    extensions: { cost: { requested: 1, maximum: 20_000 } },
  })
})
