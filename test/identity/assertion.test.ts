/**
 * Tests every check of an assertion with all ways to fail the check. Each test sends the assertion
 * to `createHandoff`, which returns the error code, and to `validateHandoff`, which returns the
 * failed check. The test then compares the recorded rows.
 */
import { createHmac, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { addPartnerKey, revokePartnerKey } from '../../admin/partner-instances.ts'
import { Browser } from '../../demo/browser.ts'
import { signClientAuthentication } from '../../demo/partner.ts'
import { createHandoff, disable } from '../support/documents.ts'
import { activityRows, operatorRows } from '../support/log-rows.ts'
import {
  assertionClaims,
  assertionHeader,
  base64url,
  forge,
  forgedAssertion,
  nowSeconds,
  validateHandoff,
} from '../support/login.ts'
import { newPrivateKey } from '../support/partners.ts'
import { sharedWorld } from '../support/shared-world.ts'
import { attemptCookies } from '../support/sign-in.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const checkNames = [
  'FORMAT',
  'TYPE',
  'KEY',
  'HEADER',
  'SIGNATURE',
  'MEMBERS',
  'ISSUER',
  'AUDIENCE',
  'LIFETIME',
  'REPLAY',
  'SUBJECT',
  'TENANT',
  'FEATURE',
  'TECHNICIAN',
  'AUTHENTICATION',
  'BINDING',
] as const
type CheckName = (typeof checkNames)[number]

const codeOf: Record<CheckName, string> = {
  FORMAT: 'ASSERTION_INVALID',
  TYPE: 'ASSERTION_INVALID',
  KEY: 'ASSERTION_INVALID',
  HEADER: 'ASSERTION_INVALID',
  SIGNATURE: 'ASSERTION_INVALID',
  MEMBERS: 'ASSERTION_INVALID',
  ISSUER: 'ASSERTION_INVALID',
  AUDIENCE: 'AUDIENCE_MISMATCH',
  LIFETIME: 'ASSERTION_EXPIRED',
  REPLAY: 'ASSERTION_REPLAYED',
  SUBJECT: 'ASSERTION_INVALID',
  TENANT: 'PARTNER_NOT_ASSOCIATED',
  FEATURE: 'MICROSOFT_SIGN_IN_REQUIRED',
  TECHNICIAN: 'TECHNICIAN_NOT_ALLOWED',
  AUTHENTICATION: 'MFA_REQUIRED',
  BINDING: 'BINDING_MISMATCH',
}

/**
 * Creates the assertion of one entry. The tenant is associated with the VSA instance, without terms
 * unless the entry has some.
 */
type Make = (tenant: Tenant) => string | Promise<string>
interface Entry {
  how: string
  make: Make
  /** The terms of the association; null: no association. */
  terms?: Record<string, unknown> | null
  /** The checks that are skipped because of the failure. */
  skipped?: CheckName[]
  log?: 'operator' | 'tenant'
  actor?: string
}

const good = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Make => {
  return (tenant) => forgedAssertion(world, world.vsa, tenant.id, claims, header)
}
/** A valid token whose parts are changed after signing. */
const tampered = (change: (parts: [string, string, string]) => string): Make => {
  return async (tenant) => change((await good()(tenant)).split('.') as [string, string, string])
}
/** Changes the payload as text, because an object cannot contain duplicate members. */
const payload = (change: (json: string) => string | Buffer): Make => {
  return (tenant) => {
    const json = JSON.stringify(assertionClaims(world, world.vsa, tenant.id))
    return forge(assertionHeader(world.vsa), change(json), world.vsa.privateJwk)
  }
}
const header = (change: (json: string) => string): Make => {
  return (tenant) => {
    const json = JSON.stringify(assertionHeader(world.vsa))
    return forge(change(json), assertionClaims(world, world.vsa, tenant.id), world.vsa.privateJwk)
  }
}
const without = (member: string): Entry => ({
  how: `no ${member}`,
  make: good({ [member]: undefined }),
})
const wrong = (member: string, value: unknown): Entry => ({
  how: `${member} is ${JSON.stringify(value)}`,
  make: good({ [member]: value }),
})
/** The attempt is attributed to the instance, because a deceptive name must not be recorded. */
const subject = (how: string, claims: Record<string, unknown>): Entry => ({
  how,
  make: good(claims),
  actor: 'client:northwind-vsa',
})
const withHeader = (member: string, value: unknown): Entry => ({
  how: member,
  make: good({}, { [member]: value }),
})

