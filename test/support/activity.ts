/**
 * Writes rows to the Activity Log directly, without the service, and waits until they are sealed.
 */
import { randomUUID } from 'node:crypto'
import { expect, vi } from 'vitest'
import { leafHash } from '../../proof/merkle-tree.ts'
import { appendLeaves, compactRange, type TileId } from '../../proof/tiles.ts'
import type { Tenant, World } from './world.ts'

export interface Seed {
  id?: string
  at?: string
  action?: string
  outcome?: 'SUCCEEDED' | 'DENIED' | 'FAILED'
  actor?: string
  /** The display name of the actor. Default: the key of the actor. */
  name?: string
  method?: string
  sessionId?: string
  clientId?: string
}

export const day = (n: number) => `2020-01-${String(n).padStart(2, '0')}T00:00:00.000Z`

/**
 * Writes rows, waits until they are sealed, and returns their ids in the order of the input. For
 * rows of the year 2020, call `makeMonths` first.
 */
export async function seed(
  world: World,
  into: Tenant,
  rows: Seed[],
  { wait = true } = {},
): Promise<string[]> {
  const ids = rows.map(({ id }) => id ?? randomUUID())
  const quoted = (value: string | undefined) =>
    value === undefined ? 'null' : `'${value.replaceAll("'", "''")}'`
  const values = rows.map(
    (
      {
        at = day(1),
        action = 'test.sown',
        outcome = 'SUCCEEDED',
        actor = 'system',
        name = actor,
        method,
        sessionId,
        clientId,
      },
      index,
    ) => {
      const snapshot = JSON.stringify({ __typename: 'SystemActor', key: actor, displayName: name })
      const columns = [
        into.id,
        ids[index],
        at,
        actor,
        snapshot,
        action,
        outcome,
        'sown',
        method,
        sessionId,
        clientId,
      ]
      return `(${columns.map(quoted).join(', ')})`
    },
  )
  await world.database.owner.unsafe(
    `insert into audit.unsealed (tenant_id, event_id, occurred_at, actor_key, actor, action, outcome, request_id, method, session_id, client_id) values ${values}`,
  )
  if (wait) await sealed(world, into)
  return ids
}

/** Creates the monthly partitions of the year 2020. */
export const makeMonths = (world: World) =>
  world.database.owner`select audit.make_partitions('2020-01-01', '2021-01-01')`

/** Resolves when all rows are sealed. The sequencer seals committed rows within 1 second. */
export const sealed = (world: World, of: Tenant) =>
  vi.waitFor(
    async () =>
      expect(
        await world.database
          .owner`select event_id from audit.unsealed where tenant_id = ${of.id} limit 1`,
      ).toHaveLength(0),
    { timeout: 20_000, interval: 20 },
  )

/** Forges an expiry event of the retention worker, as the owner of the database can. */
export async function insertExpiryEvent(
  world: World,
  { id }: Tenant,
  { at, month, sequences }: { at: string; month: string; sequences: number[][] },
): Promise<void> {
  const fields = { retention: 'ONE_YEAR', month, events: 1, sequences }
  const changes = Object.entries(fields).map(([field, before]) => ({ field, before, after: null }))
  await world.database.owner`
    insert into audit.unsealed (tenant_id, occurred_at, actor_key, actor, action, outcome, request_id, changes, target)
    values (${id}, ${at}, 'system', '{"__typename":"SystemActor","key":"system","displayName":"s"}', 'activity_log.expired', 'SUCCEEDED', 'r',
      ${JSON.stringify(changes)}::text::jsonb, '{"type":"activity_log","id":"x","displayName":null}')`
}

/** Forges the retention worker's record of an expired month, as the owner of the database can. */
export async function insertExpired(
  world: World,
  { id }: Tenant,
  {
    month,
    runs,
    loggedAt = new Date().toISOString(),
    droppedAt = null,
  }: { month: string; runs: number[][]; loggedAt?: string; droppedAt?: string | null },
): Promise<void> {
  await world.database.owner`
    insert into audit.expired (tenant_id, retention, month, runs, logged_at, dropped_at)
    values (${id}, 'ONE_YEAR', ${`${month}-01T00:00:00Z`}, ${JSON.stringify(runs)}::text::jsonb, ${loggedAt}, ${droppedAt})`
}

/**
 * Recomputes the hashes and tiles of a manipulated log, as an attacker with full access to the
 * database can. Expects at least `atLeast` events. Returns the new root hash.
 */
export async function rehash(world: World, { id }: Tenant, atLeast: number): Promise<Buffer> {
  const sql = world.database.owner
  const rows = await sql<
    { event: string }[]
  >`select event from audit.sealed where tenant_id = ${id} order by sequence`
  expect(rows.length).toBeGreaterThanOrEqual(atLeast)
  const leaves = rows.map(({ event }) => leafHash(Buffer.from(event)))
  const tiles = await appendLeaves(0, leaves, async (wanted) => wanted.map(() => Buffer.alloc(0)))
  await sql`delete from audit.tile where tenant_id = ${id}`
  for (const { level, index, hashes } of tiles)
    await sql`insert into audit.tile (tenant_id, level, tile_index, hashes) values (${id}, ${level}, ${index}, ${hashes})`
  const find = async (wanted: TileId[]) =>
    wanted.map(
      (one) => tiles.find(({ level, index }) => level === one.level && index === one.index)!.hashes,
    )
  return Buffer.from((await compactRange(leaves.length, find)).root())
}
