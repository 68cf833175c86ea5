/**
 * Selects the database. The service uses the database at DATABASE_URL or, for development and
 * tests, an embedded database in DATA_DIR.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findRunningEmbedded, startEmbedded } from './embedded/embedded-postgres.ts'
import { UnusableDatabase } from './errors.ts'
import { type DatabaseTarget, openClient } from './servers.ts'

/** One target per database role, because processes need different privileges. */
export interface DatabaseTargets {
  /** Connects as the login role itself, which can run migrations. */
  owner: DatabaseTarget
  service: DatabaseTarget
  operators: DatabaseTarget
  /** The database target of the sequencer. */
  sealer: DatabaseTarget
  /** The database target of retention and partition maintenance. */
  maintenance: DatabaseTarget
  isEmbedded: boolean
  /** Stops the embedded server if this process started the server. */
  stop(): Promise<void>
}

const databaseName = 'it_complete_login'

/**
 * Returns the targets of the database. If DATABASE_URL is not set, starts the embedded database.
 * @param ifRunning if another process already runs the embedded database, `use` connects to that
 * database and `refuse` throws an error
 * @throws UnusableDatabase when the embedded database cannot be started
 */
export async function openDatabaseTarget(
  config: { DATABASE_URL?: string | undefined; DATA_DIR: string },
  ifRunning: 'use' | 'refuse' = 'refuse',
): Promise<DatabaseTargets> {
  if (config.DATABASE_URL) return targetsAt({ url: config.DATABASE_URL }, false, async () => {})
  await mkdir(config.DATA_DIR, { recursive: true, mode: 0o700 })
  const running = ifRunning === 'use' ? await findRunningEmbedded(config.DATA_DIR) : null
  const server = running
    ? { ...running, stop: async () => {} }
    : await startEmbedded(config.DATA_DIR).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        throw new UnusableDatabase(message, { cause: error })
      })
  const login = { socketDir: server.socketDir, user: server.superuser }
  const sql = openClient({ at: { ...login, database: 'postgres' } })
  try {
    const [existing] = await sql`select from pg_database where datname = ${databaseName}`
    if (!existing) await sql.unsafe(`create database ${databaseName}`)
  } finally {
    await sql.end({ timeout: 1 })
  }
  return targetsAt({ ...login, database: databaseName }, true, server.stop)
}

function targetsAt(
  at: DatabaseTarget['at'],
  isEmbedded: boolean,
  stop: () => Promise<void>,
): DatabaseTargets {
  return {
    owner: { at },
    service: { at, role: 'it_complete_app' },
    operators: { at, role: 'it_complete_operator' },
    sealer: { at, role: 'it_complete_sealer' },
    maintenance: { at, role: 'it_complete_maintenance' },
    isEmbedded,
    stop,
  }
}

/**
 * Returns the key that encrypts the sign-in state on a single node (32 bytes). The first call
 * creates the key and stores it in DATA_DIR.
 */
export const ownStateEncryptionKey = (dataDir: string): Promise<Uint8Array> =>
  createdOnce(dataDir, 'transaction.key', () => randomBytes(32))

/**
 * Returns the Ed25519 key that signs the Activity Log on a single node (PKCS #8, PEM). The first
 * call creates the key and stores it in DATA_DIR.
 */
export async function ownLogKey(dataDir: string): Promise<string> {
  const create = () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  return (await createdOnce(dataDir, 'activity-log.key', create)).toString()
}

async function createdOnce(
  dataDir: string,
  name: string,
  create: () => string | Uint8Array,
): Promise<Buffer> {
  const path = join(dataDir, name)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  // `wx` does not overwrite an existing file. Two processes that start at the same time therefore
  // use the same key.
  await writeFile(path, create(), { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  return readFile(path)
}