/** The last base64url character of a 64-byte signature has four unused bits. */
const withUnusedBit = (part: string) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1)!) + 1]
}

const needTenant: CheckName[] = ['FEATURE', 'TECHNICIAN', 'AUTHENTICATION']

const table: Record<CheckName, Entry[]> = {
  FORMAT: [
    { how: 'empty', make: () => '' },
    { how: 'two parts', make: tampered(([head, body]) => `${head}.${body}`) },
    { how: 'four parts', make: tampered((parts) => [...parts, 'AAAA'].join('.')) },
    {
      how: 'padded',
      make: tampered(([head, body, signature]) => `${head}.${body}.${signature}==`),
    },
    {
      how: 'standard base64',
      make: tampered(([head, body, signature]) => `${head}.${body}.+/${signature.slice(2)}`),
    },
    {
      how: 'unused bits set',
      make: tampered(([head, body, signature]) => `${head}.${body}.${withUnusedBit(signature)}`),
    },
    { how: 'a line break at the end', make: tampered((parts) => `${parts.join('.')}\n`) },
    { how: 'a space in front', make: tampered((parts) => ` ${parts.join('.')}`) },
    { how: 'more than 8 KiB', make: good({ padding: 'x'.repeat(8_192) }) },
    { how: 'alg none, and no signature', make: (tenant) => `${forgedNone(tenant)}.` },
    { how: 'header no JSON', make: header((json) => json.slice(1)) },
    { how: 'header names alg twice', make: header((json) => json.replace('{', '{"alg":"none",')) },
    {
      how: 'header names alg twice, once escaped',
      make: header((json) => json.replace('{', '{"\\u0061lg":"none",')),
    },
    { how: 'payload an array', make: payload((json) => `[${json}]`) },
    { how: 'payload a string', make: payload(() => '"hello"') },
    { how: 'payload null', make: payload(() => 'null') },
    { how: 'payload with a byte order mark', make: payload((json) => `\ufeff${json}`) },
    {
      how: 'payload not UTF-8',
      make: payload((json) =>
        Buffer.concat([Buffer.from(json.slice(0, -1)), Buffer.from([0xff, 0x7d])]),
      ),
    },
    {
      how: 'a session token',
      make: async (tenant) => (await world.signIn(tenant, tenant.globalAdmin)).bearer,
    },
  ],
  TYPE: [
    { how: 'missing', make: good({}, { typ: undefined }) },
    { how: 'JWT', make: good({}, { typ: 'JWT' }) },
    { how: 'in capitals', make: good({}, { typ: 'OAUTH-ID-JAG+JWT' }) },
    { how: 'as a media type', make: good({}, { typ: 'application/oauth-id-jag+jwt' }) },
    {
      how: "the client's own authentication",
      make: () => signClientAuthentication(world.vsa, world.url),
    },
  ],
  KEY: [
    { how: 'alg none with some signature', make: (tenant) => `${forgedNone(tenant)}.AAAA` },
    { how: 'alg HS256 keyed with the public key', make: forgedWithPublicKey },
    { how: 'another alg than the one the key is pinned to', make: good({}, { alg: 'ES256' }) },
    { how: 'alg missing', make: good({}, { alg: undefined }) },
    { how: 'kid missing', make: good({}, { kid: undefined }) },
    { how: 'kid unknown', make: good({}, { kid: 'no-such-key' }) },
    { how: 'kid no text', make: good({}, { kid: ['northwind-vsa-1'] }) },
    {
      how: 'kid of another instance, signed by it',
      make: (tenant) =>
        forge(
          assertionHeader(world.uniview),
          assertionClaims(world, world.vsa, tenant.id, { iss: world.vsa.issuer }),
          world.uniview.privateJwk,
        ),
    },
    {
      how: 'a revoked key',
      async make(tenant) {
        const key = await newPrivateKey(randomUUID())
        await addPartnerKey(world.operator, world.vsa.clientId, key)
        await revokePartnerKey(world.operator, world.vsa.clientId, key.kid!)
        return forge(
          assertionHeader(world.vsa, { kid: key.kid }),
          assertionClaims(world, world.vsa, tenant.id),
          key,
        )
      },
    },
    { how: 'iss unknown', make: good({ iss: 'https://elsewhere.example' }) },
    { how: 'iss missing', make: good({ iss: undefined }) },
    {
      how: 'iss an object that cannot be printed',
      make: good({ iss: { toString: 1, valueOf: 1 } }),
    },
    {
      how: 'claims with a null character',
      make: good({ iss: 'https://elsewhere.example/\0', sub: '\0' }),
    },
    {
      how: 'claims with half of a pair',
      make: good({ iss: 'https://elsewhere.example', sub: '\ud83d' }),
    },
    {
      how: 'claims cut in the middle of a pair',
      make: good({ iss: 'https://elsewhere.example', sub: `${'x'.repeat(199)}😀` }),
    },
  ],
  HEADER: [
    withHeader('jku', 'https://elsewhere.example/keys'),
    withHeader('jwk', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }),
    withHeader('x5u', 'https://elsewhere.example/cert'),
    withHeader('x5c', []),
    withHeader('crit', ['exp']),
    withHeader('b64', true),
    withHeader('zip', 'DEF'),
  ],
  SIGNATURE: [
    {
      how: 'by another key',
      make: async (tenant) =>
        forge(
          assertionHeader(world.vsa),
          assertionClaims(world, world.vsa, tenant.id),
          await newPrivateKey('northwind-vsa-1'),
        ),
    },
    {
      how: "another technician's name put in",
      make: tampered(([head, body, signature]) => {
        const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
        return `${head}.${base64url(JSON.stringify({ ...claims, sub: 'nw-2' }))}.${signature}`
      }),
    },
    { how: 'of another assertion', make: async (tenant) => spliced(tenant) },
    {
      how: 'too short',
      make: tampered(([head, body, signature]) => `${head}.${body}.${signature.slice(0, 4)}`),
    },
  ],
  MEMBERS: [
    { how: 'sub twice', make: payload((json) => json.replace('{', '{"sub":"nw-2",')) },
    {
      how: 'sub twice, once escaped',
      make: payload((json) => json.replace('{', '{"s\\u0075b":"nw-2",')),
    },
    {
      how: 'a member twice at depth',
      make: payload((json) => json.replace('{', '{"more":[{"a":1,"a":2}],')),
    },
    ...['client_id', 'aud', 'sub', 'tenant', 'binding', 'jti', 'iat', 'exp'].map(without),
    wrong('client_id', 7),
    wrong('aud', { url: 'x' }),
    wrong('sub', 1),
    wrong('tenant', null),
    wrong('binding', 'bearer'),
    wrong('txn', null),
    wrong('jti', ''),
    wrong('jti', 'a\0b'),
    wrong('jti', 'x'.repeat(256)),
    wrong('iat', 1.5),
    wrong('exp', String(nowSeconds() + 60)),
    wrong('exp', 1e300),
    wrong('auth_time', '0'),
    wrong('amr', 'mfa'),
    wrong('amr', [1]),
    wrong('sid', false),
    wrong('nbf', '1'),
    wrong('nbf', nowSeconds() - 0.5),
  ].map((entry) => ({ ...entry, log: 'operator' as const })),
  ISSUER: [{ how: 'client_id of another instance', make: good({ client_id: 'tailspin-uniview' }) }],
  AUDIENCE: [
    {
      how: 'a list that names us',
      make: (tenant) => forgedAssertion(world, world.vsa, tenant.id, { aud: [world.url] }),
    },
    { how: 'somebody else', make: good({ aud: 'https://elsewhere.example' }) },
    {
      how: 'us with a slash',
      make: (tenant) => forgedAssertion(world, world.vsa, tenant.id, { aud: `${world.url}/` }),
    },
    {
      how: 'our GraphQL endpoint',
      make: (tenant) => forgedAssertion(world, world.vsa, tenant.id, { aud: world.graphqlUrl }),
    },
  ],
  LIFETIME: [
    { how: '121 s', make: () => '' },
    { how: 'ends before it begins', make: () => '' },
    { how: 'in the future', make: () => '' },
    { how: 'past', make: () => '' },
    { how: 'nbf in the future', make: () => '' },
  ].map(({ how }, index) => ({
    how,
    // Created when the entry runs, because its lifetime is short.
    make: (tenant: Tenant) => {
      const now = nowSeconds()
      const times = [
        { iat: now, exp: now + 121 },
        { iat: now, exp: now - 1 },
        { iat: now + 40, exp: now + 100 },
        { iat: now - 150, exp: now - 35 },
        { iat: now, exp: now + 60, nbf: now + 40 },
      ][index]!
      return forgedAssertion(world, world.vsa, tenant.id, times)
    },
  })),
  REPLAY: [
    {
      how: 'the same assertion again',
      async make(tenant) {
        const assertion = await good()(tenant)
        expect((await create(assertion)).userErrors).toEqual([])
        return assertion
      },
    },
    {
      how: 'another assertion with the same jti',
      async make(tenant) {
        const jti = randomUUID()
        expect((await create(await good({ jti })(tenant))).userErrors).toEqual([])
        return good({ jti, sub: 'nw-2' })(tenant)
      },
    },
  ],
  SUBJECT: [
    subject('sub empty', { sub: '' }),
    subject('sub of 256 characters', { sub: 'x'.repeat(256) }),
    subject('sub with a null character', { sub: 'nw\0-1' }),
    subject('sub with a line break', { sub: 'nw-1\nnw-2' }),
    subject('sub with a bidirectional override', { sub: '\u202egnp.1-wn' }),
    subject('sub with an isolate', { sub: 'nw\u2066-1' }),
    subject('sub with a zero-width space', { sub: 'nw-\u200b1' }),
    subject('sub with half of a pair', { sub: 'nw-\ud83d' }),
    subject('sub with a space in front', { sub: ' nw-1' }),
    subject('sub with a joiner', { sub: 'nw\u200d-1' }),
    subject('sub with a variation selector', { sub: 'nw-1\u{e0100}' }),
    subject('sid with a line break', { sid: 'a\r\nb' }),
  ],
  TENANT: (
    [
      { how: 'no such tenant', make: good({ tenant: randomUUID() }), log: 'operator' },
      { how: 'no id at all', make: good({ tenant: 'northwind' }), log: 'operator' },
      { how: 'not associated', make: good(), terms: null },
      {
        how: 'asked for and not approved',
        terms: null,
        async make(tenant) {
          const request =
            'mutation ($input: RequestPartnerAssociationInput!) { requestPartnerAssociation(input: $input) { userErrors { code } } }'
          const input = { tenant: { id: tenant.id }, externalTenantId: 'external' }
          const asked = await world.ask(await world.clientCredentials(world.vsa), request, {
            input,
          })
          expect(asked.data.requestPartnerAssociation.userErrors).toEqual([])
          return good()(tenant)
        },
      },
      {
        how: 'ended',
        async make(tenant) {
          const admin = await world.signIn(tenant, tenant.globalAdmin)
          const [row] = await world.database
            .owner`select association_id from tenants.partner_association where tenant_id = ${tenant.id}`
          const dissociate =
            'mutation ($input: DissociatePartnerInput!) { dissociatePartner(input: $input) { userErrors { code } } }'
          const ended = await world.ask(admin, dissociate, {
            input: { tenantId: tenant.id, associationId: row!.association_id },
          })
          expect(ended.data.dissociatePartner.userErrors).toEqual([])
          return good()(tenant)
        },
      },
      {
        how: "another instance's tenant",
        terms: null,
        async make(tenant) {
          await world.open(tenant, world.uniview)
          return good()(tenant)
        },
      },
    ] as Entry[]
  ).map((entry) => ({ skipped: needTenant, ...entry })),
  FEATURE: [
    {
      how: 'turned off',
      async make(tenant) {
        const admin = await world.signIn(tenant, tenant.globalAdmin)
        const off = await world.ask(admin, disable, { input: { tenantId: tenant.id } })
        expect(off.data.disableItCompleteLogin.userErrors).toEqual([])
        return good()(tenant)
      },
    },
  ],
  TECHNICIAN: [
    { how: 'not on the list', make: good(), terms: { allowedTechnicians: ['nw-2'] } },
    {
      how: 'on the list in other letters',
      make: good({ sub: 'NW-1' }),
      terms: { allowedTechnicians: ['nw-1'] },
    },
    { how: 'nobody is on the list', make: good(), terms: { allowedTechnicians: [] } },
  ],
  AUTHENTICATION: [
    {
      how: 'too long ago',
      make: (tenant) =>
        forgedAssertion(world, world.vsa, tenant.id, { auth_time: nowSeconds() - 330 }),
      terms: { mfaMaxAgeMinutes: 5 },
    },
    {
      how: 'in the future',
      make: good({ auth_time: 4_000_000_000 }),
      terms: { mfaMaxAgeMinutes: 5 },
    },
    {
      how: 'auth_time missing',
      make: good({ auth_time: undefined }),
      terms: { mfaMaxAgeMinutes: 5 },
    },
    { how: 'with one factor', make: good({ amr: ['pwd'] }), terms: { mfaMaxAgeMinutes: 5 } },
    { how: 'amr missing', make: good({ amr: undefined }), terms: { mfaMaxAgeMinutes: 5 } },
  ],
  BINDING: [
    { how: 'browser without a transaction', make: good({ binding: 'browser' }) },
    {
      how: 'a transaction that is not ours',
      make: good({ binding: 'browser', txn: 'eyJhbGciOiJkaXIifQ..a.b.c' }),
    },
    {
      how: 'client with a transaction',
      make: async (tenant) => good({ txn: (await transaction(tenant.id)).txn })(tenant),
    },
    {
      how: "another tenant's transaction",
      make: async (tenant) =>
        good({ binding: 'browser', txn: (await transaction((await world.createTenant()).id)).txn })(
          tenant,
        ),
    },
    {
      how: "another instance's transaction",
      make: async (tenant) =>
        good({
          binding: 'browser',
          txn: (await transaction(tenant.id, world.uniview.clientId)).txn,
        })(tenant),
    },
    {
      how: "the transaction's secret half",
      make: async (tenant) =>
        good({ binding: 'browser', txn: (await transaction(tenant.id)).cookie })(tenant),
    },
  ],
}

