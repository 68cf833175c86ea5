/**
 * Sign-in with Microsoft for API clients: startMicrosoftLogin and completeMicrosoftLogin, against a
 * stand-in for Entra ID.
 */
import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { Browser } from '../../demo/browser.ts'
import { createStateCipher } from '../../subgraphs/identity/jwt/encrypted-state.ts'
import { completeLogin, disable, enable, startLogin } from '../support/documents.ts'
import { activityRows, operatorRows } from '../support/log-rows.ts'
import { internals, whoAmI } from '../support/login.ts'
import { globalAdministrator } from '../support/microsoft-session.ts'
import { sharedWorld } from '../support/shared-world.ts'
import { answerOfEntra, attemptCookies } from '../support/sign-in.ts'
import { lockSettings } from '../support/tenants.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const start = async (tenant: Record<string, unknown>, stepUp = false) =>
  (await world.ask(null, startLogin, { input: { tenant, stepUp } })).data.startMicrosoftLogin as {
    authorizationUrl: string
    transactionSecret: string
    userErrors: unknown[]
  }
const complete = (callbackUrl: string, transactionSecret: string) =>
  world.ask(null, completeLogin, { input: { callbackUrl, transactionSecret } })
const refused = (code: string) => ({
  accessToken: null,
  session: null,
  userErrors: [{ code, field: ['callbackUrl'] }],
})
const rows = (tenant: Tenant) =>
  activityRows(world.database, { tenantId: tenant.id, action: 'microsoft_login.completed' })

