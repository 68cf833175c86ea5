/** Several mutations in one request: each response shows the state that its mutation left. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { activityRows } from '../support/log-rows.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
let tenant: Tenant
let admin: { bearer: string }
beforeAll(async () => {
  world = await sharedWorld()
})
beforeEach(async () => {
  tenant = await world.createTenant()
  admin = (await world.open(tenant, world.vsa)).admin
})

const state = 'tenant { name settings { version itCompleteLogin { enabled } } }'
const input = () => ({ input: { tenantId: tenant.id } })

test('each mutation returns the state that it left', async () => {
  const { data, errors } = await world.ask(
    admin,
    `mutation ($on: EnableItCompleteLoginInput!, $off: DisableItCompleteLoginInput!) {
      off: disableItCompleteLogin(input: $off) { ${state} }
      on: enableItCompleteLogin(input: $on) { ${state} }
      again: disableItCompleteLogin(input: $off) { ${state} } }`,
    { on: input().input, off: input().input },
  )
  expect(errors).toEqual([])
  const versions = [data.off, data.on, data.again].map(({ tenant: { settings } }) => settings)
  expect(versions).toEqual([
    { version: 3, itCompleteLogin: { enabled: false } },
    { version: 4, itCompleteLogin: { enabled: true } },
    { version: 5, itCompleteLogin: { enabled: false } },
  ])
})

test('fields of other subgraphs show the state between two mutations', async () => {
  await world.connect(tenant, world.vsa)
  const seen =
    'tenant { sessions(first: 10) { nodes { id } } activityLog(first: 1) { nodes { action } } }'
  const { data, errors } = await world.ask(
    admin,
    `mutation ($token: CreateApiTokenInput!, $off: DisableItCompleteLoginInput!, $settings: UpdateNotificationSettingsInput!) {
      settings: updateNotificationSettings(input: $settings) { ${seen} }
      off: disableItCompleteLogin(input: $off) { ${seen} }
      token: createApiToken(input: $token) { userErrors { code } } }`,
    {
      token: { tenantId: tenant.id, name: 'Reporting', expiresAt: inOneDay() },
      off: input().input,
      settings: { tenantId: tenant.id, expectedVersion: 2, recipients: ['it@contoso.example'] },
    },
  )
  expect(errors).toEqual([])
  const actions = [data.settings, data.off].map(({ tenant: { sessions, activityLog } }) => [
    sessions.nodes.length,
    activityLog.nodes[0].action,
  ])
  expect(actions).toEqual([
    [2, 'notification_settings.updated'],
    [1, 'it_complete_login.disabled'],
  ])
  expect(data.token.userErrors).toEqual([])
})

describe('a mutation from a fragment', () => {
  const fragment = `fragment Off on Mutation { off: disableItCompleteLogin(input: $off) { ${state} } }`

  test('is executed in its place, once, with the directives of the fragment', async () => {
    const { data, errors } = await world.ask(
      admin,
      `mutation ($on: EnableItCompleteLoginInput!, $off: DisableItCompleteLoginInput!, $yes: Boolean!) {
        __typename
        ...Off @include(if: $yes)
        ... on Mutation @skip(if: $yes) { skipped: disableItCompleteLogin(input: $off) { ${state} } }
        on: enableItCompleteLogin(input: $on) { tenant { settings { version } } }
        on: enableItCompleteLogin(input: $on) { ${state} } } ${fragment}`,
      { on: input().input, off: input().input, yes: true },
    )
    expect(errors).toEqual([])
    expect(Object.keys(data)).toEqual(['__typename', 'off', 'on'])
    expect(data.off.tenant.settings).toEqual({ version: 3, itCompleteLogin: { enabled: false } })
    expect(data.on.tenant.settings).toEqual({ version: 4, itCompleteLogin: { enabled: true } })
    const rows = await activityRows(world.database, { tenantId: tenant.id })
    expect(rows.slice(-2).map(({ action }) => action)).toEqual([
      'it_complete_login.disabled',
      'it_complete_login.enabled',
    ])
  })
})

test('a denied mutation leaves the others, and its error names its field', async () => {
  const technician = await world.connect(tenant, world.vsa)
  const { data, errors, codes } = await world.ask(
    technician,
    `mutation ($off: DisableItCompleteLoginInput!, $token: CreateApiTokenInput!) {
      token: createApiToken(input: $token) { userErrors { code } }
      off: disableItCompleteLogin(input: $off) { userErrors { code } } }`,
    {
      off: input().input,
      token: { tenantId: tenant.id, name: 'Reporting', expiresAt: inOneDay() },
    },
  )
  expect([codes, errors[0]?.path, data]).toEqual([
    ['FORBIDDEN'],
    ['token'],
    { token: null, off: { userErrors: [] } },
  ])
})

const inOneDay = () => new Date(Date.now() + 86_400_000).toISOString()
