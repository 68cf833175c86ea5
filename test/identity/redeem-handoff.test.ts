/**
 * redeemHandoff: a client-bound code creates one session, and only the bound client can redeem it.
 */
import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  addPartnerKey,
  registerPartnerInstance,
  removePartnerInstance,
  resumePartnerInstance,
  revokePartnerKey,
  suspendPartnerInstance,
} from '../../admin/partner-instances.ts'
import {
  createHandoff,
  disable,
  enable,
  redeemHandoff,
  updateServices,
  validateClientAuthentication,
} from '../support/documents.ts'
import { activityRows, operatorRows } from '../support/log-rows.ts'
import { federatedSessionsMade, liveSessions, nowSeconds, whoAmI } from '../support/login.ts'
import { newPrivateKey } from '../support/partners.ts'
import { raceRounds } from '../support/races.ts'
import { transport } from '../support/service.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Partner, Tenant, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

async function codeFor(tenant: Tenant, partner: Partner = world.vsa): Promise<string> {
  const { data } = await world.ask(null, createHandoff, {
    input: { assertion: await world.assertion(partner, tenant.id) },
  })
  expect(data.createHandoff.userErrors).toEqual([])
  return data.createHandoff.code
}
const redeem = async (code: string, partner: Partner = world.vsa) =>
  (await world.ask(await world.clientCredentials(partner), redeemHandoff, { input: { code } })).data
    .redeemHandoff
const refused = (code: string) => ({
  session: null,
  accessToken: null,
  userErrors: [{ code, field: ['code'] }],
})

/** A separate partner instance, which a test can suspend or remove without affecting others. */
async function ownPartner(): Promise<Partner> {
  const clientId = `own-${randomUUID().slice(0, 8)}`
  const partner: Partner = {
    ...world.vsa,
    clientId,
    name: clientId,
    issuer: `https://${clientId}.example`,
    privateJwk: await newPrivateKey(`${clientId}-1`),
  }
  const { platform, name, issuer, privateJwk } = partner
  await registerPartnerInstance(world.operator, {
    platform,
    name,
    clientId,
    issuer,
    handoffUrl: `${issuer}/handoff`,
    keys: [privateJwk],
  })
  return partner
}

test('the same client gets one session and a working bearer token', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const redeemed = await redeem(await codeFor(tenant))
  expect(redeemed).toMatchObject({
    userErrors: [],
    accessToken: expect.stringMatching(new RegExp(`^${tenant.id}\\.[\\w-]{43}$`)),
    session: {
      method: 'KASEYA_VSA',
      actor: {
        key: 'partner:northwind-vsa:nw-1',
        platform: 'KASEYA_VSA',
        instance: 'Northwind VSA',
        subject: 'nw-1',
      },
      tenant: { id: tenant.id, name: tenant.name },
    },
  })
  const me = await world.ask({ bearer: redeemed.accessToken }, whoAmI)
  expect(me.data.viewer).toMatchObject({
    session: { id: redeemed.session.id },
    tenant: { id: tenant.id },
  })
  const [row] = await world.log(tenant, { actions: ['handoff.redeemed'] })
  expect(row).toMatchObject({
    outcome: 'SUCCEEDED',
    actor: { key: 'partner:northwind-vsa:nw-1' },
    session: { id: redeemed.session.id },
  })
})

test('stores the token as a hash, and records it nowhere', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const { bearer } = await world.connect(tenant, world.vsa)
  const { owner } = world.database
  const stored = JSON.stringify([
    await owner`select * from identity.session where tenant_id = ${tenant.id}`,
    await activityRows(world.database, { tenantId: tenant.id, reads: true }),
  ])
  expect(stored).not.toContain(bearer.split('.')[1])
})

