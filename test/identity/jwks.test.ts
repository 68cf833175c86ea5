/**
 * The keys of a partner instance, from a JWKS URL or registered individually: rotation, revocation,
 * and failing JWKS URLs.
 */
import { createHmac, createPrivateKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import type { RequestListener } from 'node:http'
import type { JWK } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  addPartnerKey,
  registerPartnerInstance,
  revokePartnerKey,
  setJwksUrl,
} from '../../admin/partner-instances.ts'
import { listPartnerKeys } from '../../admin/partner-keys.ts'
import { Browser } from '../../demo/browser.ts'
import { signSessionRevoked } from '../../demo/partner.ts'
import { createHandoff, redeemHandoff } from '../support/documents.ts'
import { type KeyServer, publicHalf, startKeyServer } from '../support/key-server.ts'
import { activityRows, operatorRows } from '../support/log-rows.ts'
import {
  assertionClaims,
  base64url,
  forge,
  liveSessions,
  nowSeconds,
  validateHandoff,
  whoAmI,
} from '../support/login.ts'
import { newPrivateKey } from '../support/partners.ts'
import { transport } from '../support/service.ts'
import { browserHandoff, redeemInBrowser } from '../support/sign-in.ts'
import { type Partner, startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
let server: KeyServer
/** By how many milliseconds the clock of the JWKS cache was advanced. */
let aheadMs = 0
const pass = (seconds: number) => {
  aheadMs += seconds * 1000
}
/**
 * Keys are cached where tokens are verified: in the one process, or in the gateway and the identity
 * subgraph.
 */
const keepers = transport === 'http' ? 2 : 1

beforeAll(async () => {
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs)
  world = await startWorld()
  server = await startKeyServer()
})
afterAll(async () => {
  await world?.stop()
  await server?.close()
  vi.restoreAllMocks()
})
/** A set that was just fetched is not fetched again. */
afterEach(() => pass(31))

type Published = Partner & { path: string }

/** An instance that publishes its keys at its own path. */
async function publishingPartner(): Promise<Published> {
  const clientId = `own-${randomUUID().slice(0, 8)}`
  const path = `/${clientId}/jwks.json`
  const issuer = `https://${clientId}.example`
  const partner = {
    ...world.vsa,
    clientId,
    name: clientId,
    issuer,
    privateJwk: await newPrivateKey(`${clientId}-1`),
    path,
  }
  const { platform, name, privateJwk } = partner
  const keys = { jwksUrl: server.at(path) }
  await registerPartnerInstance(world.operator, {
    platform,
    name,
    clientId,
    issuer,
    handoffUrl: `${issuer}/handoff`,
    keys,
  })
  server.publish(path, [privateJwk])
  return partner
}

/** An instance whose keys are registered one by one. */
async function inlinePartner(): Promise<Partner> {
  const clientId = `own-${randomUUID().slice(0, 8)}`
  const issuer = `https://${clientId}.example`
  const partner = {
    ...world.vsa,
    clientId,
    name: clientId,
    issuer,
    privateJwk: await newPrivateKey(`${clientId}-1`),
  }
  const { platform, name, privateJwk } = partner
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

async function openTenant(partner: Partner): Promise<Tenant> {
  const tenant = await world.createTenant()
  await world.open(tenant, partner)
  return tenant
}

const push = (token: string) =>
  fetch(`${world.url}/events/caep`, {
    method: 'POST',
    headers: { 'content-type': 'application/secevent+jwt' },
    body: token,
  })

const isAlive = async (who: { bearer: string }) =>
  (await world.ask(who, whoAmI)).data.viewer !== null

/** Whether a key is accepted for an assertion, a client authentication and a security event. */
async function places(
  partner: Partner,
  tenant: Tenant,
): Promise<{ assertion: boolean; client: boolean; event: boolean }> {
  const event = await signSessionRevoked(partner, { audience: world.url, subject: 'nobody' })
  const [created, client, answer] = await Promise.all([
    world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(partner, tenant.id) },
    }),
    world.ask(await world.clientCredentials(partner), whoAmI),
    push(event),
  ])
  return {
    assertion: created.data?.createHandoff?.userErrors.length === 0,
    client: client.data?.viewer?.actor.key === `client:${partner.clientId}`,
    event: answer.status === 202,
  }
}
const everywhere = { assertion: true, client: true, event: true }
const nowhere = { assertion: false, client: false, event: false }

