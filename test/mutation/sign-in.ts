/** Mutations of handoffs, assertions and client authentication. */
import type { MutatedFile } from './mutations.ts'

const checks = 'subgraphs/identity/assertion/checks'
const assertionTests = ['test/identity/assertion.test.ts']
const redemptionTests = ['test/identity/redeem-handoff.test.ts']
const attackTests = ['test/identity/attacks.test.ts']

export const signInMutations: MutatedFile[] = [
  {
    file: 'subgraphs/identity/handoff/handoff-state.ts',
    tests: redemptionTests,
    mutations: [
      {
        name: 'another partner client redeems a code',
        search: 'presenter.client.clientId === clientId',
        replacement: 'true',
        tests: attackTests,
      },
      {
        name: 'a client redeems a code of a browser',
        search: "binding === 'client' && ",
        replacement: '',
      },
      {
        name: 'another browser redeems a code',
        search: 'presenter.browser.transactionHashes.includes(transactionHash)',
        replacement: 'true',
        tests: ['test/identity/connect.test.ts'],
      },
      {
        name: 'an expired code is redeemed',
        search: 'state.expired || !state.holds',
        replacement: '!state.holds',
      },
      {
        name: 'a code is redeemed after what gave access has ended',
        search: 'state.expired || !state.holds',
        replacement: 'state.expired',
      },
    ],
  },
  {
    file: 'subgraphs/identity/handoff/handoff-store.ts',
    tests: redemptionTests,
    mutations: [
      {
        name: 'a code is redeemed twice',
        search: 'and(eq(handoff.handoffId, handoffId), isNull(handoff.consumedAt))',
        replacement: 'eq(handoff.handoffId, handoffId)',
        tests: attackTests,
      },
    ],
  },
  {
    file: 'subgraphs/identity/handoff/redeem-handoff.ts',
    tests: redemptionTests,
    mutations: [
      {
        name: 'the binding of a code is not checked',
        search: ': !isBound',
        replacement: ': false',
      },
      {
        name: 'a stolen code is not consumed',
        search: 'await consumeCode(tx, presented.handoffId)',
        replacement: 'isBound ? await consumeCode(tx, presented.handoffId) : true',
        tests: ['test/identity/connect.test.ts'],
      },
    ],
  },
  {
    file: 'subgraphs/identity/handoff/redemption-audit.ts',
    tests: ['test/identity/break-in.test.ts'],
    mutations: [
      {
        name: 'a stolen code reveals the name of its technician',
        search: 'isBound ? technician.displayName : null',
        replacement: 'technician.displayName',
      },
    ],
  },
  {
    file: 'subgraphs/identity/mutations/create-handoff.ts',
    tests: attackTests,
    mutations: [
      {
        name: 'concurrent requests use one assertion twice',
        search: 'await consumeAssertion(tx, tenantId, assertion)',
        replacement: '',
      },
    ],
  },
  {
    file: 'subgraphs/identity/assertion/verify-assertion.ts',
    tests: assertionTests,
    mutations: [
      {
        name: 'the signature of an assertion is not checked',
        search: '() => checkSignature(jws, key)',
        replacement: '() => {}',
      },
      {
        name: 'the header of an assertion is not checked',
        search: '() => checkHeader(jws)',
        replacement: '() => {}',
      },
    ],
  },
  {
    file: `${checks}/type.ts`,
    tests: assertionTests,
    mutations: [
      {
        name: 'a JWT of another type is an assertion',
        search: 'header.typ === type',
        replacement: 'true',
      },
    ],
  },
  {
    file: `${checks}/issuer.ts`,
    tests: assertionTests,
    mutations: [
      {
        name: 'the client ID of an assertion may be of another instance',
        search: ' && claims.client_id === instance.clientId',
        replacement: '',
      },
    ],
  },
  {
    file: `${checks}/audience.ts`,
    tests: assertionTests,
    mutations: [
      {
        name: 'an assertion for another service is accepted',
        search: 'claims.aud === issuer',
        replacement: 'true',
      },
    ],
  },
  {
    file: `${checks}/replay.ts`,
    tests: assertionTests,
    mutations: [
      {
        name: 'the dry run accepts a used assertion',
        search: 'isReplayed ? replayedMessage : null',
        replacement: 'null',
      },
    ],
  },
  {
    file: `${checks}/tenant.ts`,
    tests: assertionTests,
    mutations: [
      {
        name: 'an instance without association signs in',
        search: 'terms?.associationId ? terms : null',
        replacement: 'terms ? terms : null',
      },
    ],
  },
  {
    file: `${checks}/feature.ts`,
    tests: assertionTests,
    mutations: [
      {
        name: 'a technician signs in while the feature is off',
        search: 'itCompleteLoginEnabled && access',
        replacement: 'true',
      },
    ],
  },
  {
    file: `${checks}/technician.ts`,
    tests: assertionTests,
    mutations: [
      {
        name: 'a technician who is not on the list signs in',
        search: 'allowedTechnicians.includes(assertion.claims.sub)',
        replacement: 'true',
      },
    ],
  },
  {
    file: `${checks}/authentication.ts`,
    tests: assertionTests,
    mutations: [
      {
        name: 'one factor is enough where two are required',
        search: "if (isRecent && amr?.includes('mfa')) return null",
        replacement: 'if (isRecent) return null',
      },
      {
        name: 'an old authentication counts as recent',
        search: 'ageSeconds <= mfaMaxAgeMinutes * 60 && ',
        replacement: '',
      },
      {
        name: 'an authentication in the future counts as recent',
        search: ' && ageSeconds >= -clockSkewSeconds',
        replacement: '',
      },
    ],
  },
  {
    file: `${checks}/binding.ts`,
    tests: assertionTests,
    mutations: [
      {
        name: 'a transaction of another instance is accepted',
        search: 'transaction.clientId !== clientId',
        replacement: 'false',
      },
      {
        name: 'a transaction of another tenant is accepted',
        search: 'transaction.tenantId === tenant ?',
        replacement: 'true ?',
      },
    ],
  },
  {
    file: `${checks}/members.ts`,
    tests: assertionTests,
    mutations: [
      {
        name: 'a claim may occur twice',
        search: 'if (hasDuplicateMembers)',
        replacement: 'if (false)',
      },
    ],
  },
  {
    file: 'subgraphs/identity/jwt/jws.ts',
    tests: ['test/identity/assertion.test.ts', 'test/identity/properties.test.ts'],
    mutations: [
      {
        name: 'a header parameter may occur twice',
        search: '!hasDuplicateMembers(header.text)',
        replacement: 'true',
      },
      {
        name: 'a JWS has several encodings',
        search: " && Buffer.from(part, 'base64url').toString('base64url') === part",
        replacement: '',
      },
    ],
  },
  {
    file: 'subgraphs/identity/client-authentication/verify-client-assertion.ts',
    tests: redemptionTests,
    mutations: [
      {
        name: 'an assertion authenticates a partner client',
        search: '() => checkType(jws, clientAuthenticationType)',
        replacement: '() => {}',
      },
      {
        name: 'the header of a client assertion is not checked',
        search: '() => checkHeader(jws)',
        replacement: '() => {}',
      },
      {
        name: 'the signature of a client assertion is not checked',
        search: '() => checkSignature(jws, key)',
        replacement: '() => {}',
      },
      {
        name: 'client authentication may name another subject',
        search: 'sub === clientId',
        replacement: 'true',
      },
      {
        name: 'client authentication for another service is accepted',
        search: 'aud === issuer',
        replacement: 'true',
      },
    ],
  },
  {
    file: 'subgraphs/identity/client-authentication/authenticate-client.ts',
    tests: redemptionTests,
    mutations: [
      {
        name: 'the claims of a client assertion are not checked',
        search: 'if (failure) return failure.name',
        replacement: '',
      },
    ],
  },
  {
    file: 'subgraphs/identity/jwt/registered-key.ts',
    tests: ['test/identity/jwks.test.ts'],
    mutations: [
      {
        name: 'a revoked key verifies while it is published',
        search: 'revokedKids.includes(kid)',
        replacement: 'false',
      },
    ],
  },
  {
    file: 'subgraphs/identity/jwt/replay-store.ts',
    tests: redemptionTests,
    mutations: [
      {
        name: 'a used jti is accepted again',
        search: 'inserted.length === 1',
        replacement: 'true',
      },
    ],
  },
  {
    file: 'subgraphs/identity/jwt/encrypted-state.ts',
    tests: assertionTests,
    mutations: [
      {
        name: 'encrypted state is valid for another purpose',
        search: "hkdfSync('sha256', key, new Uint8Array(), purpose, 32)",
        replacement: "hkdfSync('sha256', key, new Uint8Array(), '', 32)",
      },
      {
        name: 'encrypted state needs no expiry',
        search: "requiredClaims: ['exp'],",
        replacement: '',
        survives: 'Only this service has the key, and it sets an expiry in every state.',
      },
    ],
  },
  {
    file: 'platform/http/public-address.ts',
    tests: ['test/identity/jwks-fetch.test.ts'],
    mutations: [
      {
        name: 'a key URL may lead to a private address',
        search: 'addresses.find(({ address }) => !isPublicAddress(address, allowLoopback))',
        replacement: 'addresses.find(() => false)',
      },
      {
        name: 'a key URL may lead to the Azure platform',
        search: 'if (parsed.toString() === azureHost) return false',
        replacement: '',
      },
    ],
  },
  {
    file: 'platform/auth/timing-padding.ts',
    tests: attackTests,
    mutations: [
      {
        name: 'the time of an answer shows whether a tenant exists',
        search: 'if (applies(result)) await untilNextStep()',
        replacement: '',
      },
    ],
  },
]
