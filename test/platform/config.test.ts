/**
 * Configuration: a single error lists all mistakes, and the demo and unencrypted HTTP are available
 * only on loopback.
 */
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { type Part, readConfig, renameWarnings } from '../../gateway/config.ts'
import { renamedSettings, settingNames } from '../../gateway/settings.ts'
import { ConfigurationError, readDatabaseConfig } from '../../platform/config.ts'
import { serversOf } from '../../platform/postgres/servers.ts'

function mistakes(env: Record<string, string>, only: Part | null = null): string[] {
  try {
    readConfig(env, only)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    const lines = (error as Error).message.split('\n')
    expect([lines[0], lines.at(-1)]).toEqual([
      'The configuration is not usable:',
      'See .env.example for what each setting means.',
    ])
    return lines.slice(1, -1).map((line) => line.replace(/^ {2}- /, ''))
  }
}

const pem = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const production = {
  HOST: '0.0.0.0',
  PUBLIC_URL: 'https://login.example',
  DATABASE_URL: 'postgres://service@db.example/login',
  MICROSOFT_CLIENT_ID: 'client',
  MICROSOFT_CLIENT_SECRET: 'secret',
  STATE_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64url'),
  ACTIVITY_LOG_SIGNING_KEY: pem.privateKey,
}

test('without settings, the demo starts on loopback with the embedded database', () => {
  expect(readConfig({})).toMatchObject({
    PORT: 4000,
    HOST: '127.0.0.1',
    DATA_DIR: '.data',
    DEMO: true,
    only: null,
  })
})

test('production settings are accepted and turn the demo off', () => {
  expect(readConfig(production)).toMatchObject({ DEMO: false, PUBLIC_URL: 'https://login.example' })
  expect(readConfig({ ...production, PUBLIC_URL: 'https://login.example:8443/' }).PUBLIC_URL).toBe(
    'https://login.example:8443',
  )
})

test('one message reports all mistakes, also those between settings', () => {
  const wrong = {
    PORT: 'http',
    PUBLIC_URL: 'nonsense',
    DATABASE_URL: 'mysql://db',
    DATABASE_POOL_SIZE: '1',
    DEMO: 'perhaps',
    LOG_LEVEL: 'loud',
    TRUSTED_PROXY_HOPS: '-1',
    STATE_ENCRYPTION_KEY: 'short',
    GATEWAY_PRIVATE_KEY: 'x',
    GATEWAY_PUBLIC_KEYS: 'y',
    TENANTS_URL: 'tenants',
    IDENTITY_URL: 'file:///etc/passwd',
    AUDIT_URL: 'audit',
    MICROSOFT_AUTHORITY: 'login',
    FEDERATED_SESSION_IDLE_SECONDS: 'long',
    FEDERATED_SESSION_MAX_SECONDS: '1.5',
    MICROSOFT_SESSION_IDLE_SECONDS: '1e9',
    MICROSOFT_SESSION_MAX_SECONDS: '0',
    HANDOFF_CODE_LIFETIME_SECONDS: '61',
    SUBGRAPH_DEADLINE_MS: '99',
  }
  const named = mistakes(wrong)
  for (const name of Object.keys(wrong))
    expect(named.filter((line) => line.startsWith(`${name} must be `))).toHaveLength(1)
  expect(named).toContain('MICROSOFT_CLIENT_ID is required for sign-in with Microsoft.')
  expect(named).toContain('DATABASE_POOL_SIZE must be a whole number between 2 and 200, not "1".')
  expect(named).toContain('DEMO must be on or off, not "perhaps".')
  expect(named.join('\n')).not.toMatch(/NaN|received|Invalid|Too (small|big)/)
})

test('no message repeats a secret', () => {
  const secret = 'c2VjcmV0LXNlY3JldA'
  const named = mistakes({
    ...production,
    STATE_ENCRYPTION_KEY: secret,
    GATEWAY_PRIVATE_KEY: secret,
    DATABASE_URL: `http://u:${secret}@db`,
  })
  expect(named).toHaveLength(3)
  expect(named.join('\n')).not.toContain(secret)
})

