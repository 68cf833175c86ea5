/** Every field of every schema has a permission rule. Fields without a rule are denied. */
import { readFileSync } from 'node:fs'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { execute, type GraphQLObjectType, type GraphQLSchema, isObjectType, parse } from 'graphql'
import { describe, expect, test } from 'vitest'
import { anonymous, apiTokenViewer } from '../../platform/auth/viewer.ts'
import { anyone } from '../../platform/graphql/rules.ts'
import { guard, type Permissions } from '../../platform/graphql/shield.ts'
import { permissions as audit } from '../../subgraphs/audit/permissions.ts'
import { permissions as identity } from '../../subgraphs/identity/permissions.ts'
import { permissions as tenants } from '../../subgraphs/tenants/permissions.ts'
import { testLog } from '../support/database.ts'

const subgraphs: [name: string, permissions: Permissions][] = [
  ['tenants', tenants],
  ['identity', identity],
  ['audit', audit],
]

const schemaOf = (name: string): GraphQLSchema =>
  buildSubgraphSchema(
    parse(readFileSync(new URL(`../../subgraphs/${name}/schema.graphql`, import.meta.url), 'utf8')),
  )

const objectTypes = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('_'),
  )

const fieldsOf = (type: GraphQLObjectType) =>
  Object.keys(type.getFields()).filter((field) => !field.startsWith('_'))

describe.each(subgraphs)('%s', (name, permissions) => {
  const schema = schemaOf(name)

  test('every field of Query and Mutation has its own rule', () => {
    for (const type of ['Query', 'Mutation']) {
      const known = schema.getType(type) as GraphQLObjectType | undefined
      expect([type, Object.keys(permissions[type] ?? {}).toSorted()]).toEqual([
        type,
        known ? fieldsOf(known).toSorted() : [],
      ])
    }
  })

  test('every other field has a rule, for itself or its type', () => {
    const types = objectTypes(schema).filter((type) => !['Query', 'Mutation'].includes(type.name))
    expect(types.length).toBeGreaterThan(3)
    const open = types.flatMap((type) => {
      const lines = permissions[type.name] ?? {}
      return '*' in lines
        ? []
        : fieldsOf(type)
            .filter((field) => !(field in lines))
            .map((field) => `${type.name}.${field}`)
    })
    expect(open).toEqual([])
  })

  test('every rule names an existing field or type', () => {
    const types = new Map(objectTypes(schema).map((type) => [type.name, fieldsOf(type)]))
    const stale = Object.entries(permissions).flatMap(([type, lines]) =>
      Object.keys(lines)
        .filter((field) => !types.has(type) || (field !== '*' && !types.get(type)!.includes(field)))
        .map((field) => `${type}.${field}`),
    )
    expect(stale).toEqual([])
  })
})

test('an API token may read activity, and no other field or mutation', async () => {
  const viewer = apiTokenViewer('', { tokenId: '', name: '' })
  const admits = async (rule: Permissions[string][string]) =>
    (await rule.resolve(
      {},
      {},
      { viewer, _shield: { cache: {} } } as never,
      {} as never,
      {} as never,
    )) === true
  const open = new Set<string>()
  for (const [name, permissions] of subgraphs)
    for (const type of objectTypes(schemaOf(name)))
      for (const field of fieldsOf(type)) {
        const rule = permissions[type.name]![field] ?? permissions[type.name]!['*']
        const isAnyones = rule === anyone && type.name !== 'Query' && type.name !== 'Mutation'
        if (!isAnyones && (await admits(rule!)))
          open.add(`${name} ${type.name}${permissions[type.name]![field] ? `.${field}` : ''}`)
      }
  expect([...open].toSorted()).toEqual(
    [
      ...['Query.tenant', 'Tenant.id', 'Tenant.name'].map((field) => `tenants ${field}`),
      ...['Query.tenant', 'Query.viewer'].map((field) => `identity ${field}`),
      ...[
        'Query.tenant',
        'Query.activityEvent',
        'Tenant.activityLog',
        'ActivityEvent',
        'ActivityEventConnection',
        'ActivityEventEdge',
      ],
      ...[
        'ActivityTarget',
        'FieldChange',
        'CoalescedAttempts',
        'Session.id',
        'MicrosoftAdmin',
        'MicrosoftUser',
        'PartnerTechnician',
      ],
      ...['PartnerClient', 'ApiTokenActor', 'OperatorActor', 'SystemActor', 'AnonymousActor'],
      ...[
        'Tenant.activitySummary',
        'ActivitySummary',
        'ActivitySummaryRow',
        'Tenant.activityTail',
        'ActivityTail',
      ],
      ...[
        'Tenant.activityCheckpoint',
        'ActivityCheckpoint',
        'ActivityEvent.integrity',
        'ActivityIntegrity',
      ],
    ]
      .map((field) => (field.includes(' ') ? field : `audit ${field}`))
      .toSorted(),
  )
})

