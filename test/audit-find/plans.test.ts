/**
 * Limits the number of rows that a search reads, for every combination of filters. PostgreSQL
 * counts the reads per index and partition in a history of 72,000 events in six months. A second
 * tenant and outdated planner statistics make bad plans likely.
 */
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actorCount, type History, makeFacets, makeMonth, peculiar } from '../../bench/history.ts'
import type { Activity } from '../../drizzle/tables/views.ts'
import type { ReadTx } from '../../platform/postgres/database.ts'
import { openClient } from '../../platform/postgres/servers.ts'
import type { ActivityFilter } from '../../subgraphs/audit/schema.types.ts'
import type { Visibility } from '../../subgraphs/audit/search/event-query.ts'
import {
  countEvents,
  findEvents,
  type PageBounds,
} from '../../subgraphs/audit/search/find-events.ts'
import { parseFilter } from '../../subgraphs/audit/search/parse-filter.ts'
import { cloneDatabase, type TestDatabase } from '../support/database.ts'

const history: History = { tenantId: randomUUID(), events: 72_000, months: 6 }
const others: History = { tenantId: randomUUID(), events: 6_000, months: 6, alike: true }
const page = 51

/** Upper bounds of reads for one page, of 72,000 events in about 20,000 blocks. */
const maxEvents = 6_500
const maxBlocks = 6_000
/** The limit up to which totals are counted. */
const countBound = 10_001

interface Event {
  event_id: string
  /** The sort key. */
  key: string
  at: Date
  actor_key: string
  action: string
  outcome: Activity['outcome']
  method: NonNullable<Activity['method']>
  client_id: string | null
  session_id: string
  words: string[]
}

let database: TestDatabase
/** The whole history, newest first. */
let all: Event[]
beforeAll(async () => {
  database = await cloneDatabase()
  const owners = [openClient({ at: database.at }), openClient({ at: database.at })]
  try {
    const make = async (of: History) => {
      await database.owner`insert into tenants.tenant (tenant_id, name, microsoft_tenant_id, primary_domain) values (${of.tenantId}, 'T', gen_random_uuid(), 't.example')`
      await makeFacets(owners[0]!, of)
      const months = Array.from({ length: of.months }, (_, month) => month)
      await Promise.all(
        owners.map(async (owner) => {
          for (let month = months.pop(); month !== undefined; month = months.pop())
            await makeMonth(owner, of, month)
        }),
      )
    }
    await make(others)
    await make(history)
    await database.owner`vacuum (analyze) audit.sealed`
    await mislead()
  } finally {
    for (const owner of owners) await owner.end()
  }
  all = await database.owner<Event[]>`
    select s.event_id, to_char(s.occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z "') || s.event_id as key, s.occurred_at as at, f.actor_key, f.action, f.outcome, f.method, f.client_id, s.session_id,
      tsvector_to_array(s.words) as words
    from audit.sealed s join audit.facet f on f.tenant_id = s.tenant_id and f.facet_id = s.facet_id
    where s.tenant_id = ${history.tenantId} order by s.occurred_at desc, s.event_id desc`
}, 240_000)
afterAll(() => database?.drop())

/** Planner statistics from a time when all events were alike. */
const mislead = () => database.owner`
  select pg_restore_attribute_stats('schemaname', 'audit', 'relname', c.relname::text, 'attname', attname, 'inherited', false,
    'null_frac', 0::real, 'avg_width', 8, 'n_distinct', 1::real)
  from pg_class c, unnest(array['tenant_id', 'facet_id', 'kind_id', 'session_id']) as attname, pg_clear_attribute_stats('audit', c.relname::text, attname, false)
  where c.relispartition and c.relkind = 'r' and c.relnamespace = 'audit'::regnamespace`

const monthsAgo = (count: number) =>
  new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - count))

