/**
 * The committed migrations create exactly the declared tables. Migrations can run concurrently and
 * repeatedly.
 */
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as drizzleMigrate } from 'drizzle-orm/postgres-js/migrator'
import type postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import drizzleConfig from '../../drizzle.config.ts'
import { UnusableDatabase } from '../../platform/postgres/errors.ts'
import { checkDatabase, migrate } from '../../platform/postgres/migrations.ts'
import { type DatabaseTarget, openClient } from '../../platform/postgres/servers.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'drizzle/migrations')

let admin: postgres.Sql
const made: string[] = []
beforeAll(() => {
  admin = openClient({
    at: { socketDir: inject('socketDir'), user: 'postgres', database: 'postgres' },
  })
})
afterAll(async () => {
  for (const name of made) await admin.unsafe(`drop database ${name} with (force)`)
  await admin.end({ timeout: 1 })
})

async function emptyDatabase(): Promise<DatabaseTarget> {
  const name = `test_${randomBytes(8).toString('hex')}`
  await admin.unsafe(`create database ${name}`)
  made.push(name)
  return { at: { socketDir: inject('socketDir'), user: 'postgres', database: name } }
}

async function applied(target: DatabaseTarget): Promise<{ hash: string; created_at: string }[]> {
  const sql = openClient(target)
  try {
    return [
      ...(await sql<
        { hash: string; created_at: string }[]
      >`select hash, created_at from drizzle.__drizzle_migrations order by created_at`),
    ]
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function alter(target: DatabaseTarget, statement: string): Promise<void> {
  const sql = openClient(target)
  await sql.unsafe(statement)
  await sql.end({ timeout: 1 })
}

const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
  entries: { tag: string; when: number }[]
}

/** Applies the migrations up to and including this one, as an earlier version does. */
async function migrateTo(last: string, target: DatabaseTarget): Promise<void> {
  const earlier = mkdtempSync(join(tmpdir(), 'itcl-earlier-'))
  const sql = openClient(target)
  try {
    cpSync(folder, earlier, { recursive: true })
    const count = journal.entries.findIndex(({ tag }) => tag === last) + 1
    const entries = journal.entries.slice(0, count)
    writeFileSync(join(earlier, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }))
    await drizzleMigrate(drizzle(sql), { migrationsFolder: earlier })
  } finally {
    await sql.end({ timeout: 1 })
    rmSync(earlier, { recursive: true, force: true })
  }
}

test('the migrations create exactly the declared tables', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'itcl-migrations-'))
  try {
    const out = join(scratch, 'migrations')
    cpSync(folder, out, { recursive: true })
    const config = { ...drizzleConfig, out: relative(root, out) }
    writeFileSync(join(scratch, 'drizzle.config.json'), JSON.stringify(config))
    const kit = join(root, 'node_modules/drizzle-kit/bin.cjs')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [kit, 'generate', `--config=${relative(root, join(scratch, 'drizzle.config.json'))}`],
      {
        cwd: root,
        timeout: 25_000,
      },
    )
    expect(stdout).toContain('No schema changes')
    expect(readdirSync(out, { recursive: true }).toSorted()).toEqual(
      readdirSync(folder, { recursive: true }).toSorted(),
    )
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
})

test('the journal lists every migration file once, in chronological order', () => {
  const tags = journal.entries.map(({ tag }) => tag)
  expect(
    readdirSync(folder)
      .filter((name) => name.endsWith('.sql'))
      .toSorted(),
  ).toEqual(tags.map((tag) => `${tag}.sql`).toSorted())
  const times = journal.entries.map(({ when }) => when)
  expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
})

test('a second run changes nothing', async () => {
  const target = await emptyDatabase()
  await migrate(target)
  const once = await applied(target)
  await migrate(target)
  expect(await applied(target)).toEqual(once)
  expect(once).toHaveLength(journal.entries.length)
  await checkDatabase(target, { demo: false })
})

test('the applied hashes are those of the committed files', async () => {
  const target = await emptyDatabase()
  await migrate(target)
  const hashes = journal.entries.map(({ tag }) =>
    createHash('sha256')
      .update(readFileSync(join(folder, `${tag}.sql`), 'utf8'))
      .digest('hex'),
  )
  expect((await applied(target)).map(({ hash }) => hash)).toEqual(hashes)
})

