/**
 * Races between turning the feature off and another request. Each round sends both requests
 * concurrently, and then compares the responses with the database. A negative control runs the same
 * race without locks, to prove that the test detects missing locks.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { PgDialect } from 'drizzle-orm/pg-core'
import { expect } from 'vitest'
import type { Database, WriteTx } from '../../platform/postgres/database.ts'
import { disable, enable } from './documents.ts'
import { openTenant, type Scene } from './tenants.ts'
import { type Reply, startWorld, type World } from './world.ts'

const lanes = 4
/** The maximum random delay before each request, in milliseconds. */
const jitterMs = 6
/**
 * The head start of the losing request in the next round, in milliseconds per consecutive loss. The
 * head start keeps the results balanced on machines of any speed.
 */
const handicapMs = 0.5
/**
 * The maximum random delay before each commit, in milliseconds. The delay allows the transactions
 * to interleave.
 */
const heldMs = 4

export async function startRaces({ locks }: { locks: boolean }): Promise<World> {
  const wrap = (db: Database): Database => ({
    ...db,
    write: (tenantId, work) =>
      db.write(tenantId, async (tx) => {
        const result = await work(locks ? tx : withoutLocks(tx))
        await sleep(Math.random() * heldMs)
        return result
      }),
  })
  const world = await startWorld({}, { wrap })
  // A trigger at commit records the commit order. Without locks, the commit order can differ from
  // the order in which rows are written.
  await world.database.owner.unsafe(`
    create table public.committed (event_id uuid primary key, place bigint generated always as identity);
    create function public.note_commit() returns trigger language plpgsql security definer as
      $$ begin insert into public.committed (event_id) values (new.event_id); return null; end $$;
    create constraint trigger note_commit after insert on audit.unsealed deferrable initially deferred
      for each row execute function public.note_commit()`)
  return world
}

/**
 * Returns a transaction that ignores `for update` and advisory locks (see lockTenant in
 * drizzle/reads/).
 */
function withoutLocks(tx: WriteTx): WriteTx {
  const select = (fields: never) => {
    const builder = tx.select(fields)
    const from = builder.from.bind(builder)
    return Object.assign(builder, {
      from: (table: never) => {
        const query = from(table)
        return Object.assign(query, { for: () => query })
      },
    })
  }
  const execute = (query: Parameters<WriteTx['execute']>[0]) => {
    const isLock =
      typeof query !== 'string' &&
      /pg_advisory_xact_lock/.test(new PgDialect().sqlToQuery(query.getSQL()).sql)
    return isLock ? Promise.resolve([]) : tx.execute(query)
  }
  return new Proxy(tx, {
    get(target, name) {
      if (name === 'select') return select
      if (name === 'execute') return execute
      const own = Reflect.get(target, name)
      return typeof own === 'function' ? own.bind(target) : own
    },
  })
}

/**
 * The state after a race: the Activity Log rows of both requests in commit order, and further
 * values that depend on the commit order.
 */
type Left = { rows: string[] } & Record<string, unknown>

/**
 * One round of a race. `promised` is the state that the responses imply, and `found` is the state
 * in the database.
 */
export interface Round {
  /**
   * True if the response to the other request reported success. The other request is the one that
   * races against turning the feature off.
   */
  acknowledged: boolean
  promised: Left
  found: Left
}

export interface Tally {
  asked: number
  acknowledged: number
  refused: number
  violations: Round[]
}

/**
 * Returns the number of rounds for a race without a negative control. More than half of the rounds
 * in the controls of test/races detect missing locks, so 40 rounds fail to detect missing locks
 * with a probability below 1e-9. With `RACES=all`, all rounds run.
 */
export const raceRounds = (all: number): number =>
  process.env.RACES === 'all' ? all : Math.min(all, 40)

/** The number of rounds in `npm run test:full`. */
const allRounds = 1_000
/**
 * The maximum probability of not detecting missing locks, given the detection rate of the negative
 * control.
 */
const missProbability = 1e-9
const controlViolations = 20

/**
 * Runs the race without locks. Returns the number of rounds in which the race with locks would
 * detect missing locks with a probability of 1 - 1e-9, or 1,000 with `RACES=all`.
 */
