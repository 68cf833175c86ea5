import { randomBytes } from 'node:crypto'
import type postgres from 'postgres'
import { inject } from 'vitest'
import { createLog, type Log } from '../../platform/lib/log.ts'
import type { DatabaseLimits } from '../../platform/postgres/connection.ts'
import { type Database, defaultLimits, openDatabase } from '../../platform/postgres/database.ts'
import { type DatabaseTarget, openClient } from '../../platform/postgres/servers.ts'
import { templateDatabase } from './global-setup.ts'

export interface TestDatabase {
  at: DatabaseTarget['at']
  name: string
  /** The connection pool of the service, with the role of the service. */
  db: Database
  /**
   * A client with the role of the database owner. Tests use this client to read tables without an
   * API and to change times instead of waiting.
   */
  owner: postgres.Sql
  drop(): Promise<void>
}

export const testLog: Log = createLog((process.env.LOG_LEVEL as 'silent') ?? 'silent')

/**
 * Clones a new database from the template.
 * @param socketDirs the socket folders of one or more servers, separated by commas. This function
 * creates the database on the first server. The client of the owner connects only to the first
 * server.
 */
export async function cloneDatabase(
  limits: Partial<DatabaseLimits> = {},
  socketDirs = inject('socketDir'),
): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const [socketDir = ''] = socketDirs.split(',')
  const admin = openClient({ at: { socketDir, user: 'postgres', database: 'postgres' } })
  await admin.unsafe(`create database ${name} template ${templateDatabase} strategy file_copy`)
  const at = { socketDir: socketDirs, user: 'postgres', database: name }
  const db = openDatabase({ at, role: 'it_complete_app' }, testLog, { ...defaultLimits, ...limits })
  const owner = openClient({ at: { ...at, socketDir } }, { max: 2 })
  return {
    at,
    name,
    db,
    owner,
    async drop() {
      await db.close()
      await owner.end({ timeout: 1 })
      await admin.unsafe(`drop database ${name} with (force)`)
      await admin.end({ timeout: 1 })
    },
  }
}