test.each([
  [
    'DATABASE_URL',
    {
      DATABASE_URL: production.DATABASE_URL,
      STATE_ENCRYPTION_KEY: production.STATE_ENCRYPTION_KEY,
      ACTIVITY_LOG_SIGNING_KEY: pem.privateKey,
    },
  ],
  ['a HOST that others can reach', { HOST: '0.0.0.0', PUBLIC_URL: 'http://localhost:4000' }],
  ['every IPv6 address', { HOST: '::', PUBLIC_URL: 'http://localhost:4000' }],
  ['a name as HOST', { HOST: 'localhost.example', PUBLIC_URL: 'http://localhost:4000' }],
  ['a PUBLIC_URL that is not loopback', { PUBLIC_URL: 'https://login.example' }],
  ['a PUBLIC_URL that only looks like loopback', { PUBLIC_URL: 'https://127.0.0.1.example' }],
])('the demo is impossible with %s', (_, env) => {
  const microsoft = { MICROSOFT_CLIENT_ID: 'client', MICROSOFT_CLIENT_SECRET: 'secret' }
  const refused =
    'DEMO must be off, because the demo needs the embedded database (no DATABASE_URL), all parts in one process, and a loopback HOST and PUBLIC_URL.'
  for (const on of ['on', 'true', '1', 'yes', 'ON'])
    expect(mistakes({ ...env, ...microsoft, DEMO: on })).toEqual([refused])
  expect(readConfig({ ...env, ...microsoft }).DEMO).toBe(false) // off by default
})

test('the demo is impossible with --only', () => {
  expect(
    mistakes({ DEMO: 'on' }, 'gateway').some((line) => line.startsWith('DEMO must be off')),
  ).toBe(true)
})

test.each([
  'http://login.example',
  'HTTP://login.example',
  'http://10.0.0.1',
  'http://localhost.example',
  'http://127.0.0.1.example',
])('plain http at %s is refused', (address) => {
  expect(mistakes({ ...production, PUBLIC_URL: address })).toEqual([
    'PUBLIC_URL must start with https://, unless its host is loopback.',
  ])
})

test.each([
  'http://localhost:4000',
  'http://127.0.0.1',
  'http://127.1.2.3:80',
  'http://[::1]:4000',
])('plain http at %s is accepted, because it is loopback', (address) => {
  expect(mistakes({ PUBLIC_URL: address })).toEqual([])
})

test.each(['http://login.partner.example', 'HTTP://login.partner.example'])(
  'a plain-http Entra ID at %s is refused in production',
  (authority) => {
    expect(mistakes({ ...production, MICROSOFT_AUTHORITY: authority })).toEqual([
      'MICROSOFT_AUTHORITY must start with https://, unless PUBLIC_URL is loopback.',
    ])
  },
)

test('PUBLIC_URL is required when other machines can connect', () => {
  const { PUBLIC_URL: _, ...env } = production
  expect(mistakes(env)).toEqual(['PUBLIC_URL is required when HOST is not a loopback address.'])
  expect(mistakes({ ...production, PUBLIC_URL: 'https://login.example/app' })).toEqual([
    'PUBLIC_URL must be a URL without a path.',
  ])
})

test.each([
  ['FEDERATED_SESSION_IDLE_SECONDS', 60, 3_600],
  ['FEDERATED_SESSION_MAX_SECONDS', 300, 43_200],
  ['MICROSOFT_SESSION_IDLE_SECONDS', 60, 7_200],
  ['MICROSOFT_SESSION_MAX_SECONDS', 300, 86_400],
  ['HANDOFF_CODE_LIFETIME_SECONDS', 5, 60],
] as const)('%s must be between %i and %i seconds', (name, least, most) => {
  expect(readConfig({ [name]: String(least) })[name]).toBe(least)
  expect(readConfig({ [name]: String(most) })[name]).toBe(most)
  for (const wrong of [least - 1, most + 1, least + 0.5, 'x', '-60', 'Infinity'])
    expect(mistakes({ [name]: String(wrong) })).toEqual([
      `${name} must be a whole number of seconds between ${least} and ${most}, not "${wrong}".`,
    ])
})