/** Values for every member of the filter, each of which is hard for some index. */
const members: { [Member in keyof ActivityFilter]: ActivityFilter[Member][] } = {
  occurredFrom: [undefined, monthsAgo(5)],
  occurredTo: [undefined, monthsAgo(2)],
  actors: [
    undefined,
    [peculiar.rareActor, peculiar.departedActor],
    Array.from({ length: 50 }, (_, n) => `microsoft:${(n * 3) % actorCount}`),
  ],
  methods: [undefined, ['KASEYA_VSA']],
  actions: [undefined, ['handoff.*', peculiar.rareAction], ['*']],
  outcomes: [undefined, ['DENIED', 'SUCCEEDED']],
  sessionId: [undefined, peculiar.longSession],
  text: [
    undefined,
    peculiar.commonWord,
    peculiar.rareLetters,
    'nowhere',
    peculiar.halves.join(' '),
    peculiar.wordOfOneMonth,
  ],
}

const filters = Object.entries(members).reduce<ActivityFilter[]>(
  (sofar, [member, values]) =>
    sofar.flatMap((filter) =>
      values.map((value) => (value === undefined ? filter : { ...filter, [member]: value })),
    ),
  [{}],
)
/**
 * `npm test` takes every 17th filter. 17 has no factor in common with the numbers of values, so
 * each value still occurs together with each value of every other member. `FILTERS=all` takes all.
 */
const isChosen = (index: number) => process.env.FILTERS === 'all' || index % 17 === 0
const visibilities: Visibility[] = [
  { partnerClientId: null },
  { partnerClientId: 'vsa-3' },
  { partnerClientId: 'vsa-3', techniciansOfInstance: 'vsa-3' },
]
const ways: PageBounds[] = [true, false].flatMap((newestFirst) =>
  [null, { occurredAt: monthsAgo(3).toISOString(), eventId: randomUUID() }].map((from) => ({
    newestFirst,
    from,
    limit: page,
  })),
)

interface Read {
  /** Entries of B-tree indexes, and rows found by the text index. */
  events: number
  blocks: number
  /** Rows read by sequential scans. */
  scanned: number
  indexes: string[]
}

/** Measures what the transaction reads of sealed events. */
async function readBy<T>(tx: ReadTx, work: () => Promise<T>): Promise<[T, Read]> {
  const counted = async () => {
    const rows = await tx.execute<{
      name: string
      kind: string
      entries: number
      fetched: number
      blocks: number
    }>(sql`
      select coalesce(pg_partition_root(c.oid)::regclass::text, c.relname) as name, coalesce(am.amname, '') as kind,
        sum(pg_stat_get_xact_tuples_returned(c.oid))::int as entries, sum(pg_stat_get_xact_tuples_fetched(c.oid))::int as fetched,
        sum(pg_stat_get_xact_blocks_fetched(c.oid))::int as blocks
      from pg_class c left join pg_am am on am.oid = c.relam
      where c.relispartition and c.relkind in ('r', 'i') and c.relnamespace = 'audit'::regnamespace group by 1, 2`)
    return new Map(rows.map((row) => [row.name, row]))
  }
  const before = await counted()
  const result = await work()
  const read: Read = { events: 0, blocks: 0, scanned: 0, indexes: [] }
  for (const [name, { kind, entries, fetched, blocks }] of await counted()) {
    const was = before.get(name)!
    read.blocks += blocks - was.blocks
    if (kind === 'heap') {
      read.scanned += entries - was.entries
      read.events += fetched - was.fetched
    } else {
      if (kind === 'btree') read.events += entries - was.entries
      if (entries > was.entries) read.indexes.push(name.replace(/^audit\./, ''))
    }
  }
  read.indexes.sort()
  return [result, read]
}

const fromNewest = { newestFirst: true, from: null }
const inHistory = <T>(work: (tx: ReadTx) => Promise<T>) => database.db.read(history.tenantId, work)

/** Marks the events that match a condition, newest first; cached per condition. */
const known = new Map<string, Uint8Array>()
function those(what: unknown, isSo: (event: Event) => boolean): Uint8Array {
  const name = JSON.stringify(what)
  const marks = known.get(name) ?? Uint8Array.from(all, (event) => Number(isSo(event)))
  known.set(name, marks)
  return marks
}

/** The words of a text, or the pairs of letters that are stored of a script without spaces. */
const lexemesOf = (text: string) =>
  text === peculiar.rareLetters
    ? [...text.slice(1)].map((letter, index) => `${text[index]}${letter}`)
    : text.split(' ')

