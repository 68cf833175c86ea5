/**
 * Property tests of assertions and codes. The number of runs is limited, and the seed is fixed. A
 * failure prints its seed and the smallest counterexample. PROPERTY_SEED=4711 selects another seed,
 * and PROPERTY_RUNS=10 multiplies the number of runs by 10.
 */
import { createHash, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { PinnedKey } from '../../platform/auth/jwk.ts'
import { newToken, parseToken } from '../../platform/auth/tokens.ts'
import { isPlainText } from '../../platform/lib/text.ts'
import type { KeyRegistry } from '../../subgraphs/identity/assertion/checks/key.ts'
import { verifyAssertion } from '../../subgraphs/identity/assertion/verify-assertion.ts'
import { maxJwsBytes, parseJws } from '../../subgraphs/identity/jwt/jws.ts'
import { createHandoff, redeemHandoff } from '../support/documents.ts'
import {
  assertionClaims,
  assertionHeader,
  base64url,
  federatedSessionsMade,
  forge,
  validateHandoff,
} from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { World } from '../support/world.ts'

let world: World
/** A tenant with the feature on, and a valid assertion for it. */
let tenant: { id: string }
let assertion: string
beforeAll(async () => {
  world = await sharedWorld()
  const created = await world.createTenant()
  await world.open(created, world.vsa)
  tenant = created
  assertion = await world.assertion(world.vsa, tenant.id)
})

const seed = Number(process.env.PROPERTY_SEED ?? 20_260_422)
const runs = (count: number) => ({
  seed,
  numRuns: count * Number(process.env.PROPERTY_RUNS ?? 1),
  endOnFailure: false,
})
const always = <T>(count: number, arbitrary: fc.Arbitrary<T>, holds: (value: T) => unknown) =>
  fc.assert(
    fc.property(arbitrary, (value) => holds(value) !== false),
    runs(count),
  )
const alwaysAsync = <T>(
  count: number,
  arbitrary: fc.Arbitrary<T>,
  holds: (value: T) => Promise<void>,
) =>
  // Shrinking sends many requests, so it stops before the test times out.
  fc.assert(fc.asyncProperty(arbitrary, holds), {
    ...runs(count),
    interruptAfterTimeLimit: 60_000,
    markInterruptAsFailure: true,
  })

const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
/** A character that occurs in tokens, or one that never does. */
const character = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...alphabet, '.') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('=', '+', '/', ' ', '\n', '\0', '\ud83d', '．', '\u200b'),
  },
)

/** A position in a text as a fraction from 0 to 1, uniformly distributed. */
const place = fc.noBias(fc.nat(999_999)).map((part) => part / 1_000_000)

type Mutation =
  | { kind: 'change' | 'insert' | 'delete'; at: number | { endOf: number }; character: string }
  | { kind: 'swap'; one: number; other: number }
/** One edit of a text. */
const mutations = (
  kinds: readonly ('change' | 'insert' | 'delete' | 'swap')[],
): fc.Arbitrary<Mutation> =>
  fc.oneof(
    fc.record({
      kind: fc.constantFrom(...kinds.filter((kind) => kind !== 'swap')),
      // Prefers the last character of a part, because it may have unused bits.
      at: fc.oneof(
        { weight: 4, arbitrary: place },
        { weight: 1, arbitrary: fc.record({ endOf: fc.nat(2) }) },
      ),
      character,
    }),
    ...(kinds.includes('swap')
      ? [fc.record({ kind: fc.constant('swap' as const), one: fc.nat(2), other: fc.nat(2) })]
      : []),
  )
function mutated(text: string, mutation: Mutation): string {
  if (mutation.kind === 'swap') {
    const parts = text.split('.')
    const [one, other] = [mutation.one % parts.length, mutation.other % parts.length]
    const before = [...parts]
    ;[parts[one], parts[other]] = [before[other]!, before[one]!]
    return parts.join('.')
  }
  const { kind, character } = mutation
  const at =
    typeof mutation.at === 'number'
      ? Math.floor(mutation.at * (text.length + (kind === 'insert' ? 1 : 0)))
      : endOf(text, mutation.at.endOf)
  return (
    text.slice(0, at) +
    (kind === 'delete' ? '' : character) +
    text.slice(kind === 'insert' ? at : at + 1)
  )
}
/** The index of a part’s last character. */
const endOf = (text: string, part: number) => {
  const parts = text.split('.')
  return Math.max(0, parts.slice(0, (part % parts.length) + 1).join('.').length - 1)
}
const oneStep = mutations(['change', 'insert', 'delete', 'swap'])