/** Failures of these checks are recorded in the operators' log only. */
const beforeVerification: CheckName[] = ['FORMAT', 'TYPE', 'KEY', 'HEADER', 'SIGNATURE', 'MEMBERS']

for (const check of checkNames) {
  describe(check, () => {
    test.for(table[check])(
      'refuses: $how',
      async ({
        make,
        terms = {},
        skipped = [],
        log = 'tenant',
        actor = 'partner:northwind-vsa:',
      }) => {
        const tenant = await world.createTenant()
        if (terms) await world.open(tenant, world.vsa, terms)
        const assertion = await make(tenant)
        const seenByOperators = (await operatorRows(world.database)).length

        const created = await create(assertion)
        expect(created).toMatchObject({
          code: null,
          connectUrl: null,
          expiresAt: null,
          userErrors: [{ code: codeOf[check] }],
        })
        const { valid, checks, userErrors } = await validate(assertion)
        expect({ valid, userErrors }).toEqual({ valid: false, userErrors: [] })

        expect(checks.map(({ name }) => name)).toEqual(checkNames)
        const failed = checkNames.indexOf(check)
        const isOfToken = beforeVerification.includes(check)
        for (const [index, finding] of checks.entries()) {
          const isSkipped = isOfToken ? index > failed : skipped.includes(finding.name)
          const expected = index === failed ? false : isSkipped ? null : true
          expect({ name: finding.name, passed: finding.passed }).toEqual({
            name: checkNames[index],
            passed: expected,
          })
          expect(finding.code).toBe(index === failed ? codeOf[check] : null)
          if (index !== failed) expect(finding.message).toBeNull()
        }
        // Both answers name the age of the assertion in seconds, which may have risen by one.
        const withoutNumbers = (text: string | null) => text?.replaceAll(/\d+/g, 'n')
        expect(withoutNumbers(checks[failed]!.message)).toBe(
          withoutNumbers(created.userErrors[0]!.message),
        )

        const own = (await activityRows(world.database, { tenantId: tenant.id })).filter(
          ({ action, outcome }) => /^handoff/.test(action) && outcome === 'DENIED',
        )
        const operators = (await operatorRows(world.database)).slice(seenByOperators)
        if (isOfToken || log === 'operator') {
          expect(own).toEqual([])
          const reason = `${codeOf[check]}/${check}`
          expect(operators.map(({ action, reason }) => ({ action, reason }))).toEqual([
            { action: 'handoff.created', reason },
            { action: 'handoff.validated', reason },
          ])
          expect(operators.every(({ actor_key }) => actor_key === 'anonymous')).toBe(true)
          for (const claim of operators.flatMap(({ unverified_claims }) =>
            Object.values(unverified_claims ?? {}),
          ))
            expect(String(claim).length).toBeLessThanOrEqual(200)
        } else {
          expect(operators).toEqual([])
          expect(
            own.map(({ action, reason, client_id }) => ({ action, reason, client_id })),
          ).toEqual([
            { action: 'handoff.created', reason: codeOf[check], client_id: 'northwind-vsa' },
            { action: 'handoff.validated', reason: codeOf[check], client_id: 'northwind-vsa' },
          ])
          for (const { actor_key } of own) expect(actor_key.startsWith(actor)).toBe(true)
        }
        expect(await codesOf(tenant.id)).toBe(check === 'REPLAY' ? 1 : 0)
      },
    )
  })
}

