/** viewer: the identity of the sender of a request, and the ways to send credentials. */
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { Browser } from '../../demo/browser.ts'
import { disable } from '../support/documents.ts'
import { whoAmI } from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const everybody = ['READ_TENANT', 'READ_ACTIVITY', 'UPDATE_SETTINGS', 'DISABLE_IT_COMPLETE_LOGIN']
const adminsAlone = [
  'MANAGE_NOTIFICATIONS',
  'ENABLE_IT_COMPLETE_LOGIN',
  'MANAGE_SPANNING_ADMINS',
  'MANAGE_PARTNER_ASSOCIATIONS',
  'MANAGE_SESSIONS',
  'MANAGE_API_TOKENS',
]

test('lists an admin’s and a technician’s permissions', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const technician = await world.connect(tenant, world.vsa)
  const [asAdmin, asTechnician] = [
    await world.ask(admin, whoAmI),
    await world.ask(technician, whoAmI),
  ]
  expect(asAdmin.data.viewer.permissions).toEqual(
    expect.arrayContaining([...everybody, ...adminsAlone]),
  )
  expect(asTechnician.data.viewer).toEqual({
    actor: { key: 'partner:northwind-vsa:nw-1', displayName: 'Tech nw-1' },
    session: { id: technician.sessionId },
    tenant: { id: tenant.id, name: tenant.name },
    permissions: everybody,
  })
})

test('accepts several spaces after Bearer, and any case of it', async () => {
  const tenant = await world.createTenant()
  const { bearer } = await world.signIn(tenant, tenant.globalAdmin)
  for (const authorization of [`Bearer   ${bearer}`, `bearer ${bearer}`]) {
    const { data } = await world.ask(null, whoAmI, {}, { authorization })
    expect(data.viewer.tenant.id).toBe(tenant.id)
  }
})

test('is null for an anonymous request, without an error', async () => {
  expect(await world.ask(null, whoAmI)).toMatchObject({
    status: 200,
    data: { viewer: null },
    codes: [],
  })
})

test('tells a technician when only Microsoft sign-in is left', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const technician = await world.connect(tenant, world.vsa)
  await world.ask(admin, disable, { input: { tenantId: tenant.id } })
  expect((await world.ask(technician, whoAmI)).codes).toEqual(['MICROSOFT_SIGN_IN_REQUIRED'])
})

describe('credentials', () => {
  test('cookie and bearer together are a 400, and nothing is executed', async () => {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    const browser = await world.connectBrowser(tenant, world.vsa)
    const cookie = browser.cookiesFor(world.graphqlUrl)
    const mutation = 'mutation { signOut { userErrors { code } } }'
    for (const authorization of [`Bearer ${admin.bearer}`, 'Bearer x', 'Basic eDp4', '']) {
      const both = await world.ask(
        null,
        mutation,
        {},
        { cookie, authorization, 'x-tenant-id': tenant.id },
      )
      expect([both.status, both.codes]).toEqual([400, ['BAD_USER_INPUT']])
    }
    const twoKinds = await world.ask(
      await world.clientCredentials(world.vsa),
      mutation,
      {},
      { cookie },
    )
    expect(twoKinds.status).toBe(400)
    expect((await world.ask({ browser, tenantId: tenant.id }, whoAmI)).data.viewer).not.toBeNull()
    expect((await world.ask(admin, whoAmI)).data.viewer).not.toBeNull()
  })

  test('an unrelated cookie with a bearer token is ignored', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const reply = await world.ask(admin, whoAmI, {}, { cookie: 'theme=dark; handoff-x=y' })
    expect(reply.data.viewer).not.toBeNull()
  })

  test('a cookie without X-Tenant-Id is anonymous', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = await world.connectBrowser(tenant, world.vsa)
    expect((await world.ask({ browser }, whoAmI)).data.viewer).toBeNull()
    expect((await world.ask({ browser, tenantId: 'x' }, whoAmI)).data.viewer).toBeNull()
    expect(
      (await world.ask({ browser, tenantId: `${tenant.id}, ${tenant.id}` }, whoAmI)).data.viewer,
    ).toBeNull()
  })

  test('a token works in its own tenant only', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    const { bearer } = await world.signIn(own, own.globalAdmin)
    const browser = new Browser()
    browser.setCookie(world.url, `session-${other.id}=${bearer}`)
    expect((await world.ask({ browser, tenantId: other.id }, whoAmI)).data.viewer).toBeNull()
    expect((await world.ask({ browser, tenantId: own.id }, whoAmI)).data.viewer).toBeNull()
    expect(
      (await world.ask({ bearer: `${other.id}.${bearer.split('.')[1]}` }, whoAmI)).data.viewer,
    ).toBeNull()
    const asOther = await world.ask({ bearer }, whoAmI, {}, { 'x-tenant-id': other.id })
    expect(asOther.data.viewer.tenant.id).toBe(own.id)
  })

  test.for([
    '',
    'x',
    'x.y',
    '..',
    `${randomUUID()}.`,
    `.${'A'.repeat(43)}`,
    `${randomUUID()}.${'A'.repeat(43)}`,
    'A'.repeat(8_000),
    'a.b.c.d',
    '%00',
  ])('what is no token is nobody: %s', async (bearer) => {
    expect(await world.ask({ bearer }, whoAmI)).toMatchObject({
      status: 200,
      data: { viewer: null },
      codes: [],
    })
  })

  test('a session ID does not authenticate', async () => {
    const tenant = await world.createTenant()
    const { sessionId } = await world.signIn(tenant, tenant.globalAdmin)
    expect((await world.ask({ bearer: sessionId }, whoAmI)).data.viewer).toBeNull()
    expect(
      (await world.ask({ bearer: `${tenant.id}.${sessionId}` }, whoAmI)).data.viewer,
    ).toBeNull()
  })

  test('a handoff code does not authenticate', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const create =
      'mutation ($input: CreateHandoffInput!) { createHandoff(input: $input) { code } }'
    const { data } = await world.ask(null, create, {
      input: { assertion: await world.assertion(world.vsa, tenant.id) },
    })
    expect((await world.ask({ bearer: data.createHandoff.code }, whoAmI)).data.viewer).toBeNull()
  })
})
