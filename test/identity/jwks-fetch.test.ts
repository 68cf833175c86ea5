/**
 * Fetching a JWKS: which addresses are permitted, how often it is fetched, and how long it is
 * cached.
 */
import type { LookupAddress } from 'node:dns'
import { Socket } from 'node:net'
import type { JWK } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { isPublicAddress } from '../../platform/http/public-address.ts'
import type { Log } from '../../platform/lib/log.ts'
import {
  createPublishedKeys,
  PartnerKeysUnavailable,
  type PublishedKeys,
  type PublishedKeysOptions,
} from '../../subgraphs/identity/jwt/published-keys.ts'
import { type KeyServer, publicHalf, startKeyServer } from '../support/key-server.ts'
import { newPrivateKey } from '../support/partners.ts'

let server: KeyServer
let key: JWK
let other: JWK
beforeAll(async () => {
  server = await startKeyServer()
  key = await newPrivateKey('one')
  other = await newPrivateKey('two')
})
afterAll(() => server?.close())

/** The errors that were logged. */
let warnings: string[] = []
const log = {
  warn: ({ err }: { err?: Error }) => void (err && warnings.push(err.message)),
} as unknown as Log
const opened: PublishedKeys[] = []
function open(options: Partial<PublishedKeysOptions> = {}): PublishedKeys {
  const keys = createPublishedKeys({ log, allowLoopback: true, ...options })
  opened.push(keys)
  return keys
}
beforeEach(() => {
  warnings = []
})
/** Returns the key, undefined if the set does not contain it, or the code of the error. */
const keyAt = (keys: PublishedKeys, jwksUrl: string, kid: string, alg = 'EdDSA') =>
  keys.keyOf({ jwksUrl, alg: null }, { kid, alg }).catch((error: unknown) => {
    if (error instanceof PartnerKeysUnavailable) return error.code
    throw error
  })
const unavailable = 'PARTNER_KEYS_UNAVAILABLE'
afterEach(async () => {
  for (const keys of opened.splice(0)) await keys.close()
})