test('a token with an invalid signature gets one answer for all claims', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa, { allowedTechnicians: ['nw-2'], mfaMaxAgeMinutes: 5 })
  const stranger = await newPrivateKey('northwind-vsa-1')
  const claims = [
    {},
    { tenant: randomUUID() },
    { exp: 5 },
    { sub: 'nw-2' },
    { amr: [] },
    { binding: 'browser' },
  ]
  const answers = await Promise.all(
    claims.map((more) =>
      validate(
        forge(
          assertionHeader(world.vsa),
          assertionClaims(world, world.vsa, tenant.id, more),
          stranger,
        ),
      ),
    ),
  )
  const { valid, checks } = answers[0]!
  expect(valid).toBe(false)
  const failed = checkNames.indexOf('SIGNATURE')
  for (const [index, { name, passed }] of checks.entries())
    expect([name, passed]).toEqual([
      checkNames[index],
      index < failed ? true : index === failed ? false : null,
    ])
  for (const answer of answers) expect(answer).toEqual(answers[0])
})

test('descriptive claims never refuse a technician, and are recorded as plain text', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const cases: [sent: Record<string, unknown>, displayName: string, email: string | null][] = [
    [{ name: '辻\u{e0100} 太郎' }, '辻 太郎', 'nora@northwind.example'],
    [{ name: 'No\u00adra \u200f\u202a🏴󠁧󠁢󠁥󠁮󠁧󠁿🇩🇪\u202c' }, 'Nora 🏴󠁧󠁢󠁥󠁮󠁧󠁿🇩🇪', 'nora@northwind.example'],
    [{ name: 'Nora\nActor: Gloria' }, 'Nora Actor: Gloria', 'nora@northwind.example'],
    [{ name: 'x'.repeat(257) }, `${'x'.repeat(255)}…`, 'nora@northwind.example'],
    [{ name: 'Nora \u202eimda' }, 'nw-1', 'nora@northwind.example'],
    [{ name: ' \u3164', email: 'a\u00ad@b.example' }, 'nw-1', null],
    [{ name: null, email: null, reason: null, ticket: null }, 'nw-1', null],
    [{ name: '', email: '', reason: '', ticket: '' }, 'nw-1', null],
    [{ name: ['Nora'], email: 3, reason: {}, ticket: 1234 }, 'nw-1', null],
  ]
  for (const [sent, displayName, email] of cases) {
    const claims = { sub: 'nw-1', email: 'nora@northwind.example', ...sent }
    expect(await create(forgedAssertion(world, world.vsa, tenant.id, claims))).toMatchObject({
      userErrors: [],
    })
    const [row] = (
      await activityRows(world.database, { tenantId: tenant.id, action: 'handoff.created' })
    ).slice(-1)
    expect([sent, row!.actor]).toEqual([sent, expect.objectContaining({ displayName, email })])
  }
  const stated = { reason: 'Restore\r\n\u200bmail', ticket: 'INC\u00ad-7' }
  await create(forgedAssertion(world, world.vsa, tenant.id, stated))
  const [row] = (
    await activityRows(world.database, { tenantId: tenant.id, action: 'handoff.created' })
  ).slice(-1)
  expect(row!.changes).toEqual([
    { field: 'reason', before: null, after: 'Restore mail' },
    { field: 'ticket', before: null, after: 'INC-7' },
  ])
})

