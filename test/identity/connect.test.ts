/**
 * The browser handoff: GET /connect, its page, and the POST that redeems the code in the same
 * browser.
 */
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { resumePartnerInstance, suspendPartnerInstance } from '../../admin/partner-instances.ts'
import { type Answer, Browser } from '../../demo/browser.ts'
import { createHandoff, disable } from '../support/documents.ts'
import { activityRows, operatorRows } from '../support/log-rows.ts'
import { federatedSessionsMade, internals, liveSessions, whoAmI } from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import {
  answerOfEntra,
  attemptCookies,
  browserHandoff,
  redeemInBrowser,
} from '../support/sign-in.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const connect = (tenantId: string, clientId = world.vsa.clientId) =>
  `${world.url}/connect?${new URLSearchParams({ client: clientId, tenant: tenantId })}`
const post = (
  browser: Browser,
  tenantId: string,
  body: unknown,
  headers: Record<string, string> = {},
) =>
  browser.request(`${world.url}/connect/${tenantId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: world.url, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const json = (answer: Answer) => JSON.parse(answer.text)
const redemptions = (tenant: Tenant) =>
  activityRows(world.database, { tenantId: tenant.id, action: 'handoff.redeemed' })

function expectRefusal(answer: Answer, status: number) {
  expect(answer.status).toBe(status)
  expect(answer.text).not.toMatch(internals)
  expect(answer.headers.getSetCookie().filter((line) => line.startsWith('session-'))).toEqual([])
}

describe('GET /connect', () => {
  test('redirects to the handoff URL, and keeps the secret in a cookie', async () => {
    const browser = new Browser()
    const tenant = await world.createTenant()
    const answer = await browser.request(connect(tenant.id))
    expect(answer.status).toBe(302)
    const location = new URL(answer.headers.get('location')!)
    expect(location.origin + location.pathname).toBe('https://northwind-vsa.example/handoff')
    expect([...location.searchParams.keys()].sort()).toEqual(['tenant', 'txn'])
    expect(location.searchParams.get('tenant')).toBe(tenant.id)
    const [line, ...more] = answer.headers.getSetCookie()
    expect(more).toEqual([])
    expect(line).toMatch(
      /^handoff-[\w-]{16}=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { value } = attemptCookies(world, browser, 'handoff')[0]!
    expect(location.href).not.toContain(value)
  })

  test('answers the same for an unknown tenant, and records nothing', async () => {
    const tenant = await world.createTenant()
    const before = (await operatorRows(world.database)).length
    const [there, nowhere] = await Promise.all(
      [tenant.id, randomUUID()].map((id) => new Browser().request(connect(id))),
    )
    const shape = (answer: Answer, id: string) => {
      const location = answer.headers
        .get('location')!
        .replace(/txn=[^&]+/, 'txn')
        .replace(id, 'id')
      return [
        answer.status,
        location,
        answer.headers
          .getSetCookie()
          .map((line) => line.replace(/^handoff-[\w-]+=[^;]+/, 'cookie')),
      ]
    }
    const id = new URL(nowhere!.headers.get('location')!).searchParams.get('tenant')!
    expect(shape(there!, tenant.id)).toEqual(shape(nowhere!, id))
    expect((await operatorRows(world.database)).length).toBe(before)
    const rows = await activityRows(world.database, { tenantId: tenant.id, reads: true })
    expect(rows).toHaveLength(1) // the event of its creation
  })

  test.for([
    ['no client', 'tenant=00000000-0000-4000-8000-000000000000'],
    ['no tenant', 'client=northwind-vsa'],
    ['an unknown client', 'client=nobody&tenant=00000000-0000-4000-8000-000000000000'],
    ['a malformed tenant ID', 'client=northwind-vsa&tenant=..%2F..%2Fevil'],
    [
      'a tenant with a line break',
      'client=northwind-vsa&tenant=00000000-0000-4000-8000-000000000000%0d%0aX:1',
    ],
    [
      'two clients',
      'client=northwind-vsa&client=tailspin-uniview&tenant=00000000-0000-4000-8000-000000000000',
    ],
    [
      'a client with a null character',
      'client=northwind-vsa%00&tenant=00000000-0000-4000-8000-000000000000',
    ],
    ['a URL as client', 'client=https://evil.example/&tenant=00000000-0000-4000-8000-000000000000'],
  ])('refuses %s', async ([, query]) => {
    const answer = await new Browser().request(`${world.url}/connect?${query}`)
    expectRefusal(answer, 400)
    expect(answer.headers.get('location')).toBeNull()
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test('refuses a suspended instance', async () => {
    await suspendPartnerInstance(world.operator, world.uniview.clientId)
    expectRefusal(await new Browser().request(connect(randomUUID(), world.uniview.clientId)), 400)
    await resumePartnerInstance(world.operator, world.uniview.clientId)
  })

  test('tabs that connect at once all sign in, from either partner instance', async () => {
    const tenant = await world.createTenant()
    for (const partner of [world.vsa, world.uniview]) await world.open(tenant, partner)
    const browser = new Browser()
    const codes = await Promise.all(
      [world.vsa, world.vsa, world.uniview].map(async (partner) => {
        const { code } = await browserHandoff(world, browser, tenant.id, partner)
        return code
      }),
    )
    for (const code of codes.reverse())
      expect(
        (await redeemInBrowser(world, browser, tenant.id, code, { replace: true })).status,
      ).toBe(200)
    expect((await redemptions(tenant)).map(({ outcome }) => outcome)).toEqual(
      Array(3).fill('SUCCEEDED'),
    )
    expect(await liveSessions(world, tenant.id)).toBe(1)
  })

  test('a reloaded page of the partner gets a second code, which works', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = new Browser()
    const { code, txn } = await browserHandoff(world, browser, tenant.id, world.vsa)
    expect((await redeemInBrowser(world, browser, tenant.id, code)).status).toBe(200)
    const input = { assertion: await world.assertion(world.vsa, tenant.id, undefined, txn) }
    const { data } = await world.ask(null, createHandoff, { input })
    const again = data.createHandoff.code
    expect((await redeemInBrowser(world, browser, tenant.id, again)).status).toBe(200)
    expectRefusal(await redeemInBrowser(world, browser, tenant.id, again), 403)
    expect(await redemptions(tenant)).toMatchObject([
      { outcome: 'SUCCEEDED' },
      { outcome: 'SUCCEEDED' },
      { outcome: 'DENIED', actor_key: 'partner:northwind-vsa:nw-1' },
    ])
  })
})

describe('the connect page', () => {
  test('is the same for every tenant, loads only own resources, forbids framing', async () => {
    const [one, other] = await Promise.all(
      [randomUUID(), '%22%3E%3Cscript%3E'].map((id) =>
        new Browser().request(`${world.url}/connect/${id}`),
      ),
    )
    expect(one!.status).toBe(200)
    const withoutNonce = (text: string) => text.replaceAll(/nonce="[\w+/=]{24}"/g, 'nonce')
    expect(withoutNonce(one!.text)).toBe(withoutNonce(other!.text))
    const policy = one!.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain("frame-ancestors 'none'")
    expect(one!.headers.get('referrer-policy')).toBe('no-referrer')
    expect(one!.headers.get('cache-control')).toBe('no-store')
    expect(one!.text).not.toMatch(/<script>|onclick|https?:\/\//)
  })

  test('a GET consumes no code, even with the code in its query', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = new Browser()
    const { code, connectUrl } = await browserHandoff(world, browser, tenant.id, world.vsa)
    const before = await activityRows(world.database, { tenantId: tenant.id, reads: true })
    for (const scanner of [new Browser(), browser]) {
      expect((await scanner.request(connectUrl)).status).toBe(200)
      expect((await scanner.request(`${world.url}/connect/${tenant.id}?code=${code}`)).status).toBe(
        200,
      )
      expect((await scanner.request(connectUrl, { method: 'HEAD' })).status).toBe(200)
    }
    expect(await activityRows(world.database, { tenantId: tenant.id, reads: true })).toEqual(before)
    expect((await redeemInBrowser(world, browser, tenant.id, code)).status).toBe(200)
  })

  test('the code is in the URL fragment', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const { code, connectUrl } = await browserHandoff(world, new Browser(), tenant.id, world.vsa)
    const url = new URL(connectUrl)
    expect(url.origin + url.pathname + url.search).toBe(`${world.url}/connect/${tenant.id}`)
    expect(url.hash).toBe(`#code=${code}`)
  })
})