describe('who is signed in', () => {
  test('a Global Admin by wids, whether the feature is on or off', async () => {
    const tenant = await world.createTenant()
    const reply = await world.tryToSignIn({ id: tenant.id }, tenant.globalAdmin)
    const { accessToken, session } = reply.data.completeMicrosoftLogin
    expect(session).toMatchObject({
      method: 'MICROSOFT',
      actor: { displayName: 'Gloria Global' },
      tenant: { name: tenant.name },
    })
    const me = await world.ask(
      { bearer: accessToken },
      '{ viewer { actor { key ... on MicrosoftAdmin { role objectId } } permissions } }',
    )
    expect(me.data.viewer.actor).toEqual({
      key: `microsoft:${tenant.globalAdmin.objectId}`,
      role: 'GLOBAL_ADMIN',
      objectId: tenant.globalAdmin.objectId,
    })
    expect(await rows(tenant)).toMatchObject([{ outcome: 'SUCCEEDED', session_id: session.id }])
    await world.open(tenant, world.vsa)
    expect(
      (await world.tryToSignIn({ domain: tenant.domain }, tenant.globalAdmin)).data
        .completeMicrosoftLogin.userErrors,
    ).toEqual([])
  })

  test('a Spanning Admin until the grant is revoked, which ends the session', async () => {
    const tenant = await world.createTenant()
    const spanningAdmin = await world.grant(tenant)
    const me = await world.ask(
      spanningAdmin,
      '{ viewer { actor { ... on MicrosoftAdmin { role } } } }',
    )
    expect(me.data.viewer.actor.role).toBe('SPANNING_ADMIN')
    const globalAdmin = await world.signIn(tenant, tenant.globalAdmin)
    const revoke =
      'mutation ($input: RevokeSpanningAdminInput!) { revokeSpanningAdmin(input: $input) { userErrors { code } } }'
    await world.ask(globalAdmin, revoke, {
      input: { tenantId: tenant.id, objectId: tenant.spanningAdmin.objectId },
    })
    expect((await world.ask(spanningAdmin, whoAmI)).data.viewer).toBeNull()
    expect((await world.tryToSignIn({ id: tenant.id }, tenant.spanningAdmin)).codes).toEqual([
      'FORBIDDEN',
    ])
  })

  test('a grant that is revoked during the sign-in gives no session', async () => {
    const tenant = await world.createTenant()
    await world.grant(tenant)
    const { owner } = world.database
    const sessions = () =>
      owner`select from identity.session where tenant_id = ${tenant.id} and object_id = ${tenant.spanningAdmin.objectId}`
    const before = (await sessions()).length
    const release = await lockSettings(world, tenant)
    const signingIn = world.tryToSignIn({ id: tenant.id }, tenant.spanningAdmin)
    await expect
      .poll(
        () =>
          owner`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%for share%'`,
      )
      .not.toEqual([])
    await owner`update tenants.spanning_admin set revoked_at = now() where tenant_id = ${tenant.id}`
    await release()
    expect((await signingIn).data.completeMicrosoftLogin).toMatchObject({
      accessToken: null,
      userErrors: [{ code: 'LOGIN_INVALID' }],
    })
    expect(await sessions()).toHaveLength(before)
  })

  test('another user is FORBIDDEN, and recorded as MicrosoftUser', async () => {
    const tenant = await world.createTenant()
    const reply = await world.tryToSignIn({ id: tenant.id }, tenant.user)
    expect(reply.codes).toEqual(['FORBIDDEN'])
    expect(reply.data.completeMicrosoftLogin).toBeNull()
    const [row] = await world.log(tenant, { outcomes: ['DENIED'] })
    expect(row).toMatchObject({
      action: 'microsoft_login.completed',
      reason: 'FORBIDDEN',
      method: 'MICROSOFT',
      session: null,
      actor: {
        __typename: 'MicrosoftUser',
        key: `microsoft:${tenant.user.objectId}`,
        displayName: 'Uma User',
      },
    })
    expect(await rows(tenant)).toHaveLength(2) // this one and the reading admin's
  })

  test('missing wids grant no role', async () => {
    const tenant = await world.createTenant()
    tenant.globalAdmin.wids = undefined
    expect((await world.tryToSignIn({ id: tenant.id }, tenant.globalAdmin)).codes).toEqual([
      'FORBIDDEN',
    ])
    tenant.globalAdmin.wids = [
      globalAdministrator.toUpperCase(),
      `${globalAdministrator} `,
      randomUUID(),
    ]
    expect((await world.tryToSignIn({ id: tenant.id }, tenant.globalAdmin)).codes).toEqual([
      'FORBIDDEN',
    ])
    tenant.globalAdmin.wids = [randomUUID(), globalAdministrator]
    expect((await world.tryToSignIn({ id: tenant.id }, tenant.globalAdmin)).codes).toEqual([])
  })

  test('another organization’s Global Admin is TENANT_MISMATCH, without a tenant event', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    const seen = (await operatorRows(world.database)).length
    const reply = await world.tryToSignIn({ id: own.id }, other.globalAdmin)
    expect(reply.data.completeMicrosoftLogin).toMatchObject(refused('TENANT_MISMATCH'))
    expect(await rows(own)).toEqual([])
    expect(await rows(other)).toEqual([])
    expect((await operatorRows(world.database)).slice(seen)).toMatchObject([
      {
        action: 'microsoft_login.completed',
        outcome: 'DENIED',
        reason: 'TENANT_MISMATCH/ISSUER',
        unverified_claims: { id: own.id },
      },
    ])
  })

  test('the same object ID in another organization is another user', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    await world.grant(own)
    other.user.objectId = own.spanningAdmin.objectId
    const reply = await world.tryToSignIn({ id: own.id }, other.user)
    expect(reply.data.completeMicrosoftLogin).toMatchObject(refused('TENANT_MISMATCH'))
    expect((await world.tryToSignIn({ id: other.id }, other.user)).codes).toEqual(['FORBIDDEN'])
  })

  test('a deceptive name is cleaned, or replaced by principal name or object ID', async () => {
    const tenant = await world.createTenant()
    const { username } = tenant.globalAdmin
    const shown = async (change: Partial<Tenant['globalAdmin']>) => {
      Object.assign(tenant.globalAdmin, change)
      const reply = await world.tryToSignIn({ id: tenant.id }, tenant.globalAdmin)
      return reply.data.completeMicrosoftLogin.session.actor.displayName
    }
    expect(await shown({ displayName: '辻\u{e0100} Glo\u00adria' })).toBe('辻 Gloria')
    expect(await shown({ displayName: 'Gloria \u202elabolG' })).toBe(username)
    expect(await shown({ username: `a\u00ad${username}` })).toBe(tenant.globalAdmin.objectId)
  })
})