test('concurrent migrations all succeed', async () => {
  const target = await emptyDatabase()
  await Promise.all(Array.from({ length: 4 }, () => migrate(target)))
  expect(await applied(target)).toHaveLength(journal.entries.length)
})

test('a server that closes each connection is refused in time', async () => {
  const server = createServer((socket) => void socket.on('error', () => {}).end()).listen(0)
  await once(server, 'listening')
  const url = `postgres://nobody@127.0.0.1:${(server.address() as AddressInfo).port}/nothing`
  try {
    await expect(migrate({ at: { url } })).rejects.toThrow(
      'The database cannot be used: The server did not complete the login in time.',
    )
  } finally {
    server.close()
  }
}, 10_000)

test('a newer schema is refused, by migration and by start', async () => {
  const target = await emptyDatabase()
  await migrate(target)
  await alter(
    target,
    `insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', ${Date.now() + 1e12})`,
  )
  for (const refused of [() => migrate(target), () => checkDatabase(target, { demo: true })]) {
    const error = await refused().then(
      () => null,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(UnusableDatabase)
    expect((error as Error).message).toBe(
      "The database's schema is newer than this version. Start the version that migrated it, or a newer one.",
    )
  }
})

test('an older schema and an empty database are refused at start', async () => {
  const target = await emptyDatabase()
  const sentence =
    "The database's schema is older than this version needs. Run `npm run db:migrate` first."
  await expect(checkDatabase(target, { demo: true })).rejects.toThrow(sentence)
  await migrate(target)
  await alter(
    target,
    `delete from drizzle.__drizzle_migrations where created_at = ${Math.max(...journal.entries.map(({ when }) => when))}`,
  )
  await expect(checkDatabase(target, { demo: true })).rejects.toThrow(sentence)
})

test('demo rows are refused while the demo is off', async () => {
  const target = await emptyDatabase()
  await migrate(target)
  await alter(
    target,
    `insert into tenants.organization (microsoft_tenant_id, tenant_id, demo) values (gen_random_uuid(), gen_random_uuid(), true)`,
  )
  await expect(checkDatabase(target, { demo: false })).rejects.toThrow(UnusableDatabase)
  await expect(checkDatabase(target, { demo: true })).resolves.toBeDefined()
})

test('a login without the service role is refused with a clear message', async () => {
  const target = await emptyDatabase()
  await migrate(target)
  const login = `login_${randomBytes(4).toString('hex')}`
  await admin.unsafe(`create role ${login} login`)
  try {
    const as: DatabaseTarget = {
      at: { ...target.at, user: login } as DatabaseTarget['at'],
      role: 'it_complete_app',
    }
    await expect(checkDatabase(as, { demo: true })).rejects.toThrow(
      'The database user may not act as it_complete_app. Run `grant it_complete_app to` that user.',
    )
    await admin.unsafe(`grant it_complete_app to ${login}`)
    await expect(checkDatabase(as, { demo: true })).resolves.toBeDefined()
  } finally {
    await admin.unsafe(`drop role ${login}`)
  }
})

test('an owner without superuser rights can upgrade a first-version database with data', async () => {
  const owner = `owner_${randomBytes(4).toString('hex')}`
  const target = await emptyDatabase()
  const { database } = target.at as { database: string }
  await admin.unsafe(
    `create role ${owner} login createrole; alter database ${database} owner to ${owner}`,
  )
  try {
    const asOwner: DatabaseTarget = { at: { ...target.at, user: owner } as DatabaseTarget['at'] }
    await migrateTo('0002_walls', asOwner)
    const tenantId = '0b9e1c9e-0000-4000-8000-000000000001'
    await alter(
      target,
      `insert into tenants.tenant (tenant_id, name, microsoft_tenant_id, primary_domain) values ('${tenantId}', 'T', gen_random_uuid(), 't.example');
       insert into tenants.settings (tenant_id) values ('${tenantId}');
       insert into tenants.partner_association (tenant_id, client_id, status, external_tenant_id, ended_at) values
         ('${tenantId}', 'joined', 'ACTIVE', 'x', null), ('${tenantId}', 'asked', 'REQUESTED', 'x', null), ('${tenantId}', 'left', 'ACTIVE', 'x', now());
       insert into identity.session (tenant_id, token_hash, method, actor, idle_seconds, max_expires_at, client_id, subject) values
         ('${tenantId}', 'a', 'KASEYA_VSA', '{}', 60, now(), 'joined', 'nora'), ('${tenantId}', 'b', 'KASEYA_VSA', '{}', 60, now(), 'joined', 'nora'),
         ('${tenantId}', 'c', 'MICROSOFT', '{}', 60, now(), null, null)`,
    )

    await migrate(asOwner)

    const after = openClient(target)
    expect([...(await after`select client_id, tenant_id from tenants.associated_tenant`)]).toEqual([
      { client_id: 'joined', tenant_id: tenantId },
    ])
    expect([...(await after`select client_id, subject from identity.known_technician`)]).toEqual([
      { client_id: 'joined', subject: 'nora' },
    ])
    await after`update tenants.partner_association set status = 'ACTIVE' where client_id = 'asked'`
    await after`update tenants.partner_association set ended_at = now() where client_id = 'joined'`
    expect([...(await after`select client_id from tenants.associated_tenant`)]).toEqual([
      { client_id: 'asked' },
    ])
    const unforced =
      await after`select relname from pg_class c join pg_namespace n on n.oid = relnamespace
      where nspname in ('tenants', 'identity', 'audit', 'notifications') and relrowsecurity and not relforcerowsecurity`
    expect([...unforced]).toEqual([])
    await after.end({ timeout: 1 })
  } finally {
    await admin.unsafe(`drop database ${database} with (force)`)
    made.splice(made.indexOf(database), 1)
    await admin.unsafe(`drop role ${owner}`)
  }
})

test('events that an earlier version sealed are found in any script', async () => {
  const target = await emptyDatabase()
  await migrateTo('0016_restorable', target)
  const tenantId = '0b9e1c9e-0000-4000-8000-000000000002'
  const occurredAt = `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`
  const seal = async (by: postgres.ISql, sequence: number, name: string) => {
    const id = `0b9e1c9e-0000-4000-8000-00000000001${sequence}`
    const event = { action: 'test', actor: { key: 'system' }, id, occurredAt, sequence }
    const disclosures = { actor: { salt: '', value: { displayName: name } }, target: null }
    await by`
      insert into audit.sealed (tenant_id, sequence, retention, occurred_at, event_id, facet_id, kind_id, event, disclosures)
      values (${tenantId}, ${sequence}, 'ONE_YEAR', ${occurredAt}, ${id}, 1, 2, ${JSON.stringify(event)}, ${JSON.stringify(disclosures)}::text::json)`
  }
  const [sql, sealer] = [openClient(target), openClient(target)]
  try {
    await sql`insert into tenants.tenant (tenant_id, name, microsoft_tenant_id, primary_domain) values (${tenantId}, 'T', gen_random_uuid(), 't.example')`
    await seal(sql, 1, 'Nora 0000e19b9')
    await seal(sql, 2, '田中太郎 Straße')
    const rows = () => sql`select sequence::int, xmin::text from audit.sealed order by sequence`
    const before = await rows()

    // The last event is sealed in a transaction that is open when the migration begins.
    const migrating = await sealer.begin(async (open) => {
      await seal(open, 3, '鈴木花子')
      const migration = migrate(target)
      await vi.waitFor(async () => {
        const waiting =
          await sql`select from pg_locks where not granted and relation = 'audit.sealed'::regclass`
        expect(waiting).toHaveLength(1)
      }, 10_000)
      return { migration }
    })
    await migrating.migration

    const found = async (text: string) =>
      (
        await sql`select sequence::int from audit.sealed where words @@ audit.search_query(${text}) order by 1`
      ).map(({ sequence }) => sequence)
    expect(await found('0000E19B9')).toEqual([1])
    expect(await found('中太')).toEqual([2])
    expect(await found('STRASSE')).toEqual([2])
    expect(await found('木花')).toEqual([3])
    expect(await found('system')).toEqual([1, 2, 3])
    // ASCII events are not written again, because they have the same words as before.
    expect((await rows())[0]).toEqual(before[0])
  } finally {
    for (const client of [sql, sealer]) await client.end({ timeout: 1 })
  }
})
