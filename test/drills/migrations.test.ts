/** Migrations run while the database is in use, and by two processes at once. */
import { randomBytes, randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as drizzleMigrate } from 'drizzle-orm/postgres-js/migrator'
import type postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { openClient } from '../../platform/postgres/servers.ts'
import { removeFolders, run } from '../support/process.ts'

const folder = fileURLToPath(new URL('../../drizzle/migrations', import.meta.url))
const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
  entries: { tag: string }[]
}
/** The version before the newest migration of a table that every request reads. */
const before = journal.entries.findIndex(({ tag }) => tag === '0011_retention')
const database = `test_${randomBytes(8).toString('hex')}`
const at = () => ({ socketDir: inject('socketDir'), user: 'postgres', database })
const url = () =>
  `postgres://postgres@localhost/${database}?host=${encodeURIComponent(inject('socketDir'))}`
let admin: postgres.Sql

beforeAll(async () => {
  admin = openClient({ at: { ...at(), database: 'postgres' } })
  await admin.unsafe(`create database ${database}`)
  const earlier = mkdtempSync(join(tmpdir(), 'itcl-earlier-'))
  cpSync(folder, earlier, { recursive: true })
  writeFileSync(
    join(earlier, 'meta/_journal.json'),
    JSON.stringify({ ...journal, entries: journal.entries.slice(0, before) }),
  )
  const sql = openClient({ at: at() })
  await drizzleMigrate(drizzle(sql), { migrationsFolder: earlier })
  await sql.end({ timeout: 1 })
  rmSync(earlier, { recursive: true, force: true })
})
afterAll(async () => {
  await admin.unsafe(`drop database ${database} with (force)`)
  await admin.end({ timeout: 1 })
  await removeFolders()
})

test('two processes migrate a database in use without blocking requests', async () => {
  const sql = openClient({ at: at() }, { max: 8 })
  const tenantId = randomUUID()
  await sql.unsafe(`insert into tenants.tenant (tenant_id, name, microsoft_tenant_id, primary_domain) values ('${tenantId}', 'T', gen_random_uuid(), 't.example');
    insert into tenants.settings (tenant_id) values ('${tenantId}')`)
  // The previous version creates sessions continuously, each with its row in the Activity Log.
  const acknowledged: string[] = []
  const failed: string[] = []
  let isOver = false
  let slowestMs = 0
  const writers = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const id = randomUUID()
      const begun = performance.now()
      await sql
        .begin(async (tx) => {
          await tx`insert into identity.session (session_id, tenant_id, token_hash, method, actor, idle_seconds, max_expires_at)
            values (${id}, ${tenantId}, ${id}, 'MICROSOFT', '{}', 60, now())`
          await tx`insert into audit.unsealed (tenant_id, event_id, actor_key, actor, action, outcome, request_id)
            values (${tenantId}, ${id}, 'system', '{}', 'test.sown', 'SUCCEEDED', 'r')`
        })
        .then(() => acknowledged.push(id))
        .catch((error: unknown) => failed.push(String(error)))
      slowestMs = Math.max(slowestMs, performance.now() - begun)
    }
  })
  // A long read blocks the change of its tables. The waiting migration must not block other
  // requests.
  const reader = openClient({ at: at() })
  const reading = reader.begin(async (tx) => {
    await tx`select count(*) from identity.session`
    await vi.waitFor(
      async () =>
        expect(
          await sql`select from pg_locks where relation = 'identity.session'::regclass and not granted and mode = 'AccessExclusiveLock'`,
        ).not.toEqual([]),
      { timeout: 60_000, interval: 20 },
    )
    await wait(5_000)
  })
  const begun = performance.now()
  const both = [
    await run('admin/migrate.ts', [], { DATABASE_URL: url() }),
    await run('admin/migrate.ts', [], { DATABASE_URL: url() }),
  ]
  expect(await Promise.all(both.map(({ exit }) => exit))).toEqual([0, 0])
  const tookMs = performance.now() - begun
  expect(both.map(({ output }) => output())).toEqual([
    'The database is up to date.\n',
    'The database is up to date.\n',
  ])
  const during = acknowledged.length
  await wait(300)
  isOver = true
  await Promise.all(writers)
  await reading
  await reader.end()

  const [found] =
    await sql`select count(*)::int as sessions, (select count(*)::int from audit.unsealed) as events from identity.session`
  const [versions] =
    await sql`select count(*)::int as count, count(distinct hash)::int as distinct from drizzle.__drizzle_migrations`
  await sql.end()
  console.log(
    `requested ${acknowledged.length + failed.length}, acknowledged ${acknowledged.length} (${during} before the migration completed), failed ${failed.length}, stored ${found!.sessions} sessions and ${found!.events} events; slowest request ${slowestMs.toFixed(0)} ms; migration completed after ${tookMs.toFixed(0)} ms`,
  )
  expect(failed).toEqual([])
  expect(found).toEqual({ sessions: acknowledged.length, events: acknowledged.length })
  expect(versions).toEqual({ count: journal.entries.length, distinct: journal.entries.length })
  expect(during).toBeGreaterThan(0)
  // Requests wait at most 2 seconds at a time behind the migration, not the 5 seconds of the long
  // read.
  expect(slowestMs).toBeLessThan(4_500)
}, 120_000)