/** The expected result, found by scanning all events. */
function first(
  most: number,
  { newestFirst, from }: Omit<PageBounds, 'limit'>,
  filter: ActivityFilter,
  visibility: Visibility,
): string[] {
  const { actors, methods, actions, outcomes, sessionId, text, occurredFrom, occurredTo } = filter
  const { partnerClientId, techniciansOfInstance: techniciansOf } = visibility
  const isOne = (action: string) => (wanted: string) =>
    wanted.endsWith('*') ? action.startsWith(wanted.slice(0, -1)) : action === wanted
  const marks = [
    occurredFrom && those({ occurredFrom }, ({ at }) => at >= occurredFrom),
    occurredTo && those({ occurredTo }, ({ at }) => at < occurredTo),
    actors && those({ actors }, ({ actor_key }) => actors.includes(actor_key)),
    methods && those({ methods }, ({ method }) => methods.includes(method)),
    outcomes && those({ outcomes }, ({ outcome }) => outcomes.includes(outcome)),
    actions && those({ actions }, ({ action }) => actions.some(isOne(action))),
    sessionId && those({ sessionId }, ({ session_id }) => session_id === sessionId),
    text && those({ text }, ({ words }) => lexemesOf(text).every((word) => words.includes(word))),
    partnerClientId !== null &&
      those(
        { partnerClientId },
        ({ client_id }) => client_id === null || client_id === partnerClientId,
      ),
    techniciansOf &&
      those({ techniciansOf }, ({ actor_key }) =>
        actor_key.startsWith(`partner:${techniciansOf}:`),
      ),
  ].filter((marked) => marked instanceof Uint8Array)
  const edge = from && `${from.occurredAt} ${from.eventId}`
  const found: string[] = []
  for (let n = 0; n < all.length && found.length < most; n++) {
    const index = newestFirst ? n : all.length - 1 - n
    const { key, event_id } = all[index]!
    if (edge !== null && (newestFirst ? key >= edge : key <= edge)) continue
    if (marks.every((marked) => marked[index])) found.push(event_id)
  }
  return found
}

test('every filter finds the right page within the read bounds', async () => {
  expect(filters).toHaveLength(1_728)
  for (const [index, filter] of filters.entries()) {
    if (!isChosen(index)) continue
    // Each pair of members is combined with each direction and each visibility.
    const way = ways[(index + Math.floor(index / 6)) % ways.length]!
    const visibility = visibilities[Math.floor(index / 2) % visibilities.length]!
    const asked = JSON.stringify({ filter, visibility, way })
    await inHistory(async (tx) => {
      const [found, { events, blocks, scanned }] = await readBy(tx, () =>
        findEvents(tx, parseFilter(filter, visibility), way),
      )
      expect([asked, found.map(({ eventId }) => eventId)]).toEqual([
        asked,
        first(page, way, filter, visibility),
      ])
      expect(
        [asked, events <= maxEvents, blocks <= maxBlocks, scanned],
        `${events} events, ${blocks} blocks`,
      ).toEqual([asked, true, true, 0])
    })
  }
}, 240_000)

test('every total is counted within the read bounds', async () => {
  for (const [index, filter] of filters.entries()) {
    if (index % 5) continue
    const visibility = visibilities[index % visibilities.length]!
    const asked = JSON.stringify({ filter, visibility })
    await inHistory(async (tx) => {
      const [count, { events, scanned }] = await readBy(tx, () =>
        countEvents(tx, parseFilter(filter, visibility), countBound),
      )
      expect([asked, count]).toEqual([
        asked,
        first(countBound, fromNewest, filter, visibility).length,
      ])
      const { text, occurredFrom, occurredTo } = filter
      const withWords = text
        ? first(
            all.length,
            fromNewest,
            { text, occurredFrom, occurredTo },
            { partnerClientId: null },
          ).length
        : 0
      expect(
        [asked, events <= countBound + maxEvents + withWords, scanned],
        `${events} events`,
      ).toEqual([asked, true, 0])
    })
  }
}, 240_000)

