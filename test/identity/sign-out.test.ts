/** Signing out: signOut for API clients, POST /logout for browsers. */
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { Browser } from '../../demo/browser.ts'
import { activityRows } from '../support/log-rows.ts'
import { liveSessions, whoAmI } from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import { browserHandoff, redeemInBrowser } from '../support/sign-in.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const signOut = 'mutation { signOut { userErrors { code } } }'
const rows = (tenant: Tenant) =>
  activityRows(world.database, { tenantId: tenant.id, action: 'session.signed_out' })

describe('signOut', () => {
  test('ends and records the caller’s session only', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const [one, other] = [
      await world.connect(tenant, world.vsa),
      await world.connect(tenant, world.vsa),
    ]
    expect((await world.ask(one, signOut)).data.signOut).toEqual({ userErrors: [] })
    expect((await world.ask(one, whoAmI)).data.viewer).toBeNull()
    expect((await world.ask(other, whoAmI)).data.viewer).not.toBeNull()
    expect(await rows(tenant)).toMatchObject([
      { outcome: 'SUCCEEDED', session_id: one.sessionId, actor_key: 'partner:northwind-vsa:nw-1' },
    ])
  })

  test('works for admins', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    await world.ask(admin, signOut)
    expect((await world.ask(admin, whoAmI)).data.viewer).toBeNull()
    expect(await liveSessions(world, tenant.id, false)).toBe(0)
  })

  test('does nothing when anonymous, and is recorded once', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    for (const who of [null, { bearer: `${tenant.id}.${'A'.repeat(43)}` }, admin, admin])
      expect(await world.ask(who, signOut)).toMatchObject({
        data: { signOut: { userErrors: [] } },
        codes: [],
      })
    expect(await rows(tenant)).toHaveLength(1)
  })

  test('20 concurrent calls record one end', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.ask(admin, signOut)))
    for (const { codes } of answers) expect([[], ['UNAUTHENTICATED']]).toContainEqual(codes)
    expect((await rows(tenant)).filter(({ outcome }) => outcome === 'SUCCEEDED')).toHaveLength(1)
  })
})

describe('POST /logout', () => {
  const logout = (
    browser: Browser,
    tenantId: string | null,
    headers: Record<string, string> = {},
  ) =>
    browser.request(`${world.url}/logout`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: world.url,
        ...headers,
      },
      body: tenantId === null ? '' : new URLSearchParams({ tenant: tenantId }).toString(),
    })

  test('ends the named tenant’s session only and deletes its cookie', async () => {
    const [one, other] = [await world.createTenant(), await world.createTenant()]
    const browser = new Browser()
    for (const tenant of [one, other]) {
      await world.open(tenant, world.vsa)
      await redeemInBrowser(
        world,
        browser,
        tenant.id,
        (await browserHandoff(world, browser, tenant.id, world.vsa)).code,
      )
    }
    const token = browser.cookie(`session-${one.id}`)!
    const answer = await logout(browser, one.id)
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie()).toEqual([
      `session-${one.id}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`,
    ])
    expect(answer.headers.get('clear-site-data')).toBe('"cache"')
    expect((await world.ask({ bearer: token }, whoAmI)).data.viewer).toBeNull()
    expect((await world.ask({ browser, tenantId: other.id }, whoAmI)).data.viewer).not.toBeNull()
    expect(await rows(one)).toHaveLength(1)
    expect(await rows(other)).toHaveLength(0)
  })

  test('accepts the tenant in the header', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = await world.connectBrowser(tenant, world.vsa)
    expect((await logout(browser, null, { 'x-tenant-id': tenant.id })).status).toBe(200)
    expect(await liveSessions(world, tenant.id)).toBe(0)
  })

  test.for([
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ] as [string, Record<string, string>][])('from %s signs nobody out', async ([, headers]) => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = await world.connectBrowser(tenant, world.vsa)
    expect((await logout(browser, tenant.id, headers)).status).toBe(403)
    expect((await world.ask({ browser, tenantId: tenant.id }, whoAmI)).data.viewer).not.toBeNull()
  })

  test('a GET does not sign out', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = await world.connectBrowser(tenant, world.vsa)
    expect((await browser.request(`${world.url}/logout?tenant=${tenant.id}`)).status).toBe(405)
    expect(await liveSessions(world, tenant.id)).toBe(1)
  })

  test('a cookie under another tenant’s name ends no session', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    await world.open(own, world.vsa)
    const session = await world.connect(own, world.vsa)
    const browser = new Browser()
    browser.setCookie(world.url, `session-${other.id}=${session.bearer}`)
    expect((await logout(browser, other.id)).status).toBe(200)
    expect((await world.ask(session, whoAmI)).data.viewer).not.toBeNull()
  })

  test('without a tenant is refused, and without a session succeeds', async () => {
    for (const tenant of [null, '', 'x', '../..', '\r\nX: 1'])
      expect((await logout(new Browser(), tenant)).status).toBe(400)
    expect((await logout(new Browser(), randomUUID())).status).toBe(200)
  })
})