describe('POST /connect', () => {
  test('creates one session in an HttpOnly cookie', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = new Browser({ 'user-agent': 'Testbrowser/1' })
    const { code } = await browserHandoff(world, browser, tenant.id, world.vsa)
    const answer = await redeemInBrowser(world, browser, tenant.id, code)
    expect(answer.status).toBe(200)
    expect(json(answer)).toMatchObject({
      tenant: { id: tenant.id, name: tenant.name },
      actor: { key: 'partner:northwind-vsa:nw-1', instance: 'Northwind VSA' },
    })
    const [cookie, ...more] = answer.headers.getSetCookie()
    expect(more).toEqual([])
    expect(cookie).toMatch(
      new RegExp(
        `^session-${tenant.id}=${tenant.id}\\.[\\w-]{43}; Path=/; HttpOnly; SameSite=Lax$`,
      ),
    )
    expect(answer.text).not.toContain(browser.cookie(`session-${tenant.id}`)!.split('.')[1])
    const me = await world.ask({ browser, tenantId: tenant.id }, whoAmI)
    expect(me.data.viewer).toMatchObject({
      actor: { key: 'partner:northwind-vsa:nw-1' },
      tenant: { id: tenant.id },
    })
    const [session] = await world.database
      .owner`select * from identity.session where session_id = ${me.data.viewer.session.id}`
    expect(session).toMatchObject({
      user_agent: 'Testbrowser/1',
      ip_address: expect.stringMatching(/127\.0\.0\.1|::1/),
    })
    expect(await redemptions(tenant)).toMatchObject([
      { outcome: 'SUCCEEDED', session_id: me.data.viewer.session.id },
    ])
  })

  test('50 parallel POSTs of one code create one session', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = new Browser()
    const { code } = await browserHandoff(world, browser, tenant.id, world.vsa)
    const cookie = browser.cookiesFor(world.url)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        post(new Browser(), tenant.id, { code }, { cookie }).then(({ status }) => status),
      ),
    )
    expect(answers.sort()).toEqual([200, ...Array(49).fill(403)])
    expect(await federatedSessionsMade(world, tenant.id)).toBe(1)
  })

  test.for<[string, (tenant: Tenant) => Promise<Browser>]>([
    ['no cookie', async () => new Browser()],
    [
      'an invalid cookie',
      async () => {
        const browser = new Browser()
        browser.setCookie(world.url, 'handoff-AAAAAAAAAAAAAAAA=eyJhbGciOiJkaXIifQ..a.b.c')
        return browser
      },
    ],
    [
      'the cookie of another browser',
      async (tenant) => {
        const browser = new Browser()
        await browser.request(connect(tenant.id))
        return browser
      },
    ],
    [
      'the cookie of another tenant’s transaction',
      async () => {
        const browser = new Browser()
        await browser.request(connect(randomUUID()))
        return browser
      },
    ],
  ])('%s: the code is consumed, nobody is signed in, and it is recorded', async ([, stranger]) => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const own = new Browser()
    const { code } = await browserHandoff(world, own, tenant.id, world.vsa)
    expectRefusal(await redeemInBrowser(world, await stranger(tenant), tenant.id, code), 403)
    expectRefusal(await redeemInBrowser(world, own, tenant.id, code), 403)
    expect(await federatedSessionsMade(world, tenant.id)).toBe(0)
    expect(await redemptions(tenant)).toMatchObject([
      { outcome: 'DENIED', reason: 'BINDING_MISMATCH', actor_key: 'anonymous' },
      { outcome: 'DENIED', reason: 'HANDOFF_ALREADY_REDEEMED' },
    ])
  })

  test('a browser consumes a client-bound code without signing in', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const { data } = await world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(world.vsa, tenant.id) },
    })
    const browser = new Browser()
    await browser.request(connect(tenant.id))
    expectRefusal(await redeemInBrowser(world, browser, tenant.id, data.createHandoff.code), 403)
    expect(await redemptions(tenant)).toMatchObject([
      { outcome: 'DENIED', reason: 'BINDING_MISMATCH' },
    ])
  })

  test.for([
    ['another origin', { origin: 'https://evil.example' }],
    ['our host under another scheme', { origin: 'https://localhost' }],
    ['an opaque origin', { origin: 'null' }],
    ['another site, by fetch metadata', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling of our site', { 'sec-fetch-site': 'same-site' }],
  ] as [string, Record<string, string>][])(
    'from %s is refused before the code is read',
    async ([, headers]) => {
      const tenant = await world.createTenant()
      await world.open(tenant, world.vsa)
      const browser = new Browser()
      const { code } = await browserHandoff(world, browser, tenant.id, world.vsa)
      expectRefusal(await post(browser, tenant.id, { code }, headers), 403)
      expect(await redemptions(tenant)).toEqual([])
      expect((await redeemInBrowser(world, browser, tenant.id, code)).status).toBe(200)
    },
  )

  test.for([
    [
      'the media type of a form',
      'code=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      400,
    ],
    ['text', '{"code":"x"}', { 'content-type': 'text/plain' }, 400],
    ['invalid JSON', '{', {}, 400],
    ['null', 'null', {}, 400],
    ['a list', '[]', {}, 400],
    ['no code', '{}', {}, 400],
    ['a code that is a number', '{"code":1}', {}, 400],
    ['a code that is a list', '{"code":["x"]}', {}, 400],
    ['a malformed code', '{"code":"x.y"}', {}, 400],
    ['a body of more than 4 KiB', JSON.stringify({ code: 'x'.repeat(5_000) }), {}, 413],
  ] as [string, string, Record<string, string>, number][])(
    'with %s is refused without internal details',
    async ([, body, headers, status]) => {
      const browser = new Browser()
      const answer = await post(browser, randomUUID(), body, headers)
      expectRefusal(answer, status)
    },
  )

  test('every refusal has one message, and a support ID of its row', async () => {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    const browser = new Browser()
    const { code } = await browserHandoff(world, browser, tenant.id, world.vsa)
    const { code: late } = await browserHandoff(world, browser, tenant.id, world.vsa)
    await redeemInBrowser(world, new Browser(), tenant.id, code)
    const used = await redeemInBrowser(world, browser, tenant.id, code)
    const unknown = await redeemInBrowser(
      world,
      browser,
      tenant.id,
      `${tenant.id}.${'A'.repeat(43)}`,
    )
    await world.ask(admin, disable, { input: { tenantId: tenant.id } })
    const off = await redeemInBrowser(world, browser, tenant.id, late)
    const messages = [used, unknown, off].map((answer) => json(answer).error)
    for (const { code, message } of messages)
      expect({ code, message }).toEqual({ code: 'FORBIDDEN', message: messages[0].message })
    const found = (await activityRows(world.database, { tenantId: tenant.id })).filter(
      ({ request_id }) => request_id === messages[2].requestId,
    )
    expect(found.map(({ reason }) => reason)).toEqual(['MICROSOFT_SIGN_IN_REQUIRED'])
  })
})