test('--only reports the settings that the part requires', () => {
  expect(mistakes({}, 'audit')).toEqual([
    'PUBLIC_URL is required with --only=audit.',
    'DATABASE_URL is required with --only=audit.',
    'GATEWAY_PUBLIC_KEYS is required with --only=audit.',
  ])
  const names = (lines: string[]) => lines.map((line) => line.split(' ')[0]).sort()
  const microsoft = ['MICROSOFT_CLIENT_ID', 'MICROSOFT_CLIENT_SECRET']
  expect(names(mistakes({}, 'gateway'))).toEqual(
    [
      'AUDIT_URL',
      'DATABASE_URL',
      'GATEWAY_PRIVATE_KEY',
      'IDENTITY_URL',
      ...microsoft,
      'TENANTS_URL',
      'STATE_ENCRYPTION_KEY',
    ].sort(),
  )
  expect(names(mistakes({}, 'identity'))).toEqual(
    [
      'DATABASE_URL',
      'GATEWAY_PUBLIC_KEYS',
      ...microsoft,
      'PUBLIC_URL',
      'STATE_ENCRYPTION_KEY',
    ].sort(),
  )
})

test('every part that sends mail requires a sender address', () => {
  const env = {
    DATABASE_URL: production.DATABASE_URL,
    GATEWAY_PUBLIC_KEYS: pem.publicKey,
    SMTP_URL: 'smtps://mail.example',
  }
  expect(mistakes(env, 'tenants')).toEqual([expect.stringMatching(/^PUBLIC_URL or MAIL_FROM is/)])
  expect(mistakes({ ...env, PUBLIC_URL: 'https://login.example' }, 'tenants')).toEqual([])
  expect(mistakes({ ...env, MAIL_FROM: 'backup@login.example' }, 'tenants')).toEqual([])
  expect(mistakes({ ...env, SMTP_URL: '' }, 'tenants')).toEqual([])

  const { HOST: _, PUBLIC_URL: __, ...whole } = { ...production, ...env }
  expect(mistakes(whole)).toEqual([expect.stringMatching(/^PUBLIC_URL or MAIL_FROM is/)])
  expect(mistakes({ ...whole, MAIL_FROM: 'backup@login.example' })).toEqual([])
  expect(mistakes({ SMTP_URL: 'smtp://localhost:1025' })).toEqual([]) // the demo
  const identity = { ...production, ...env }
  expect(mistakes(identity, 'identity')).toEqual([])
})

test('a security contact requires its expiry, and both are validated', () => {
  const contact = { SECURITY_CONTACT: 'mailto:security@example.com,https://example.com/report' }
  const expiry = { SECURITY_CONTACT_EXPIRES: '2027-06-30T00:00:00+02:00' }
  expect(mistakes({ ...contact, ...expiry })).toEqual([])
  expect(mistakes(contact)).toEqual(['SECURITY_CONTACT_EXPIRES is required with SECURITY_CONTACT.'])
  expect(mistakes(expiry)).toEqual(['SECURITY_CONTACT is required with SECURITY_CONTACT_EXPIRES.'])
  for (const wrong of ['security@example.com', 'http://example.com', 'javascript:alert(1)', 'x'])
    expect(mistakes({ SECURITY_CONTACT: wrong, ...expiry })).toEqual([
      expect.stringMatching(/^SECURITY_CONTACT must be URIs that start with/),
    ])
  for (const wrong of ['2027-06-30', 'tomorrow', '2027-06-30T00:00:00', '2027-02-30T00:00:00Z'])
    expect(mistakes({ ...contact, SECURITY_CONTACT_EXPIRES: wrong })).toEqual([
      `SECURITY_CONTACT_EXPIRES must be a date and time such as 2027-06-30T00:00:00Z, not "${wrong}".`,
    ])
})