const codeFor = async (partner: Partner, tenant: Tenant): Promise<string> =>
  (
    await world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(partner, tenant.id) },
    })
  ).data.createHandoff.code
const redeem = async (code: string, partner: Partner) =>
  (await world.ask(await world.clientCredentials(partner), redeemHandoff, { input: { code } })).data
    .redeemHandoff

test('a published key works for handoffs, client authentication and events', async () => {
  const partner = await publishingPartner()
  const tenant = await openTenant(partner)
  const session = await world.connect(tenant, partner)
  const browser = await world.connectBrowser(tenant, partner)
  expect((await world.ask(session, whoAmI)).data.viewer.actor.key).toBe(
    `partner:${partner.clientId}:nw-1`,
  )
  expect((await world.ask({ browser, tenantId: tenant.id }, whoAmI)).data.viewer.actor.key).toBe(
    `partner:${partner.clientId}:nw-1`,
  )
  expect(await places(partner, tenant)).toEqual(everywhere)
  expect(server.asked(partner.path)).toBe(keepers)
})

test.for(['ES256', 'PS256', 'RS256'])('a published key of %s works', async (alg) => {
  const partner = await publishingPartner()
  const tenant = await openTenant(partner)
  const privateJwk = await newPrivateKey('by-alg', alg)
  server.publish(partner.path, [privateJwk])
  expect(await places({ ...partner, privateJwk }, tenant)).toEqual(everywhere)
})

test('rotates published keys without downtime or ended sessions', async () => {
  const old = await publishingPartner()
  const tenant = await openTenant(old)
  const session = await world.connect(tenant, old)
  expect(server.asked(old.path)).toBe(keepers)

  const next: Published = { ...old, privateJwk: await newPrivateKey(`${old.clientId}-2`) }
  server.publish(old.path, [old.privateJwk, next.privateJwk])
  expect(await places(next, tenant)).toEqual(nowhere) // fetched just before
  pass(30)
  expect(await places(next, tenant)).toEqual(everywhere)
  expect(server.asked(old.path)).toBe(2 * keepers)
  expect(await places(old, tenant)).toEqual(everywhere)
  const both = [session, await world.connect(tenant, next)]

  server.publish(old.path, [next.privateJwk])
  expect(await places(old, tenant)).toEqual(everywhere)
  pass(300)
  expect(await places(next, tenant)).toEqual(everywhere)
  expect(await places(old, tenant)).toEqual(nowhere)
  for (const one of both) expect(await isAlive(one)).toBe(true)
  expect(await isAlive(await world.connect(tenant, next))).toBe(true)
})

