/**
<<<<<<< HEAD
 * One running world per Vitest worker. The test files of a worker run one after another and share
 * it, because starting a world takes about one second of CPU, and emptying its database takes
 * milliseconds.
=======
 * One running world per worker process, which the worker's test files use one after another. To
 * boot a world takes about one second of CPU; to empty its database takes milliseconds.
>>>>>>> tests
 */
import type postgres from 'postgres'
import { registerPartners } from './partners.ts'
import { failures } from './setup.ts'
import { startWorld, type World } from './world.ts'

let shared: Promise<World> | undefined

/**
<<<<<<< HEAD
 * Returns this worker's world with an empty database and newly registered partners. Call it in
 * `beforeAll`. A test file that changes settings, clocks or Entra ID, or that injects a fault,
 * calls `startWorld` instead.
=======
 * Returns this worker's world, with an empty database and newly registered partners; call it in
 * `beforeAll`. Call `startWorld` instead in a file that changes what the service holds in memory
 * (settings, clocks, Entra ID), or the database's schema.
>>>>>>> tests
 */
export async function sharedWorld(): Promise<World> {
  if (failures.hasTestFailed) {
    void shared?.then((world) => world.stop()).catch(() => {})
    shared = undefined
    failures.hasTestFailed = false
  }
  if (!shared) {
    shared = startWorld()
    return shared
  }
  const world = await shared
  await emptyTables(world.database.owner)
  world.entra.tenants.length = 0
  return Object.assign(world, await registerPartners(world.operator))
}

/**
<<<<<<< HEAD
 * Deletes all rows of all tables, because migrations insert no rows that must stay.
 * `audit.unsealed` is emptied first, so that the sequencer is idle during the rest.
 * `session_replication_role = replica` disables the triggers that protect the Activity Log.
=======
 * Deletes the rows of every table; migrations insert none that must stay. The unsealed events go
 * first, so that the sequencer is idle while the rest is deleted. The replica role disables the
 * triggers that guard the Activity Log.
>>>>>>> tests
 */
async function emptyTables(sql: postgres.Sql): Promise<void> {
  await sql`delete from audit.unsealed`
  const deleteRows = () =>
    sql.unsafe(`
      do $$ declare name text; is_filled boolean; begin
        set local session_replication_role = replica;
        for name in select format('%I.%I', schemaname, tablename) from pg_tables
          where schemaname not in ('pg_catalog', 'information_schema', 'drizzle')
        loop
          execute format('select exists (select from %s)', name) into is_filled;
          if is_filled then execute format('delete from %s', name); end if;
        end loop;
      end $$`)
<<<<<<< HEAD
  // Retries because a transaction of a background worker may cause a deadlock with the deletion.
=======
  // A background worker of the service may still be in a transaction and cause a deadlock.
>>>>>>> tests
  await deleteRows().catch(deleteRows).catch(deleteRows)
}
