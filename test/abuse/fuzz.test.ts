/**
 * Sends hostile values in every input of the API, and random requests. Each response is JSON with a
 * stable code and without internal details, and the service stays available. FUZZ_SEED selects
 * other requests, and FUZZ_RUNS increases the number of requests.
 */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { request } from 'undici'
import { beforeAll, describe, expect, test } from 'vitest'
import { sharedWorld } from '../support/shared-world.ts'
import type { Tenant, World } from '../support/world.ts'

const schema = buildSchema(
  readFileSync(new URL('../../docs/schema.graphql', import.meta.url), 'utf8'),
)

let world: World
let tenant: Tenant
let associationId: string
beforeAll(async () => {
  world = await sharedWorld()
  tenant = await world.createTenant()
  associationId = (await world.open(tenant, world.vsa)).associationId
})

/**
 * Internal details that no response may contain: stack traces, SQL, versions, file and library
 * names.
 */
const telltale =
  /node_modules|\.ts:\d|\bat [\w.]+ \(|\bselect .* from\b|insert into|postgres|drizzle|ECONN|ENOENT|apollo|express|graphql-js|SQLSTATE|0x00|\/(work|home|tmp)\//i

const codes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'MICROSOFT_SIGN_IN_REQUIRED',
  'STEP_UP_REQUIRED',
  'RATE_LIMITED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'COST_LIMIT_EXCEEDED',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'NOT_FOUND',
]

type Headers = Record<string, string>

const seed = Number(process.env.FUZZ_SEED ?? 1)

/** Returns what is wrong with a response, or null. */
async function problemOf(
  path: string,
  init: { method: string; headers: Headers; body?: string | Buffer },
): Promise<string | null> {
  const begun = performance.now()
  const answer = await request(world.url + path, {
    ...init,
    method: init.method as 'POST',
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
  })
  const text = await answer.body.text()
  const ms = performance.now() - begun
  const said = `${answer.statusCode} ${text.slice(0, 400)}`
  if (ms > patienceMs) return `took ${ms.toFixed(0)} ms: ${said}`
  if (telltale.test(text)) return `tells too much: ${said}`
  if (answer.statusCode >= 500) return said
  const isPage =
    /^\/(connect|login|logout|$|\?)/.test(path) &&
    answer.headers['content-type'] === 'text/html; charset=utf-8'
  if (init.method === 'HEAD' || isPage || (answer.statusCode < 400 && !path.startsWith('/graphql')))
    return null
  let parsed: {
    data?: unknown
    errors?: { extensions?: { code?: string } }[]
    /** Error formats of the page that redeems a code, and of RFC 8935 §2.3. */
    error?: { code: string }
    err?: string
  }
  try {
    parsed = JSON.parse(text)
  } catch {
    return `no JSON: ${said}`
  }
  const wrong = (parsed.errors ?? []).filter(
    ({ extensions }) => !codes.includes(extensions?.code ?? ''),
  )
  if (wrong.length) return `unknown code: ${said}`
  if (!parsed.errors && !parsed.error?.code && !parsed.err && answer.statusCode !== 200)
    return `refused without an error: ${said}`
  return null
}
/**
 * Longer than the 1 second of attacks.test.ts, because requests run concurrently and beside other
 * tests.
 */
const patienceMs = 3_000

const manyAtOnce = 4
async function each<Item>(
  items: Item[],
  work: (item: Item) => Promise<string | null>,
): Promise<string[]> {
  const problems: string[] = []
  const left = [...items]
  const worker = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) {
      const problem = await work(item)
      if (problem) problems.push(problem)
    }
  }
  await Promise.all(Array.from({ length: manyAtOnce }, worker))
  return problems
}