test('an assertion at every limit is accepted', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa, {
    allowedTechnicians: ['x'.repeat(255)],
    mfaMaxAgeMinutes: 5,
  })
  const now = nowSeconds()
  const edges = {
    iat: now + 25,
    exp: now + 145,
    sub: 'x'.repeat(255),
    name: 'Zoë 技術者',
    email: `${'x'.repeat(245)}@b.example`.slice(-254),
    reason: 'r'.repeat(500),
    ticket: 't'.repeat(128),
    sid: 's'.repeat(255),
    jti: 'j'.repeat(255),
    auth_time: now - 290,
    something_else: { nested: ['is', 'ignored'] },
  }
  const assertion = forgedAssertion(world, world.vsa, tenant.id, edges)
  expect(await validate(assertion)).toMatchObject({
    valid: true,
    checks: checkNames.map((name) => ({ name, passed: true })),
  })
  expect(await create(assertion)).toMatchObject({ userErrors: [] })
})

async function create(assertion: string) {
  const { data, errors } = await world.ask(null, createHandoff, { input: { assertion } })
  expect(errors).toEqual([])
  return data.createHandoff as {
    code: string | null
    connectUrl: string | null
    expiresAt: string | null
    userErrors: { message: string }[]
  }
}

async function validate(assertion: string) {
  const { data, errors } = await world.ask(null, validateHandoff, { input: { assertion } })
  expect(errors).toEqual([])
  return data.validateHandoff as {
    valid: boolean
    checks: {
      name: CheckName
      passed: boolean | null
      code: string | null
      message: string | null
    }[]
    userErrors: unknown[]
  }
}