describe('when another user is signed in', () => {
  async function withSomebodyElse() {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = await world.connectBrowser(tenant, world.vsa, world.vsa.technicians[0])
    const { code } = await browserHandoff(
      world,
      browser,
      tenant.id,
      world.vsa,
      world.vsa.technicians[1],
    )
    return { tenant, browser, code, before: browser.cookie(`session-${tenant.id}`)! }
  }

  test('only `replace: true` replaces the session', async () => {
    const { tenant, browser, code } = await withSomebodyElse()
    for (const replace of [false, 'true', 1, {}, null]) {
      expect((await redeemInBrowser(world, browser, tenant.id, code, { replace })).status).toBe(409)
    }
  })

  test('a browser without the transaction consumes the code and learns no name', async () => {
    const { tenant, browser, code } = await withSomebodyElse()
    const other = new Browser()
    other.setCookie(world.url, `session-${tenant.id}=${browser.cookie(`session-${tenant.id}`)}`)
    const answer = await redeemInBrowser(world, other, tenant.id, code)
    expectRefusal(answer, 403)
    expect(answer.text).not.toContain('nw-2')
    expectRefusal(await redeemInBrowser(world, browser, tenant.id, code, { replace: true }), 403)
  })

  test('asks before it replaces an admin session', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = new Browser()
    const begun = await browser.request(`${world.url}/login/microsoft?tenant=${tenant.id}`)
    await browser.open(
      await answerOfEntra(world, begun.headers.get('location')!, tenant.globalAdmin),
    )
    const { code } = await browserHandoff(world, browser, tenant.id, world.vsa)
    const asked = await redeemInBrowser(world, browser, tenant.id, code)
    expect(asked.status).toBe(409)
    expect(json(asked).current).toMatchObject({ displayName: 'Gloria Global' })
  })

  test('does not ask the same user, and leaves one session', async () => {
    const { tenant, browser } = await withSomebodyElse()
    const { code } = await browserHandoff(
      world,
      browser,
      tenant.id,
      world.vsa,
      world.vsa.technicians[0],
    )
    expect((await redeemInBrowser(world, browser, tenant.id, code)).status).toBe(200)
    expect(await liveSessions(world, tenant.id)).toBe(1)
  })

  test('does not ask about an ended session', async () => {
    const { tenant, browser, code } = await withSomebodyElse()
    await world.database
      .owner`update identity.session set last_seen_at = now() - interval '1 hour' where tenant_id = ${tenant.id}`
    expect((await redeemInBrowser(world, browser, tenant.id, code)).status).toBe(200)
  })
})