describe('a filter uses the index that docs/activity-log/searching.md names', () => {
  const questions: [asked: string, filter: ActivityFilter, index: string[]][] = [
    ['no filter', {}, []],
    ['time', { occurredFrom: monthsAgo(3), occurredTo: monthsAgo(2) }, []],
    [
      'methods, actions, outcomes',
      { methods: ['KASEYA_VSA'], actions: ['handoff.*'], outcomes: ['SUCCEEDED'] },
      ['sealed_by_kind'],
    ],
    [
      'an action of earlier months only',
      { actions: [peculiar.departedAction] },
      ['sealed_by_kind'],
    ],
    ['actors', { actors: [peculiar.rareActor, peculiar.departedActor] }, ['sealed_by_facet']],
    [
      'actors and actions',
      { actors: ['microsoft:9'], actions: ['handoff.*'] },
      ['sealed_by_facet'],
    ],
    ['a session', { sessionId: peculiar.longSession }, ['sealed_by_session']],
    [
      'a session with text and outcome',
      { sessionId: peculiar.longSession, text: peculiar.commonWord, outcomes: ['DENIED'] },
      ['sealed_by_session'],
    ],
    ['common words', { text: peculiar.commonWord }, []],
    ['rare words', { text: peculiar.rareWord }, ['sealed_by_words']],
    ['a part of a text without spaces', { text: '少語' }, ['sealed_by_words']],
    [
      'common words of a rare actor',
      { text: peculiar.commonWord, actors: [peculiar.departedActor] },
      ['sealed_by_words'],
    ],
  ]
  test.each(questions)('%s', async (_, filter, index) => {
    await inHistory(async (tx) => {
      const [found, read] = await readBy(tx, () =>
        findEvents(tx, parseFilter(filter, { partnerClientId: null }), ways[0]!),
      )
      expect(found.length).toBeGreaterThan(0)
      // The events themselves are read by time.
      expect(read.indexes).toEqual([...index, 'sealed_by_time'].toSorted())
    })
  })
})

test('a page costs the same at any depth', async () => {
  const costs: number[] = []
  for (const depth of [0, 0.25, 0.5, 0.75, 0.99]) {
    const { at, event_id } = all[Math.floor(depth * all.length)]!
    const from = { occurredAt: at.toISOString(), eventId: event_id }
    const [, { events }] = await inHistory((tx) =>
      readBy(tx, () =>
        findEvents(tx, parseFilter({}, { partnerClientId: null }), {
          newestFirst: true,
          from,
          limit: page,
        }),
      ),
    )
    costs.push(events)
  }
  // For each event, one index entry finds its key, and one finds the event.
  expect(costs).toEqual(costs.map(() => 2 * page))
})

test('dropped months are skipped, with or without their hourly counts', async () => {
  const [counted, uncounted] = [monthsAgo(2), monthsAgo(4)]
  const drop = (month: Date) =>
    database.owner.unsafe(
      `drop table audit.sealed_seven_years_${month.toISOString().slice(0, 7).replace('-', '_')}`,
    )
  await drop(counted)
  await drop(uncounted)
  await database.owner`
    delete from audit.activity_count where tenant_id = ${history.tenantId} and hour >= ${uncounted} and hour < ${monthsAgo(3)}`
  const isLeft = ({ at }: Event) =>
    ![counted, uncounted].some(
      (month) => month.toISOString().slice(0, 7) === at.toISOString().slice(0, 7),
    )
  all = all.filter(isLeft)
  known.clear()
  const asked: ActivityFilter[] = [
    { actions: [peculiar.rareAction] },
    { text: peculiar.rareWord },
    { text: peculiar.commonWord, actors: [peculiar.rareActor] },
    { sessionId: randomUUID() },
  ]
  for (const filter of asked)
    for (const way of ways) {
      const found = await inHistory((tx) =>
        findEvents(tx, parseFilter(filter, { partnerClientId: null }), way),
      )
      expect(found.map(({ eventId }) => eventId)).toEqual(
        first(page, way, filter, { partnerClientId: null }),
      )
    }
})
