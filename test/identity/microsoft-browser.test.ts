/** Sign-in with Microsoft in a browser: /login/microsoft, its callback, and their cookies. */
import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type Answer, Browser } from '../../demo/browser.ts'
import { sha256 } from '../../platform/auth/tokens.ts'
import { testLog } from '../support/database.ts'
import { completeLogin, startLogin } from '../support/documents.ts'
import { activityRows, operatorRows } from '../support/log-rows.ts'
import { internals, liveSessions, whoAmI } from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import { answerOfEntra, attemptCookies } from '../support/sign-in.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const begin = (browser: Browser, query: Record<string, string>) =>
  browser.request(`${world.url}/login/microsoft?${new URLSearchParams(query)}`)
/** Runs a sign-in up to the callback URL, without opening it. */
async function callbackFor(
  browser: Browser,
  tenant: Tenant,
  user = tenant.globalAdmin,
  more: Record<string, string> = {},
): Promise<string> {
  const begun = await begin(browser, { tenant: tenant.id, ...more })
  return answerOfEntra(world, begun.headers.get('location')!, user)
}
const rows = (tenant: Tenant) =>
  activityRows(world.database, { tenantId: tenant.id, action: 'microsoft_login.completed' })

function expectRefusal(answer: Answer, status: number) {
  expect(answer.status).toBe(status)
  expect(answer.headers.get('location')).toBeNull()
  expect(answer.text).not.toMatch(internals)
  expect(answer.headers.getSetCookie().filter((line) => line.startsWith('session-'))).toEqual([])
}

test('an admin gets a session in an HttpOnly session cookie', async () => {
  const tenant = await world.createTenant()
  const browser = new Browser()
  const begun = await begin(browser, { tenant: tenant.id })
  expect(begun.status).toBe(302)
  expect(begun.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^microsoft-login-[\w-]{16}=[\w-]{43}; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/,
    ),
  ])
  const callbackUrl = await answerOfEntra(world, begun.headers.get('location')!, tenant.globalAdmin)
  expect(callbackUrl.startsWith(`${world.url}/login/microsoft/callback?`)).toBe(true)
  const answer = await browser.request(callbackUrl)
  expect(answer.status).toBe(200)
  expect(answer.text).toContain('Gloria Global')
  expect(answer.text).toContain(tenant.name)
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^microsoft-login-[\w-]{16}=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/,
    ),
    expect.stringMatching(
      new RegExp(
        `^session-${tenant.id}=${tenant.id}\\.[\\w-]{43}; Path=/; HttpOnly; SameSite=Lax$`,
      ),
    ),
  ])
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  const me = await world.ask({ browser, tenantId: tenant.id }, whoAmI)
  expect(me.data.viewer).toMatchObject({
    actor: { key: `microsoft:${tenant.globalAdmin.objectId}` },
    tenant: { id: tenant.id },
  })
  expect(await rows(tenant)).toMatchObject([
    { outcome: 'SUCCEEDED', session_id: me.data.viewer.session.id },
  ])
})

test('a user who is not an admin is refused and recorded', async () => {
  const tenant = await world.createTenant()
  const browser = new Browser()
  const answer = await browser.request(await callbackFor(browser, tenant, tenant.user))
  expectRefusal(answer, 403)
  expect(answer.headers.get('content-type')).toContain('text/html')
  expect(await rows(tenant)).toMatchObject([
    {
      outcome: 'DENIED',
      reason: 'FORBIDDEN',
      actor_key: `microsoft:${tenant.user.objectId}`,
      session_id: null,
    },
  ])
})

test('a user of another organization is refused, without a tenant event', async () => {
  const [own, other] = [await world.createTenant(), await world.createTenant()]
  const browser = new Browser()
  expectRefusal(await browser.request(await callbackFor(browser, own, other.globalAdmin)), 403)
  expect([await rows(own), await rows(other)]).toEqual([[], []])
})