describe('hostile values', () => {
  const hostile: unknown[] = [
    '',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff\ud800',
    '__proto__',
    "' or 1=1 --",
    '{{7*7}}<script>',
    '../../etc/passwd',
    '\u202e\u2066abc',
    'x'.repeat(70_000),
    `${'a'.repeat(30_000)}!`,
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '+275760-09-13T00:00:00.001Z',
    '-000001-01-01T00:00:00Z',
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    -1,
    0,
    1.5,
    2 ** 31,
    2 ** 53,
    1e308,
    true,
    null,
    [],
    ['\0'],
    [[[[['a']]]]],
    { __proto__: null, constructor: { prototype: { polluted: true } } },
    JSON.parse('{"__proto__":{"polluted":true}}'),
  ]

  /** Returns a valid value of the type, and the paths of its leaves. */
  function sample(type: GraphQLInputType, name: string): unknown {
    if (isNonNullType(type)) return sample(type.ofType, name)
    if (isListType(type)) return [sample(type.ofType, name)]
    if (isEnumType(type)) return type.getValues()[0]!.name
    if (isInputObjectType(type))
      return Object.fromEntries(
        Object.values(type.getFields())
          .filter((_field, index) => !type.isOneOf || index === 0)
          .map((field) => [field.name, sample(field.type, field.name)]),
      )
    if (name === 'tenantId' || (name === 'id' && type.name === 'ID')) return tenant.id
    if (name === 'associationId') return associationId
    if (name === 'clientId') return world.vsa.clientId
    const byType: Record<string, unknown> = {
      ID: tenant.id,
      Int: 1,
      SafeInt: 1,
      Boolean: true,
      UUID: tenant.microsoftTenantId,
      DateTime: new Date().toISOString(),
      EmailAddress: 'somebody@example.com',
      URL: 'https://example.com/',
      JSON: {},
    }
    return byType[type.name] ?? 'abc'
  }

  const leavesOf = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
    value !== null && typeof value === 'object'
      ? [
          path,
          ...Object.entries(value).flatMap(([key, inner]) =>
            leavesOf(inner, [...path, Array.isArray(value) ? Number(key) : key]),
          ),
        ]
      : [path]

  function withValue(value: unknown, [first, ...rest]: (string | number)[], put: unknown): unknown {
    if (first === undefined) return put
    const copy = structuredClone(value) as Record<string, unknown>
    copy[first] = withValue(copy[first], rest, put)
    return copy
  }

  interface Case {
    name: string
    query: string
    variables: Record<string, unknown>
  }

  /** Selects the scalar fields of a type. */
  function selection(typeName: string): string {
    const type = schema.getType(typeName)
    if (!isObjectType(type)) return '{ __typename }'
    const values = Object.values(type.getFields()).filter(
      ({ type: inner, args }) =>
        args.every(({ type: needed }) => !isNonNullType(needed)) &&
        !('getFields' in getNamedType(inner)) &&
        !('getTypes' in getNamedType(inner)),
    )
    const inner = 'userErrors' in type.getFields() ? ' userErrors { code field message }' : ''
    const nodes = 'nodes' in type.getFields() ? ' nodes { __typename }' : ''
    return `{ __typename ${values.map(({ name }) => name).join(' ')}${inner}${nodes} }`
  }

  function casesOf(
    kind: 'query' | 'mutation',
    name: string,
    args: readonly GraphQLArgument[],
    typeName: string,
    within?: string,
  ): Case[] {
    const declared = args.map((arg) => `$${arg.name}: ${arg.type}`)
    const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ')
    const isLeaf = !('getFields' in schema.getType(typeName)!)
    const field = `${name}(${passed})${isLeaf ? '' : ` ${selection(typeName)}`}`
    const query = within
      ? `query (${['$tenantId: ID!', ...declared].join(', ')}) { tenant(id: $tenantId) { ${field} } }`
      : `${kind} (${declared.join(', ')}) { ${field} }`
    const own = Object.fromEntries(args.map((arg) => [arg.name, sample(arg.type, arg.name)]))
    const base = within ? { tenantId: tenant.id, ...own } : own
    return args.flatMap((arg) =>
      leavesOf(own[arg.name], [arg.name]).flatMap((path) =>
        hostile.map((value) => ({
          name: `${name} ${path.join('.')} ${JSON.stringify(value).slice(0, 40)}`,
          query,
          variables: withValue(base, path, value) as Record<string, unknown>,
        })),
      ),
    )
  }

  function cases(): Case[] {
    const roots = (['query', 'mutation'] as const).flatMap((kind) => {
      const fields = Object.values(
        (kind === 'query' ? schema.getQueryType()! : schema.getMutationType()!).getFields(),
      )
      return fields
        .filter(({ args }) => args.length)
        .flatMap(({ name, args, type }) => casesOf(kind, name, args, getNamedType(type).name))
    })
    const ofTenant = schema.getType('Tenant')
    if (!isObjectType(ofTenant)) throw new Error('no Tenant')
    const within = Object.values(ofTenant.getFields())
      .filter(({ args }) => args.length)
      .flatMap(({ name, args, type }) =>
        casesOf('query', name, args, getNamedType(type).name, 'tenant'),
      )
    return [...roots, ...within]
  }

  test.each(['an admin', 'a partner client', 'nobody'])(
    'sent by %s: no input makes the service fail',
    async (who) => {
      const all = cases()
      expect(all.length).toBeGreaterThan(2_000)
      // Each caller sends a different eighth of the values, unless FUZZ_RUNS is set.
      const part = ['an admin', 'a partner client', 'nobody'].indexOf(who)
      const chosen = process.env.FUZZ_RUNS ? all : all.filter((_case, index) => index % 8 === part)
      let bearer =
        who === 'an admin' ? (await world.signIn(tenant, tenant.globalAdmin)).bearer : null
      const problems = await each(chosen, async ({ name, query, variables }) => {
        if (who === 'a partner client') ({ bearer } = await world.clientCredentials(world.vsa))
        const headers: Headers = {
          'content-type': 'application/json',
          ...(bearer && { authorization: `Bearer ${bearer}` }),
        }
        const problem = await problemOf('/graphql', {
          method: 'POST',
          headers,
          body: JSON.stringify({ query, variables }),
        })
        return problem && `${name}: ${problem}`
      })
      expect(problems).toEqual([])
      expect(({} as { polluted?: true }).polluted).toBeUndefined()
      expect((await world.ask(null, '{ __typename }')).data).toEqual({ __typename: 'Query' })
    },
    240_000,
  )
})

