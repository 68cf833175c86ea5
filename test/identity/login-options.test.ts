/**
 * loginOptions: the sign-in methods of a tenant are public, but the response does not reveal which
 * tenants exist.
 */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { disable } from '../support/documents.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const ask = (tenant: Record<string, unknown>) =>
  world.ask(
    null,
    'query ($tenant: TenantLocator!) { loginOptions(tenant: $tenant) { method startUrl } }',
    { tenant },
  )
const methods = async (tenant: Record<string, unknown>): Promise<string[]> =>
  (await ask(tenant)).data.loginOptions.map(({ method }: { method: string }) => method)

test('a domain gets every method, whether or not it is known', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  for (const domain of [tenant.domain, `t${randomUUID().slice(0, 8)}.example`])
    expect(await methods({ domain })).toEqual(['MICROSOFT', 'KASEYA_VSA', 'UNITRENDS_UNIVIEW'])
})

test('an unknown tenant ID looks like a tenant with the feature off', async () => {
  const tenant = await world.createTenant()
  expect(await methods({ id: tenant.id })).toEqual(['MICROSOFT'])
  const { admin } = await world.open(tenant, world.vsa)
  expect(await methods({ id: tenant.id })).toEqual(['MICROSOFT', 'KASEYA_VSA'])
  await world.open(tenant, world.uniview)
  expect((await methods({ id: tenant.id })).sort()).toEqual([
    'KASEYA_VSA',
    'MICROSOFT',
    'UNITRENDS_UNIVIEW',
  ])
  await world.ask(admin, disable, { input: { tenantId: tenant.id } })
  const id = randomUUID()
  const [off, unknown] = [await ask({ id: tenant.id }), await ask({ id })]
  expect(JSON.stringify(off.data).replace(tenant.id, 'id')).toBe(
    JSON.stringify(unknown.data).replace(id, 'id'),
  )
})

test('the Microsoft URL names the tenant as the caller did', async () => {
  const startUrl = async (tenant: Record<string, unknown>) =>
    (await ask(tenant)).data.loginOptions[0].startUrl
  const id = randomUUID()
  expect(await startUrl({ id })).toBe(`${world.url}/login/microsoft?tenant=${id}`)
  expect(await startUrl({ domain: 'contoso.example' })).toBe(
    `${world.url}/login/microsoft?domain=contoso.example`,
  )
  const tricky = new URL(await startUrl({ domain: 'a&tenant=b#c' }))
  expect([tricky.searchParams.get('domain'), tricky.searchParams.has('tenant')]).toEqual([
    'a&tenant=b#c',
    false,
  ])
})

test.for([
  {},
  { id: randomUUID(), domain: 'x.example' },
  { domain: '' },
  { domain: 'x'.repeat(254) },
  { id: '\0' },
  { domain: null },
])('an invalid locator is BAD_USER_INPUT: %j', async (tenant) => {
  expect((await ask(tenant)).codes).toEqual(['BAD_USER_INPUT'])
})

test('a malformed tenant ID looks like an unknown one', async () => {
  for (const id of ['x', "' or true --", '../..'])
    expect(await methods({ id })).toEqual(['MICROSOFT'])
})