test('names with markup are escaped', async () => {
  const tenant = await world.createTenant('<b>Tenant</b> & "Sons"')
  tenant.globalAdmin.displayName = '<script>alert(1)</script>'
  const browser = new Browser()
  const answer = await browser.request(await callbackFor(browser, tenant))
  expect(answer.status).toBe(200)
  expect(answer.text).toContain('&lt;script&gt;')
  expect(answer.text).not.toMatch(/<script>|<b>/)
})

describe('a sign-in creates one session, in the browser that started it', () => {
  test('an API client’s sign-in creates no browser session', async () => {
    const tenant = await world.createTenant()
    const started = await world.ask(null, startLogin, { input: { tenant: { id: tenant.id } } })
    const { authorizationUrl, transactionSecret } = started.data.startMicrosoftLogin
    const callbackUrl = await answerOfEntra(world, authorizationUrl, tenant.globalAdmin)
    const browser = new Browser()
    const name = sha256(new URL(callbackUrl).searchParams.get('state')!).slice(0, 16)
    browser.setCookie(world.url, `microsoft-login-${name}=${transactionSecret}`)
    expectRefusal(await browser.request(callbackUrl.replace('/native', '/callback')), 403)
    const shown = await browser.request(callbackUrl)
    expect(shown.status).toBe(200)
    expect(shown.headers.getSetCookie()).toEqual([])
    expect(shown.text).not.toContain(tenant.name)
  })

  test('tabs that sign in at once all succeed, and nobody is accused', async () => {
    const tenant = await world.createTenant()
    const browser = new Browser()
    const seen = (await operatorRows(world.database)).length
    const callbackUrls = await Promise.all([1, 2, 3].map(() => callbackFor(browser, tenant)))
    for (const callbackUrl of callbackUrls.reverse())
      expect((await browser.request(callbackUrl)).status).toBe(200)
    expect((await rows(tenant)).map(({ outcome }) => outcome)).toEqual(Array(3).fill('SUCCEEDED'))
    expect(await liveSessions(world, tenant.id, false)).toBe(1)
    expect((await operatorRows(world.database)).slice(seen)).toEqual([])
    expect(attemptCookies(world, browser, 'microsoft-login')).toEqual([])

    for (let attempt = 0; attempt < 20; attempt++) await begin(browser, { tenant: tenant.id })
    expect(attemptCookies(world, browser, 'microsoft-login')).toHaveLength(8)
    expect((await browser.request(await callbackFor(browser, tenant))).status).toBe(200)
  })

  test('opening the callback twice creates one session', async () => {
    const tenant = await world.createTenant()
    const browser = new Browser()
    const callbackUrl = await callbackFor(browser, tenant)
    const cookie = browser.cookiesFor(world.url)
    expect((await browser.request(callbackUrl)).status).toBe(200)
    expectRefusal(await browser.request(callbackUrl), 403)
    expectRefusal(await new Browser({ cookie }).request(callbackUrl), 403) // even if the cookie was kept
    expect(await liveSessions(world, tenant.id, false)).toBe(1)
  })
})

describe('the callback', () => {
  test.for([
    '',
    '?state=x',
    '?code=x&state=x',
    '?error=access_denied',
    '?state=%00',
    `?state=${'x'.repeat(9_000)}`,
    '?code=x&code=y&state[]=z',
  ])('without a started sign-in is refused: %s', async (query) => {
    const browser = new Browser()
    await begin(browser, { tenant: randomUUID() })
    expectRefusal(await browser.request(`${world.url}/login/microsoft/callback${query}`), 403)
  })

  test('ignores the host in the request line', async () => {
    const tenant = await world.createTenant()
    const browser = new Browser()
    const callbackUrl = new URL(await callbackFor(browser, tenant))
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number
      cookies: string[]
    }>()
    httpRequest(
      {
        host: '127.0.0.1',
        port: callbackUrl.port,
        path: `http://evil.example${callbackUrl.pathname}${callbackUrl.search}`,
        headers: { host: callbackUrl.host, cookie: browser.cookiesFor(world.url) },
      },
      (answer) => {
        answer.resume()
        resolve({ status: answer.statusCode!, cookies: answer.headers['set-cookie'] ?? [] })
      },
    )
      .on('error', reject)
      .end()
    const { status, cookies } = await promise
    expect(status).toBe(403)
    expect(cookies.filter((line) => line.startsWith('session-'))).toEqual([])
  })
})

