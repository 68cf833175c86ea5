/** Configuration: every mistake named, all at once, and nothing that would open the demo or plain http to the world. */
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import {
  ConfigurationError,
  type Part,
  readConfig,
  readDatabaseConfig,
  settingNames,
} from '../../platform/config.ts'
import { serversOf } from '../../platform/postgres/database.ts'

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
  TRANSACTION_KEY: Buffer.alloc(32, 1).toString('base64url'),
  ACTIVITY_LOG_KEY: pem.privateKey,
}

test('with nothing set, the demo starts on loopback with a database of its own', () => {
  expect(readConfig({})).toMatchObject({
    PORT: 4000,
    HOST: '127.0.0.1',
    DATA_DIR: '.data',
    DEMO: true,
    only: null,
  })
})

test('production as it should be is accepted, and has no demo', () => {
  expect(readConfig(production)).toMatchObject({ DEMO: false, PUBLIC_URL: 'https://login.example' })
  expect(readConfig({ ...production, PUBLIC_URL: 'https://login.example:8443/' }).PUBLIC_URL).toBe(
    'https://login.example:8443',
  )
})

test('every mistake is named, in one message, also what follows from several settings', () => {
  const wrong = {
    PORT: 'http',
    PUBLIC_URL: 'nonsense',
    DATABASE_URL: 'mysql://db',
    DATABASE_POOL_SIZE: '1',
    DEMO: 'perhaps',
    LOG_LEVEL: 'loud',
    TRUSTED_PROXY_HOPS: '-1',
    TRANSACTION_KEY: 'short',
    GATEWAY_PRIVATE_KEY: 'x',
    GATEWAY_PUBLIC_KEYS: 'y',
    TENANTS_URL: 'tenants',
    IDENTITY_URL: 'file:///etc/passwd',
    AUDIT_URL: 'audit',
    MICROSOFT_AUTHORITY: 'login',
    FEDERATED_IDLE_SECONDS: 'long',
    FEDERATED_MAX_SECONDS: '1.5',
    MICROSOFT_IDLE_SECONDS: '1e9',
    MICROSOFT_MAX_SECONDS: '0',
    CODE_LIFETIME_SECONDS: '61',
    SUBGRAPH_DEADLINE_MS: '99',
  }
  const named = mistakes(wrong)
  for (const name of Object.keys(wrong))
    expect(named.filter((line) => line.startsWith(`${name}: expected `))).toHaveLength(1)
  expect(named).toContain('MICROSOFT_CLIENT_ID: needed to sign in with Microsoft')
  expect(named).toContain('DATABASE_POOL_SIZE: expected a whole number from 2 to 200')
  expect(named.join('\n')).not.toMatch(/NaN|received|Invalid|Too (small|big)/)
})

