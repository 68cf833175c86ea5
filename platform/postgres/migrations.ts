/**
 * Applies schema migrations, in one process at a time. Rejects a database whose schema does not
 * match this version of the code.
 */
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as drizzleMigrate } from 'drizzle-orm/postgres-js/migrator'
import type postgres from 'postgres'
import { databaseErrorCode, databaseReason, UnusableDatabase } from './errors.ts'
import { type DatabaseTarget, openPrimary } from './servers.ts'

const migrationsFolder = fileURLToPath(new URL('../../drizzle/migrations', import.meta.url))

/**
 * The maximum wait for a migration by another process. Long waits are normal, because rebuilding
 * the search index of a large log takes minutes.
 */
const migrationLockTimeout = '30min'
/**
 * The maximum wait for a table lock. The limit is short because other queries queue behind the
 * waiting statement. After the timeout, the migration is retried.
 */
const tableLockTimeout = '2s'
const maxAttempts = 60
const retryAfterMs = 1_000

/**
 * Applies all missing migrations in one transaction. If another process is migrating, waits for
 * that process. The login role needs the privileges to create schemas and roles.
 * @throws UnusableDatabase when the schema is newer than this version, or a lock is not acquired in
 * time
 */
export async function migrate(target: DatabaseTarget): Promise<void> {
  await withClient(target, async (sql) => {
    await sql.unsafe(`set lock_timeout = '${migrationLockTimeout}'`)
    await sql.unsafe('select pg_advisory_lock(4812651)').catch((error: unknown) => {
      throw isLockTimeout(error)
        ? new UnusableDatabase(
            `Another process has been migrating this database for ${migrationLockTimeout}. Stop that process and try again.`,
          )
        : error
    })
    await refuseNewerSchema(sql)
    await sql.unsafe(`set lock_timeout = '${tableLockTimeout}'`)
    for (let attempt = 1; ; attempt++) {
      try {
        return await drizzleMigrate(drizzle(sql), { migrationsFolder })
      } catch (error) {
        if (!isLockTimeout(error)) throw migrationFailed(error)
        if (attempt === maxAttempts)
          throw new UnusableDatabase(
            'Other database sessions lock the tables to migrate. End long-running sessions and try again.',
          )
        await setTimeout(retryAfterMs)
      }
    }
  })
}

/** Adds the reason of the server to its error. Returns other errors unchanged. */
function migrationFailed(error: unknown): unknown {
  const code = databaseErrorCode(error)
  if (code === undefined) return error
  const advice =
    code === '42501'
      ? ' Use a login that owns the database and has CREATEROLE, as in docs/operations.md.'
      : ''
  return new UnusableDatabase(
    `The migration failed, and the database is unchanged: ${databaseReason(error)}.${advice}`,
    { cause: error },
  )
}

/** Whether the error is a lock timeout (SQLSTATE 55P03) or a deadlock (40P01). */
const isLockTimeout = (error: unknown) =>
  ['55P03', '40P01'].includes(databaseErrorCode(error) ?? '')

/**
 * Checks the version of the schema. In the result, `loginIsUnbounded` is true if the login role can
 * bypass row-level security (as a superuser or with BYPASSRLS).
 * @throws UnusableDatabase when the schema is older or newer than this version, the database does
 * not respond, or the database contains demo data while the demo is off
 */
export async function checkDatabase(
  target: DatabaseTarget,
  { demo }: { demo: boolean },
): Promise<{ loginIsUnbounded: boolean }> {
  return withClient(target, async (sql) => {
    await refuseNewerSchema(sql)
    if ((await appliedMigration(sql)) < newestMigration()) throw schemaTooOld()
    const [found] =
      await sql`select exists (select from tenants.partner_instance where demo) or exists (select from tenants.organization where demo) as demo`
    if (!demo && found?.demo)
      throw new UnusableDatabase(
        'The database contains demo tenants and partners, but DEMO is off. Use another database or DATA_DIR.',
      )
    const [login] =
      await sql`select rolsuper or rolbypassrls as unbounded from pg_roles where rolname = session_user`
    return { loginIsUnbounded: login?.unbounded === true }
  })
}

/**
 * Checks that the login role can assume the role of the target.
 * @throws UnusableDatabase when the login role cannot assume the role
 */
export const checkRole = (target: DatabaseTarget): Promise<void> =>
  withClient(target, async (sql) => void (await sql`select 1`))

const schemaTooOld = () =>
  new UnusableDatabase(
    "The database's schema is older than this version needs. Run `npm run db:migrate` first.",
  )

async function refuseNewerSchema(sql: postgres.Sql): Promise<void> {
  if ((await appliedMigration(sql)) > newestMigration())
    throw new UnusableDatabase(
      "The database's schema is newer than this version. Start the version that migrated it, or a newer one.",
    )
}

/**
 * Returns the creation time of the newest migration in this version, in milliseconds. The migration
 * journal contains this time.
 */
function newestMigration(): number {
  const journal = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8')) as {
    entries: { when: number }[]
  }
  return Math.max(...journal.entries.map(({ when }) => when))
}

/**
 * Returns the creation time of the newest migration in the database, in milliseconds. Returns 0 if
 * the database has no migrations.
 */
async function appliedMigration(sql: postgres.Sql): Promise<number> {
  const [table] =
    await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as exists`
  if (!table?.exists) return 0
  const [newest] =
    await sql`select coalesce(max(created_at), 0) as at from drizzle.__drizzle_migrations`
  return Number(newest?.at)
}

async function withClient<T>(
  target: DatabaseTarget,
  work: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  let sql: postgres.Sql | undefined
  try {
    sql = await openPrimary(target)
    return await work(sql)
  } catch (error) {
    if (error instanceof UnusableDatabase) throw error
    const message = databaseReason(error)
    if (/role "it_complete_\w+" does not exist/.test(message)) throw schemaTooOld()
    const role = /permission denied to set role "(it_complete_\w+)"/.exec(message)?.[1]
    throw new UnusableDatabase(
      role
        ? `The database user may not act as ${role}. Run \`grant ${role} to\` that user.`
        : `The database cannot be used: ${message}`,
      { cause: error },
    )
  } finally {
    await sql?.end({ timeout: 1 })
  }
}