describe('random requests', () => {
  const words =
    '{ } ( ) [ ] ... : ! = | & $v $x: @include @skip @defer @tag(name:"x") on fragment query mutation subscription viewer tenant node id __typename __schema __type _entities _service activityLog nodes edges first last 1 -1 1e999 99999999999999999999 true null F \\"\\"\\" " # \\\\u0000 (if:$v) (id:"x") {id} Query Tenant'.split(
      ' ',
    )
  const document = fc
    .array(fc.constantFrom(...words, '\n', '\0', '\ufeff', '\ud800', '\u202e'), { maxLength: 60 })
    .map((parts) => parts.join(' '))
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 4 }), document)
  const graphqlBody = fc.record(
    {
      query: fc.oneof({ weight: 4, arbitrary: document }, anything),
      variables: anything,
      operationName: anything,
      extensions: anything,
    },
    { requiredKeys: [] },
  )
  const body = fc.oneof(
    { weight: 6, arbitrary: graphqlBody.map((value) => Buffer.from(JSON.stringify(value))) },
    fc.json().map((text) => Buffer.from(text)),
    graphqlBody.map((value) => Buffer.from(JSON.stringify([value, value]))),
    fc
      .tuple(graphqlBody, fc.nat(200))
      .map(([value, length]) => Buffer.from(JSON.stringify(value)).subarray(0, length)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  )
  const printable = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength: 200,
  })
  const json = 'application/json'
  const headers = fc.record(
    {
      'content-type': fc.oneof(
        { weight: 5, arbitrary: fc.constant(json) },
        fc.constantFrom(
          `${json}; charset=utf-8`,
          `${json};charset=utf-7`,
          'text/plain',
          'application/secevent+jwt',
          'multipart/form-data',
        ),
        printable,
      ),
      accept: fc.constantFrom(
        '*/*',
        json,
        'application/graphql-response+json',
        'text/html',
        'image/png',
      ),
      'content-encoding': fc.constantFrom(
        'gzip',
        'br',
        'deflate',
        'zstd',
        'identity',
        'gzip, gzip',
      ),
      authorization: fc.oneof(
        printable,
        printable.map((token) => `Bearer ${token}`),
      ),
      cookie: printable,
      'x-tenant-id': fc.oneof(fc.uuid(), printable),
      origin: fc.constantFrom('null', 'https://evil.example'),
      'x-forwarded-for': printable,
      traceparent: printable,
      'graphql-require-preflight': fc.constant('1'),
      'x-http-method-override': fc.constant('DELETE'),
    },
    { requiredKeys: [] },
  )
  const query = fc.dictionary(
    fc.constantFrom(
      'query',
      'variables',
      'extensions',
      'operationName',
      'client',
      'tenant',
      'domain',
      'code',
      'state',
      'format',
      '__proto__',
    ),
    fc.oneof(document, printable),
    { maxKeys: 4 },
  )
  const path = fc
    .tuple(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant('/graphql') },
        fc.constantFrom(
          '/connect',
          '/login/microsoft',
          '/login/microsoft/callback',
          '/logout',
          '/events/caep',
          '/.well-known/activity-log-keys',
        ),
        fc.uuid().map((id) => `/activity/export/${id}`),
        fc.uuid().map((id) => `/connect/${id}`),
        printable.map((text) => `/${encodeURI(text)}`),
        printable.map((text) => `/${text.replaceAll(/[?#\\\\]/g, '')}`),
      ),
      fc.option(query, { freq: 3 }),
    )
    .map(([name, asked]) =>
      asked
        ? `${name}?${new URLSearchParams(Object.entries(asked).map(([key, value]): [string, string] => [key, value.toWellFormed()]))}`
        : name,
    )
  const method = fc.oneof(
    { weight: 6, arbitrary: fc.constant('POST') },
    fc.constantFrom('GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'),
  )

  test('each is answered as JSON with a code', async () => {
    await fc.assert(
      fc.asyncProperty(method, path, headers, body, async (method, path, headers, body) => {
        const problem = await problemOf(path, {
          method,
          headers,
          body: method === 'GET' || method === 'HEAD' ? undefined : body,
        })
        expect(problem).toBeNull()
      }),
      {
        seed,
        numRuns: Number(process.env.FUZZ_RUNS ?? 500),
        interruptAfterTimeLimit: 150_000,
        markInterruptAsFailure: true,
        endOnFailure: true,
      },
    )
    expect((await world.ask(null, '{ __typename }')).data).toEqual({ __typename: 'Query' })
  }, 180_000)
})