export async function runControl(
  round: (world: World, scene: Scene, headStartMs: number) => Promise<Round>,
  isViolation: (round: Round) => boolean,
): Promise<number> {
  const world = await startRaces({ locks: false })
  try {
    const { asked, violations } = await runRaces(
      world,
      { rounds: 300, violations: controlViolations },
      (...how) => round(world, ...how),
    )
    const found = violations.filter(isViolation).length
    expect(found).toBeGreaterThan(0)
    const rounds = process.env.RACES === 'all' ? allRounds : enoughRounds(found / asked)
    console.log(
      `without the locks: ${found} violations in ${asked} rounds; with them: ${rounds} rounds`,
    )
    return rounds
  } finally {
    await world.stop()
  }
}

/**
 * Returns the number of rounds after which the probability of missing an event with this rate is at
 * most `missProbability`.
 */
export const enoughRounds = (rate: number): number =>
  Math.min(allRounds, Math.max(40, Math.ceil(Math.log(missProbability) / Math.log(1 - rate))))

/**
 * Runs rounds in several tenants concurrently, until the maximum number of rounds or violations.
 */
export async function runRaces(
  world: World,
  { rounds, violations }: { rounds: number; violations: number },
  round: (scene: Scene, headStartMs: number) => Promise<Round>,
): Promise<Tally> {
  const tally: Tally = { asked: 0, acknowledged: 0, refused: 0, violations: [] }
  let headStartMs = 0
  let lastWon: boolean | undefined
  let streak = 0
  const scenes = await Promise.all(Array.from({ length: lanes }, () => openTenant(world)))
  await Promise.all(
    scenes.map(async (scene) => {
      while (tally.asked < rounds && tally.violations.length < violations) {
        tally.asked++
        const told = await round(scene, headStartMs)
        streak = told.acknowledged === lastWon ? Math.min(streak + 1, 40) : 1
        lastWon = told.acknowledged
        headStartMs += (told.acknowledged ? -handicapMs : handicapMs) * streak
        if (told.acknowledged) tally.acknowledged++
        else tally.refused++
        if (!isDeepStrictEqual(told.promised, told.found)) tally.violations.push(told)
      }
    }),
  )
  return tally
}

export async function turnOn(world: World, { tenant, admin }: Scene): Promise<void> {
  const { data, codes } = await world.ask(admin, enable, { input: { tenantId: tenant.id } })
  expect([codes, data?.enableItCompleteLogin?.userErrors]).toEqual([[], []])
}

/**
 * Sends the mutation that turns the feature off and the other request. Returns both responses. The
 * other request is sent first if `headStartMs` is positive, and second if it is negative.
 */
export async function raceTurningOff(
  world: World,
  { tenant, admin }: Scene,
  other: () => Promise<Reply>,
  headStartMs: number,
) {
  const soon = (afterMs: number) => sleep(Math.max(0, afterMs) + Math.random() * jitterMs)
  const [off, reply] = await Promise.all([
    soon(headStartMs).then(() => world.ask(admin, disable, { input: { tenantId: tenant.id } })),
    soon(-headStartMs).then(other),
  ])
  expect([off.codes, off.data?.disableItCompleteLogin?.userErrors]).toEqual([[], []])
  const { endedSessionCount, endedHandoffCount, tenant: left } = off.data.disableItCompleteLogin
  return {
    reply,
    ended: [endedSessionCount, endedHandoffCount],
    versionWhenOff: left.settings.version as number,
  }
}

/**
 * Reads the state of the tenant after a race: its settings, and the last two Activity Log rows in
 * commit order. Omits rows about read operations.
 */
export async function leftOf({ database: { owner } }: World, { tenant }: Scene) {
  const [settings] =
    await owner`select version, epoch, mail, it_complete_login_enabled as enabled, sessions, live
    from tenants.settings t cross join lateral (
      select count(*)::int as sessions, (count(*) filter (where s.live))::int as live
      from identity.session_status s where s.tenant_id = t.tenant_id and s.method <> 'MICROSOFT') s
    where tenant_id = ${tenant.id}`
  const rows =
    await owner`select action, outcome from audit.activity join public.committed using (event_id)
    where tenant_id = ${tenant.id} and action <> 'operation.read' order by place desc limit 2`
  const { version, epoch, mail, enabled, sessions, live } = settings!
  return {
    version,
    epoch,
    mail,
    enabled,
    sessions,
    live,
    rows: rows.map(({ action, outcome }) => `${action} ${outcome}`).toReversed(),
  }
}
