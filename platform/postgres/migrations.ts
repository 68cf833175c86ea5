/** The database's schema: brought up to date by one process at a time, and never used by code that is older than it. */
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as drizzleMigrate } from 'drizzle-orm/postgres-js/migrator'
import { type DatabaseTarget, databaseErrorCode, type openClient, openPrimary } from './database.ts'

const migrationsFolder = fileURLToPath(new URL('../../drizzle/migrations', import.meta.url))

/** A database that cannot be used as it is; the message is one sentence for whoever started us. */
export class UnusableDatabase extends Error {
  override name = 'UnusableDatabase'
}

/** For how long one that migrates waits for another. Making the words of a long log anew takes minutes. */
const waitForOthers = '30min'
/** A statement that waits for a table keeps everybody from it who comes after: so not for long, but again and again. */
const waitForTable = '2s'
const attempts = 60
const betweenAttemptsMs = 1_000

/** Applies what is missing, all or nothing, under a lock that a second process waits for. Needs a role that may create schemas and roles. */
export async function migrate(target: DatabaseTarget): Promise<void> {
  await withClient(target, async (sql) => {
    await sql.unsafe(`set lock_timeout = '${waitForOthers}'`)
    await sql.unsafe('select pg_advisory_lock(4812651)').catch((error: unknown) => {
      throw isLockTimeout(error)
        ? new UnusableDatabase(
            `Another process has been migrating this database for ${waitForOthers}.`,
          )
        : error
    })
    await refuseNewer(sql)
    await sql.unsafe(`set lock_timeout = '${waitForTable}'`)
    for (let attempt = 1; ; attempt++) {
      try {
        return await drizzleMigrate(drizzle(sql), { migrationsFolder })
      } catch (error) {
        if (!isLockTimeout(error)) throw error
        if (attempt === attempts)
          throw new UnusableDatabase(
            'Tables that are to be changed are in use: end what has long been running in the database, and try again.',
          )
        await setTimeout(betweenAttemptsMs)
      }
    }
  })
}

/** Somebody else had the lock, or waited for one of ours in turn. */
const isLockTimeout = (error: unknown) =>
  ['55P03', '40P01'].includes(databaseErrorCode(error) ?? '')

/**
 * Tells whether whoever logged in could step out of the service's role into one without bounds.
 * @throws UnusableDatabase where the schema is older or newer than this code, where the database does not answer,
 * or where it holds demo data and the demo is off.
 */
export async function checkDatabase(
  target: DatabaseTarget,
  { demo }: { demo: boolean },
): Promise<{ loginIsUnbounded: boolean }> {
  return withClient(target, async (sql) => {
    await refuseNewer(sql)
    const applied = await appliedMigrations(sql)
    if (applied < newestMigration()) throw notMigrated()
    const [found] =
      await sql`select exists (select from tenants.partner_instance where demo) or exists (select from tenants.organization where demo) as demo`
    if (!demo && found?.demo)
      throw new UnusableDatabase(
        "The database holds the demo's tenants and partners, and DEMO is off: use another database or DATA_DIR.",
      )
    const [login] =
      await sql`select rolsuper or rolbypassrls as unbounded from pg_roles where rolname = session_user`
    return { loginIsUnbounded: login?.unbounded === true }
  })
}

/** @throws UnusableDatabase where the login may not act as the target's role. */
export const checkRole = (target: DatabaseTarget): Promise<void> =>
  withClient(target, async (sql) => void (await sql`select 1`))

const notMigrated = () =>
  new UnusableDatabase(
    "The database's schema is older than this version needs: run `npm run db:migrate` first.",
  )

async function refuseNewer(sql: ReturnType<typeof openClient>): Promise<void> {
  if ((await appliedMigrations(sql)) > newestMigration()) {
    throw new UnusableDatabase(
      "The database's schema is newer than this version of the service: start the version that made it, or a newer one.",
    )
  }
}

/** When the newest migration was made, in the journal's milliseconds. */
function newestMigration(): number {
  const journal = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8')) as {
    entries: { when: number }[]
  }
  return Math.max(...journal.entries.map(({ when }) => when))
}

async function appliedMigrations(sql: ReturnType<typeof openClient>): Promise<number> {
  const [table] =
    await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as exists`
  if (!table?.exists) return 0
  const [newest] =
    await sql`select coalesce(max(created_at), 0) as at from drizzle.__drizzle_migrations`
  return Number(newest?.at)
}

async function withClient<T>(
  target: DatabaseTarget,
  work: (sql: ReturnType<typeof openClient>) => Promise<T>,
): Promise<T> {
  let sql: ReturnType<typeof openClient> | undefined
  try {
    sql = await openPrimary(target, { connect_timeout: 5 })
    return await work(sql)
  } catch (error) {
    if (error instanceof UnusableDatabase) throw error
    const message = error instanceof Error ? error.message : String(error)
    if (/role "it_complete_\w+" does not exist/.test(message)) throw notMigrated()
    const role = /permission denied to set role "(it_complete_\w+)"/.exec(message)?.[1]
    if (role)
      throw new UnusableDatabase(
        `The database user may not act as ${role}: \`grant ${role} to\` it.`,
      )
    throw new UnusableDatabase(`The database cannot be used: ${message}`, { cause: error })
  } finally {
    await sql?.end({ timeout: 1 })
  }
}