test('X-Tenant-Id selects between the sessions of two tenants', async () => {
  const [one, other] = [await world.createTenant(), await world.createTenant()]
  const browser = new Browser()
  for (const [tenant, technician] of [[one, 0] as const, [other, 1] as const]) {
    await world.open(tenant, world.vsa)
    const { code } = await browserHandoff(
      world,
      browser,
      tenant.id,
      world.vsa,
      world.vsa.technicians[technician],
    )
    expect((await redeemInBrowser(world, browser, tenant.id, code)).status).toBe(200)
  }
  const viewer = async (tenantId?: string) =>
    (await world.ask({ browser, tenantId }, whoAmI)).data.viewer
  expect(await viewer(one.id)).toMatchObject({
    tenant: { id: one.id },
    actor: { key: 'partner:northwind-vsa:nw-1' },
  })
  expect(await viewer(other.id)).toMatchObject({
    tenant: { id: other.id },
    actor: { key: 'partner:northwind-vsa:nw-2' },
  })
  expect(await viewer()).toBeNull()
  expect(await viewer(randomUUID())).toBeNull()
  const across = 'query ($id: ID!) { tenant(id: $id) { name } }'
  expect(
    (await world.ask({ browser, tenantId: one.id }, across, { id: other.id })).data.tenant,
  ).toBeNull()
})

test('a browser keeps its 8 newest transactions, and they work', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const browser = new Browser()
  const open = () => browser.request(connect(randomUUID()))
  const evicted = await browserHandoff(world, browser, tenant.id, world.vsa)
  for (let click = 0; click < 12; click++) await open()
  const { code } = await browserHandoff(world, browser, tenant.id, world.vsa)
  for (let click = 0; click < 7; click++) await open()
  expect(attemptCookies(world, browser, 'handoff')).toHaveLength(8)
  expect((await redeemInBrowser(world, browser, tenant.id, code)).status).toBe(200)
  expectRefusal(await redeemInBrowser(world, browser, tenant.id, evicted.code), 403)
})