test('refuses several redemptions in one request without consuming the code', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const input = `{ code: "${await codeFor(tenant)}" }`
  const both = Array.from(
    { length: 5 },
    (_, index) => `r${index}: redeemHandoff(input: ${input}) { accessToken userErrors { code } }`,
  )
  const ask = async (fields: string[]) =>
    world.ask(await world.clientCredentials(world.vsa), `mutation { ${fields.join(' ')} }`)
  expect(await ask(both)).toMatchObject({ status: 400, codes: ['GRAPHQL_VALIDATION_FAILED'] })
  expect(await federatedSessionsMade(world, tenant.id)).toBe(0)
  expect((await ask(both.slice(0, 1))).data.r0.accessToken).toBeTypeOf('string')
  expect(await federatedSessionsMade(world, tenant.id)).toBe(1)
})

test('no session is live after a concurrent turning off', {
  timeout: 120_000,
}, async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const outcomes = { sessions: 0, refusals: 0 }
  for (let round = 0; round < raceRounds(100); round++) {
    const code = await codeFor(tenant)
    const bearer = await world.clientCredentials(world.vsa)
    // The redemption starts zero to seven requests earlier, so that each side is first sometimes,
    // and both often overlap.
    const redemption = world.ask(bearer, redeemHandoff, { input: { code } })
    for (let ahead = 0; ahead < round % 8; ahead++) await fetch(`${world.url}/readyz`)
    const disabled = await world.ask(admin, disable, { input: { tenantId: tenant.id } })
    const redeemed = await redemption
    expect(disabled.data.disableItCompleteLogin.userErrors).toEqual([])
    const { accessToken, userErrors } = redeemed.data.redeemHandoff
    if (accessToken) {
      outcomes.sessions++
      const dead = await world.ask({ bearer: accessToken }, updateServices, {
        input: { tenantId: tenant.id, expectedVersion: 1, mail: false },
      })
      expect(dead.codes).toEqual(['MICROSOFT_SIGN_IN_REQUIRED'])
    } else {
      outcomes.refusals++
      expect(userErrors).toMatchObject([{ code: 'MICROSOFT_SIGN_IN_REQUIRED' }])
    }
    expect(await liveSessions(world, tenant.id)).toBe(0)
    const on = await world.ask(admin, enable, { input: { tenantId: tenant.id } })
    expect(on.data.enableItCompleteLogin.userErrors).toEqual([])
    expect(await liveSessions(world, tenant.id)).toBe(0) // nothing that ended comes back to life
  }
  expect(Math.min(outcomes.sessions, outcomes.refusals)).toBeGreaterThan(0) // or it was no race
  expect(await federatedSessionsMade(world, tenant.id)).toBe(outcomes.sessions)
  console.info(
    `disable against redeem, ${transport}: ${outcomes.sessions} sessions that died, ${outcomes.refusals} refusals`,
  )
})

test('an unknown code is recorded in the operators’ log only', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const code = await codeFor(tenant)
  const other = `${tenant.id}.${'A'.repeat(43)}`
  const seen = (await operatorRows(world.database)).length
  for (const unknown of [
    other,
    `${randomUUID()}.${code.split('.')[1]}`,
    'nonsense',
    '',
    `${code}x`,
    code.toUpperCase(),
    '\0',
  ]) {
    expect(await redeem(unknown)).toMatchObject(refused('HANDOFF_INVALID'))
  }
  const rows = (await operatorRows(world.database)).slice(seen)
  expect(rows.map(({ action, reason }) => `${action} ${reason}`)).toEqual(
    Array(7).fill('handoff.redeemed HANDOFF_INVALID'),
  )
  expect(JSON.stringify(rows)).not.toContain(code.split('.')[1])
  expect(await redeem(code)).toMatchObject({ userErrors: [] })
})

test('refuses a browser-bound code, even from its own client', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const begun = await fetch(
    `${world.url}/connect?client=${world.vsa.clientId}&tenant=${tenant.id}`,
    { redirect: 'manual' },
  )
  const txn = new URL(begun.headers.get('location')!).searchParams.get('txn')!
  const assertion = await world.assertion(world.vsa, tenant.id, world.vsa.technicians[0], txn)
  const { code } = (await world.ask(null, createHandoff, { input: { assertion } })).data
    .createHandoff
  expect(await redeem(code)).toMatchObject(refused('BINDING_MISMATCH'))
})