/** Members of an object, with claim names and random names. */
const memberName = fc.oneof(
  fc.constantFrom(
    'aud',
    'sub',
    'iss',
    'tenant',
    'alg',
    'kid',
    '__proto__',
    'constructor',
    'toString',
    '',
    '"',
    '\\',
    '{',
    '}":{',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const jsonObject = fc.dictionary(memberName, fc.jsonValue({ maxDepth: 3 }), {
  maxKeys: 5,
  noNullPrototype: true,
})
const withPayload = (json: string) =>
  `${base64url('{"alg":"EdDSA"}')}.${base64url(json)}.${base64url('signature')}`

describe('parseJws', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(fc.string({ unit: fc.constantFrom(...alphabet, '=', '.'), maxLength: 40 }), {
        maxLength: 5,
      })
      .map((parts) => parts.join('.')),
    fc
      .tuple(jsonObject, jsonObject, fc.uint8Array({ minLength: 1, maxLength: 64 }))
      .map(([header, payload, signature]) =>
        [JSON.stringify(header), JSON.stringify(payload), Buffer.from(signature)]
          .map(base64url)
          .join('.'),
      ),
    fc
      .tuple(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }))
      .map((parts) =>
        [...parts, 'x'].map((part) => base64url(Buffer.from(part as Uint8Array))).join('.'),
      ),
  )

  test('never throws, and accepts one encoding of a token only', () => {
    let accepted = 0
    always(3_000, anything, (text) => {
      const jws = parseJws(text)
      if (!jws) return
      accepted++
      expect(jws.compact).toBe(text)
      const [header, payload, signature] = text
        .split('.')
        .map((part) => Buffer.from(part, 'base64url'))
      expect(
        [header, payload, signature].map((part) => part!.toString('base64url')).join('.'),
      ).toBe(text)
      const readAgain = [header, payload].map((part) =>
        new TextDecoder('utf-8', { fatal: true }).decode(part),
      )
      expect([jws.header, jws.claims]).toEqual(readAgain.map((json) => JSON.parse(json)))
      expect(text.length).toBeLessThanOrEqual(maxJwsBytes)
    })
    expect(accepted).toBeGreaterThan(500) // otherwise the property was not exercised
  })

  test('never throws on a valid assertion with random edits', () => {
    const many = fc.array(oneStep, { minLength: 1, maxLength: 8 })
    always(2_000, many, (steps) => {
      const text = steps.reduce(mutated, assertion)
      const jws = parseJws(text)
      if (jws)
        expect(
          text
            .split('.')
            .map((part) => Buffer.from(part, 'base64url').toString('base64url'))
            .join('.'),
        ).toBe(text)
    })
  })

  test('finds no duplicate member in JSON without one', () => {
    always(3_000, jsonObject, (value) => {
      const json = JSON.stringify(value)
      fc.pre(withPayload(json).length <= maxJwsBytes)
      expect(parseJws(withPayload(json))).toMatchObject({ hasDuplicateMembers: false })
    })
  })

  describe('finds a duplicate member', () => {
    const short: Record<string, string> = {
      '"': '\\"',
      '\\': '\\\\',
      '/': '\\/',
      '\b': '\\b',
      '\f': '\\f',
      '\n': '\\n',
      '\r': '\\r',
      '\t': '\\t',
    }
    /** One of the JSON encodings of a text; `how` selects it per character. */
    const spelled = (text: string, how: number[]) => {
      const characters = [...Array(text.length).keys()].map((index) => {
        const character = text[index]!
        const hex = character.charCodeAt(0).toString(16).padStart(4, '0')
        const ways = [`\\u${hex}`, `\\u${hex.toUpperCase()}`]
        if (short[character]) ways.push(short[character])
        if (!/["\\\p{Cc}\p{Cs}]/u.test(character)) ways.push(character, character)
        return ways[(how[index % how.length] ?? 0) % ways.length]
      })
      return `"${characters.join('')}"`
    }
    const spaces = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 2 })
    const how = fc.array(fc.nat(7), { minLength: 1, maxLength: 6 })
    const repeating = fc
      .record({
        name: memberName,
        spellings: fc.tuple(how, how),
        values: fc.tuple(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 })),
        between: jsonObject,
        wrapping: fc.array(
          fc.tuple(fc.constantFrom('list', 'object'), fc.jsonValue({ maxDepth: 1 }), memberName),
          { maxLength: 4 },
        ),
        space: spaces,
      })
      .map(({ name, spellings, values, between, wrapping, space }) => {
        const others = Object.entries(between).filter(([other]) => other !== name)
        const member = (index: 0 | 1) =>
          `${space}${spelled(name, spellings[index])}${space}:${space}${JSON.stringify(values[index])}`
        const all = [
          member(0),
          ...others.map(([other, value]) => `${JSON.stringify(other)}:${JSON.stringify(value)}`),
          member(1),
        ]
        const inner = `{${all.join(`${space},`)}${space}}`
        return wrapping.reduce(
          (json, [kind, sibling, at]) =>
            kind === 'list'
              ? `{"list":[${JSON.stringify(sibling)},${json}]}`
              : `{${JSON.stringify(at)}:${json},${JSON.stringify(`${at} `)}:${JSON.stringify(sibling)}}`,
          inner,
        )
      })

    test('at any depth and in any encoding', () => {
      always(3_000, repeating, (json) => {
        fc.pre(withPayload(json).length <= maxJwsBytes)
        JSON.parse(json) // must be well-formed for the test to be valid
        expect(parseJws(withPayload(json))).toMatchObject({ hasDuplicateMembers: true })
        expect(parseJws(`${base64url(json)}.${base64url('{}')}.${base64url('x')}`)).toBeNull()
      })
    })
  })
})