test('a revoked key ends its sessions, although it is still published', async () => {
  const bad = await publishingPartner()
  const tenants = [await openTenant(bad), await openTenant(bad)] as const
  const good: Published = { ...bad, privateJwk: await newPrivateKey(`${bad.clientId}-2`) }
  server.publish(bad.path, [bad.privateJwk, good.privateJwk])
  const ended = [await world.connect(tenants[0], bad), await world.connect(tenants[1], bad)]
  const browser = await world.connectBrowser(tenants[0], bad)
  const kept = await world.connect(tenants[0], good)
  const [badCode, goodCode] = [await codeFor(bad, tenants[0]), await codeFor(good, tenants[0])]
  const other = new Browser()
  const begun = await browserHandoff(world, other, tenants[0].id, bad)

  await revokePartnerKey(world.operator, bad.clientId, bad.privateJwk.kid!)
  for (const one of ended) expect(await isAlive(one)).toBe(false)
  expect((await world.ask({ browser, tenantId: tenants[0].id }, whoAmI)).data.viewer).toBeNull()
  expect(await isAlive(kept)).toBe(true)
  expect(await redeem(badCode, good)).toMatchObject({
    accessToken: null,
    userErrors: [{ code: 'HANDOFF_EXPIRED' }],
  })
  expect((await redeemInBrowser(world, other, tenants[0].id, begun.code)).status).toBe(403)
  expect(await redeem(goodCode, good)).toMatchObject({ userErrors: [] })

  for (const seconds of [0, 31, 301, 601]) {
    pass(seconds)
    expect(await places(bad, tenants[0])).toEqual(nowhere)
  }
  expect(await places(good, tenants[0])).toEqual(everywhere)
  for (const { id } of tenants)
    expect(
      await activityRows(world.database, { tenantId: id, action: 'partner_instance.key_revoked' }),
    ).toMatchObject([
      {
        outcome: 'SUCCEEDED',
        changes: [{ field: 'keys', before: bad.privateJwk.kid, after: null }],
      },
    ])
  await expect(revokePartnerKey(world.operator, bad.clientId, bad.privateJwk.kid!)).rejects.toThrow(
    'no active key with this ID',
  )

  // Neither another URL nor another key with the same kid brings it back.
  const path = `${bad.path}.moved`
  const sameId: Partner = {
    ...bad,
    privateJwk: { ...(await newPrivateKey('x')), kid: bad.privateJwk.kid! },
  }
  server.publish(path, [sameId.privateJwk, good.privateJwk])
  await setJwksUrl(world.operator, bad.clientId, server.at(path))
  expect(await places(sameId, tenants[0])).toEqual(nowhere)
  expect(await places(good, tenants[0])).toEqual(everywhere)
})

test('no session survives the concurrent revocation of its published key', async () => {
  const partner = await publishingPartner()
  const tenant = await openTenant(partner)
  const keys = await Promise.all(
    Array.from({ length: 20 }, (_, round) => newPrivateKey(`${partner.clientId}-${round + 2}`)),
  )
  server.publish(partner.path, [partner.privateJwk, ...keys])
  for (const privateJwk of keys) {
    const code = await codeFor({ ...partner, privateJwk }, tenant)
    const redemption = redeem(code, partner)
    await revokePartnerKey(world.operator, partner.clientId, privateJwk.kid!)
    await redemption
    expect(await liveSessions(world, tenant.id)).toBe(0)
  }
})

test('rotates registered keys without downtime, and revocation ends sessions', async () => {
  const old = await inlinePartner()
  const tenant = await openTenant(old)
  const next: Partner = { ...old, privateJwk: await newPrivateKey(`${old.clientId}-2`) }
  expect(await places(next, tenant)).toEqual(nowhere)
  await addPartnerKey(world.operator, old.clientId, publicHalf(next.privateJwk))
  const sessions = [await world.connect(tenant, old), await world.connect(tenant, next)] as const
  expect([await places(old, tenant), await places(next, tenant)]).toEqual([everywhere, everywhere])

  await revokePartnerKey(world.operator, old.clientId, old.privateJwk.kid!)
  expect([await places(old, tenant), await places(next, tenant)]).toEqual([nowhere, everywhere])
  expect([await isAlive(sessions[0]), await isAlive(sessions[1])]).toEqual([false, true])
  await expect(revokePartnerKey(world.operator, old.clientId, 'never-there')).rejects.toThrow(
    'no active key with this ID',
  )
  await expect(
    addPartnerKey(world.operator, old.clientId, publicHalf(old.privateJwk)),
  ).rejects.toThrow('already registered')
})

