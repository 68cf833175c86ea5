/**
 * One running world per Vitest worker. The test files of a worker share this world, because
 * starting a world takes about one second of CPU time, and emptying its database takes
 * milliseconds.
 */
import type postgres from 'postgres'
import { registerPartners } from './partners.ts'
import { failures } from './setup.ts'
import { startWorld, type World } from './world.ts'

let shared: Promise<World> | undefined
let stopShared: World['stop'] | undefined

/**
 * Returns the world of this worker, with an empty database and newly registered partners. Call this
 * function in `beforeAll`. A test file that changes settings, clocks or Entra ID, or that injects a
 * fault, must call `startWorld` instead.
 */
export async function sharedWorld(): Promise<World> {
  if (failures.hasTestFailed) {
    void stopShared?.().catch(() => {})
    shared = undefined
    failures.hasTestFailed = false
  }
  if (!shared) {
    shared = startWorld()
    const world = await shared
    stopShared = world.stop
    world.stop = () => Promise.reject(new Error('A test file must not stop the shared world.'))
    return world
  }
  const world = await shared
  await emptyTables(world.database.owner)
  world.entra.tenants.length = 0
  return Object.assign(world, await registerPartners(world.operator))
}

/**
 * Deletes all rows of all tables. Empties `audit.unsealed` first, so that the sequencer is idle
 * during the deletion. `session_replication_role = replica` disables the triggers that protect the
 * Activity Log.
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
  // Retries, because a transaction of a background worker can cause a deadlock with the deletion.
  await deleteRows().catch(deleteRows).catch(deleteRows)
}