test('no mistake repeats a secret', () => {
  const secret = 'c2VjcmV0LXNlY3JldA'
  const named = mistakes({
    ...production,
    TRANSACTION_KEY: secret,
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
      TRANSACTION_KEY: production.TRANSACTION_KEY,
      ACTIVITY_LOG_KEY: pem.privateKey,
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
    'DEMO: possible only with the embedded database (no DATABASE_URL), in one process, on a loopback HOST and PUBLIC_URL'
  for (const on of ['on', 'true', '1', 'yes', 'ON'])
    expect(mistakes({ ...env, ...microsoft, DEMO: on })).toEqual([refused])
  expect(readConfig({ ...env, ...microsoft }).DEMO).toBe(false) // and it is not on by itself
})

test('the demo is impossible where one part is served alone', () => {
  expect(mistakes({ DEMO: 'on' }, 'gateway').some((line) => line.startsWith('DEMO: '))).toBe(true)
})

test.each([
  'http://login.example',
  'HTTP://login.example',
  'http://10.0.0.1',
  'http://localhost.example',
  'http://127.0.0.1.example',
])('plain http at %s is refused', (address) => {
  expect(mistakes({ ...production, PUBLIC_URL: address })).toEqual([
    'PUBLIC_URL: expected https:// anywhere but on loopback',
  ])
})

test.each([
  'http://localhost:4000',
  'http://127.0.0.1',
  'http://127.1.2.3:80',
  'http://[::1]:4000',
])('plain http at %s is loopback', (address) => {
  expect(mistakes({ PUBLIC_URL: address })).toEqual([])
})

test.each(['http://login.partner.example', 'HTTP://login.partner.example'])(
  'a plain-http Entra ID at %s is refused in production',
  (authority) => {
    expect(mistakes({ ...production, MICROSOFT_AUTHORITY: authority })).toEqual([
      'MICROSOFT_AUTHORITY: expected https:// anywhere but on loopback',
    ])
  },
)

test('an address that others can reach needs to be told its public one', () => {
  const { PUBLIC_URL: _, ...env } = production
  expect(mistakes(env)).toEqual(['PUBLIC_URL: needed where HOST is not a loopback address'])
  expect(mistakes({ ...production, PUBLIC_URL: 'https://login.example/app' })).toEqual([
    'PUBLIC_URL: expected an address without a path',
  ])
})

test.each([
  ['FEDERATED_IDLE_SECONDS', 60, 3_600],
  ['FEDERATED_MAX_SECONDS', 300, 43_200],
  ['MICROSOFT_IDLE_SECONDS', 60, 7_200],
  ['MICROSOFT_MAX_SECONDS', 300, 86_400],
  ['CODE_LIFETIME_SECONDS', 5, 60],
] as const)('%s lies between %i and %i', (name, least, most) => {
  expect(readConfig({ [name]: String(least) })[name]).toBe(least)
  expect(readConfig({ [name]: String(most) })[name]).toBe(most)
  for (const wrong of [least - 1, most + 1, least + 0.5, 'x', '-60', 'Infinity'])
    expect(mistakes({ [name]: String(wrong) })).toEqual([
      `${name}: expected a whole number of seconds from ${least} to ${most}`,
    ])
})

test('a part alone says what it needs', () => {
  expect(mistakes({}, 'audit')).toEqual([
    'PUBLIC_URL: needed to serve audit alone',
    'DATABASE_URL: needed to serve one part alone',
    'GATEWAY_PUBLIC_KEYS: needed to serve a subgraph alone',
  ])
  const names = (lines: string[]) => lines.map((line) => line.split(':')[0]).sort()
  const microsoft = ['MICROSOFT_CLIENT_ID', 'MICROSOFT_CLIENT_SECRET']
  expect(names(mistakes({}, 'gateway'))).toEqual(
    [
      'AUDIT_URL',
      'DATABASE_URL',
      'GATEWAY_PRIVATE_KEY',
      'IDENTITY_URL',
      ...microsoft,
      'TENANTS_URL',
      'TRANSACTION_KEY',
    ].sort(),
  )
  expect(names(mistakes({}, 'identity'))).toEqual(
    ['DATABASE_URL', 'GATEWAY_PUBLIC_KEYS', ...microsoft, 'PUBLIC_URL', 'TRANSACTION_KEY'].sort(),
  )
})

test('keys are taken on one line or on several, and several public ones at once', () => {
  const oneLine = (text: string) => text.trim().replaceAll('\n', '\\n')
  const { DATABASE_URL, PUBLIC_URL, ACTIVITY_LOG_KEY } = production
  const audit = { DATABASE_URL, PUBLIC_URL, ACTIVITY_LOG_KEY }
  for (const text of [
    pem.publicKey,
    oneLine(pem.publicKey),
    `${pem.publicKey}${pem.publicKey}`,
    `${oneLine(pem.publicKey)},${oneLine(pem.publicKey)}`,
  ])
    expect(
      readConfig({ ...audit, GATEWAY_PUBLIC_KEYS: text }, 'audit').GATEWAY_PUBLIC_KEYS?.[0]?.trim(),
    ).toBe(pem.publicKey.trim())
  const elsewhere = { TENANTS_URL: 'http://t', IDENTITY_URL: 'http://i', AUDIT_URL: 'http://a' }
  const gateway = { ...production, ...elsewhere, GATEWAY_PRIVATE_KEY: oneLine(pem.privateKey) }
  expect(readConfig(gateway, 'gateway').GATEWAY_PRIVATE_KEY?.trim()).toBe(pem.privateKey.trim())
  const { publicKey: weak } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  expect(mistakes({ ...audit, GATEWAY_PUBLIC_KEYS: weak }, 'audit')).toEqual([
    'GATEWAY_PUBLIC_KEYS: expected an Ed25519 key in PEM form',
  ])
})

test('an empty setting is one that is left out', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '', DEMO: '', HOST: '' })).toEqual(readConfig({}))
  expect(readDatabaseConfig({ DATABASE_URL: '', DATA_DIR: '' })).toEqual({ DATA_DIR: '.data' })
})