describe('an unknown tenant', () => {
  test('by domain, gets the same answers as a known one', async () => {
    const [known, somebody] = [await world.createTenant(), await world.createTenant()]
    const shape = (started: Awaited<ReturnType<typeof start>>, domain: string) => {
      const url = new URL(started.authorizationUrl)
      for (const name of ['state', 'nonce', 'code_challenge']) url.searchParams.set(name, name)
      return [
        url.href.replaceAll(domain, 'domain'),
        started.transactionSecret.length,
        started.userErrors,
      ]
    }
    const unknown = `t${randomUUID().slice(0, 8)}.example`
    expect(shape(await start({ domain: known.domain }), known.domain)).toEqual(
      shape(await start({ domain: unknown }), unknown),
    )
    const answers = await Promise.all([
      world.tryToSignIn({ domain: known.domain }, somebody.globalAdmin),
      world.tryToSignIn({ domain: unknown }, somebody.globalAdmin),
      world.tryToSignIn({ id: randomUUID() }, somebody.globalAdmin),
      world.tryToSignIn({ id: known.id }, somebody.globalAdmin),
    ])
    for (const { data, errors } of answers)
      expect({ data, errors }).toEqual({ data: answers[0]!.data, errors: [] })
    expect(answers[0]!.data.completeMicrosoftLogin).toMatchObject(refused('TENANT_MISMATCH'))
  })

  test.for([
    ['neither way', {}],
    ['both ways', { id: randomUUID(), domain: 'contoso.example' }],
    ['an empty domain', { domain: '' }],
    ['a domain with a line break', { domain: 'contoso.example\r\nX: 1' }],
    ['a domain of 254 characters', { domain: 'x'.repeat(254) }],
    ['an id with a null character', { id: '\0' }],
  ] as [string, Record<string, unknown>][])('named by %s is INVALID_VALUE', async ([, tenant]) => {
    expect(await start(tenant)).toEqual({
      authorizationUrl: null,
      transactionSecret: null,
      userErrors: [{ code: 'INVALID_VALUE', field: ['tenant'] }],
    })
  })
})

describe('the authorization URL', () => {
  test('goes to /organizations with PKCE, nonce and an encrypted state', async () => {
    const tenant = await world.createTenant()
    const { authorizationUrl, transactionSecret } = await start({ id: tenant.id })
    const url = new URL(authorizationUrl)
    expect(url.origin + url.pathname).toBe(
      `${world.entra.authority}/organizations/oauth2/v2.0/authorize`,
    )
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      response_mode: 'query',
      code_challenge_method: 'S256',
      redirect_uri: `${world.url}/login/microsoft/native`,
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(url.searchParams.has('prompt')).toBe(false)
    expect(transactionSecret).toMatch(/^[\w-]{43}$/)
    const state = url.searchParams.get('state')!
    const readable = state.split('.').map((part) => Buffer.from(part, 'base64url').toString())
    expect(readable.join()).not.toContain(tenant.id)
    expect(authorizationUrl).not.toContain(tenant.id)
  })
})

