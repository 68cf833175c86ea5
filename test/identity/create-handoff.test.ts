/** createHandoff: one assertion creates one code. Refused assertions are in assertion.test.ts. */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import {
  registerPartnerInstance,
  resumePartnerInstance,
  suspendPartnerInstance,
} from '../../admin/partner-instances.ts'
import { signAssertion } from '../../demo/partner.ts'
import { createHandoff, disable } from '../support/documents.ts'
import { activityRows, operatorRows } from '../support/log-rows.ts'
import { forgedAssertion, nowSeconds } from '../support/login.ts'
import { newPrivateKey } from '../support/partners.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Partner, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const create = async (assertion: string) =>
  (await world.ask(null, createHandoff, { input: { assertion } })).data.createHandoff
const codesOf = async (tenantId: string) => {
  const [row] = await world.database
    .owner`select count(*)::int as count from identity.handoff where tenant_id = ${tenantId}`
  return row!.count
}

test('creates a 256-bit code for at most 60 seconds, and records it', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const created = await create(
    forgedAssertion(world, world.vsa, tenant.id, { reason: 'Restore a mailbox', ticket: 'T-4711' }),
  )
  expect(created).toMatchObject({ connectUrl: null, userErrors: [] })
  expect(created.code).toMatch(new RegExp(`^${tenant.id}\\.[\\w-]{43}$`))
  const lifetimeMs = Date.parse(created.expiresAt) - Date.now()
  expect(lifetimeMs).toBeGreaterThan(50_000)
  expect(lifetimeMs).toBeLessThanOrEqual(60_000)
  const [row] = await world.log(tenant, { actions: ['handoff.created'] })
  expect(row).toMatchObject({
    outcome: 'SUCCEEDED',
    reason: null,
    method: 'KASEYA_VSA',
    actor: {
      __typename: 'PartnerTechnician',
      key: 'partner:northwind-vsa:nw-1',
      displayName: 'Tech nw-1',
    },
    target: { type: 'handoff', displayName: 'Tech nw-1' },
    changes: [
      { field: 'reason', before: null, after: 'Restore a mailbox' },
      { field: 'ticket', before: null, after: 'T-4711' },
    ],
  })
})

test('stores neither the code nor the assertion in clear', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const assertion = await world.assertion(world.vsa, tenant.id)
  const { code } = await create(assertion)
  const secret = code.split('.')[1]
  const { owner } = world.database
  const stored = JSON.stringify([
    await owner`select * from identity.handoff where tenant_id = ${tenant.id}`,
    await owner`select * from identity.assertion_id where tenant_id = ${tenant.id}`,
    await activityRows(world.database, { tenantId: tenant.id, reads: true }),
  ])
  expect(stored).toContain('nw-1')
  expect(stored).not.toContain(secret)
  expect(stored).not.toContain(assertion.split('.')[2])
})

test('keeps a jti until the assertion has expired, and then deletes it', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const jti = randomUUID()
  const exp = nowSeconds() + 60
  await create(forgedAssertion(world, world.vsa, tenant.id, { jti, exp }))
  const { owner } = world.database
  const [held] =
    await owner`select extract(epoch from expires_at)::int as until from identity.assertion_id where jti = ${jti}`
  expect(held!.until).toBeGreaterThanOrEqual(exp + 30)
  await owner`update identity.assertion_id set expires_at = now() - interval '1 second' where jti = ${jti}`
  expect(await create(await world.assertion(world.vsa, tenant.id))).toMatchObject({
    userErrors: [],
  })
  expect(await owner`select jti from identity.assertion_id where jti = ${jti}`).toHaveLength(0)
})

test('a jti is consumed per tenant and instance', async () => {
  const [one, other] = [await world.createTenant(), await world.createTenant()]
  await world.open(one, world.vsa)
  await world.open(other, world.vsa)
  const jti = randomUUID()
  expect(await create(forgedAssertion(world, world.vsa, one.id, { jti }))).toMatchObject({
    userErrors: [],
  })
  expect(await create(forgedAssertion(world, world.vsa, other.id, { jti }))).toMatchObject({
    userErrors: [],
  })
  const third = await world.createTenant()
  await world.open(third, world.uniview)
  expect(await create(forgedAssertion(world, world.uniview, third.id, { jti }))).toMatchObject({
    userErrors: [],
  })
  expect(await create(forgedAssertion(world, world.vsa, one.id, { jti }))).toMatchObject({
    userErrors: [{ code: 'ASSERTION_REPLAYED' }],
  })
})