test('old setting names are still read, with one warning each', () => {
  const key = { ACTIVITY_LOG_KEY: pem.privateKey, TRANSACTION_KEY: production.STATE_ENCRYPTION_KEY }
  const { STATE_ENCRYPTION_KEY: _, ACTIVITY_LOG_SIGNING_KEY: __, ...rest } = production
  const env = { ...rest, ...key, RATE_LIMIT_ADDRESS: '7', ANCHOR_DIR: '' }
  expect(readConfig(env)).toEqual(readConfig({ ...production, RATE_LIMIT_PER_ADDRESS: '7' }))
  expect(renameWarnings(env)).toEqual([
    'The setting TRANSACTION_KEY has been renamed. Use STATE_ENCRYPTION_KEY instead.',
    'The setting ACTIVITY_LOG_KEY has been renamed. Use ACTIVITY_LOG_SIGNING_KEY instead.',
    'The setting RATE_LIMIT_ADDRESS has been renamed. Use RATE_LIMIT_PER_ADDRESS instead.',
  ])
  expect(renameWarnings(production)).toEqual([])
  for (const old of Object.keys(renamedSettings)) expect(settingNames).not.toContain(old)
})

test('an old and a current name with different values are a mistake', () => {
  const both = { RATE_LIMIT_SESSION: '5', RATE_LIMIT_PER_SESSION: '6' }
  expect(mistakes(both)).toEqual([
    'RATE_LIMIT_SESSION is the old name of RATE_LIMIT_PER_SESSION, and their values differ. Remove RATE_LIMIT_SESSION.',
  ])
  expect(readConfig({ ...both, RATE_LIMIT_SESSION: '6' }).RATE_LIMIT_PER_SESSION).toBe(6)
})

test('keys may have one or several lines', () => {
  const { DATABASE_URL, PUBLIC_URL, ACTIVITY_LOG_SIGNING_KEY } = production
  const audit = { DATABASE_URL, PUBLIC_URL, ACTIVITY_LOG_SIGNING_KEY }
  const elsewhere = { TENANTS_URL: 'http://t', IDENTITY_URL: 'http://i', AUDIT_URL: 'http://a' }
  for (const lineEnd of ['\n', '\r\n', '\\n', '\\r\\n', ' ', ''])
    for (const atTheEnd of [lineEnd, '']) {
      const written = (text: string) => text.trim().replaceAll('\n', lineEnd) + atTheEnd
      const key = written(pem.publicKey)
      for (const GATEWAY_PUBLIC_KEYS of [`${key}${key}`, `${key},${key}`, ` ${key} , ${key} `]) {
        const { GATEWAY_PUBLIC_KEYS: read } = readConfig({ ...audit, GATEWAY_PUBLIC_KEYS }, 'audit')
        expect([lineEnd, atTheEnd, read]).toEqual([
          lineEnd,
          atTheEnd,
          [pem.publicKey, pem.publicKey],
        ])
      }
      const privateKey = written(pem.privateKey)
      const gateway = { ...production, ...elsewhere, GATEWAY_PRIVATE_KEY: privateKey }
      expect(readConfig(gateway, 'gateway').GATEWAY_PRIVATE_KEY).toBe(pem.privateKey)
      const whole = readConfig({ ...production, ACTIVITY_LOG_SIGNING_KEY: privateKey })
      expect(whole.ACTIVITY_LOG_SIGNING_KEY).toBe(pem.privateKey)
    }
  const { publicKey: weak } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  for (const GATEWAY_PUBLIC_KEYS of [weak, pem.privateKey])
    expect(mistakes({ ...audit, GATEWAY_PUBLIC_KEYS }, 'audit')).toEqual([
      'GATEWAY_PUBLIC_KEYS must be an Ed25519 public key in PEM format.',
    ])
})

test('an empty value means that the setting is not set', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '', DEMO: '', HOST: '' })).toEqual(readConfig({}))
  expect(readDatabaseConfig({ DATABASE_URL: '', DATA_DIR: '' })).toEqual({ DATA_DIR: '.data' })
})