describe('an answer of another sign-in is LOGIN_INVALID', () => {
  async function begun() {
    const tenant = await world.createTenant()
    const started = await start({ id: tenant.id })
    const callbackUrl = await answerOfEntra(world, started.authorizationUrl, tenant.globalAdmin)
    return { tenant, callbackUrl, secret: started.transactionSecret }
  }
  type Begun = Awaited<ReturnType<typeof begun>>
  const changed = (callbackUrl: string, change: (url: URL) => void) => {
    const url = new URL(callbackUrl)
    change(url)
    return url.href
  }

  test.for<[string, string, (begun: Begun) => Promise<[string, string]> | [string, string]]>([
    ['the wrong secret', 'TRANSACTION', ({ callbackUrl }) => [callbackUrl, 'A'.repeat(43)]],
    ['no secret', 'TRANSACTION', ({ callbackUrl }) => [callbackUrl, '']],
    [
      'somebody else’s secret',
      'TRANSACTION',
      async ({ callbackUrl, tenant }) => [
        callbackUrl,
        (await start({ id: tenant.id })).transactionSecret,
      ],
    ],
    [
      'no state',
      'STATE',
      ({ callbackUrl, secret }) => [
        changed(callbackUrl, (url) => url.searchParams.delete('state')),
        secret,
      ],
    ],
    [
      'a state cut short',
      'STATE',
      ({ callbackUrl, secret }) => [
        changed(callbackUrl, (url) =>
          url.searchParams.set('state', url.searchParams.get('state')!.slice(0, -2)),
        ),
        secret,
      ],
    ],
    [
      'a state of nothing',
      'STATE',
      ({ callbackUrl, secret }) => [
        changed(callbackUrl, (url) => url.searchParams.set('state', 'x'.repeat(5_000))),
        secret,
      ],
    ],
    [
      'a state forged under another key',
      'STATE',
      async ({ callbackUrl, secret, tenant }) => {
        const content = {
          client: 'native',
          locator: { id: tenant.id },
          stepUp: false,
          nonce: 'n',
          codeVerifier: 'v',
          returnTo: null,
        }
        const state = await createStateCipher(new Uint8Array(32).fill(8)).encrypt(
          'microsoft state',
          content,
          900,
        )
        return [changed(callbackUrl, (url) => url.searchParams.set('state', state)), secret]
      },
    ],
    [
      'a state signed rather than sealed',
      'STATE',
      async ({ callbackUrl, secret }) => {
        const state = await new SignJWT({ client: 'native' })
          .setProtectedHeader({ alg: 'HS256' })
          .setExpirationTime('1 h')
          .sign(new Uint8Array(32).fill(7))
        return [changed(callbackUrl, (url) => url.searchParams.set('state', state)), secret]
      },
    ],
    [
      'a handoff’s transaction as the state: sealed by us, for something else',
      'STATE',
      async ({ callbackUrl, secret, tenant }) => {
        const connect = await new Browser().request(
          `${world.url}/connect?client=${world.vsa.clientId}&tenant=${tenant.id}`,
        )
        const txn = new URL(connect.headers.get('location')!).searchParams.get('txn')!
        return [changed(callbackUrl, (url) => url.searchParams.set('state', txn)), secret]
      },
    ],
    [
      'another address than the registered one',
      'REDIRECT_URI',
      ({ callbackUrl, secret }) => [callbackUrl.replace(world.url, 'https://evil.example'), secret],
    ],
    [
      'another path',
      'REDIRECT_URI',
      ({ callbackUrl, secret }) => [callbackUrl.replace('/native', '/callback'), secret],
    ],
    [
      'no code',
      '',
      ({ callbackUrl, secret }) => [
        changed(callbackUrl, (url) => url.searchParams.delete('code')),
        secret,
      ],
    ],
    [
      'a code that is none',
      '',
      ({ callbackUrl, secret }) => [
        changed(callbackUrl, (url) => url.searchParams.set('code', 'x')),
        secret,
      ],
    ],
    [
      'two codes',
      '',
      ({ callbackUrl, secret }) => [
        changed(callbackUrl, (url) => url.searchParams.append('code', 'x')),
        secret,
      ],
    ],
    [
      'two states',
      '',
      ({ callbackUrl, secret }) => [
        changed(callbackUrl, (url) => url.searchParams.append('state', 'x')),
        secret,
      ],
    ],
    [
      'an error from Entra ID',
      '',
      ({ callbackUrl, secret }) => [
        changed(callbackUrl, (url) => {
          url.searchParams.delete('code')
          url.searchParams.set('error', 'access_denied')
        }),
        secret,
      ],
    ],
    [
      'the code of another sign-in, injected',
      '',
      async ({ callbackUrl, secret, tenant }) => {
        const other = await start({ id: tenant.id })
        const code = new URL(
          await answerOfEntra(world, other.authorizationUrl, tenant.globalAdmin),
        ).searchParams.get('code')!
        return [changed(callbackUrl, (url) => url.searchParams.set('code', code)), secret]
      },
    ],
  ])('%s', async ([, reason, make]) => {
    const it = await begun()
    const seen = (await operatorRows(world.database)).length
    const reply = await complete(...(await make(it)))
    expect(reply.data.completeMicrosoftLogin).toMatchObject(refused('LOGIN_INVALID'))
    expect(JSON.stringify([reply.data, reply.errors])).not.toMatch(internals)
    expect(await rows(it.tenant)).toEqual([])
    expect((await operatorRows(world.database)).slice(seen)).toMatchObject([
      {
        action: 'microsoft_login.completed',
        reason: expect.stringContaining(`LOGIN_INVALID/${reason}`),
      },
    ])
  })

  test('10 parallel uses of one answer create one session', async () => {
    const { tenant, callbackUrl, secret } = await begun()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => complete(callbackUrl, secret)),
    )
    const tokens = answers.filter(({ data }) => data.completeMicrosoftLogin.accessToken !== null)
    expect(tokens).toHaveLength(1)
    expect((await complete(callbackUrl, secret)).data.completeMicrosoftLogin).toMatchObject(
      refused('LOGIN_INVALID'),
    )
    expect((await rows(tenant)).map(({ outcome }) => outcome)).toEqual(['SUCCEEDED'])
  })

  test('a browser’s sign-in gives no token to an API client', async () => {
    const tenant = await world.createTenant()
    const browser = new Browser()
    const begun = await browser.request(`${world.url}/login/microsoft?tenant=${tenant.id}`)
    const callbackUrl = await answerOfEntra(
      world,
      begun.headers.get('location')!,
      tenant.globalAdmin,
    )
    const secret = attemptCookies(world, browser, 'microsoft-login')[0]!.value
    for (const url of [callbackUrl, callbackUrl.replace('/callback', '/native')]) {
      expect((await complete(url, secret)).data.completeMicrosoftLogin).toMatchObject(
        refused('LOGIN_INVALID'),
      )
      // Refused by this service, without a request to Entra ID.
      expect((await operatorRows(world.database)).at(-1)).toMatchObject({
        reason: 'LOGIN_INVALID/STATE',
      })
    }
  })

  test('a malformed callback URL is BAD_USER_INPUT', async () => {
    for (const callbackUrl of ['nonsense', '', '//', '\0'])
      expect((await complete(callbackUrl, 'x')).codes).toEqual(['BAD_USER_INPUT'])
  })
})