describe('a valid assertion', () => {
  const check = async (text: string): Promise<{ passed: boolean; asked: number }> => {
    const { publicJwk, alg, kid } = ofVsa()
    let asked = 0
    const registry: KeyRegistry = {
      findInstance: async (issuer) => {
        asked++
        return issuer === world.vsa.issuer ? ({ issuer } as never) : undefined
      },
      findKey: async (_instance, { header }) =>
        header.kid === kid && header.alg === alg
          ? ({ kid, alg, publicJwk } as PinnedKey)
          : undefined,
      ignoredKeyReason: async () => undefined,
    }
    return { passed: (await verifyAssertion(registry, text)).assertion !== null, asked }
  }
  const ofVsa = () => {
    const { d: _, alg, kid, ...publicJwk } = world.vsa.privateJwk
    return { alg: alg!, kid: kid!, publicJwk: publicJwk as Record<string, unknown> }
  }

  test('with one edit fails verification', async () => {
    expect(await check(assertion)).toEqual({ passed: true, asked: 1 })
    let reachedTheKey = 0
    await alwaysAsync(1_500, oneStep, async (step) => {
      const text = mutated(assertion, step)
      fc.pre(text !== assertion)
      const { passed, asked } = await check(text)
      reachedTheKey += asked
      expect([text, passed]).toEqual([text, false])
    })
    expect(reachedTheKey).toBeGreaterThan(30) // some edits reached the SIGNATURE check
  })

  test('with one edit is refused, and the original still works', async () => {
    const good = await world.assertion(world.vsa, tenant.id)
    const validate = async (text: string) => {
      const { data, errors } = await world.ask(null, validateHandoff, {
        input: { assertion: text },
      })
      expect(errors).toEqual([])
      return data.validateHandoff as {
        valid: boolean
        checks: { passed: boolean | null; code: string | null }[]
      }
    }
    await alwaysAsync(200, oneStep, async (step) => {
      const text = mutated(good, step)
      fc.pre(text !== good)
      const { valid, checks } = await validate(text)
      expect(valid).toBe(false)
      expect(checks.find(({ passed }) => passed === false)?.code).toBe('ASSERTION_INVALID')
    })
    expect((await validate(good)).valid).toBe(true)
    const { data } = await world.ask(null, createHandoff, { input: { assertion: good } })
    expect(data.createHandoff.userErrors).toEqual([])
  })

  const codeAndErrors = async (claims: Record<string, unknown>) => {
    const text = forge(
      assertionHeader(world.vsa),
      assertionClaims(world, world.vsa, tenant.id, claims),
      world.vsa.privateJwk,
    )
    fc.pre(text.length <= maxJwsBytes)
    const { data, errors } = await world.ask(null, createHandoff, { input: { assertion: text } })
    expect(errors).toEqual([])
    return [
      data.createHandoff.code,
      data.createHandoff.userErrors.map(({ code }: { code: string }) => code),
    ]
  }
  const codesMade = async () => {
    const [row] = await world.database
      .owner`select count(*)::int as count from identity.handoff where tenant_id = ${tenant.id}`
    return row!.count as number
  }

  const anyValue = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(
      null,
      true,
      false,
      0,
      -1,
      1.5,
      1e300,
      '',
      '0',
      [],
      {},
      [['mfa']],
      [null],
      { length: 1 },
      { toString: 'x' },
    ),
  )

  test('with a claim of another type is refused', async () => {
    const isText = (value: unknown) => typeof value === 'string'
    const isSeconds = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
    const rightTypes: Record<string, (value: unknown) => boolean> = {
      ...Object.fromEntries(
        ['iss', 'client_id', 'sub', 'tenant', 'txn', 'jti', 'sid'].map((name) => [name, isText]),
      ),
      ...Object.fromEntries(['iat', 'exp', 'nbf', 'auth_time'].map((name) => [name, isSeconds])),
      aud: isText,
      binding: (value) => value === 'client' || value === 'browser',
      amr: (value) => Array.isArray(value) && value.every(isText),
    }
    const before = await codesMade()
    await alwaysAsync(
      200,
      fc.tuple(fc.constantFrom(...Object.keys(rightTypes)), anyValue),
      async ([name, wrong]) => {
        fc.pre(!rightTypes[name]!(wrong))
        // A list of audiences is well-formed, but not accepted.
        const code =
          name === 'aud' && Array.isArray(wrong) ? 'AUDIENCE_MISMATCH' : 'ASSERTION_INVALID'
        expect(await codeAndErrors({ [name]: wrong })).toEqual([null, [code]])
      },
    )
    expect(await codesMade()).toBe(before)
    expect(await codeAndErrors({})).toEqual([expect.any(String), []])
  })

  test('with a descriptive claim of any type is accepted', async () => {
    const names = ['name', 'email', 'reason', 'ticket']
    await alwaysAsync(60, fc.tuple(fc.constantFrom(...names), anyValue), async ([name, any]) => {
      expect(await codeAndErrors({ [name]: any })).toEqual([expect.any(String), []])
    })
  })

  test('with a control or bidirectional character in an identifier is refused', async () => {
    const before = await codesMade()
    const claim = fc.constantFrom('sub', 'sid')
    await alwaysAsync(
      120,
      fc.tuple(claim, plainText, deceptiveCharacter, place),
      async ([name, text, character, at]) => {
        expect(await codeAndErrors({ [name]: putIn(text, character, at) })).toEqual([
          null,
          ['ASSERTION_INVALID'],
        ])
      },
    )
    expect(await codesMade()).toBe(before)
  })
})