describe('an error of Microsoft', () => {
  /** Personal data that Entra ID's descriptions contain, and what a page would send. */
  const description = (number: string) => `AADSTS${number}: bob@contoso.com <b>x</b> Trace ID: 1`
  const lastReason = async () => (await operatorRows(world.database)).at(-1)!

  test.for([
    ['access_denied', '90094', 'consented'],
    ['invalid_grant', '65001', 'consented'],
    ['access_denied', '53003', 'policy of your organization'],
    ['interaction_required', '50105', 'does not let this account'],
    ['access_denied', '65004', 'cancelled'],
    ['unauthorized_client', '700016', 'Give the support ID to the operator'],
    ['temporarily_unavailable', '90033', 'Try again in a few minutes'],
    ['server_error', '9999999', 'Try again in a few minutes'],
    ['<script>', '1', 'Start again'],
  ] as const)('in the callback is explained: %s %s', async ([error, number, text]) => {
    const tenant = await world.createTenant()
    const browser = new Browser()
    const callbackUrl = new URL(await callbackFor(browser, tenant))
    const answer = { state: callbackUrl.searchParams.get('state')!, error }
    callbackUrl.search = `${new URLSearchParams({ ...answer, error_description: description(number) })}`
    const warn = vi.spyOn(testLog, 'warn')
    const shown = await browser.request(callbackUrl.href)
    expectRefusal(shown, 403)
    expect(shown.text).toContain(text)
    expect(shown.text).not.toMatch(/bob@|Trace/)
    const reason = number === '1' ? 'invalid_error_code' : `${error}/AADSTS${number}`
    const row = await lastReason()
    expect(row).toMatchObject({ outcome: 'DENIED', reason: `LOGIN_INVALID/${reason}` })
    expect(shown.text).toContain(row.request_id)
    expect(warn.mock.calls).toEqual([[{ reason, requestId: row.request_id }, expect.any(String)]])
    expect(JSON.stringify(row)).not.toContain('bob@')
    warn.mockRestore()
  })

  test.for([
    [401, 'invalid_client', '7000222', 503, 'Give the support ID to the operator'],
    [400, 'unauthorized_client', '700016', 503, 'Give the support ID to the operator'],
    [400, 'invalid_request', '50011', 503, 'Give the support ID to the operator'],
    [400, 'invalid_request', '90033', 503, 'Try again in a few minutes'],
    [400, 'invalid_grant', '65001', 403, 'consented'],
    [400, 'invalid_grant', '54005', 403, 'Start again'],
    [400, 'interaction_required', '53003', 403, 'policy of your organization'],
  ] as const)(
    'at the token endpoint is explained: %i %s %s',
    async ([entraStatus, error, number, status, text]) => {
      const tenant = await world.createTenant()
      const browser = new Browser()
      const callbackUrl = await callbackFor(browser, tenant)
      const started = await world.ask(null, startLogin, { input: { tenant: { id: tenant.id } } })
      const { authorizationUrl, transactionSecret } = started.data.startMicrosoftLogin
      const native = await answerOfEntra(world, authorizationUrl, tenant.globalAdmin)
      const logged = vi.spyOn(testLog, status === 503 ? 'error' : 'warn')
      world.entra.tokenError = {
        status: entraStatus,
        body: { error, error_description: description(number), error_codes: [Number(number)] },
      }
      try {
        const shown = await browser.request(callbackUrl)
        expectRefusal(shown, status)
        expect(shown.text).toContain(text)
        const row = await lastReason()
        expect(shown.text).toContain(row.request_id)
        const reason = `${error}/AADSTS${number}`
        expect(row).toMatchObject(
          status === 503
            ? { outcome: 'FAILED', reason: `PROVIDER_UNAVAILABLE/${reason}` }
            : { outcome: 'DENIED', reason: `LOGIN_INVALID/${reason}` },
        )
        const input = { callbackUrl: native, transactionSecret }
        const { data, errors } = await world.ask(null, completeLogin, { input })
        const message =
          status === 503 ? errors[0]!.message : data.completeMicrosoftLogin.userErrors[0].message
        expect(message).toContain(text)
        expect(logged.mock.calls).toHaveLength(2)
        for (const [details] of logged.mock.calls) {
          const { err, reason: stated = err?.message } = details as { err?: Error; reason?: string }
          expect(stated).toContain(reason)
        }
        expect(JSON.stringify([row, shown.text, data, errors, logged.mock.calls])).not.toMatch(
          /bob@/,
        )
      } finally {
        world.entra.tokenError = null
        logged.mockRestore()
      }
    },
  )
})