/** A DNS stand-in: each lookup gets the next answer, and then the last one repeatedly. */
function names(...answers: string[][]) {
  let asked = 0
  const lookup = ((
    _name: string,
    _options: unknown,
    done: (error: null, addresses: LookupAddress[]) => void,
  ) => {
    const answer = answers[Math.min(asked++, answers.length - 1)]!
    process.nextTick(
      done,
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }) as unknown as NonNullable<PublishedKeysOptions['lookup']>
  return { lookup, asked: () => asked }
}

describe('JWKS SSRF', () => {
  /** The addresses to which this process opened a connection. */
  let attempts: string[] = []
  beforeEach(() => {
    attempts = []
    const connect = Socket.prototype.connect
    vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (
      this: Socket,
      ...args: unknown[]
    ) {
      this.on('connectionAttempt', (ip: string) => void attempts.push(ip))
      return Reflect.apply(connect, this, args)
    })
  })
  afterEach(() => void vi.restoreAllMocks())

  /** Expects no key, no connection, and an error about the address. */
  async function expectNobodyAsked(
    url: string,
    lookup?: PublishedKeysOptions['lookup'],
  ): Promise<void> {
    const before = server.connections()
    expect(await keyAt(open({ allowLoopback: false, ...(lookup && { lookup }) }), url, 'one')).toBe(
      unavailable,
    )
    expect({ attempts, connections: server.connections() - before }).toEqual({
      attempts: [],
      connections: 0,
    })
    expect(warnings).toEqual([
      expect.stringMatching(
        /must have (a )?public IP|has no IP address|must begin with https:|ENOTFOUND localhost/,
      ),
    ])
  }

  test('the test setup sees a connection to an allowed address', async () => {
    server.publish('/seen', [key])
    const before = server.connections()
    expect(await keyAt(open(), server.at('/seen'), 'one')).toMatchObject({
      kid: 'one',
      alg: 'EdDSA',
    })
    await keyAt(open(), `https://127.0.0.1:${server.port}/seen`, 'one') // the server does not speak TLS, but the connection was opened
    await keyAt(open(names(['127.0.0.1'])), `https://partner.example:${server.port}/seen`, 'one')
    expect({ attempts, connections: server.connections() - before }).toEqual({
      attempts: Array(3).fill('127.0.0.1'),
      connections: 3,
    })
  })

  test.for([
    'https://127.0.0.1',
    'https://127.0.0.2',
    'https://127.1',
    'https://127.0.0.1.',
    'https://2130706433',
    'https://0x7f.1',
    'https://0x7f000001',
    'https://0177.0.0.1',
    'https://017700000001',
    'https://%31%32%37.0.0.1',
    'https://127。0。0。1',
    'https://０x7f.1',
    'https://0.0.0.0',
    'https://0',
    'https://localhost',
    'https://LOCALHOST.',
    'https://[::1]',
    'https://[0:0:0:0:0:0:0:1]',
    'https://[::]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:7f00:1]',
    'https://[::127.0.0.1]',
    'https://[64:ff9b::127.0.0.1]',
    'https://[64:ff9b:1::7f00:1]',
    'https://[2002:7f00:1::]',
    'https://[::ffff:0:127.0.0.1]',
    'https://10.0.0.1',
    'https://169.254.169.254',
    'https://[fd00:ec2::254]',
    'https://[fe80::1]',
    'https://user:password@127.0.0.1',
    'http://127.0.0.1',
    'http://localhost',
    'http://[::1]',
  ])('does not connect to %s', (origin) => expectNobodyAsked(`${origin}:${server.port}/keys`))

  test.for([
    'http://partner.example',
    'http://8.8.8.8',
    'ftp://partner.example',
    'ws://127.0.0.1',
    'file:///etc/passwd',
    'data:,{}',
  ])('does not connect with %s', (url) => expectNobodyAsked(url, names(['127.0.0.1']).lookup))

  test.for([
    'http://partner.example',
    'http://8.8.8.8',
    'http://localhost.example',
    'http://127.0.0.1.example',
  ])('in development, http: is allowed on loopback only: %s', async (url) => {
    expect(
      await keyAt(
        open({ lookup: names(['127.0.0.1']).lookup }),
        `${url}:${server.port}/keys`,
        'one',
      ),
    ).toBe(unavailable)
    expect({ attempts, warnings }).toEqual({
      attempts: [],
      warnings: ['A JWKS URL must begin with https://.'],
    })
  })

  test.for([
    ['10/8', '10.1.2.3'],
    ['172.16/12', '172.31.255.254'],
    ['192.168/16', '192.168.0.1'],
    ['link-local, where clouds keep their secrets', '169.254.169.254'],
    ['the host of a machine in Azure', '168.63.129.16'],
    ['the same inside IPv6', '::ffff:168.63.129.16'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['the end of it', '100.127.255.255'],
    ['0.0.0.0', '0.0.0.0'],
    ['0/8', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['all of loopback', '127.255.255.254'],
    ['192.0.0/24', '192.0.0.8'],
    ['192.0.2/24', '192.0.2.1'],
    ['198.51.100/24', '198.51.100.1'],
    ['203.0.113/24', '203.0.113.1'],
    ['198.18/15', '198.19.255.254'],
    ['224/4', '239.255.255.250'],
    ['240/4', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['fc00::/7', 'fc00::1'],
    ['fd00::/8', 'fdff::1'],
    ['fe80::/10', 'fe80::1'],
    ['with a zone', 'fe80::1%lo'],
    ['fec0::/10', 'fec0::1'],
    ['an empty body', '::'],
    ['loopback in version 6', '::1'],
    ['mapped', '::ffff:10.0.0.1'],
    ['mapped loopback', '::ffff:7f00:1'],
    ['compatible', '::7f00:1'],
    ['translated', '::ffff:0:7f00:1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['local NAT64', '64:ff9b:1::a00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:7f00:1::'],
    ['multicast', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['discard', '100::1'],
    ['unassigned', '4000::1'],
  ])('does not connect to a name with an address of %s', async ([, address]) => {
    await expectNobodyAsked(`https://partner.example:${server.port}/keys`, names([address!]).lookup)
    expect(warnings).toEqual([
      `partner.example must have public IP addresses only; it has ${address}.`,
    ])
  })

  test('does not connect if any address of a name is private', async () => {
    for (const answer of [['3ffe::1', '127.0.0.1'], ['127.0.0.1', '3ffe::1'], []]) {
      warnings = []
      await expectNobodyAsked(`https://partner.example:${server.port}/keys`, names(answer).lookup)
    }
  })

  test('connects to the address that was checked (DNS rebinding)', async () => {
    // 3ffe::/16 is unassigned, so nothing answers.
    const { lookup, asked } = names(['3ffe::1'], ['127.0.0.1'])
    const before = server.connections()
    expect(
      await keyAt(
        open({ allowLoopback: false, lookup }),
        `https://partner.example:${server.port}/keys`,
        'one',
      ),
    ).toBe(unavailable)
    expect({ asked: asked(), attempts, connections: server.connections() - before }).toEqual({
      asked: 1,
      attempts: ['3ffe::1'],
      connections: 0,
    })
  })

  test('checks the addresses of a name at every fetch', async () => {
    let now = 0
    const { lookup, asked } = names(['3ffe::1'], ['127.0.0.1'])
    const keys = open({ allowLoopback: false, lookup, now: () => now })
    await keyAt(keys, `https://partner.example:${server.port}/keys`, 'one')
    now += 5_000
    const before = server.connections()
    expect(await keyAt(keys, `https://partner.example:${server.port}/keys`, 'one')).toBe(
      unavailable,
    )
    expect({ asked: asked(), attempts, connections: server.connections() - before }).toEqual({
      asked: 2,
      attempts: ['3ffe::1'],
      connections: 0,
    })
    expect(warnings.at(-1)).toBe(
      'partner.example must have public IP addresses only; it has 127.0.0.1.',
    )
  })
})

describe('isPublicAddress', () => {
  test.for([
    '1.1.1.1',
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '192.167.0.1',
    '192.0.3.1',
    '223.255.255.254',
  ])('public: %s', (address) =>
    expect([isPublicAddress(address, false), isPublicAddress(address, true)]).toEqual([true, true]),
  )
  test.for([
    '2606:4700::1111',
    '2001:4860:4860::8888',
    '2a00:1450:4001:80b::200e',
    '2400:cb00::1',
    '::ffff:8.8.8.8',
  ])('public: %s', (address) =>
    expect([isPublicAddress(address, false), isPublicAddress(address, true)]).toEqual([true, true]),
  )
  test.for(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])(
    'loopback, for development: %s',
    (address) =>
      expect([isPublicAddress(address, false), isPublicAddress(address, true)]).toEqual([
        false,
        true,
      ]),
  )
  test.for([
    ...[
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
    ],
    ...[
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '192.88.99.1',
      'fc00::1',
      'fe80::1',
      'fe80::1%eth0',
      'fec0::1',
      '::',
      '::ffff:10.0.0.1',
    ],
    ...[
      '64:ff9b::7f00:1',
      '64:ff9b::808:808',
      '64:ff9b:1::1',
      '2002:7f00:1::',
      '2001::1',
      '2001:db8::1',
      '3fff::1',
      '5f00::1',
      'ff02::1',
    ],
    ...[
      '::7f00:1',
      '::a00:1',
      '::808:808',
      '1::1',
      '4000::1',
      '100::1',
      '::ffff:0:7f00:1',
      '2001:10::1',
      '2001:20::1',
    ],
    ...[
      '',
      'localhost',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '127.1',
      '8.8.8.8.',
      '08.8.8.8',
      '[::1]',
      '8.8.8.8/0',
      '8.8',
    ],
  ])('never: %s', (address) =>
    expect([isPublicAddress(address, false), isPublicAddress(address, true)]).toEqual([
      false,
      false,
    ]),
  )
})

describe('freshness', () => {
  let now = 0
  let path = ''
  let keys: PublishedKeys
  const kidsOf = async (...kids: string[]) =>
    Promise.all(
      kids.map(async (kid) => {
        const found = await keyAt(keys, server.at(path), kid)
        return typeof found === 'string' ? found : found?.kid
      }),
    )
  beforeEach((context) => {
    now = 1_000_000
    path = `/${context.task.id}`
    keys = open({ now: () => now })
  })

  test.for([
    ['an empty body', 300, {}],
    ['no max-age', 300, { 'cache-control': 'public' }],
    ['something that is no number', 300, { 'cache-control': 'max-age=soon' }],
    ['less than the floor', 60, { 'cache-control': 'max-age=1' }],
    ['zero', 60, { 'cache-control': 'max-age=0, must-revalidate' }],
    ['no-store', 60, { 'cache-control': 'no-store, max-age=599' }],
    ['no-cache', 60, { 'cache-control': 'No-Cache' }],
    ['something between', 120, { 'cache-control': 'public, Max-Age=120' }],
    ['more than the ceiling', 600, { 'cache-control': 'max-age=31536000' }],
    ['more than anybody can count', 300, { 'cache-control': 'max-age=99999999999999999999' }],
    ['an Expires, which is not read', 300, { expires: 'Thu, 01 Jan 2099 00:00:00 GMT' }],
  ] as const)(
    'Cache-Control %s: the set is cached for %i seconds',
    async ([, seconds, headers]) => {
      server.publish(path, [key], headers)
      expect(await kidsOf('one')).toEqual(['one'])
      server.publish(path, [other], headers)
      now += seconds * 1000 - 1
      expect(await kidsOf('one')).toEqual(['one'])
      expect(server.asked(path)).toBe(1)
      now += 1
      expect(await kidsOf('one', 'two')).toEqual([undefined, 'two'])
      expect(server.asked(path)).toBe(2)
    },
  )

  test('an unknown kid causes at most one fetch per 30 seconds', async () => {
    server.publish(path, [key])
    await kidsOf('one')
    expect(await kidsOf('two', 'three', 'four')).toEqual([undefined, undefined, undefined])
    now += 29_999
    expect(await kidsOf('two')).toEqual([undefined])
    expect(server.asked(path)).toBe(1)
    server.publish(path, [key, other])
    now += 1
    const unknown = Array.from({ length: 50 }, (_, index) => `unknown-${index}`)
    expect(await kidsOf(...unknown, 'two', 'one')).toEqual([
      ...unknown.map(() => undefined),
      'two',
      'one',
    ])
    expect(server.asked(path)).toBe(2)
    await kidsOf(...unknown)
    expect(server.asked(path)).toBe(2)
    now += 30_000
    await kidsOf(...unknown)
    expect(server.asked(path)).toBe(3)
  })

  test('50 concurrent first requests share one fetch', async () => {
    server.publish(path, [key])
    expect(await kidsOf(...Array<string>(50).fill('one'))).toEqual(Array(50).fill('one'))
    expect(server.asked(path)).toBe(1)
  })

  test('while the URL fails, expired keys work for one hour', async () => {
    server.publish(path, [key])
    await kidsOf('one')
    server.answer(path, (_, response) => response.writeHead(503).end())
    now += 299_000
    expect(await kidsOf('two', 'one')).toEqual([unavailable, 'one'])
    expect(server.asked(path)).toBe(2)
    now += 3_600_000
    expect(await kidsOf('one', 'two')).toEqual(['one', unavailable])
    now += 1_000
    expect(await kidsOf('one')).toEqual([unavailable])
    for (let hours = 0; hours < 3; hours++) {
      now += 3_600_000
      expect(await kidsOf('one')).toEqual([unavailable])
    }
    server.publish(path, [other])
    now += 5_000
    expect(await kidsOf('one', 'two')).toEqual([undefined, 'two'])
  })

  test('a failing URL is fetched at most every 5 seconds', async () => {
    server.answer(path, (_, response) => response.writeHead(503).end())
    const unknown = Array.from({ length: 20 }, (_, index) => `unknown-${index}`)
    expect(await kidsOf(...unknown)).toEqual(unknown.map(() => unavailable))
    now += 4_999
    expect(await kidsOf('one')).toEqual([unavailable])
    expect(server.asked(path)).toBe(1)
    server.publish(path, [key])
    now += 1
    expect(await kidsOf('one', 'two')).toEqual(['one', undefined])
    expect(server.asked(path)).toBe(2)
  })

  test('sets of different URLs are independent', async () => {
    server.publish(path, [key])
    server.publish(`${path}/other`, [{ ...other, kid: 'one' }])
    const [here, there] = [
      await keyAt(keys, server.at(path), 'one'),
      await keyAt(keys, server.at(`${path}/other`), 'one'),
    ]
    expect(here).toMatchObject({ publicJwk: { x: key.x } })
    expect(there).toMatchObject({ publicJwk: { x: other.x } })
  })
})

describe('the response', () => {
  const half = (jwk: JWK) => JSON.stringify(publicHalf(jwk))
  const waste = (bytes: number) => `"waste":"${'w'.repeat(bytes)}"`
  test.for<[string, boolean, () => string]>([
    ['one key', true, () => `{"keys":[${half(key)}]}`],
    [
      'a key among unsupported ones',
      true,
      () => `{"keys":[{"kty":"XYZ","kid":"x"},{"kty":"constructor"},${half(key)}]}`,
    ],
    [
      'the maximum number of keys',
      true,
      () => `{"keys":[${half(key)}${',{"kty":"XYZ"}'.repeat(49)}]}`,
    ],
    [
      'the maximum number of bytes',
      true,
      () => `{"keys":[${half(key)}],${waste(65_536 - 22 - half(key).length)}}`,
    ],
    [
      'one byte more',
      false,
      () => `{"keys":[${half(key)}],${waste(65_537 - 22 - half(key).length)}}`,
    ],
    ['one key more', false, () => `{"keys":[${half(key)}${',{"kty":"XYZ"}'.repeat(50)}]}`],
    ['a list', false, () => `[${half(key)}]`],
    ['a single key without a set', false, () => half(key)],
    ['null', false, () => 'null'],
    ['a null among keys', false, () => `{"keys":[null,${half(key)}]}`],
    ['a text among keys', false, () => `{"keys":["x",${half(key)}]}`],
    ['keys that are an object', false, () => `{"keys":{"0":${half(key)},"length":1}}`],
    ['truncated JSON', false, () => `{"keys":[${half(key)}`],
    ['an empty body', false, () => ''],
  ])('%s: %s', async ([name, isTaken, body]) => {
    const path = `/answers/${encodeURIComponent(name)}`
    const text = body()
    if (/bytes|byte/.test(name)) expect(Buffer.byteLength(text)).toBe(isTaken ? 65_536 : 65_537)
    server.answer(path, (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(text),
    )
    const found = await keyAt(open(), server.at(path), 'one')
    if (isTaken) expect(found).toMatchObject({ kid: 'one' })
    else expect(found).toBe(unavailable)
    expect(warnings).toHaveLength(isTaken ? 0 : 1)
  })

  test('a late answer of an aborted fetch causes no error', async () => {
    const uncaught: Error[] = []
    const note = (error: Error) => void uncaught.push(error)
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', note)
    const closed: Promise<unknown>[] = []
    try {
      for (const status of [500, 302, 404, 200, 204]) {
        const path = `/talks-on/${status}`
        server.answer(path, (request, response) => {
          closed.push(new Promise((resolve) => request.socket.once('close', resolve)))
          response.writeHead(status, { location: '/elsewhere' })
          if (status === 204) return void response.end()
          const more = () => {
            while (!response.destroyed && response.write('w'.repeat(16_384)));
          }
          response.on('drain', more)
          more()
        })
        const keys = open()
        expect(await keyAt(keys, server.at(path), 'one')).toBe(unavailable)
        await keys.close()
      }
      await Promise.all(closed)
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    } finally {
      process.off('uncaughtException', note)
      for (const listener of others) process.on('uncaughtException', listener)
    }
    expect(uncaught).toEqual([])
    expect(server.asked('/elsewhere')).toBe(0)
  })
})