test('.env.example lists exactly the settings there are, each with a line that explains it, and changes nothing', () => {
  const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  const lines = text.split('\n')
  const listed = lines.flatMap((line, index) => {
    const name = /^#([A-Z_]+)=/.exec(line)?.[1]
    if (!name) return []
    expect([name, lines[index - 1]]).toEqual([name, expect.stringMatching(/^# [A-Z].*\.$/)])
    return [name]
  })
  expect(listed.toSorted()).toEqual(settingNames.toSorted())
  expect(parseEnv(text)).toEqual({}) // a copy of it sets nothing
  const uncommented = parseEnv(text.replaceAll(/^#(?=[A-Z_]+=)/gm, '')) as Record<string, string>
  expect(Object.keys(uncommented).toSorted()).toEqual(settingNames.toSorted())
  expect(readConfig(uncommented)).toEqual(readConfig({})) // the values shown are the defaults
})

/** A key of a witness as it is published (test/vectors/README.md says where). */
const witness = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2'

test.each([
  ['https://witness.example', 'https://witness.example'],
  ['https://witness.example/submit/', 'https://witness.example/submit'],
  ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
])('a witness at %s', (WITNESS_URL, address) => {
  expect(readConfig({ WITNESS_URL, WITNESS_KEY: witness })).toMatchObject({
    WITNESS_URL: address,
    WITNESS_KEY: witness,
  })
})

test('no witness without its address and its key', () => {
  const both = 'needed for a witness, the address and the key of which go together'
  expect(mistakes({ WITNESS_URL: 'https://witness.example' })).toEqual([`WITNESS_KEY: ${both}`])
  expect(mistakes({ WITNESS_KEY: witness })).toEqual([`WITNESS_URL: ${both}`])
  expect(mistakes({ WITNESS_URL: '', WITNESS_KEY: '' })).toEqual([])
})

test.each([
  ['http://witness.example', 'https:// anywhere but on loopback'],
  ['http://127.0.0.1.example', 'https:// anywhere but on loopback'],
  ['ftp://witness.example', 'an address that begins with http:// or https://'],
  ['witness.example', 'an address that begins with http:// or https://'],
  ['https://user:secret@witness.example', 'an address without a query or a password'],
  ['https://witness.example/?log=1', 'an address without a query or a password'],
])('a witness at %s is refused', (WITNESS_URL, expected) => {
  expect(mistakes({ WITNESS_URL, WITNESS_KEY: witness })).toEqual([
    `WITNESS_URL: expected ${expected}`,
  ])
})

test.each([
  ['of another name', witness.replace('remora', 'remorb')],
  ['of another id', witness.replace('da77ade7', 'da77ade8')],
  ['of another key', witness.replace('tw2', 'tw3')],
  [
    'that signs notes, and does not cosign',
    'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  ],
  ['that is cut off', witness.slice(0, -1)],
  ['that is none', 'x'],
])('a key of a witness %s is refused', (_, WITNESS_KEY) => {
  const expected = 'a verifier key (name+id+key) of type 4, which is cosignature/v1 by Ed25519'
  expect(mistakes({ WITNESS_URL: 'https://witness.example', WITNESS_KEY })).toEqual([
    `WITNESS_KEY: expected ${expected}`,
  ])
})

test('a database may have several servers, each of which is understood, or the address is refused', () => {
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
      'DATABASE_URL: expected an address that begins with postgres:// or postgresql://',
    ])
})