test('returnTo leads to pages of this service only', async () => {
  const tenant = await world.createTenant()
  const browser = new Browser()
  const answer = await browser.request(
    await callbackFor(browser, tenant, tenant.globalAdmin, { returnTo: '/' }),
  )
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
})

describe('the start of a sign-in', () => {
  test('answers the same for an unknown domain, and records nothing', async () => {
    const tenant = await world.createTenant()
    const before = await activityRows(world.database, { tenantId: tenant.id, reads: true })
    const [known, unknown] = await Promise.all(
      [tenant.domain, `t${randomUUID().slice(0, 8)}.example`].map(async (domain) => {
        const answer = await begin(new Browser(), { domain })
        const url = new URL(answer.headers.get('location')!)
        for (const name of ['state', 'nonce', 'code_challenge']) url.searchParams.set(name, name)
        return [
          answer.status,
          url.href.replace(domain, 'domain'),
          answer.text.length,
          answer.headers.getSetCookie().length,
        ]
      }),
    )
    expect(known![1]).toBe(unknown![1])
    expect(known![0]).toBe(unknown![0])
    expect(known![3]).toBe(unknown![3])
    expect(await activityRows(world.database, { tenantId: tenant.id, reads: true })).toEqual(before)
  })

  test.for([
    '',
    '?tenant=',
    '?domain=',
    '?tenant=a&domain=b',
    '?tenant=a&tenant=b',
    '?tenant=%0d%0aX:1',
    `?domain=${'x'.repeat(300)}`,
  ])('with an invalid locator is refused: %s', async (query) => {
    const answer = await new Browser().request(`${world.url}/login/microsoft${query}`)
    expectRefusal(answer, 400)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test('stepUp asks for credentials again', async () => {
    const prompt = async (query: Record<string, string>) => {
      const answer = await begin(new Browser(), { tenant: randomUUID(), ...query })
      return new URL(answer.headers.get('location')!).searchParams.get('prompt')
    }
    expect([await prompt({ stepUp: '1' }), await prompt({})]).toEqual(['login', null])
  })
})

test('under https every cookie has the __Host- prefix and is Secure', async () => {
  const secure = await startWorld({ PUBLIC_URL: 'https://login.example' })
  try {
    const headers = { host: 'login.example' }
    const [microsoft, handoff] = await Promise.all(
      [
        `/login/microsoft?tenant=${randomUUID()}`,
        `/connect?client=northwind-vsa&tenant=${randomUUID()}`,
      ].map(async (path) => {
        const { promise, resolve, reject } = Promise.withResolvers<string[]>()
        httpRequest({ host: '127.0.0.1', port: secure.port, path, headers }, (answer) => {
          answer.resume()
          resolve(answer.headers['set-cookie'] ?? [])
        })
          .on('error', reject)
          .end()
        return promise
      }),
    )
    expect(microsoft).toEqual([
      expect.stringMatching(
        /^__Host-microsoft-login-[\w-]{16}=[^;]+; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ])
    expect(handoff).toEqual([
      expect.stringMatching(
        /^__Host-handoff-[\w-]+=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ])
  } finally {
    await secure.stop()
  }
})

test('a forged callback does not end a sign-in in progress', async () => {
  const tenant = await world.createTenant()
  const browser = new Browser()
  const callbackUrl = await callbackFor(browser, tenant)
  expectRefusal(
    await browser.request(`${world.url}/login/microsoft/callback?code=forged&state=forged`),
    403,
  )
  expect((await browser.request(callbackUrl)).status).toBe(200)
})