test('a refused assertion can be used after its cause is removed', async () => {
  const tenant = await world.createTenant()
  const assertion = await world.assertion(world.vsa, tenant.id)
  expect(await create(assertion)).toMatchObject({
    userErrors: [{ code: 'PARTNER_NOT_ASSOCIATED', field: ['assertion'] }],
  })
  await world.open(tenant, world.vsa)
  expect(await create(assertion)).toMatchObject({ userErrors: [] })
})

test.for(['EdDSA', 'ES256', 'PS256', 'RS256'])(
  'an instance signs with %s, and with no other algorithm',
  async (alg) => {
    const clientId = `instance-${alg.toLowerCase()}`
    const privateJwk = await newPrivateKey(`${clientId}-1`, alg)
    const issuer = `https://${clientId}.example`
    const partner: Partner = { ...world.vsa, name: clientId, clientId, issuer, privateJwk }
    await registerPartnerInstance(world.operator, {
      platform: 'KASEYA_VSA',
      name: clientId,
      clientId,
      issuer,
      handoffUrl: `${issuer}/handoff`,
      keys: [privateJwk],
    })
    const tenant = await world.createTenant()
    await world.open(tenant, partner)
    expect(await create(await world.assertion(partner, tenant.id))).toMatchObject({
      userErrors: [],
    })
    if (privateJwk.kty !== 'RSA') return
    const otherPadding = { ...privateJwk, alg: alg === 'RS256' ? 'PS256' : 'RS256' }
    const to = { audience: world.url, tenantId: tenant.id, technician: { sub: 'nw-1' } }
    const refused = await create(await signAssertion({ ...partner, privateJwk: otherPadding }, to))
    expect(refused).toMatchObject({ code: null, userErrors: [{ code: 'ASSERTION_INVALID' }] })
  },
)

test('a suspended instance creates no code until it is resumed', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.uniview)
  await suspendPartnerInstance(world.operator, world.uniview.clientId)
  const refused = await create(await world.assertion(world.uniview, tenant.id))
  expect(refused).toMatchObject({ code: null, userErrors: [{ code: 'ASSERTION_INVALID' }] })
  expect((await operatorRows(world.database)).at(-1)).toMatchObject({
    action: 'handoff.created',
    reason: 'ASSERTION_INVALID/KEY',
  })
  expect(
    await activityRows(world.database, { tenantId: tenant.id, action: 'handoff.created' }),
  ).toEqual([])
  await resumePartnerInstance(world.operator, world.uniview.clientId)
  expect(await create(await world.assertion(world.uniview, tenant.id))).toMatchObject({
    userErrors: [],
  })
})

test('no code redeems after the feature was turned off concurrently', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const assertions = await Promise.all(
    Array.from({ length: 20 }, () => world.assertion(world.vsa, tenant.id)),
  )
  // The mutation is sent once some codes were made, and the other requests beside it.
  const early = await Promise.all(assertions.slice(0, 5).map((assertion) => create(assertion)))
  const [off, ...others] = await Promise.all([
    world.ask(admin, disable, { input: { tenantId: tenant.id } }),
    ...assertions.slice(5).map((assertion) => create(assertion)),
  ])
  const made = [...early, ...others]
  expect(off.data.disableItCompleteLogin.userErrors).toEqual([])
  const codes = made.flatMap(({ code, userErrors }) => {
    if (code === null) expect(userErrors).toMatchObject([{ code: 'MICROSOFT_SIGN_IN_REQUIRED' }])
    return code === null ? [] : [code as string]
  })
  expect(codes.length).toBe(await codesOf(tenant.id))
  expect(codes.length).toBeGreaterThanOrEqual(early.length)
  const redeem =
    'mutation ($input: RedeemHandoffInput!) { redeemHandoff(input: $input) { accessToken userErrors { code } } }'
  for (const code of codes) {
    const { data } = await world.ask(await world.clientCredentials(world.vsa), redeem, {
      input: { code },
    })
    expect(data.redeemHandoff).toEqual({
      accessToken: null,
      userErrors: [{ code: 'MICROSOFT_SIGN_IN_REQUIRED' }],
    })
  }
})