test('changing to a JWKS URL keeps sessions and invalidates old keys', async () => {
  const inline = await inlinePartner()
  const tenant = await openTenant(inline)
  const sessions = [await world.connect(tenant, inline)]
  const move = async (name: string): Promise<Partner> => {
    const moved = { ...inline, privateJwk: await newPrivateKey(name) }
    server.publish(`/${inline.clientId}/${name}`, [moved.privateJwk])
    await setJwksUrl(world.operator, inline.clientId, server.at(`/${inline.clientId}/${name}`))
    return moved
  }
  const first = await move('first')
  expect([await places(inline, tenant), await places(first, tenant)]).toEqual([nowhere, everywhere])
  sessions.push(await world.connect(tenant, first))
  const second = await move('second')
  expect([await places(first, tenant), await places(second, tenant)]).toEqual([nowhere, everywhere])
  for (const session of sessions) expect(await isAlive(session)).toBe(true)
  await expect(
    addPartnerKey(world.operator, inline.clientId, await newPrivateKey('one-more')),
  ).rejects.toThrow('publishes its keys at')

  // A former key can still be revoked, because it may have been compromised.
  await revokePartnerKey(world.operator, inline.clientId, inline.privateJwk.kid!)
  expect(await isAlive(sessions[0]!)).toBe(false)
  expect(await isAlive(sessions[1]!)).toBe(true)
})

test.for([
  'http://partner.example/jwks',
  'https://user@partner.example/jwks',
  'https://partner.example/jwks#keys',
  'ftp://partner.example/jwks',
  'partner.example/jwks',
  `https://partner.example/${'j'.repeat(2048)}`,
])('%s is refused as a JWKS URL', async (jwksUrl) => {
  await expect(setJwksUrl(world.operator, world.vsa.clientId, jwksUrl)).rejects.toThrow(
    'The JWKS URL must start with https://',
  )
})

