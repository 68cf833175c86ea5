/**
 * Tests the backup and restore of docs/operations.md. A dump of a database in use is restored, and
 * the Activity Log of the restored service passes verification.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openClient } from '../../platform/postgres/servers.ts'
import { createHandoff } from '../support/documents.ts'
import { makeTemplate } from '../support/global-setup.ts'
import { operatorRows } from '../support/log-rows.ts'
import { forgedAssertion } from '../support/login.ts'
import { removeFolders, run } from '../support/process.ts'
import { skipsWithout } from '../support/requirements.ts'
import { inProcesses, type Processes } from '../support/serve.ts'
import {
  type SystemPostgres,
  startSystemPostgres,
  systemPrograms,
} from '../support/system-postgres.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

const folder = systemPrograms()
if (!folder)
  console.warn(
    'Skipped, because backup and restore need pg_dump, pg_restore and a server of the same version. Install the package postgresql.',
  )

let server: SystemPostgres
let world: World
let tenant: Tenant
let kept: string
let env: Record<string, string>
const processes: Processes = new Map()

beforeAll(async () => {
  if (!folder) return
  kept = await mkdtemp(join(tmpdir(), 'itcl-kept-'))
  server = await startSystemPostgres(folder)
  await makeTemplate(server.socketDir)
  const serve = inProcesses('one', processes)
  world = await startWorld(
    {},
    {
      socketDir: server.socketDir,
      serve(given, port, keys) {
        env = { ...given, PORT: String(port) }
        return serve(given, port, keys)
      },
    },
  )
  tenant = await world.createTenant()
})
afterAll(async () => {
  await world?.stop()
  await server?.stop()
  await removeFolders()
  if (kept) await rm(kept, { recursive: true, force: true })
})

const exported = async (bearer: string) =>
  (
    await fetch(`${world.url}/activity/export/${tenant.id}`, {
      headers: { authorization: `Bearer ${bearer}` },
    })
  ).text()

/** Runs `npm run verify` with the log's verifier key and a checkpoint. */
async function verify(
  file: string,
  since?: string,
): Promise<{ status: number | null; says: string }> {
  const path = join(kept, 'activity.ndjson')
  await writeFile(path, file)
  const asked = await run('verify-cli/main.ts', [
    path,
    '--key',
    join(kept, 'keys'),
    ...(since ? ['--since', join(kept, since)] : []),
  ])
  return { status: await asked.exit, says: asked.output() }
}

const checkpoint = 'query ($id: ID!) { tenant(id: $id) { activityCheckpoint { treeSize note } } }'

