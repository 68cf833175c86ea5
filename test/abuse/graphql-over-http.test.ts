/**
 * The audits of the GraphQL-over-HTTP working group, and introspection, which is on only in
 * development. All MUST audits pass, and all SHOULD audits pass except the audits in the list
 * below.
 */
import { readFileSync } from 'node:fs'
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  type IntrospectionOptions,
  lexicographicSortSchema,
  printSchema,
} from 'graphql'
import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  // Three audits use introspection, which is off outside development.
  world = await startWorld({ DEMO: 'on' })
})
afterAll(() => world.stop())

/** Audits that fail on purpose, with the reason. */
const refusedAs400 =
  'Apollo Server answers what cannot be parsed, validated or coerced with 400 under application/json too'
const otherwise: Record<string, string> = {
  '572B': refusedAs400,
  FDE2: refusedAs400,
  '7B9B': refusedAs400,
}

// GET requires a header that pages of other origins can send only after a preflight request.
const fetchFn = (url: string, init: RequestInit = {}) =>
  fetch(url, {
    ...init,
    headers: { 'graphql-require-preflight': '1', ...(init.headers as Record<string, string>) },
  })

describe('audits', () => {
  const audits = serverAudits({ url: () => world.graphqlUrl, fetchFn })
  test.each(audits.map(({ id, name }) => ({ id, name })))('$id $name', async ({ id, name }) => {
    const result = await audits.find((audit) => audit.id === id)!.fn()
    if (name.startsWith('MAY')) return expect(['ok', 'notice']).toContain(result.status)
    expect(result, otherwise[id]).toMatchObject({ status: id in otherwise ? 'warn' : 'ok' })
  })
})

describe('introspection', () => {
  const allOptions: IntrospectionOptions = {
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    experimentalDirectiveDeprecation: true,
    oneOf: true,
  }
  const get = async (parameters: Record<string, string>) => {
    const response = await fetchFn(`${world.graphqlUrl}?${new URLSearchParams(parameters)}`)
    return { status: response.status, ...((await response.json()) as object) }
  }

  test('the standard query returns the published schema', async () => {
    const published = buildSchema(readFileSync('docs/schema.graphql', 'utf8'))
    const { status, data, errors } = await world.ask(null, getIntrospectionQuery(allOptions))
    expect({ status, errors }).toEqual({ status: 200, errors: [] })
    const introspected = buildClientSchema(data)
    expect(printSchema(lexicographicSortSchema(introspected))).toBe(
      printSchema(lexicographicSortSchema(published)),
    )
    // The defaults are what GraphiQL, Apollo Sandbox and GraphQL Code Generator build on.
    expect((await world.ask(null, getIntrospectionQuery())).data).not.toBeNull()
  })

  test('an operation mixes introspection with other fields, by POST and GET', async () => {
    const query = `query Mixed($type: String!, $no: Boolean!, $locator: TenantLocator!) {
      zero: __typename
      ...Root
      type: __type(name: $type) { ...Named fields(includeDeprecated: true) @skip(if: $no) { name } }
      later: loginOptions(tenant: $locator) { method }
      __schema @include(if: $no) { description }
    }
    query Other { __schema { directives(includeDeprecated: true) { isDeprecated deprecationReason } } }
    fragment Root on Query {
      ... @skip(if: $no) { hidden: viewer { __typename } }
      __schema { queryType { ...Named } }
      viewer { __typename }
    }
    fragment Named on __Type { name isOneOf }`
    const variables = { type: 'TenantLocator', no: true, locator: { domain: 'contoso.example' } }
    const data = {
      zero: 'Query',
      __schema: { queryType: { name: 'Query', isOneOf: null }, description: null },
      viewer: null,
      type: { name: 'TenantLocator', isOneOf: false },
      later: [{ method: 'MICROSOFT' }, { method: 'KASEYA_VSA' }, { method: 'UNITRENDS_UNIVIEW' }],
    }
    const parameters = { query, operationName: 'Mixed', variables: JSON.stringify(variables) }
    const posted = await fetch(world.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...parameters, variables }),
    }).then((response) => response.json() as Promise<{ data: object }>)
    expect(posted).toMatchObject({ data })
    expect(Object.keys(posted.data)).toEqual(Object.keys(data))
    expect(await get(parameters)).toMatchObject({ status: 200, data })

    // The planner does not know the fields of the fragment, which belongs to another operation.
    const others = `query Mine { viewer { __typename } } query Theirs { __schema { queryType { ...T } } } fragment T on __Type { isOneOf }`
    expect(await get({ query: others, operationName: 'Mine' })).toMatchObject({
      status: 200,
      data: { viewer: null },
    })
    expect(await get({ query: others, operationName: 'Theirs' })).toMatchObject({
      status: 200,
      data: { __schema: { queryType: { isOneOf: null } } },
    })
    expect(
      await world.ask(null, 'query ($n: String!) { __type(name: $n) { name } }', { n: 1 }),
    ).toMatchObject({ status: 400, codes: ['BAD_USER_INPUT'] })
  })

  test('the limits bound introspection', async () => {
    const types = (inner: string) => `types { ${inner} }`
    const circular = 'fields { type { fields { type { fields { name } } } } }'
    const wide = 'fields { args { type { inputFields { name type { name } } } } }'
    const aliased = (count: number, one: string) =>
      Array.from({ length: count }, (_, n) => `a${n}: ${one}`).join(' ')
    const codeOf = async (query: string) => (await world.ask(null, query)).codes[0]
    expect({
      circular: await codeOf(`{ __schema { ${types(circular)} } }`),
      ofOneType: await codeOf(`{ __type(name: "Query") { ${circular} } }`),
      aliases: await codeOf(`{ ${aliased(31, '__typename')} __schema { description } }`),
      cost: await codeOf(`{ ${aliased(15, `__schema { ${types(wide)} }`)} }`),
      tokens: await codeOf(`{ __schema { ${'description '.repeat(1_000)} } }`),
    }).toEqual({
      circular: 'GRAPHQL_VALIDATION_FAILED',
      ofOneType: 'GRAPHQL_VALIDATION_FAILED',
      aliases: 'GRAPHQL_VALIDATION_FAILED',
      cost: 'COST_LIMIT_EXCEEDED',
      tokens: 'GRAPHQL_PARSE_FAILED',
    })
  })
})