describe('a failing JWKS URL authenticates nothing', () => {
  type Sign = (header: object, claims: object) => string
  interface Bad {
    listener: RequestListener
    sign?: Sign
    alg?: string
  }
  const json = (value: unknown): RequestListener => text(JSON.stringify(value))
  const text =
    (body: string | Buffer): RequestListener =>
    (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  const rsa = (modulusLength: number): Bad => {
    const pair = generateKeyPairSync('rsa', { modulusLength })
    const jwk = { ...pair.publicKey.export({ format: 'jwk' }), alg: 'RS256', kid: 'bad' }
    return {
      listener: json({ keys: [jwk] }),
      alg: 'RS256',
      sign: bySigning(pair.privateKey.export({ format: 'jwk' }) as JWK),
    }
  }
  const bySigning =
    (jwk: JWK): Sign =>
    (header, claims) => {
      const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`
      return `${signed}.${base64url(sign('sha256', Buffer.from(signed), createPrivateKey({ key: jwk as never, format: 'jwk' })))}`
    }
  const byHmac =
    (secret: Buffer): Sign =>
    (header, claims) => {
      const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`
      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
    }
  const secret = Buffer.alloc(32, 7)

  /** The answers and rows of the three uses of a key. Everything but the key is valid. */
  async function tryEverywhere(
    partner: Partner,
    tenant: Tenant,
    { sign: signed, alg = 'EdDSA' }: Partial<Bad>,
  ) {
    const byKey: Sign = signed ?? ((header, claims) => forge(header, claims, partner.privateJwk))
    const header = (typ: string) => ({ alg, kid: partner.privateJwk.kid, typ })
    const now = nowSeconds()
    const common = { aud: world.url, iat: now }
    const client = {
      ...common,
      iss: partner.clientId,
      sub: partner.clientId,
      exp: now + 30,
      jti: randomUUID(),
    }
    const event = {
      ...common,
      iss: partner.issuer,
      jti: randomUUID(),
      sub_id: { format: 'iss_sub', iss: partner.issuer, sub: 'nw-1' },
      events: { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {} },
    }
    const assertion = () =>
      byKey(header('oauth-id-jag+jwt'), assertionClaims(world, partner, tenant.id))
    const [created, validated, viewer, pushed] = await Promise.all([
      world.ask(null, createHandoff, { input: { assertion: assertion() } }),
      world.ask(null, validateHandoff, { input: { assertion: assertion() } }),
      world.ask({ bearer: byKey(header('client-authentication+jwt'), client) }, whoAmI),
      push(byKey(header('secevent+jwt'), event)),
    ])
    const failed = validated.data?.validateHandoff?.checks.filter(
      ({ passed }: { passed: boolean | null }) => passed === false,
    )
    const rows = (await operatorRows(world.database)).filter(({ unverified_claims: claims }) =>
      [partner.issuer, partner.clientId].includes(claims?.iss as string),
    )
    const { owner } = world.database
    const [written] = await owner`select
      (select count(*)::int from identity.handoff where client_id = ${partner.clientId}) as handoffs,
      (select count(*)::int from identity.assertion_id where issuer = ${partner.issuer}) as assertions,
      (select count(*)::int from identity.client_authentication_id where client_id = ${partner.clientId}) as clients,
      (select count(*)::int from identity.security_event_id where client_id = ${partner.clientId}) as events,
      (select count(*)::int from audit.activity where client_id = ${partner.clientId}) as rows`
    return {
      statuses: [created, validated, viewer].map(({ status }) => status),
      retryAfter: [created, validated, viewer].map(({ headers }) => headers.get('retry-after')),
      created: created.data?.createHandoff ?? created.codes,
      failed: failed?.map(({ name }: { name: string }) => name),
      viewer: viewer.data ? viewer.data.viewer : viewer.codes,
      pushed: {
        status: pushed.status,
        body: await pushed.text(),
        retryAfter: pushed.headers.get('retry-after'),
      },
      rows: rows.map(({ action, outcome, reason }) => `${action} ${outcome} ${reason}`).sort(),
      written,
    }
  }
  /** The result if the JWKS URL fails: the partner must send the same again. */
  const undecided = {
    statuses: [503, 503, 503],
    retryAfter: ['5', '5', '5'],
    created: ['PARTNER_KEYS_UNAVAILABLE'],
    failed: undefined,
    viewer: ['PARTNER_KEYS_UNAVAILABLE'],
    pushed: { status: 503, body: '{}', retryAfter: '5' },
    rows: [
      'handoff.created FAILED PARTNER_KEYS_UNAVAILABLE',
      'handoff.validated FAILED PARTNER_KEYS_UNAVAILABLE',
      'partner_client.authenticated FAILED PARTNER_KEYS_UNAVAILABLE',
      'security_event.received FAILED PARTNER_KEYS_UNAVAILABLE',
    ],
    written: { handoffs: 0, assertions: 0, clients: 0, events: 0, rows: 0 },
  }
  /** The result if the key set has no usable key that signed the tokens. */
  const refused = (ignored: string | null) => ({
    statuses: [200, 200, 200],
    retryAfter: [null, null, null],
    created: {
      code: null,
      connectUrl: null,
      expiresAt: null,
      userErrors: [
        {
          code: 'ASSERTION_INVALID',
          field: ['assertion'],
          message: ignored
            ? `The key \`bad\` at the registered JWKS URL cannot be used. ${ignored}`
            : expect.stringMatching(
                /^`kid` and `alg` must match a key of `iss` that is registered here, or published at the issuer's registered JWKS URL, and not revoked; `iss` was `.+`, `kid` was `bad`, `alg` was `\w+`\.$/,
              ),
        },
      ],
    },
    failed: ['KEY'],
    viewer: null,
    pushed: {
      status: 400,
      body: JSON.stringify({
        err: 'invalid_key',
        description: ignored
          ? `The key at the JWKS URL cannot be used. ${ignored}`
          : '`kid` and `alg` must match a key that is registered for `iss`, or published at its registered JWKS URL, and not revoked.',
      }),
      retryAfter: null,
    },
    rows: [
      'handoff.created DENIED ASSERTION_INVALID/KEY',
      'handoff.validated DENIED ASSERTION_INVALID/KEY',
      'partner_client.authenticated DENIED KEY',
      'security_event.received DENIED invalid_key',
    ],
    written: { handoffs: 0, assertions: 0, clients: 0, events: 0, rows: 0 },
  })

  let elsewhere: KeyServer
  beforeAll(async () => {
    elsewhere = await startKeyServer()
  })
  afterAll(() => elsewhere?.close())

  async function expectResult(
    make: (key: JWK) => Bad,
    result: typeof undecided | ReturnType<typeof refused>,
  ): Promise<void> {
    const partner = await publishingPartner()
    const tenant = await openTenant(partner)
    await world.database.owner`delete from audit.unsealed where tenant_id = ${tenant.id}`
    await world.database.owner`delete from audit.sealed where tenant_id = ${tenant.id}`
    elsewhere.publish('/keys', [partner.privateJwk])
    partner.privateJwk = { ...partner.privateJwk, kid: 'bad' }
    const bad = make(publicHalf(partner.privateJwk))
    server.answer(partner.path, bad.listener)
    expect(await tryEverywhere(partner, tenant, bad)).toEqual(result)
    expect(server.asked(partner.path)).toBe(keepers)
    expect(elsewhere.connections()).toBe(0)

    // The same tenant and technician: only the JWKS URL was wrong.
    pass(31)
    server.publish(partner.path, [partner.privateJwk])
    expect(await places(partner, tenant)).toEqual(everywhere)
  }

  test.for<[string, (key: JWK) => Bad]>([
    ['500', () => ({ listener: (_, response) => response.writeHead(500).end() })],
    [
      '500 with the keys',
      (key) => ({
        listener: (_, response) => response.writeHead(500).end(JSON.stringify({ keys: [key] })),
      }),
    ],
    [
      '203 with the keys',
      (key) => ({
        listener: (_, response) => response.writeHead(203).end(JSON.stringify({ keys: [key] })),
      }),
    ],
    ['404', () => ({ listener: (_, response) => response.writeHead(404).end() })],
    ['no answer in time', () => ({ listener: () => {} })],
    [
      'an answer without end, drop by drop',
      () => ({
        listener: (_, response) => {
          response.writeHead(200).write('{')
          const drops = setInterval(() => response.write(' '), 200)
          response.on('close', () => clearInterval(drops))
        },
      }),
    ],
    [
      'a connection that is reset',
      () => ({ listener: (request) => request.socket.resetAndDestroy() }),
    ],
    [
      'a connection that ends within the answer',
      (key) => ({
        listener: (request, response) => {
          response
            .writeHead(200, { 'content-length': '5000' })
            .write(JSON.stringify({ keys: [key] }), () => request.socket.destroy())
        },
      }),
    ],
    [
      '302 to where the keys are',
      () => ({
        listener: (_, response) =>
          response.writeHead(302, { location: elsewhere.at('/keys') }).end(),
      }),
    ],
    [
      '308 to where the keys are',
      () => ({
        listener: (_, response) =>
          response.writeHead(308, { location: elsewhere.at('/keys') }).end(),
      }),
    ],
    ['no JSON', () => ({ listener: text('<!doctype html>') })],
    ['no set', (key) => ({ listener: json(key) })],
    ['a list', (key) => ({ listener: json([key]) })],
    ['more than 64 KB', (key) => ({ listener: json({ keys: [key], waste: 'w'.repeat(65_536) }) })],
    ['megabytes', (key) => ({ listener: json({ keys: [key], waste: 'w'.repeat(5_000_000) }) })],
    ['51 keys', (key) => ({ listener: json({ keys: [key, ...Array(50).fill({ kty: 'XYZ' })] }) })],
    ['the private key', (key) => ({ listener: json({ keys: [{ ...key, d: 'AAAA' }] }) })],
    [
      'another one’s private key beside it',
      (key) => ({ listener: json({ keys: [key, { ...key, kid: 'x', d: 'AAAA' }] }) }),
    ],
    [
      'a shared secret',
      ({ kid }) => ({
        listener: json({ keys: [{ kty: 'oct', k: base64url(secret), alg: 'HS256', kid }] }),
        alg: 'HS256',
        sign: byHmac(secret),
      }),
    ],
  ])('undecided: %s', ([, make]) => expectResult(make, undecided))

  test.for<[string, string | null, (key: JWK) => Bad]>([
    [
      'two keys under one id',
      'Another key has the same `kid` and the same `alg`.',
      (key) => ({ listener: json({ keys: [key, { ...key, x: 'A'.repeat(43) }] }) }),
    ],
    [
      'a key for encryption',
      'The `use` of a key must be "sig", and `key_ops` must include "verify".',
      (key) => ({ listener: json({ keys: [{ ...key, use: 'enc' }] }) }),
    ],
    [
      'a key that may not verify',
      'The `use` of a key must be "sig", and `key_ops` must include "verify".',
      (key) => ({ listener: json({ keys: [{ ...key, key_ops: ['sign'] }] }) }),
    ],
    ['a key without an id', null, ({ kid, ...key }) => ({ listener: json({ keys: [key] }) })],
    [
      'a key with an id that is no text',
      null,
      (key) => ({ listener: json({ keys: [{ ...key, kid: 1 }] }) }),
    ],
    [
      'a key for another algorithm',
      'The key is not a valid public key for ES256.',
      (key) => ({ listener: json({ keys: [{ ...key, alg: 'ES256' }] }) }),
    ],
    ['half a key', null, ({ x, ...key }) => ({ listener: json({ keys: [key] }) })],
    ['an RSA key of 1024 bits', null, () => rsa(1024)],
    [
      'a public key to be taken for a shared secret',
      null,
      (key) => ({
        listener: json({ keys: [{ ...key, alg: 'HS256' }] }),
        alg: 'HS256',
        sign: byHmac(Buffer.from(key.x!, 'base64url')),
      }),
    ],
    [
      'a key for signatures that are none',
      null,
      (key) => ({
        listener: json({ keys: [{ ...key, alg: 'none' }] }),
        alg: 'none',
        sign: (header, claims) =>
          `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}.AA`,
      }),
    ],
  ])('refused: %s', ([, reason, make]) => expectResult(make, refused(reason)))

  test('negative control: a valid RSA key of 2048 bits is accepted', async () => {
    const partner = await publishingPartner()
    const tenant = await openTenant(partner)
    partner.privateJwk = { ...partner.privateJwk, kid: 'bad' }
    const good = rsa(2048)
    server.answer(partner.path, good.listener)
    expect(await tryEverywhere(partner, tenant, good)).toMatchObject({
      created: { code: expect.any(String), userErrors: [] },
      failed: [],
      viewer: { actor: { key: `client:${partner.clientId}` } },
      pushed: { status: 202, body: '', retryAfter: null },
      rows: [],
      written: { assertions: 1, clients: 1, events: 1 },
    })
  })

  test('while a JWKS URL fails, known keys work and nothing is refused', async () => {
    const partner = await publishingPartner()
    const tenant = await openTenant(partner)
    const session = await world.connect(tenant, partner)
    server.answer(partner.path, (_, response) => response.writeHead(503).end())
    const next: Partner = { ...partner, privateJwk: await newPrivateKey('next') }
    pass(301)
    expect(await places(partner, tenant)).toEqual(everywhere)
    pass(31)
    const { written: _, ...answers } = undecided
    expect(await tryEverywhere(next, tenant, {})).toMatchObject(answers)

    server.publish(partner.path, [next.privateJwk])
    pass(6)
    expect(await places(next, tenant)).toEqual(everywhere)
    expect(await places(partner, tenant)).toEqual(nowhere)
    expect(await isAlive(session)).toBe(true)
  })
})

describe('key sets of real identity providers', () => {
  /** A key set, the keys that sign, and the algorithm to which the operator pins the set. */
  const sets: [string, () => Promise<{ published: JWK[]; signing: JWK[]; alg?: 'PS256' }>][] = [
    [
      'Keycloak: an encryption key with the same ID',
      async () => {
        const key = await newPrivateKey('shared', 'RS256')
        const encryption = await newPrivateKey('shared', 'RS256')
        return { published: [{ ...encryption, use: 'enc', alg: 'RSA-OAEP' }, key], signing: [key] }
      },
    ],
    [
      'one ID for two algorithms',
      async () => {
        const keys = [
          await newPrivateKey('shared', 'ES256'),
          await newPrivateKey('shared', 'RS256'),
        ]
        return { published: keys, signing: keys }
      },
    ],
    [
      'Entra ID: RSA keys without algorithm',
      async () => {
        const key = await newPrivateKey('no-alg', 'RS256')
        return { published: [{ ...key, alg: undefined, use: 'sig' }], signing: [key] }
      },
    ],
    [
      'RSA keys without algorithm, pinned to PS256',
      async () => {
        const key = await newPrivateKey('no-alg', 'PS256')
        return { published: [{ ...key, alg: undefined }], signing: [key], alg: 'PS256' }
      },
    ],
    [
      'Ed25519 as the name of the algorithm',
      async () => {
        const key = { ...(await newPrivateKey('named')), alg: 'Ed25519' }
        return { published: [key], signing: [key, { ...key, alg: 'EdDSA' }] }
      },
    ],
    [
      'the same key twice',
      async () => {
        const key = await newPrivateKey('twice')
        return { published: [key, key], signing: [key] }
      },
    ],
  ]
  test.for(sets)('%s', async ([, make]) => {
    const partner = await publishingPartner()
    const tenant = await openTenant(partner)
    const { published, signing, alg = null } = await make()
    await setJwksUrl(world.operator, partner.clientId, server.at(partner.path), alg)
    server.publish(partner.path, published)
    for (const privateJwk of signing)
      expect(await places({ ...partner, privateJwk }, tenant)).toEqual(everywhere)
  })

  test('a pinned algorithm excludes keys for other algorithms', async () => {
    const partner = await publishingPartner()
    const tenant = await openTenant(partner)
    await setJwksUrl(world.operator, partner.clientId, server.at(partner.path), 'PS256')
    expect(await places(partner, tenant)).toEqual(nowhere)
    const { data } = await world.ask(null, validateHandoff, {
      input: { assertion: await world.assertion(partner, tenant.id) },
    })
    expect(data.validateHandoff.checks).toContainEqual(
      expect.objectContaining({
        name: 'KEY',
        passed: false,
        message: expect.stringMatching(/allows only PS256 keys; this key is for EdDSA\.$/),
      }),
    )
    const stranger = { ...partner, privateJwk: await newPrivateKey(partner.privateJwk.kid!) }
    const other = await world.ask(null, validateHandoff, {
      input: { assertion: await world.assertion(stranger, tenant.id) },
    })
    expect(JSON.stringify(other.data)).not.toContain('PS256')
  })

  test('the command line says why a key is ignored', async () => {
    const partner = await publishingPartner()
    const unusable = { ...(await newPrivateKey('enc')), use: 'enc' }
    server.publish(partner.path, [partner.privateJwk, unusable])
    const run = () => listPartnerKeys(world.operator, partner.clientId)
    expect(await run()).toEqual([
      { kid: partner.privateJwk.kid, alg: 'EdDSA', status: 'usable' },
      { kid: 'enc', alg: 'EdDSA', status: expect.stringMatching(/^ignored: The `use` of a key/) },
    ])
    await revokePartnerKey(world.operator, partner.clientId, partner.privateJwk.kid!)
    expect((await run())[0]).toMatchObject({ status: 'revoked' })
    server.answer(partner.path, (_, response) => response.writeHead(503).end())
    await expect(run()).rejects.toThrow('the status was 503')
  })
})
