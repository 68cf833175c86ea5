/**
 * Secrets are detected by name or by pattern, and redacted before a row is written. All other
 * values stay readable.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { redact } from '../../platform/audit/redact.ts'
import { newToken } from '../../platform/auth/tokens.ts'
import { newPrivateKey } from '../support/partners.ts'

const { token } = newToken(randomUUID())
const jwt = `eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.${randomBytes(64).toString('base64url')}`
const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----'

describe('redacts by pattern', () => {
  test.each([
    ['a session token or handoff code', token, token],
    ['one within other words', `the code was ${token}, it said`, token],
    ['one in an address', `https://backup.example/connect#code=${token}`, token],
    ['a JWT', `client_assertion=${jwt}`, jwt],
    ['a Bearer value', 'Authorization: Bearer abc.def-ghi', 'abc.def-ghi'],
    ['a short one in JSON', '{"authorization":"Bearer opensesame"}', 'opensesame'],
    ['a Bearer value without the header', 'curl -H Bearer 2YotnFZFEjr1zCsicMWpAA', '2YotnFZ'],
    ['a long one without digits', `bearer ${'abcdefghijkl'.repeat(2)}`, 'abcdef'],
    ['one in an address, encoded', `?code=${token.replace('.', '%2E')}`, token.slice(37)],
    [
      'a name and a password for HTTP',
      `Authorization: Basic ${btoa('tess:hunter2')}`,
      btoa('tess:hunter2'),
    ],
    [
      'what a text calls a password',
      'https://nas.example/?user=tess&password=hunter2&x=1',
      'hunter2',
    ],
    ['what JSON in a text calls a secret', '{"client_secret": "hunter2"}', 'hunter2'],
    [
      'a code in an address',
      'https://backup.example/login/microsoft/native?code=0.AXhunter2&state=x',
      '0.AXhunter2',
    ],
    ['a private key in PEM', `key: ${pem}`, 'MC4CAQAwBQYDK2VwBCIEIA=='],
    ['one that was cut off', pem.slice(0, 60), 'MC4C'],
  ])('%s', (_, text, secret) => {
    for (const value of [text, { after: text }, [{ deep: [text] }]]) {
      const shown = JSON.stringify(redact(value))
      expect(shown).not.toContain(secret)
      expect(shown).toContain('(secret)')
    }
  })
})

test('redacts by name, whatever the value', () => {
  for (const name of [
    'secret',
    'clientSecret',
    'client_secret',
    'password',
    'accessToken',
    'refresh_token',
    'api-key',
    'apiKey',
    'privateKey',
    'Cookie',
    'assertion',
    'secretKey',
    'tokens',
    'passwords',
  ])
    expect([name, redact({ [name]: 'x' })]).toEqual([name, { [name]: '(secret)' }])
  expect(redact({ field: 'smtpPassword', before: 'old', after: { any: 'new' } })).toEqual({
    field: 'smtpPassword',
    before: '(secret)',
    after: '(secret)',
  })
})

test('redacts the private members of a JWK, not the public ones', async () => {
  const jwk = await newPrivateKey('k-1')
  expect(redact(jwk)).toEqual({ ...jwk, d: '(secret)' })
})

test('keeps everything else unchanged', () => {
  const value = {
    field: 'allowedTechnicians',
    before: null,
    after: [
      'nw-1',
      'eyJ',
      randomUUID(),
      `${randomUUID()}.short`,
      'The bearer asked for a restore.',
      'the bearer high-ranking, bearer B2B, bearer e.g. John, bearer 2026-11-29',
    ],
    expiresAt: '2026-11-24T00:00:00.000Z',
    apiTokenId: randomUUID(),
    kid: 'key-1',
    when: new Date(0),
    none: undefined,
  }
  expect(redact(value)).toEqual(value)
  expect(redact(null)).toBeNull()
})