/**
 * Control, separator and bidirectional characters by code point, independent of the regular
 * expression under test.
 */
const range = (from: number, to = from) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
const deceptiveCharacters = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  0x061c,
  ...range(0x200e, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2066, 0x2069),
  0x200b,
  0x2060,
  0xfeff,
  0xd800,
  0xdbff,
  0xdc00,
  0xdfff,
].map((code) => String.fromCharCode(code))
const deceptiveCharacter = fc.constantFrom(...deceptiveCharacters)
const plainText = fc
  .string({
    unit: fc.constantFrom(
      ...'abcXYZ019 -_.@\'"<&',
      'ë',
      'ß',
      'ж',
      '技',
      '術',
      'ע',
      'ب',
      'ไ',
      '😀',
      '𝒳',
    ),
    minLength: 1,
    maxLength: 20,
  })
  .filter((text) => text.trim() === text && text !== '')
/** Inserts between two characters, so that no surrogate pair is split. */
const putIn = (text: string, character: string, at: number) => {
  const all = [...text]
  all.splice(Math.floor(at * (all.length + 1)), 0, character)
  return all.join('')
}

describe('isPlainText', () => {
  test('accepts names in any script, up to the maximum length', () => {
    always(
      1_000,
      plainText,
      (text) => isPlainText(text, text.length) && !isPlainText(text, text.length - 1),
    )
  })

  test('refuses invisible and deceptive characters', () => {
    always(2_000, fc.tuple(plainText, deceptiveCharacter, place), ([text, character, at]) => {
      // Next to its other half, the surrogate would form a pair.
      const whole = putIn(text, character, at)
      return !isPlainText(whole, whole.length)
    })
    for (const character of deceptiveCharacters)
      expect([character, isPlainText(`a${character}b`, 255)]).toEqual([character, false])
  })

  test('refuses surrounding spaces and accepts one well-formed line only', () => {
    always(3_000, fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
      for (const space of [' ', '\u00a0', '\u3000', '\t'])
        expect(isPlainText(`${text}${space}`, 255) || isPlainText(`${space}${text}`, 255)).toBe(
          false,
        )
      if (isPlainText(text, 255)) {
        expect(text.isWellFormed()).toBe(true)
        expect(text.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)).toHaveLength(1)
      }
    })
  })
})

