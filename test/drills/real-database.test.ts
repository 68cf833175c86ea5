/** An external database: separate logins, and no superuser. */
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { readConfig } from '../../gateway/config.ts'
import { openDatabases } from '../../gateway/databases.ts'
import { UnusableDatabase } from '../../platform/postgres/errors.ts'
import { openClient } from '../../platform/postgres/servers.ts'
import { testLog } from '../support/database.ts'
import { activityRows } from '../support/log-rows.ts'
import { removeFolders, requiredSettings, run } from '../support/process.ts'

const id = randomBytes(4).toString('hex')
const [database, owner, service] = [`real_${id}`, `real_owner_${id}`, `real_service_${id}`]
const urlFor = (user: string) =>
  `postgres://${user}@localhost/${database}?host=${encodeURIComponent(inject('socketDir'))}`
const env = requiredSettings
let admin: ReturnType<typeof openClient>

beforeAll(async () => {
  admin = openClient({
    at: { socketDir: inject('socketDir'), user: 'postgres', database: 'postgres' },
  })
  await admin.unsafe(`create role ${owner} login`)
  await admin.unsafe(`create role ${service} login`)
  await admin.unsafe(`create database ${database} owner ${owner}`)
})

afterAll(async () => {
  await admin.unsafe(`drop database ${database} with (force)`)
  await admin.unsafe(`drop role ${owner}`)
  await admin.unsafe(`drop role ${service}`)
  await admin.end()
  await removeFolders()
})

/** Returns the error with which a start refuses the database. `main.ts` prints this sentence. */
async function refusalAtStart(): Promise<string | null> {
  const config = readConfig({ ...env, DATABASE_URL: urlFor(service) })
  const closes: (() => Promise<void>)[] = []
  try {
    await openDatabases(config, testLog, (close) => closes.push(close))
    return null
  } catch (error) {
    if (error instanceof UnusableDatabase) return error.message
    throw error
  } finally {
    for (const close of closes) await close()
  }
}

test('plain logins can migrate and serve, and each missing step is reported', async () => {
  const stranger = await run('gateway/main.ts', [], { ...env, DATABASE_URL: urlFor(service) })
  expect(await stranger.exit).toBe(1)
  expect(stranger.output()).toBe(
    'The database user may not act as it_complete_app. Run `grant it_complete_app to` that user.\n',
  )

  await admin.unsafe(`grant it_complete_app to ${service}`)
  expect(await refusalAtStart()).toBe(
    "The database's schema is older than this version needs. Run `npm run db:migrate` first.",
  )

  // In this cluster the roles exist already, so only the rights in the database are missing.
  await admin.unsafe(`alter database ${database} owner to postgres`)
  const without = await run('admin/migrate.ts', [], { DATABASE_URL: urlFor(owner) })
  expect([await without.exit, without.output()]).toEqual([
    1,
    `The migration failed, and the database is unchanged: permission denied for database ${database} (SQLSTATE 42501). Use a login that owns the database and has CREATEROLE, as in docs/operations.md.\n`,
  ])
  await admin.unsafe(`alter database ${database} owner to ${owner}`)
  await admin.unsafe(`alter role ${owner} createrole`)

  for (const _time of ['once', 'and again, which changes nothing']) {
    const migrated = await run('admin/migrate.ts', [], { DATABASE_URL: urlFor(owner) })
    expect(await migrated.exit).toBe(0)
    expect(migrated.output()).toBe('The database is up to date.\n')
  }

  for (const role of ['it_complete_sealer', 'it_complete_maintenance']) {
    expect(await refusalAtStart()).toBe(
      `The database user may not act as ${role}. Run \`grant ${role} to\` that user.`,
    )
    await admin.unsafe(`grant ${role} to ${service}`)
  }

  const served = await run('gateway/main.ts', [], { ...env, DATABASE_URL: urlFor(service) })
  const [, url] = await served.says(/GraphQL {6}(http\S+)\/graphql/)
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' })
  expect(served.output()).not.toContain('demo')
  served.child.kill('SIGTERM')
  expect(await served.exit).toBe(0)
})

/** Runs a command of the operator's command line, without a terminal. */
async function command(...args: string[]): Promise<[status: number | null, output: string]> {
  const ran = await run('admin/main.ts', args, { DATABASE_URL: urlFor(service) })
  return [await ran.exit, ran.output()]
}

test('the admin command line works, and each command is recorded', async () => {
  await admin.unsafe(`grant it_complete_operator to ${service}`)
  const organization = ['--microsoft-tenant-id', '11111111-1111-4111-8111-111111111111']
  const [made, output] = await command(
    ...['tenant', 'create', '--name', 'Contoso', ...organization, '--domains', 'contoso.example'],
  )
  expect(made).toBe(0)
  const tenantId = output.trim()
  const sql = openClient({ at: { socketDir: inject('socketDir'), user: 'postgres', database } })
  expect(await activityRows({ owner: sql }, { tenantId, reads: true })).toMatchObject([
    {
      action: 'tenant.created',
      outcome: 'SUCCEEDED',
      actor_key: expect.stringMatching(/^operator:/),
    },
  ])
  await sql.end()
  const [, list] = await command('tenant', 'list', '--json')
  expect(JSON.parse(list)).toEqual([
    { tenantId, name: 'Contoso', microsoftTenantId: organization[1], domains: 'contoso.example' },
  ])
})

test('a command that cannot be undone needs --yes without a terminal', async () => {
  const newEpoch = ['log', 'new-epoch', '--reason', 'a restored backup', '--tenant', randomUUID()]
  const [refused, why] = await command(...newEpoch)
  expect([refused, why]).toEqual([
    1,
    expect.stringMatching(/ starts a new proof chain .* add --yes\.\n/),
  ])
  const [status, output] = await command(...newEpoch, '--yes')
  expect([status, output]).toEqual([1, expect.stringMatching(/^No tenant has this ID\.\n/)])
})
