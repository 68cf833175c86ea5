/** Which database the configuration means: one that it points at, or a private one of our own. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { type DatabaseTarget, openClient } from './database.ts'
import { findRunningEmbedded, startEmbedded } from './embedded/embedded-postgres.ts'
import { UnusableDatabase } from './migrations.ts'

export interface Store {
  /** As whoever may migrate. */
  owner: DatabaseTarget
  service: DatabaseTarget
  operators: DatabaseTarget
  sealer: DatabaseTarget
  maintenance: DatabaseTarget
  isEmbedded: boolean
  stop(): Promise<void>
}

const databaseName = 'it_complete_login'

/** @param ifRunning what to do with an embedded database that another process of ours runs: use it, or refuse to start. */
export async function openDatabaseTarget(
  config: Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>,
  ifRunning: 'use' | 'refuse' = 'refuse',
): Promise<Store> {
  if (config.DATABASE_URL) return storeAt({ url: config.DATABASE_URL }, false, async () => {})
  await mkdir(config.DATA_DIR, { recursive: true, mode: 0o700 })
  const running = ifRunning === 'use' ? await findRunningEmbedded(config.DATA_DIR) : null
  const server = running
    ? { ...running, stop: async () => {} }
    : await startEmbedded(config.DATA_DIR).catch((error: unknown) => {
        throw new UnusableDatabase(error instanceof Error ? error.message : String(error), {
          cause: error,
        })
      })
  const at = { socketDir: server.socketDir, user: server.superuser }
  const sql = openClient({ at: { ...at, database: 'postgres' } })
  try {
    const [known] = await sql`select from pg_database where datname = ${databaseName}`
    if (!known) await sql.unsafe(`create database ${databaseName}`)
  } finally {
    await sql.end({ timeout: 1 })
  }
  return storeAt({ ...at, database: databaseName }, true, server.stop)
}

function storeAt(at: DatabaseTarget['at'], isEmbedded: boolean, stop: () => Promise<void>): Store {
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

/** The key of transactions that a node of its own needs nobody to share: made once, kept beside the database. */
export const ownStateEncryptionKey = (dataDir: string): Promise<Uint8Array> =>
  madeOnce(dataDir, 'transaction.key', () => randomBytes(32))

/** The key by which the Activity Log is signed, in PEM form, on the same terms. */
export async function ownLogKey(dataDir: string): Promise<string> {
  const made = () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  return (await madeOnce(dataDir, 'activity-log.key', made)).toString()
}

async function madeOnce(
  dataDir: string,
  name: string,
  make: () => string | Uint8Array,
): Promise<Buffer> {
  const path = join(dataDir, name)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(path, make(), { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  return readFile(path)
}