test.skipIf(skipsWithout(folder !== null, 'pg_dump and pg_restore'))(
  'a restored dump has lost no acknowledged change and verifies',
  async () => {
    const { admin } = await world.open(tenant, world.vsa)
    const acknowledged: string[] = []
    let asked = 0
    let isOver = false
    const writers = Array.from({ length: 4 }, async (_, client) => {
      for (let n = 0; !isOver; n++) {
        const ticket = `${client}-${n}`
        asked++
        const { data } = await world.ask(null, createHandoff, {
          input: { assertion: forgedAssertion(world, world.vsa, tenant.id, { ticket }) },
        })
        if (data?.createHandoff?.code) acknowledged.push(ticket)
      }
    })
    const many = (count: number) =>
      vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(count), {
        timeout: 30_000,
        interval: 20,
      })
    await many(20)
    // The verifier key and a checkpoint are kept outside the database.
    await writeFile(
      join(kept, 'keys'),
      await (await fetch(`${world.url}/.well-known/activity-log-keys`)).text(),
    )
    const stated = await vi.waitFor(
      async () => {
        const { data } = await world.ask(admin, checkpoint, { id: tenant.id })
        expect(data.tenant.activityCheckpoint).not.toBeNull()
        return data.tenant.activityCheckpoint as { treeSize: number; note: string }
      },
      { timeout: 20_000, interval: 50 },
    )
    await writeFile(join(kept, 'checkpoint'), stated.note)

    const before = [...acknowledged]
    const address = (database: string) =>
      `postgres://postgres@localhost/${database}?host=${encodeURIComponent(server.socketDir)}`
    const dump = join(kept, 'it_complete.dump')
    const program = (name: string, args: string[]) =>
      promisify(execFile)(join(folder!, name), args, { timeout: 60_000 })
    await program('pg_dump', [
      '--format=custom',
      `--file=${dump}`,
      `--dbname=${address(world.database.name)}`,
    ])
    await many(acknowledged.length + 10)
    isOver = true
    await Promise.all(writers)
    // Waits until rows written after the dump are sealed, so that the checkpoint copies are ahead
    // of the backup.
    await vi.waitFor(
      async () =>
        expect(
          await world.database.owner`
            select from audit.unsealed where tenant_id = ${tenant.id} limit 1`,
        ).toHaveLength(0),
      { timeout: 20_000, interval: 50 },
    )
    const { data: last } = await world.ask(admin, checkpoint, { id: tenant.id })

    const restored = `${world.database.name}_restored`
    const postgres = openClient({
      at: { socketDir: server.socketDir, user: 'postgres', database: 'postgres' },
    })
    await postgres.unsafe(`create database ${restored}`)
    await postgres.end()
    await program('pg_restore', [
      '--exit-on-error',
      '--single-transaction',
      `--dbname=${address(restored)}`,
      dump,
    ])
    const { child, exit } = processes.get('one')!
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
    const service = await run('gateway/main.ts', [], { ...env, DATABASE_URL: address(restored) })
    const sql = openClient({
      at: { socketDir: server.socketDir, user: 'postgres', database: restored },
    })
    try {
      await service.says(/is ready/)
      const rows = await sql<{ ticket: string }[]>`
        select change ->> 'after' as ticket from audit.activity, jsonb_array_elements(changes::jsonb) change
        where tenant_id = ${tenant.id} and action = 'handoff.created' and outcome = 'SUCCEEDED' and change ->> 'field' = 'ticket'`
      const found = new Set(rows.map(({ ticket }) => ticket))
      const lost = before.filter((ticket) => !found.has(ticket))
      console.log(
        `requested ${asked}, acknowledged ${acknowledged.length} (${before.length} before the dump began); in the restored database: stored ${found.size}, lost ${lost.length}, duplicated ${rows.length - found.size}`,
      )
      expect({ lost, doubled: rows.length - found.size }).toEqual({ lost: [], doubled: 0 })
      expect(found.size).toBeLessThan(acknowledged.length) // the backup lacks some acknowledged changes

      // The checkpoint copies, which were not restored, are ahead: sequencing stops until an
      // operator opens an epoch. Events are still accepted. The dump may contain no unsealed event.
      // Then the sequencer has nothing to do.
      const assertion = forgedAssertion(world, world.vsa, tenant.id, { ticket: 'after restore' })
      const waiting = await world.ask(null, createHandoff, { input: { assertion } })
      expect(waiting.data?.createHandoff?.code).toBeTruthy()
      const stops = { action: 'activity_log.sealing_stopped', targetId: tenant.id }
      await vi.waitFor(
        async () =>
          expect(await operatorRows({ owner: sql }, stops)).toMatchObject([
            { reason: 'ANCHOR_AHEAD' },
          ]),
        { timeout: 20_000, interval: 100 },
      )
      const { data } = await world.ask(admin, checkpoint, { id: tenant.id })
      const head = data.tenant.activityCheckpoint.treeSize as number
      expect(head).toBeGreaterThanOrEqual(stated.treeSize)
      expect(head).toBeLessThan(last.tenant.activityCheckpoint.treeSize)
      // The restored log is consistent with the checkpoint that was kept.
      expect(await verify(await exported(admin.bearer), 'checkpoint')).toMatchObject({
        status: 0,
        says: expect.stringContaining('In order'),
      })

      const epoch = [
        'log',
        'new-epoch',
        '--tenant',
        tenant.id,
        '--reason',
        'restored last night’s backup',
        '--yes',
      ]
      const opened = await run('admin/main.ts', epoch, { DATABASE_URL: address(restored) })
      expect([await opened.exit, opened.output()]).toEqual([0, expect.any(String)])
      await vi.waitFor(
        async () =>
          expect(
            await sql`select from audit.unsealed where tenant_id = ${tenant.id} limit 1`,
          ).toHaveLength(0),
        {
          timeout: 20_000,
          interval: 100,
        },
      )
      const [places] = await sql`
        select count(*)::int as events, min(sequence)::int as first, max(sequence)::int as last from audit.sealed where tenant_id = ${tenant.id}`
      expect(places!.events).toBeGreaterThan(head)
      expect([places!.first, places!.last]).toEqual([1, places!.events])
      expect(await verify(await exported(admin.bearer))).toMatchObject({
        status: 0,
        says: expect.stringContaining('In order'),
      })
      expect(
        (
          await world.ask(null, createHandoff, {
            input: { assertion: await world.assertion(world.vsa, tenant.id) },
          })
        ).data.createHandoff.code,
      ).toBeTruthy()
    } finally {
      service.child.kill('SIGTERM')
      await service.exit
      await sql.end({ timeout: 1 })
      const again = openClient({
        at: { socketDir: server.socketDir, user: 'postgres', database: 'postgres' },
      })
      await again.unsafe(`drop database ${restored} with (force)`)
      await again.end()
    }
  },
  120_000,
)
