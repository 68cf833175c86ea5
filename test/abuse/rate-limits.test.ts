/**
 * Rate limits: each response contains the number of remaining requests. Requests above the limit
 * receive the status 429.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activityRows } from '../support/log-rows.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
let tenant: Tenant

beforeAll(async () => {
  world = await startWorld({
    RATE_LIMIT_PER_ADDRESS: '200',
    RATE_LIMIT_PER_SESSION: '30',
    RATE_LIMIT_PER_PARTNER: '40',
    TRUSTED_PROXY_HOPS: '1',
  })
  tenant = await world.createTenant()
})
afterAll(() => world.stop())

const from = (address: string) => ({ 'x-forwarded-for': address })
const ask = (who: { bearer: string } | null, address: string) =>
  world.ask(who, '{ __typename }', {}, from(address))

async function until429(who: { bearer: string } | null, address: string, most: number) {
  for (let asked = 1; asked <= most; asked++) {
    const reply = await ask(who, address)
    if (reply.status === 429) return { asked, reply }
  }
  return { asked: most, reply: null }
}

test('responses state the session’s limit, and further requests get a 429', async () => {
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  const first = await ask(admin, '192.0.2.1')
  expect(first.headers.get('ratelimit')).toMatch(/"caller"; r=29; t=\d+/)
  expect(first.headers.get('ratelimit-policy')).toMatch(/"caller"; q=30; w=60/)
  const { asked, reply } = await until429(admin, '192.0.2.1', 60)
  expect(asked).toBe(30)
  expect(reply).toMatchObject({ status: 429, codes: ['RATE_LIMITED'] })
  const wait = Number(reply!.headers.get('retry-after'))
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(60)
})

test('an address has one limit, however its proxy writes it', async () => {
  const remaining = async (address: string) =>
    Number(/"caller"; r=(\d+)/.exec((await ask(null, address)).headers.get('ratelimit')!)?.[1])
  for (const [first, ...others] of [
    ['203.0.113.7', '203.0.113.7:51514', '::ffff:203.0.113.7', '[::ffff:203.0.113.7]:443'],
    ['2001:db8::1', '[2001:db8::1]:443', '[2001:DB8:0::1]', '2001:db8::1%eth0'],
  ]) {
    let left = await remaining(first!)
    for (const other of others) expect([other, await remaining(other)]).toEqual([other, --left])
  }
  // Another address has its own limit.
  expect(await remaining('203.0.113.8:51514')).toBe(await remaining('203.0.113.9'))
})

test('a session has one limit for all its addresses', async () => {
  const [one, other] = [
    await world.signIn(tenant, tenant.globalAdmin),
    await world.signIn(tenant, tenant.globalAdmin),
  ]
  expect((await until429(one, '192.0.2.2', 60)).asked).toBe(31)
  expect((await ask(one, '192.0.2.3')).status).toBe(429)
  expect((await ask(other, '192.0.2.2')).status).toBe(200)
})

test('a partner instance has one limit for all its tokens', async () => {
  let refused = 0
  for (let asked = 0; asked < 45; asked++)
    if ((await ask(await world.clientCredentials(world.vsa), '192.0.2.4')).status === 429) refused++
  expect(refused).toBe(5)
  expect((await ask(await world.clientCredentials(world.uniview), '192.0.2.4')).status).toBe(200)
})

test('anonymous and wrongly authenticated requests share the address’s limit', async () => {
  const guess = () => ({ bearer: `${tenant.id}.${'x'.repeat(43)}` })
  let refused = 0
  for (let asked = 0; asked < 35; asked++)
    if ((await ask(asked % 2 ? guess() : null, '192.0.2.5')).status === 429) refused++
  expect(refused).toBe(5)
})

test('an address has one limit for all requests, including sign-in pages', async () => {
  const statuses = new Map<number, number>()
  for (let asked = 0; asked < 210; asked++) {
    const { status } = await fetch(`${world.url}/.well-known/it-complete-login`, {
      headers: from('192.0.2.6'),
    })
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  expect(Object.fromEntries(statuses)).toEqual({ 200: 200, 429: 10 })
  const login = await fetch(`${world.url}/login/microsoft?tenant=${tenant.id}`, {
    headers: from('192.0.2.6'),
    redirect: 'manual',
  })
  expect([login.status, (await login.json()) as object]).toMatchObject([
    429,
    { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
  ])
})

test('an IPv6 /56 network counts as one address', async () => {
  for (let asked = 0; asked < 30; asked++) await ask(null, `2001:db8:0:${asked.toString(16)}::1`)
  expect((await ask(null, '2001:db8:0:ff::1')).status).toBe(429)
  expect((await ask(null, '2001:db8:1:0::1')).status).toBe(200)
})

test('health checks have no limit', async () => {
  const statuses = await Promise.all(
    Array.from(
      { length: 250 },
      async () => (await fetch(`${world.url}/healthz`, { headers: from('192.0.2.7') })).status,
    ),
  )
  expect(new Set(statuses)).toEqual(new Set([200]))
})

test('exports count towards the session’s limit', async () => {
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  const take = (address: string) =>
    fetch(`${world.url}/activity/export/${tenant.id}?format=none`, {
      headers: { ...from(address), authorization: `Bearer ${admin.bearer}` },
    })
  for (let asked = 0; asked < 20; asked++) await ask(admin, '192.0.2.8')
  const statuses = []
  for (let asked = 0; asked < 15; asked++)
    statuses.push((await take(`192.0.2.${20 + asked}`)).status)
  expect(statuses).toEqual([...Array(10).fill(400), ...Array(5).fill(429)])
  const refused = await take('192.0.2.50')
  expect([refused.headers.get('ratelimit'), await refused.json()]).toMatchObject([
    expect.stringMatching(/"caller"; r=0; t=\d+/),
    { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
  ])
  expect((await ask(admin, '192.0.2.8')).status).toBe(429)
})

test('sign-in pages and anonymous API requests share one limit per address', async () => {
  const paths = [
    '/login/microsoft?domain=a.example',
    '/login/microsoft/callback?code=x&state=y',
    `/connect?client=x&tenant=${tenant.id}`,
  ]
  const statuses = []
  for (let asked = 0; asked < 34; asked++) {
    const guess = { ...from('192.0.2.9'), authorization: `Bearer ${tenant.id}.${'x'.repeat(43)}` }
    const path = asked % 4 === 3 ? `/activity/export/${tenant.id}` : paths[asked % 4]!
    statuses.push((await fetch(world.url + path, { headers: guess, redirect: 'manual' })).status)
  }
  expect(statuses.indexOf(429)).toBe(30)
  expect((await ask(null, '192.0.2.9')).status).toBe(429)
  expect((await ask(null, '192.0.2.10')).status).toBe(200)
})

test('the Activity Log has the client address without the port', async () => {
  for (const [sent, address] of [
    ['203.0.113.7:51514', '203.0.113.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['198.51.100.1, 203.0.113.10:80', '203.0.113.10'],
  ]) {
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    await world.ask(admin, 'mutation { signOut { userErrors { code } } }', {}, from(sent!))
    const rows = await activityRows(world.database, {
      tenantId: tenant.id,
      action: 'session.signed_out',
    })
    expect([sent, rows.at(-1)?.ip_address]).toEqual([sent, address])
  }
})