describe('a handoff code', () => {
  const tenantId = fc.uuid()
  const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')

  test('is parsed to its tenant and stored hash', () => {
    always(500, tenantId, (id) => {
      const { token, hash } = newToken(id)
      expect(parseToken(token)).toEqual({ tenantId: id, hash })
      expect(token.startsWith(`${id}.`)).toBe(true)
      expect([hash, hash.length]).toEqual([sha256(token), 43])
      expect(newToken(id).token).not.toBe(token)
    })
  })

  test('with one edit is invalid or another code', () => {
    let others = 0
    always(2_000, fc.tuple(tenantId, oneStep), ([id, step]) => {
      const { token, hash } = newToken(id)
      const text = mutated(token, step)
      fc.pre(text !== token)
      const parsed = parseToken(text)
      if (!parsed) return
      others++
      expect(parsed.hash).not.toBe(hash)
      expect(text).toMatch(/^[\da-f-]{36}\.[\w-]{43}$/)
      expect(text.startsWith(parsed.tenantId)).toBe(true)
    })
    expect(others).toBeGreaterThan(50)
  })

  test('parsing random text never throws', () => {
    always(
      2_000,
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: fc.constantFrom(...alphabet, '.'), maxLength: 90 }),
      ),
      (text) => {
        const parsed = parseToken(text)
        return parsed === null || (text.length === 80 && parsed.hash === sha256(text))
      },
    )
  })

  test('with one edit neither redeems nor consumes the code', async () => {
    const { data } = await world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(world.vsa, tenant.id) },
    })
    const code: string = data.createHandoff.code
    const redeem = async (text: string) =>
      (
        await world.ask(await world.clientCredentials(world.vsa), redeemHandoff, {
          input: { code: text },
        })
      ).data.redeemHandoff
    const stored = async () =>
      (
        await world.database
          .owner`select burned_at, revoked_at from identity.handoff where code_hash = ${sha256(code)}`
      )[0]
    const sessions = await federatedSessionsMade(world, tenant.id)
    const steps = fc.oneof(
      oneStep,
      fc.constant({ kind: 'change' as const, at: 0, character: randomUUID()[0]! }),
    )
    await alwaysAsync(120, steps, async (step) => {
      const text = mutated(code, step)
      fc.pre(text !== code)
      expect(await redeem(text)).toMatchObject({
        accessToken: null,
        session: null,
        userErrors: [{ code: 'HANDOFF_INVALID', field: ['code'] }],
      })
      expect(await stored()).toEqual({ burned_at: null, revoked_at: null })
    })
    expect(await federatedSessionsMade(world, tenant.id)).toBe(sessions)
    expect(await redeem(code)).toMatchObject({ userErrors: [] })
    expect((await stored())!.burned_at).not.toBeNull()
  })
})
