/**
 * `npm run bench -- activity-log` measures how long one page of the Activity Log takes at one
 * million and at ten million events. It also compares an export with psql's `\copy`.
 *
 * `npm run bench -- activity-log 100000 1000000` sets other sizes. `--data DIR` keeps the database
 * in DIR and reuses it.
 */
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createLog } from '../platform/lib/log.ts'
import { type Database, openDatabase } from '../platform/postgres/database.ts'
import { startEmbedded } from '../platform/postgres/embedded/embedded-postgres.ts'
import { migrate } from '../platform/postgres/migrations.ts'
import { openClient } from '../platform/postgres/servers.ts'
import type { ActivityFilter } from '../subgraphs/audit/schema.types.ts'
import { findEvents, type PageBounds } from '../subgraphs/audit/search/find-events.ts'
import { parseFilter } from '../subgraphs/audit/search/parse-filter.ts'
import { compareExport } from './export.ts'
import { type History, makeFacets, makeMonth, peculiar } from './history.ts'
import { median } from './median.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string' } },
})
const [small = 1_000_000, large = 10_000_000] = positionals.map(Number)
if (!(small > 0 && large > 0))
  throw new Error('Specify two sizes as whole numbers of events, for example 100000 1000000.')
const bytesAnEvent = 3_000
const samples = 300
const warmUps = 100
const page = 51

const dataDir = options.data ?? (await mkdtemp(join(tmpdir(), 'it-complete-bench-')))
await mkdir(dataDir, { recursive: true })
const server = await startEmbedded(dataDir, { durable: false })
try {
  const at = { socketDir: server.socketDir, user: server.superuser, database: 'postgres' }
  await migrate({ at })
  const owners = [openClient({ at }), openClient({ at })]
  const histories = [small, large].map(
    (events): History => ({ tenantId: tenantOf(events), events, months: 12 }),
  )
  const made = await owners[0]!`select tenant_id from tenants.tenant`
  const missing = histories.filter(
    ({ tenantId }) => !made.some(({ tenant_id }) => tenant_id === tenantId),
  )
  const { bavail, bsize } = await statfs(dataDir)
  if (bavail * bsize < missing.reduce((sum, { events }) => sum + events, 0) * bytesAnEvent)
    throw new Error(`Not enough free disk space in ${dataDir}. Specify another folder with --data.`)
  for (const history of missing)
    await timed(`${number(history.events)} events made`, () => make(owners, history))
  if (missing.length)
    await timed('vacuumed and analyzed', () => owners[0]!`vacuum (analyze) audit.sealed`)
  const [size] =
    await owners[0]!`select pg_size_pretty(pg_database_size(current_database())) as size`
  console.log(`the database has ${size!.size}\n`)

  const db = openDatabase({ at, role: 'it_complete_app' }, createLog('silent'))
  await comparePages(db, owners[0]!, histories)
  await compareExport({ at, db, owner: owners[0]!, history: histories[0]!, dataDir })
  await db.close()
  for (const owner of owners) await owner.end()
} finally {
  await server.stop()
  if (!options.data) await rm(dataDir, { recursive: true, force: true })
}

async function make(owners: ReturnType<typeof openClient>[], history: History): Promise<void> {
  const { tenantId, months } = history
  await owners[0]!`insert into tenants.tenant (tenant_id, name, microsoft_tenant_id, primary_domain) values (${tenantId}, 'Bench', gen_random_uuid(), 'bench.example')`
  await owners[0]!`insert into tenants.settings (tenant_id) values (${tenantId})`
  await makeFacets(owners[0]!, history)
  const left = Array.from({ length: months }, (_, month) => month)
  await Promise.all(
    owners.map(async (owner) => {
      for (let month = left.pop(); month !== undefined; month = left.pop())
        await makeMonth(owner, history, month)
    }),
  )
}

/**
 * Measures each query in both Activity Logs. After a warm-up, the samples alternate between the
 * logs, so that other load on the machine affects both logs equally.
 */
async function comparePages(
  db: Database,
  owner: ReturnType<typeof openClient>,
  histories: History[],
): Promise<void> {
  const pages: [name: string, filter: ActivityFilter, depth: number, newestFirst?: boolean][] = [
    ['first page', {}, 0],
    ['half way down', {}, 0.5],
    ['99% down', {}, 0.99],
    ['last page, backwards', {}, 1, false],
    ['one method', { methods: ['KASEYA_VSA'] }, 0],
    ['one method, half way down', { methods: ['KASEYA_VSA'] }, 0.5],
    [
      'actions and outcomes',
      { actions: ['handoff.*', 'session.*'], outcomes: ['DENIED', 'FAILED'] },
      0,
    ],
    ['one actor', { actors: ['microsoft:9'] }, 0],
    ['one actor, 99% down', { actors: ['microsoft:9'] }, 0.99],
    ['fifty actors', { actors: Array.from({ length: 50 }, (_, n) => `microsoft:${n * 3}`) }, 0.5],
    ['a session', { sessionId: peculiar.longSession }, 0],
    ['a common word', { text: peculiar.commonWord }, 0.5],
    [
      'a common word and one method',
      { text: peculiar.halves[0], methods: ['UNITRENDS_UNIVIEW'] },
      0.5,
    ],
    ['a rare word', { text: peculiar.rareWord }, 0.5],
    ['an actor of the oldest events only', { actors: [peculiar.departedActor] }, 0],
  ]
  console.log(
    `a page of ${page - 1}, p50 of ${samples} in ms`.padEnd(40),
    ...histories.map(({ events }) => number(events).padStart(12)),
    '     ratio',
  )
  for (const [name, filter, depth, newestFirst = true] of pages) {
    const asked = await Promise.all(
      histories.map(async ({ tenantId, events }) => {
        const sequence = Math.max(1, Math.round((1 - depth) * events))
        const [edge] = await owner<{ at: Date; id: string }[]>`
          select occurred_at as at, event_id as id from audit.sealed where tenant_id = ${tenantId} and sequence = ${sequence}`
        const from =
          depth % 1 === 0 ? null : { occurredAt: edge!.at.toISOString(), eventId: edge!.id }
        const stretch: PageBounds = { newestFirst, from, limit: page }
        return () =>
          db.read(tenantId, (tx) =>
            findEvents(tx, parseFilter(filter, { partnerClientId: null }), stretch),
          )
      }),
    )
    const times: number[][] = asked.map(() => [])
    for (let sample = -warmUps; sample < samples; sample++)
      for (const [index, ask] of asked.entries()) {
        const begun = performance.now()
        const found = await ask()
        if (found.length === 0) throw new Error(`The query found no events: ${name}`)
        if (sample >= 0) times[index]!.push(performance.now() - begun)
      }
    const [first, second] = times.map(median) as [number, number]
    console.log(
      name.padEnd(40),
      ...[first, second].map((ms) => ms.toFixed(2).padStart(12)),
      (second / first).toFixed(2).padStart(10),
    )
  }
}

async function timed(what: string, work: () => PromiseLike<unknown>): Promise<void> {
  const begun = performance.now()
  await work()
  console.log(`${what} in ${Math.round((performance.now() - begun) / 1000)} s`)
}

/** Returns the tenant ID for an Activity Log of this size. The ID is the same in every run. */
function tenantOf(events: number): string {
  return `00000000-0000-4000-8000-${String(events).padStart(12, '0')}`
}

function number(count: number): string {
  return count.toLocaleString('en')
}
