/**
 * Sealing stops at a false expiry event. Each false event of these tests is false in one way only,
 * so that each check refuses an event that all other checks accept.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertExpired, insertExpiryEvent, makeMonths, sealed, seed } from '../support/activity.ts'
import { operatorRows } from '../support/log-rows.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await makeMonths(world)
  await world.database.owner`select audit.make_partitions('2021-06-01', '2021-07-01')`
})
afterAll(() => world?.stop())

interface Log {
  tenant: Tenant
  /** The sequence numbers of two consecutive events of 2020-06. */
  june: [first: number, last: number]
  /** An event whose retention period is not over. */
  recent: { sequence: number; month: string }
}

async function createLog(): Promise<Log> {
  const tenant = await world.createTenant()
  const now = new Date().toISOString()
  const days = ['2020-06-03T00:00:00.000Z', '2020-06-04T00:00:00.000Z', now]
  const ids = await seed(
    world,
    tenant,
    days.map((at) => ({ at })),
  )
  const rows = await world.database.owner<{ sequence: number }[]>`
    select sequence::int from audit.sealed
    where tenant_id = ${tenant.id} and event_id in ${world.database.owner(ids)} order by 1`
  const [first, last, sequence] = rows.map((row) => row.sequence) as [number, number, number]
  return { tenant, june: [first, last], recent: { sequence, month: now.slice(0, 7) } }
}

interface Expiry {
  at: string
  month: string
  sequences: number[][]
  /** The events that retention selected; null when retention did not select the month. */
  recorded: number[][] | null
  droppedAt: string | null
}

/** An expiry event that is true, and what retention recorded for it. */
const trueExpiry = ({ june }: Log): Expiry => ({
  at: new Date().toISOString(),
  month: '2020-06',
  sequences: [june],
  recorded: [june],
  droppedAt: null,
})

async function insertExpiry({ tenant }: Log, { recorded, droppedAt, ...event }: Expiry) {
  const { month } = event
  if (recorded) await insertExpired(world, tenant, { month, runs: recorded, droppedAt })
  await insertExpiryEvent(world, tenant, event)
}

/** The reasons for which the sequencer stopped, and the number of sealed expiry events. */
async function outcomeOf({ tenant }: Log): Promise<{ stops: unknown[]; sealed: number }> {
  const stop = { action: 'activity_log.sealing_stopped', targetId: tenant.id }
  const stops = await operatorRows(world.database, stop)
  const expiries = await world.database.owner`
    select from audit.sealed
    where tenant_id = ${tenant.id} and event::json ->> 'action' = 'activity_log.expired'`
  return { stops: stops.map(({ reason }) => reason), sealed: expiries.length }
}

const expectOutcome = (log: Log, outcome: { stops: string[]; sealed: number }) =>
  expect.poll(() => outcomeOf(log), { timeout: 10_000 }).toEqual(outcome)
const refused = { stops: ['FALSE_EXPIRY'], sealed: 0 }

/**
 * Moves the recent event into 2020-06: its column, and with `inText` also its hashed text. The
 * owner of the database can drop the constraint by which both are equal.
 */
async function moveRecentEvent({ tenant, recent }: Log, { inText }: { inText: boolean }) {
  const { owner } = world.database
  const at = '2020-06-05T00:00:00.000Z'
  await owner`alter table audit.sealed drop constraint if exists sealed_as_hashed`
  const text = inText ? owner`replace(event, event::json ->> 'occurredAt', ${at})` : owner`event`
  await owner`
    update audit.sealed set occurred_at = ${at}, event = ${text}
    where tenant_id = ${tenant.id} and sequence = ${recent.sequence}`
  const sequences = [[recent.sequence, recent.sequence]]
  return { sequences, recorded: sequences }
}

const forgeries: [name: string, forge: (log: Log) => Partial<Expiry> | Promise<Partial<Expiry>>][] =
  [
    ['retention did not select the month', () => ({ recorded: null })],
    ['retention selected fewer events', ({ june: [first] }) => ({ recorded: [[first, first]] })],
    [
      'the retention period is not over',
      ({ recent: { sequence, month } }) => {
        const sequences = [[sequence, sequence]]
        return { month, sequences, recorded: sequences }
      },
    ],
    [
      'it occurred before the end of the retention period',
      () => ({ at: '2021-06-30T23:59:59.999Z' }),
    ],
    ['it occurs in two hours', () => ({ at: new Date(Date.now() + 2 * 3_600_000).toISOString() })],
    ['its events are of another month', () => ({ month: '2020-05' })],
    ['an event was moved in its column', (log) => moveRecentEvent(log, { inText: false })],
    ['an event was rewritten', (log) => moveRecentEvent(log, { inText: true })],
    [
      'its events were deleted before any expiry event',
      () => ({ droppedAt: new Date().toISOString() }),
    ],
  ]

describe('sealing stops at a false expiry event', () => {
  test.each(forgeries)(
    '%s',
    async (_name, forge) => {
      const log = await createLog()
      await insertExpiry(log, { ...trueExpiry(log), ...(await forge(log)) })
      await expectOutcome(log, refused)
    },
    60_000,
  )
})

test('a true expiry event is sealed', async () => {
  const log = await createLog()
  await insertExpiry(log, trueExpiry(log))
  await expectOutcome(log, { stops: [], sealed: 1 })
})

test('an expiry event that changes after its check is not sealed', async () => {
  const log = await createLog()
  const { owner } = world.database
  const { sequences, ...claim } = trueExpiry(log)
  await insertExpired(world, log.tenant, { month: claim.month, runs: sequences })
  await owner.begin(async (holder) => {
    // The check reads the event first, and then waits for this lock.
    await holder`lock table audit.expired in access exclusive mode`
    await insertExpiryEvent(world, log.tenant, { ...claim, sequences })
    const waiting = () =>
      owner`select from pg_locks where relation = 'audit.expired'::regclass and not granted`
    await expect.poll(waiting, { timeout: 10_000, interval: 20 }).not.toEqual([])
    const added = JSON.stringify([...sequences, [log.recent.sequence, log.recent.sequence]])
    const changed = await owner`
      update audit.unsealed set changes = jsonb_set(changes, '{3,before}', ${added}::text::jsonb)
      where tenant_id = ${log.tenant.id} and changes -> 3 ->> 'field' = 'sequences'
      returning event_id`
    expect(changed).toHaveLength(1)
  })
  await expectOutcome(log, refused)
}, 60_000)

test('sealing continues after a false expiry event is deleted', async () => {
  const log = await createLog()
  const { tenant } = log
  await insertExpiry(log, { ...trueExpiry(log), recorded: null })
  await expectOutcome(log, refused)
  await seed(world, tenant, [{ at: new Date().toISOString() }], { wait: false })
  await world.database.owner`
    delete from audit.unsealed where tenant_id = ${tenant.id} and action = 'activity_log.expired'`
  await sealed(world, tenant)
}, 60_000)
