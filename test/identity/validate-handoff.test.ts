/** validateHandoff: the checks of createHandoff one by one, without consuming anything. */
import { beforeAll, expect, test } from 'vitest'
import { Browser } from '../../demo/browser.ts'
import { createHandoff } from '../support/documents.ts'
import {
  assertionClaims,
  assertionHeader,
  forge,
  forgedAssertion,
  liveSessions,
  validateHandoff,
} from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const validate = async (assertion: string) =>
  (await world.ask(null, validateHandoff, { input: { assertion } })).data.validateHandoff
const create = async (assertion: string) =>
  (await world.ask(null, createHandoff, { input: { assertion } })).data.createHandoff

test('creates nothing and does not consume the jti', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const assertion = await world.assertion(world.vsa, tenant.id)
  for (let round = 0; round < 3; round++)
    expect(await validate(assertion)).toMatchObject({ valid: true, userErrors: [] })
  expect(
    await world.database.owner`select from identity.handoff where tenant_id = ${tenant.id}`,
  ).toHaveLength(0)
  expect(
    await world.database.owner`select from identity.assertion_id where tenant_id = ${tenant.id}`,
  ).toHaveLength(0)
  expect(await liveSessions(world, tenant.id)).toBe(0)
  expect(await create(assertion)).toMatchObject({ userErrors: [] })
  const after = await validate(assertion)
  expect(after.checks.filter(({ passed }: { passed: boolean }) => !passed)).toMatchObject([
    { name: 'REPLAY', code: 'ASSERTION_REPLAYED' },
  ])
})

test('returns every failed check of a signed token with its code', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa, { allowedTechnicians: ['nw-2'], mfaMaxAgeMinutes: 5 })
  const wrong = {
    aud: 'https://elsewhere.example',
    amr: ['pwd'],
    binding: 'browser',
    exp: 5,
    iat: 1,
  }
  const { valid, checks } = await validate(forgedAssertion(world, world.vsa, tenant.id, wrong))
  const failed = checks.filter(({ passed }: { passed: boolean | null }) => passed === false)
  expect(valid).toBe(false)
  expect(failed.map(({ name, code }: { name: string; code: string }) => [name, code])).toEqual([
    ['AUDIENCE', 'AUDIENCE_MISMATCH'],
    ['LIFETIME', 'ASSERTION_EXPIRED'],
    ['TECHNICIAN', 'TECHNICIAN_NOT_ALLOWED'],
    ['AUTHENTICATION', 'MFA_REQUIRED'],
    ['BINDING', 'BINDING_MISMATCH'],
  ])
  for (const { message } of failed) expect(message).toMatch(/\w{3}/)
})

test('agrees with createHandoff about a browser-bound assertion', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const browser = new Browser()
  const begun = await browser.request(
    `${world.url}/connect?client=${world.vsa.clientId}&tenant=${tenant.id}`,
  )
  const txn = new URL(begun.headers.get('location')!).searchParams.get('txn')!
  const assertion = await world.assertion(world.vsa, tenant.id, world.vsa.technicians[0], txn)
  expect(await validate(assertion)).toMatchObject({ valid: true })
  expect(await create(assertion)).toMatchObject({
    userErrors: [],
    connectUrl: expect.stringContaining(`/connect/${tenant.id}#code=`),
  })
})

test('is recorded in the tenant’s log under the technician', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  await validate(await world.assertion(world.vsa, tenant.id))
  await validate(forgedAssertion(world, world.vsa, tenant.id, { exp: 1, iat: 0 }))
  const rows = await world.log(tenant, { actions: ['handoff.validated'] })
  expect(rows).toMatchObject([
    {
      outcome: 'DENIED',
      reason: 'ASSERTION_EXPIRED',
      actor: { key: 'partner:northwind-vsa:nw-1' },
    },
    { outcome: 'SUCCEEDED', reason: null, actor: { key: 'partner:northwind-vsa:nw-1' } },
  ])
})

test('reveals nothing about another instance’s tenant', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.uniview, { allowedTechnicians: ['ts-1'], mfaMaxAgeMinutes: 5 })
  const { checks } = await validate(
    forge(
      assertionHeader(world.vsa),
      assertionClaims(world, world.vsa, tenant.id, { amr: [] }),
      world.vsa.privateJwk,
    ),
  )
  const about = checks.filter(({ name }: { name: string }) =>
    ['FEATURE', 'TECHNICIAN', 'AUTHENTICATION'].includes(name),
  )
  expect(about.map(({ passed }: { passed: null }) => passed)).toEqual([null, null, null])
})

test('each message states what was required and what was received', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa, { allowedTechnicians: ['nw-2'], mfaMaxAgeMinutes: 5 })
  const now = Math.floor(Date.now() / 1000)
  const other = '0b9e1c9e-0000-4000-8000-00000000dead'
  const cases: [string, Record<string, unknown>, Record<string, unknown>, RegExp][] = [
    ['KEY', {}, { kid: undefined }, /must contain `kid`/],
    ['KEY', {}, { kid: 7 }, /`kid` must be a string; it was `7`/],
    [
      'KEY',
      { iss: 'https://vsa.example/' },
      { kid: 'x' },
      /not revoked; `iss` was `https:\/\/vsa\.example\/`, `kid` was `x`, `alg` was `EdDSA`\.$/,
    ],
    ['MEMBERS', { iat: `${now}` }, {}, /`iat` must be a whole number of seconds.*was `"\d+"`/],
    ['MEMBERS', { jti: undefined, exp: 1.5 }, {}, /`jti` is missing; `exp` must be .* was `1\.5`/],
    ['ISSUER', { client_id: 'x' }, {}, /must be `northwind-vsa`.* it was `x`/],
    [
      'AUDIENCE',
      { aud: 'https://x.example' },
      {},
      /must be the string `http.* it was `https:\/\/x/,
    ],
    [
      'LIFETIME',
      { exp: now + 900 },
      {},
      /1 to 120 seconds after `iat`; the difference was (899|900) seconds/,
    ],
    [
      'LIFETIME',
      { iat: now * 1000, exp: now * 1000 + 60_000 },
      {},
      /in seconds.*not in milliseconds; `iat` was `\d{13}`, `exp` was `\d{13}`/,
    ],
    ['TENANT', { tenant: other }, {}, new RegExp(`is associated.* it was \`${other}\``)],
    ['TECHNICIAN', {}, {}, /list of allowed technicians; it was `nw-1`/],
    [
      'AUTHENTICATION',
      { auth_time: now - 600, amr: ['mfa'] },
      {},
      /5 minutes; .* was 1[01] minutes ago/,
    ],
    [
      'AUTHENTICATION',
      { auth_time: now * 1000, amr: ['mfa'] },
      {},
      /was `\d{13}`, in milliseconds/,
    ],
    ['BINDING', { binding: 'browser' }, {}, /within the last 10 minutes; it is missing/],
    ['BINDING', { binding: 'browser', txn: 'x' }, {}, /has expired, or was not issued by this/],
  ]
  for (const [name, claims, header, message] of cases) {
    const { checks } = await validate(forgedAssertion(world, world.vsa, tenant.id, claims, header))
    expect([name, checks.find((check: { name: string }) => check.name === name)?.message]).toEqual([
      name,
      expect.stringMatching(message),
    ])
  }
})