describe('step-up', () => {
  async function associated() {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    await world.ask(admin, disable, { input: { tenantId: tenant.id } })
    return tenant
  }
  const turnOn = (who: { bearer: string }, tenant: Tenant) =>
    world.ask(who, enable, { input: { tenantId: tenant.id } })

  test('fails without auth_time', async () => {
    const tenant = await associated()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    await world.database
      .owner`update identity.session set auth_time = null where session_id = ${admin.sessionId}`
    expect((await turnOn(admin, tenant)).codes).toEqual(['STEP_UP_REQUIRED'])
  })

  test('is not required for mutations that only remove access', async () => {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    await world.database
      .owner`update identity.session set auth_time = null where tenant_id = ${tenant.id}`
    const off = await world.ask(admin, disable, { input: { tenantId: tenant.id } })
    expect(off.data.disableItCompleteLogin.userErrors).toEqual([])
  })

  test('stepUp asks for credentials and reads auth_time and roles again', async () => {
    const tenant = await associated()
    const browser = new Browser()
    const first = await start({ id: tenant.id })
    await answerOfEntra(world, first.authorizationUrl, tenant.globalAdmin, browser)
    const silent = await browser.open((await start({ id: tenant.id })).authorizationUrl, {
      until: `${world.url}/login/`,
    })
    expect(silent.url.startsWith(world.url)).toBe(true) // Entra ID still has a session and does not ask for credentials

    const again = await start({ id: tenant.id }, true)
    expect(new URL(again.authorizationUrl).searchParams.get('prompt')).toBe('login')
    const page = await browser.open(again.authorizationUrl, { until: `${world.url}/login/` })
    expect(page.url.startsWith(world.entra.authority)).toBe(true)
    tenant.globalAdmin.wids = []
    const callbackUrl = await answerOfEntra(
      world,
      again.authorizationUrl,
      tenant.globalAdmin,
      new Browser(),
    )
    expect((await complete(callbackUrl, again.transactionSecret)).codes).toEqual(['FORBIDDEN'])
  })
})

test('sign-ins work across a key rollover at Entra ID', async () => {
  const tenant = await world.createTenant()
  const before = await start({ id: tenant.id })
  const callbackUrl = await answerOfEntra(world, before.authorizationUrl, tenant.globalAdmin)
  await world.entra.rotateKeys()
  expect(
    (await complete(callbackUrl, before.transactionSecret)).data.completeMicrosoftLogin.userErrors,
  ).toEqual([])
  expect(
    (await world.tryToSignIn({ id: tenant.id }, tenant.globalAdmin)).data.completeMicrosoftLogin
      .userErrors,
  ).toEqual([])
  await world.entra.rotateKeys()
  expect(
    (await world.tryToSignIn({ id: tenant.id }, tenant.globalAdmin)).data.completeMicrosoftLogin
      .userErrors,
  ).toEqual([])
})