test('refuses an expired code, and consumes it', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const code = await codeFor(tenant)
  await world.database
    .owner`update identity.handoff set expires_at = now() where tenant_id = ${tenant.id}`
  expect(await redeem(code)).toMatchObject(refused('HANDOFF_EXPIRED'))
  expect(await redeem(code)).toMatchObject(refused('HANDOFF_ALREADY_REDEEMED'))
})

test.for([
  [
    'narrowed to somebody else',
    'updatePartnerAssociation',
    { allowedTechnicians: ['nw-2'] },
    'HANDOFF_EXPIRED',
  ],
  [
    'narrowed to fresher sign-ins',
    'updatePartnerAssociation',
    { mfaMaxAgeMinutes: 5 },
    'HANDOFF_EXPIRED',
  ],
] as const)(
  'once the association is %s, a code made before does not redeem',
  async ([, mutation, terms, reason]) => {
    const tenant = await world.createTenant()
    const { admin, associationId } = await world.open(tenant, world.vsa)
    const code = await codeFor(tenant)
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`
    const changed = await world.ask(
      admin,
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { endedHandoffCount userErrors { code } } }`,
      { input: { tenantId: tenant.id, associationId, ...terms } },
    )
    expect(changed.data[mutation]).toEqual({ endedHandoffCount: 1, userErrors: [] })
    expect(await redeem(code)).toMatchObject(refused(reason))
  },
)

test('a code stays invalid after turning the feature off and on', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const code = await codeFor(tenant)
  for (const mutation of [disable, enable])
    await world.ask(admin, mutation, { input: { tenantId: tenant.id } })
  expect(await redeem(code)).toMatchObject(refused('HANDOFF_EXPIRED'))
})

test('removing the instance ends its sessions permanently', async () => {
  const partner = await ownPartner()
  const tenant = await world.createTenant()
  await world.open(tenant, partner)
  const session = await world.connect(tenant, partner)
  await removePartnerInstance(world.operator, partner.clientId)
  expect((await world.ask(session, whoAmI)).data.viewer).toBeNull()
  expect(await liveSessions(world, tenant.id)).toBe(0)
})

test('no session is live after a concurrent suspension', async () => {
  const partner = await ownPartner()
  const tenant = await world.createTenant()
  await world.open(tenant, partner)
  for (let round = 0; round < 20; round++) {
    const code = await codeFor(tenant, partner)
    const bearer = await world.clientCredentials(partner)
    const redemption = world.ask(bearer, redeemHandoff, { input: { code } })
    await suspendPartnerInstance(world.operator, partner.clientId)
    await redemption
    expect(await liveSessions(world, tenant.id)).toBe(0)
    await resumePartnerInstance(world.operator, partner.clientId)
    expect(await liveSessions(world, tenant.id)).toBe(0)
  }
})

test('no session is live after a concurrent key revocation', async () => {
  const partner = await ownPartner()
  const tenant = await world.createTenant()
  await world.open(tenant, partner)
  for (let round = 0; round < 20; round++) {
    const key = await newPrivateKey(`${partner.clientId}-${round + 2}`)
    await addPartnerKey(world.operator, partner.clientId, key)
    const code = await codeFor(tenant, { ...partner, privateJwk: key })
    const redemption = redeem(code, partner)
    await revokePartnerKey(world.operator, partner.clientId, key.kid!)
    await redemption
    expect(await liveSessions(world, tenant.id)).toBe(0)
  }
})