test('.env.example lists every setting with an explanation and its default', () => {
  const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  const lines = text.split('\n')
  const listed = lines.flatMap((line, index) => {
    const name = /^#([A-Z_]+)=/.exec(line)?.[1]
    if (!name) return []
    expect([name, lines[index - 1]]).toEqual([name, expect.stringMatching(/^# [A-Z].*\.$/)])
    return [name]
  })
  expect(listed.toSorted()).toEqual(settingNames.toSorted())
  expect(parseEnv(text)).toEqual({}) // an unchanged copy sets nothing
  const uncommented = parseEnv(text.replaceAll(/^#(?=[A-Z_]+=)/gm, '')) as Record<string, string>
  expect(Object.keys(uncommented).toSorted()).toEqual(settingNames.toSorted())
  expect(readConfig(uncommented)).toEqual(readConfig({})) // the values shown are the defaults
})

/** Verifier key of a real witness (source: test/vectors/README.md). */
const witness = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2'

test.each([
  ['https://witness.example', 'https://witness.example'],
  ['https://witness.example/submit/', 'https://witness.example/submit'],
  ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
])('the witness URL %s is accepted', (WITNESS_URL, address) => {
  expect(readConfig({ WITNESS_URL, WITNESS_KEY: witness })).toMatchObject({
    WITNESS_URL: address,
    WITNESS_KEY: witness,
  })
})

test('a witness requires both its URL and its key', () => {
  expect(mistakes({ WITNESS_URL: 'https://witness.example' })).toEqual([
    'WITNESS_KEY is required with WITNESS_URL.',
  ])
  expect(mistakes({ WITNESS_KEY: witness })).toEqual(['WITNESS_URL is required with WITNESS_KEY.'])
  expect(mistakes({ WITNESS_URL: '', WITNESS_KEY: '' })).toEqual([])
})

test.each([
  ['http://witness.example', 'a URL that starts with https://, unless its host is loopback'],
  ['http://127.0.0.1.example', 'a URL that starts with https://, unless its host is loopback'],
  ['ftp://witness.example', 'a URL that starts with http:// or https://'],
  ['witness.example', 'a URL that starts with http:// or https://'],
  ['https://user:secret@witness.example', 'a URL without a query and without a password'],
  ['https://witness.example/?log=1', 'a URL without a query and without a password'],
])('the witness URL %s is refused', (WITNESS_URL, expected) => {
  expect(mistakes({ WITNESS_URL, WITNESS_KEY: witness })).toEqual([
    `WITNESS_URL must be ${expected}.`,
  ])
})

test.each([
  ['with another name', witness.replace('remora', 'remorb')],
  ['with another ID', witness.replace('da77ade7', 'da77ade8')],
  ['with another key', witness.replace('tw2', 'tw3')],
  [
    'of the type that signs notes',
    'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  ],
  ['that is truncated', witness.slice(0, -1)],
  ['without any part', 'x'],
])('a witness key %s is refused', (_, WITNESS_KEY) => {
  const expected = 'a verifier key (name+id+key) of type 4 (Ed25519) or 6 (ML-DSA-44)'
  expect(mistakes({ WITNESS_URL: 'https://witness.example', WITNESS_KEY })).toEqual([
    `WITNESS_KEY must be ${expected}.`,
  ])
})

test('DATABASE_URL may list several servers, and each must be valid', () => {
  const of = (url: string) =>
    serversOf({ at: { url } }).map(({ at }) => ('url' in at ? at.url : null))
  const several = 'postgres://service:pass%40word@db-1:6432,db-2/login?sslmode=require'
  expect(of(several)).toEqual([
    'postgres://service:pass%40word@db-1:6432/login?sslmode=require',
    'postgres://service:pass%40word@db-2/login?sslmode=require',
  ])
  expect(of('postgres://service@localhost/login?host=/run/one,/run/two')).toEqual([
    'postgres://service@localhost/login?host=%2Frun%2Fone',
    'postgres://service@localhost/login?host=%2Frun%2Ftwo',
  ])
  expect(mistakes({ ...production, DATABASE_URL: several })).toEqual([])
  for (const wrong of ['mysql://db-1,db-2/login', 'postgres://db-1:port,db-2/login', 'db-1,db-2'])
    expect(mistakes({ ...production, DATABASE_URL: wrong })).toEqual([
      'DATABASE_URL must be a URL that starts with postgres:// or postgresql://.',
    ])
})
