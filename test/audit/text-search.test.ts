/**
 * `ActivityFilter.text`. Every search runs before the events are sealed, and again after the events
 * are sealed.
 */
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeMonths, type Seed, sealed, seed } from '../support/activity.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
let tenant: Tenant
let admin: { bearer: string }
beforeAll(async () => {
  world = await sharedWorld()
  await makeMonths(world)
})
beforeEach(async () => {
  tenant = await world.createTenant()
  admin = await world.signIn(tenant, tenant.globalAdmin)
})

const query = `query ($id: ID!, $filter: ActivityFilter) { tenant(id: $id) { activityLog(filter: $filter, first: 100) { nodes { id } totalCount } } }`
const ask = (text: string) =>
  world.ask(admin, query, { id: tenant.id, filter: { text, occurredTo: '2021-01-01T00:00:00Z' } })

async function answers(texts: string[], ids: string[]): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = {}
  for (const text of texts) {
    const { data, errors } = await ask(text)
    expect([text, errors]).toEqual([text, []])
    const { nodes, totalCount } = data.tenant.activityLog
    expect([text, totalCount]).toEqual([text, nodes.length])
    found[text] = nodes.map(({ id }: { id: string }) => ids.indexOf(id)).toSorted()
  }
  return found
}

/** The indexes of the events that each text finds. */
async function found(names: string[], ...texts: string[]): Promise<Record<string, number[]>> {
  const rows = names.map((name): Seed => ({ actor: 'somebody', name }))
  const { ids, waiting } = await world.database.owner.begin(async (owner) => {
    await owner`select pg_advisory_xact_lock(hashtextextended(${`seal ${tenant.id}`}, 0))` // Keeps the sequencer away.
    const ids = await seed(world, tenant, rows, { wait: false })
    return { ids, waiting: await answers(texts, ids) }
  })
  await sealed(world, tenant)
  expect(await answers(texts, ids)).toEqual(waiting)
  return waiting
}

const scripts =
  'Latin Greek Cyrillic Armenian Georgian Cherokee Hebrew Arabic Devanagari Han Hiragana Katakana Hangul Thai Lao Khmer Myanmar Tibetan'.split(
    ' ',
  )
/**
 * The letters, marks and digits of a script, from the Basic Multilingual Plane. Excludes U+A7F1,
 * which Unicode 17 added: PostgreSQL 18 cannot normalize it yet.
 */
const charactersOf = (script: string) => {
  const ofScript = new RegExp(`^(?=[\\p{L}\\p{M}\\p{N}])\\p{Script=${script}}$`, 'u')
  const all = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code))
  return all.filter((character) => character !== '\ua7f1' && ofScript.test(character))
}
/** A word of one script, with combining accents. */
const word = fc.oneof(
  ...scripts.map((script) =>
    fc.string({
      unit: fc.constantFrom(...charactersOf(script), '\u0301', '\u0308', '\u0323'),
      minLength: 1,
      maxLength: 6,
    }),
  ),
)
const rewriting = fc.constantFrom(
  ...['NFC', 'NFD', 'NFKC', 'NFKD'].flatMap((form) => [
    (text: string) => text.normalize(form),
    (text: string) => text.toUpperCase().normalize(form),
    (text: string) => text.normalize(form).toLowerCase(),
  ]),
)

describe('a search text', () => {
  test('has no operators: punctuation only separates words', async () => {
    const wanted = {
      'alpha beta': [0],
      'beta alpha': [0],
      ALPHA: [0, 1],
      'alpha & beta': [0],
      'alpha | gamma': [1],
      'alpha | nobody': [],
      '!alpha': [0, 1],
      'alpha <-> gamma': [1],
      '(alpha': [0, 1],
      'alpha:*': [0, 1],
      'alp:*': [],
      'alp*': [],
      'alpha:A': [],
      "alpha'": [0, 1],
      "alpha' or '1'='1": [],
      '"alpha gamma"': [1],
      '\\alpha\\': [0, 1],
      'alpha%': [0, 1],
      "'); drop table audit.sealed; --": [],
    }
    expect(await found(['Alpha Beta', 'alpha gamma', 'delta'], ...Object.keys(wanted))).toEqual(
      wanted,
    )
  })

  test('matches adjacent words where punctuation separates them', async () => {
    const names = ['nora@msp.example', 'msp example nora', "Nora O'Hara-Lee"]
    const wanted = {
      'nora@msp.example': [0],
      'msp.example': [0, 1],
      'example.msp': [],
      "o'hara": [2],
      'hara-lee': [2],
      'lee-hara': [],
      'nora msp': [0, 1],
    }
    expect(await found(names, ...Object.keys(wanted))).toEqual(wanted)
  })

  test('without words, or with NUL or lone surrogates, finds nothing', async () => {
    const texts = ['%', "''", '& | !', '=', '🚀', '\u0301', 'alpha\0', '\0', '\ud800']
    expect(await found(['alpha 🚀', 'beta'], ...texts)).toEqual(
      Object.fromEntries(texts.map((text) => [text, []])),
    )
  })

  test('has at most 200 characters', async () => {
    expect((await ask('a'.repeat(200))).errors).toEqual([])
    expect((await ask('a'.repeat(201))).codes).toEqual(['BAD_USER_INPUT'])
    for (const expanding of ['\ufdfa', '\u3316'])
      expect((await ask(expanding.repeat(200))).errors).toEqual([])
    expect((await ask('a-'.repeat(100))).errors).toEqual([])
  })
})