describe('client authentication', () => {
  type Check = { name: string; passed: boolean | null; message: string | null }
  const checkNames =
    'FORMAT TYPE KEY HEADER SIGNATURE MEMBERS SUBJECT AUDIENCE LIFETIME REPLAY'.split(' ')
  const validate = async (token: string) => {
    const { data } = await world.ask(null, validateClientAuthentication, { input: { token } })
    return data.validateClientAuthentication
  }
  const failedChecks = (checks: Check[]) => checks.filter(({ passed }) => passed === false)
  const who =
    '{ viewer { actor { __typename key displayName } session { id } tenant { id } permissions } }'
  const sign = async (
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    key = world.vsa.privateJwk,
  ) => {
    const now = nowSeconds()
    const { clientId, privateJwk } = world.vsa
    const all = {
      iss: clientId,
      sub: clientId,
      aud: world.url,
      jti: randomUUID(),
      iat: now,
      exp: now + 30,
      ...claims,
    }
    const { alg, kid } = privateJwk
    return new SignJWT(
      Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    )
      .setProtectedHeader({ alg: alg!, kid, typ: 'client-authentication+jwt', ...header })
      .sign(await importJWK(key))
  }

  test('by private_key_jwt gives no session and no tenant', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const { data } = await world.ask({ bearer: await sign() }, who)
    expect(data.viewer).toEqual({
      actor: {
        __typename: 'PartnerClient',
        key: 'client:northwind-vsa',
        displayName: 'Northwind VSA',
      },
      session: null,
      tenant: null,
      permissions: [],
    })
    const tried = await world.ask(
      { bearer: await sign() },
      'query ($id: ID!) { tenant(id: $id) { name } }',
      { id: tenant.id },
    )
    expect(tried.codes).toEqual(['FORBIDDEN'])
    const input = { tenantId: tenant.id, expectedVersion: 1, mail: false }
    expect((await world.ask({ bearer: await sign() }, updateServices, { input })).codes).toEqual([
      'FORBIDDEN',
    ])
  })

  test('without client authentication nothing is redeemed or consumed', async () => {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    const technician = await world.connect(tenant, world.vsa)
    const code = await codeFor(tenant)
    expect((await world.ask(null, redeemHandoff, { input: { code } })).codes).toEqual([
      'UNAUTHENTICATED',
    ])
    expect((await world.ask(admin, redeemHandoff, { input: { code } })).codes).toEqual([
      'FORBIDDEN',
    ])
    expect((await world.ask(technician, redeemHandoff, { input: { code } })).codes).toEqual([
      'FORBIDDEN',
    ])
    expect(await redeem(code)).toMatchObject({ userErrors: [] })
  })

  test.for<[string, string, () => Promise<string> | string]>([
    ['typ JWT', 'TYPE', () => sign({}, { typ: 'JWT' })],
    ['no typ', 'TYPE', () => sign({}, { typ: undefined })],
    ['an assertion in its place', 'TYPE', () => world.assertion(world.vsa, randomUUID())],
    ['three parts of nothing', 'FORMAT', () => 'a.b.c'],
    ['iss is not sub', 'SUBJECT', () => sign({ sub: 'tailspin-uniview' })],
    ['iss with a null character', 'KEY', () => sign({ iss: 'a\0', sub: 'a\0' })],
    ['iss no text', 'KEY', () => sign({ iss: { toString: 1 }, sub: 'northwind-vsa' })],
    ['iss unknown', 'KEY', () => sign({ iss: 'nobody', sub: 'nobody' })],
    ['signed by another instance', 'SIGNATURE', () => sign({}, {}, world.uniview.privateJwk)],
    [
      'kid of another instance',
      'KEY',
      () => sign({}, { kid: world.uniview.privateJwk.kid }, world.uniview.privateJwk),
    ],
    ['another aud', 'AUDIENCE', () => sign({ aud: 'https://elsewhere.example' })],
    ['aud a list', 'AUDIENCE', () => sign({ aud: [world.url] })],
    ['no aud', 'MEMBERS', () => sign({ aud: undefined })],
    ['61 s long', 'LIFETIME', () => sign({ exp: nowSeconds() + 61 })],
    ['expired', 'LIFETIME', () => sign({ iat: nowSeconds() - 90, exp: nowSeconds() - 35 })],
    ['not yet', 'LIFETIME', () => sign({ iat: nowSeconds() + 40, exp: nowSeconds() + 90 })],
    ['no exp', 'MEMBERS', () => sign({ exp: undefined })],
    ['nbf in the future', 'LIFETIME', () => sign({ nbf: nowSeconds() + 40 })],
    ['nbf a text', 'MEMBERS', () => sign({ nbf: `${nowSeconds()}` })],
    ['no jti', 'MEMBERS', () => sign({ jti: undefined })],
    ['jti with a null character', 'MEMBERS', () => sign({ jti: 'a\0b' })],
    [
      'a forbidden header parameter',
      'HEADER',
      () => sign({}, { jku: 'https://elsewhere.example' }),
    ],
    ['milliseconds', 'LIFETIME', () => sign({ iat: Date.now(), exp: Date.now() + 30 })],
  ])('is nobody with %s; operators and the dry run say why', async ([, reason, make]) => {
    const seen = (await operatorRows(world.database)).length
    const token = await make()
    const { valid, checks } = await validate(token)
    expect({ valid, failed: failedChecks(checks)[0]?.name }).toEqual({
      valid: false,
      failed: reason,
    })
    const { data, status } = await world.ask({ bearer: token }, who)
    expect({ status, viewer: data.viewer }).toEqual({ status: 200, viewer: null })
    expect((await operatorRows(world.database)).slice(seen)).toMatchObject([
      { action: 'partner_client.validated', outcome: 'DENIED', reason },
      { action: 'partner_client.authenticated', outcome: 'DENIED', reason },
    ])
  })

  test('a dry run passes all checks, is recorded and consumes nothing', async () => {
    const seen = (await operatorRows(world.database)).length
    const token = await sign()
    for (let round = 0; round < 3; round++) {
      const { valid, checks, userErrors } = await validate(token)
      expect({ valid, userErrors }).toEqual({ valid: true, userErrors: [] })
      expect(checks).toEqual(checkNames.map((name) => ({ name, passed: true, message: null })))
    }
    expect((await operatorRows(world.database)).slice(seen)).toMatchObject(
      Array(3).fill({
        action: 'partner_client.validated',
        outcome: 'SUCCEEDED',
        actor: { key: 'client:northwind-vsa' },
      }),
    )
    expect((await world.ask({ bearer: token }, who)).data.viewer).not.toBeNull()
    expect(failedChecks((await validate(token)).checks)).toMatchObject([{ name: 'REPLAY' }])
  })

  test('a dry run says what was required and what was received', async () => {
    const ms = nowSeconds() * 1000
    const wrong = await sign({ sub: 'nw-1', aud: 'https://elsewhere.example', exp: ms })
    expect(failedChecks((await validate(wrong)).checks)).toEqual([
      {
        name: 'SUBJECT',
        passed: false,
        message: '`sub` must be the client ID `northwind-vsa`, like `iss`; it was `nw-1`.',
      },
      {
        name: 'AUDIENCE',
        passed: false,
        message: `\`aud\` must be the string \`${world.url}\`; it was \`https://elsewhere.example\`.`,
      },
      {
        name: 'LIFETIME',
        passed: false,
        message: `Times must be in seconds since 1970, not in milliseconds; \`exp\` was \`${ms}\`.`,
      },
    ])
    expect(failedChecks((await validate(await sign({}, { kid: undefined }))).checks)).toEqual([
      {
        name: 'KEY',
        passed: false,
        message: 'The header must contain `kid`, the ID of the key that signed the token.',
      },
    ])
  })

  test('a dry run without a registered key reveals no client', async () => {
    const key = await newPrivateKey('unknown')
    const answer = async (clientId: string) =>
      validate(await sign({ iss: clientId, sub: clientId }, { kid: key.kid }, key))
    const unknown = await answer('nobody')
    const known = JSON.stringify(await answer(world.vsa.clientId))
    // The message repeats the `iss` that was sent.
    expect(JSON.parse(known.replaceAll(world.vsa.clientId, 'nobody'))).toEqual(unknown)
    expect(unknown.checks.map(({ passed }: Check) => passed)).toEqual([
      true,
      true,
      false,
      ...Array(7).fill(null),
    ])
  })

  test('of 20 parallel requests with one jti, one is authenticated', async () => {
    const bearer = await sign()
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.ask({ bearer }, who)))
    expect(answers.filter(({ data }) => data.viewer !== null)).toHaveLength(1)
    expect((await world.ask({ bearer }, who)).data.viewer).toBeNull()
  })
})