async function codesOf(tenantId: string): Promise<number> {
  const [row] = await world.database
    .owner`select count(*)::int as count from identity.handoff where tenant_id = ${tenantId}`
  return row!.count
}

async function transaction(
  tenantId: string,
  clientId = world.vsa.clientId,
): Promise<{ txn: string; cookie: string }> {
  const browser = new Browser()
  const begun = await browser.request(`${world.url}/connect?client=${clientId}&tenant=${tenantId}`)
  return {
    txn: new URL(begun.headers.get('location')!).searchParams.get('txn')!,
    cookie: attemptCookies(world, browser, 'handoff')[0]!.value,
  }
}

function forgedNone(tenant: Tenant): string {
  const claims = assertionClaims(world, world.vsa, tenant.id)
  return `${base64url(JSON.stringify(assertionHeader(world.vsa, { alg: 'none' })))}.${base64url(JSON.stringify(claims))}`
}

/** Algorithm confusion: an HMAC with the public key as secret. */
function forgedWithPublicKey(tenant: Tenant): string {
  const claims = assertionClaims(world, world.vsa, tenant.id)
  const signed = `${base64url(JSON.stringify(assertionHeader(world.vsa, { alg: 'HS256' })))}.${base64url(JSON.stringify(claims))}`
  const publicKey = Buffer.from(world.vsa.privateJwk.x!, 'base64url')
  return `${signed}.${createHmac('sha256', publicKey).update(signed).digest('base64url')}`
}

async function spliced(tenant: Tenant): Promise<string> {
  const [one, other] = [await good()(tenant), await good()(tenant)].map((assertion) =>
    assertion.split('.'),
  )
  return [one![0], one![1], other![2]].join('.')
}