test('the rules of partner clients refuse every other viewer', async () => {
  const rules = [
    identity.Mutation.redeemHandoff,
    tenants.Mutation.requestPartnerAssociation,
    audit.Query.partnerActivityLog,
  ]
  const answerTo = async (rule: (typeof rules)[number], kind: string) =>
    rule.resolve(
      {},
      {},
      { viewer: { kind, itCompleteLoginEnabled: true }, _shield: { cache: {} } } as never,
      {} as never,
      {} as never,
    )
  for (const rule of rules) {
    expect(await answerTo(rule, 'partner-client')).toBe(true)
    for (const kind of ['admin', 'technician', 'api-token'])
      expect(await answerTo(rule, kind)).toMatchObject({ extensions: { code: 'FORBIDDEN' } })
  }
})

describe('a field without a rule', () => {
  const typeDefs =
    'type Query { listed: String, unlisted: String, thing: Thing } type Thing { listed: String, unlisted: String } type Mutation { unlisted: String }'
  let touched = 0
  const answer = () => {
    touched++
    return 'secret'
  }
  const fields = { listed: answer, unlisted: answer }
  const resolvers = {
    Query: { ...fields, thing: () => ({}) },
    Thing: fields,
    Mutation: { unlisted: answer },
  }
  const ask = async (permissions: Permissions, query: string) => {
    const schema = guard(
      buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]),
      permissions,
    )
    const request = { requestId: 'r', traceId: null, ipAddress: null, userAgent: null }
    const contextValue = { viewer: anonymous, request, log: testLog, _shield: { cache: {} } }
    return execute({ schema, document: parse(query), contextValue })
  }
  const permissions: Permissions = {
    Query: { listed: anyone, thing: anyone },
    Thing: { listed: anyone },
  }

  test('is denied, and its resolver never runs', async () => {
    const { data, errors = [] } = await ask(
      permissions,
      '{ listed unlisted thing { listed unlisted } }',
    )
    expect({ ...data, thing: { ...(data?.thing as object) } }).toEqual({
      listed: 'secret',
      unlisted: null,
      thing: { listed: 'secret', unlisted: null },
    })
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['unlisted', 'FORBIDDEN'],
      ['thing.unlisted', 'FORBIDDEN'],
    ])
    expect(touched).toBe(2)
  })

  test('is denied in types without rules and in Mutation', async () => {
    const { data, errors = [] } = await ask({ Query: permissions.Query! }, '{ thing { listed } }')
    expect([JSON.stringify(data), errors[0]?.extensions.code]).toEqual([
      '{"thing":{"listed":null}}',
      'FORBIDDEN',
    ])
    const changed = await ask(permissions, 'mutation { unlisted }')
    expect([JSON.stringify(changed.data), changed.errors?.[0]?.extensions.code]).toEqual([
      '{"unlisted":null}',
      'FORBIDDEN',
    ])
    expect(touched).toBe(2)
  })
})