describe('an event', () => {
  test('is found in any Unicode form, width and case', async () => {
    const names = [
      'Zoe\u0308 Faure\u0301',
      'Zo\u00eb',
      '\uff21\uff44\uff4d\uff49\uff4e',
      'ÉCOLE \u0395\u03bb\u03bb\u03ac\u03b4\u03b1',
      '\ufb01nance',
    ]
    const wanted = {
      zoë: [0, 1],
      'ZOE\u0308': [0, 1],
      'faur\u00e9': [0],
      admin: [2],
      '\uff41\uff44\uff4d\uff49\uff4e': [2],
      'e\u0301cole': [3],
      ΕΛΛΆΔΑ: [3],
      finance: [4],
      zoe: [],
    }
    expect(await found(names, ...Object.keys(wanted))).toEqual(wanted)
  })

  test('is found by full case folding, and by Turkish letters', async () => {
    const names = [
      'Straße',
      'ΟΔΟΣ',
      'İSTANBUL Diyarbakır',
      'Ꮳꮃꭹ Ꙁлатица',
      'ᾼδης',
      'Kaf\u00adka \u2168 \u00b5m',
      'is 0000e19b9',
      'é 0000e19b9',
    ]
    const wanted = {
      STRASSE: [0],
      strasse: [0],
      'STRA\u1e9eE': [0],
      οδος: [1],
      οδοσ: [1],
      istanbul: [2],
      ISTANBUL: [2],
      İstanbul: [2],
      DİYARBAKIR: [2],
      DIYARBAKIR: [2],
      ᏣᎳᎩ: [3],
      ꙁЛАТИЦА: [3],
      ΑΙΔΗΣ: [4],
      kafka: [5],
      ix: [5],
      Μm: [5],
      '0000E19B9': [6, 7],
    }
    expect(await found(names, ...Object.keys(wanted))).toEqual(wanted)
  })

  test('is found by any part of a text that has no spaces', async () => {
    const names = [
      '田中太郎',
      '田中 花子',
      'A社のノートパソコン2号',
      'ฝ่ายเทคโนโลยีสารสนเทศ',
      'ບໍລິສັດລາວ',
      'ក្រុមហ៊ុនកម្ពុជា',
      'မြန်မာနိုင်ငံ',
      '김철수님이',
      '𠮷野家 ｻｰﾊﾞｰ',
    ]
    const wanted = {
      田中: [0, 1],
      田: [0, 1],
      中太: [0],
      '太郎 田中': [0],
      田中花子: [1],
      中田: [],
      田太: [],
      田郎: [],
      太郎田: [],
      a社: [2],
      ノート: [2],
      パソコン2号: [2],
      ン2: [2],
      号: [2],
      เทคโนโลยี: [3],
      สารสนเทศ: [3],
      ລາວ: [4],
      កម្ពុជា: [5],
      နိုင်ငံ: [6],
      김철수: [7],
      철수: [7],
      𠮷: [8],
      𠮷野: [8],
      サーバー: [8],
    }
    expect(await found(names, ...Object.keys(wanted))).toEqual(wanted)
  })

  test('is found by each of its words, in any script, case and form', async () => {
    const numRuns = 24 * Number(process.env.PROPERTY_RUNS ?? 1)
    const seed = Number(process.env.PROPERTY_SEED ?? 20_260_422)
    const made = fc.sample(fc.tuple(fc.array(word, { minLength: 1, maxLength: 4 }), rewriting), {
      numRuns,
      seed,
    })
    const names = made.map(([words]) => words.join(' '))
    const texts = made.map(([words, rewrite], index) => rewrite(words[index % words.length]!))
    const indexes = await found(names, ...texts)
    const missed = texts.filter((text, index) => !indexes[text]!.includes(index))
    expect(missed).toEqual([])
  })

  test('is found next to emoji and in right-to-left scripts', async () => {
    const names = [
      'rocket🚀launch 👩‍👩‍👧',
      'שלום \u200fעולם\u200e',
      'مرحبا بالعالم',
      '\u202eevil\u202c',
    ]
    const wanted = {
      rocket: [0],
      'launch 🚀': [0],
      'rocket👩‍👩‍👧': [0],
      עולם: [1],
      '\u200fשלום': [1],
      بالعالم: [2],
      evil: [3],
      live: [],
    }
    expect(await found(names, ...Object.keys(wanted))).toEqual(wanted)
  })

  test('is sealed at any length, and found by its first words', async () => {
    const many = Array.from({ length: 60_000 }, (_, n) => `\u3300\u3301${n.toString(36)}`).join(' ')
    const names = [`alpha ${many} omega`, `beta ${'x'.repeat(100_000)} gamma`]
    expect(await found(names, 'alpha', 'omega', 'beta', 'x'.repeat(200))).toEqual({
      alpha: [0],
      omega: [],
      beta: [1],
      ['x'.repeat(200)]: [],
    })
  })
})

test("another tenant's events and internal index terms are not found", async () => {
  const other = await world.createTenant()
  await seed(world, other, [{ actor: 'somebody', name: 'alpha theirs' }])
  const [facet] = await world.database
    .owner`select facet_id, kind_id from audit.sealed where tenant_id = ${other.id} and occurred_at < '2021-01-01'`
  const marks = [
    `=t${other.id}`,
    `=t${tenant.id}`,
    `=f${facet!.facet_id}`,
    `=k${facet!.kind_id}`,
    '=d2020-01-01',
    'd2020-01-01',
    `t${tenant.id}`,
  ]
  const wanted = {
    alpha: [0],
    theirs: [],
    [other.id]: [],
    ...Object.fromEntries(marks.map((mark) => [mark, []])),
  }
  expect(await found(['alpha ours'], ...Object.keys(wanted))).toEqual(wanted)
})
