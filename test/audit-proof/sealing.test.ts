/** Attacks that try to block the sequencer or to make the sequencer sign a false log. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fileAnchors } from '../../subgraphs/audit/log/anchors.ts'
import { AnchorAhead } from '../../subgraphs/audit/log/sealing-stopped.ts'
import { rehash, sealed, seed } from '../support/activity.ts'
import { operatorRows } from '../support/log-rows.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.stop())

const now = () => new Date().toISOString()
const sql = () => world.database.owner

const operatorsTold = async ({ id }: Tenant) =>
  (await operatorRows(world.database, { targetId: id }))
    .filter(({ action }) => action.startsWith('activity_log.'))
    .map(({ action, reason }) => `${action} ${reason}`)

describe('events of the largest size', () => {
  /** Events like those of `updatePartnerAssociation` when it replaces a list of 950 technicians. */
  const writeLong = ({ id }: Tenant, rows: number) => sql()`
    insert into audit.unsealed (tenant_id, actor_key, actor, action, outcome, request_id, changes)
    select ${id}, 'system', '{"__typename":"SystemActor","key":"system","displayName":"s"}', 'partner_association.updated', 'SUCCEEDED', 'r',
      jsonb_build_array(jsonb_build_object('field', 'allowedTechnicians', 'before', list, 'after', list))
    from generate_series(1, ${rows}::int) n,
      lateral (select jsonb_agg(g || '-' || n || '-' || md5((g * n)::text) || repeat('b-c.x', 38)) as list from generate_series(1, 950) g) l`

  test('neither stop their log nor delay another one', async () => {
    const [tenant, other] = [await world.createTenant(), await world.createTenant()]
    await writeLong(tenant, 30)
    const longest = []
    const isDone = async () =>
      (await sql()`select from audit.unsealed where tenant_id = ${tenant.id} limit 1`).length === 0
    while (!(await isDone())) {
      const begun = performance.now()
      await seed(world, other, [{ at: now() }])
      longest.push(Math.round(performance.now() - begun))
    }
    console.log(
      `beside 30 events of 450 KB, events of another log were sealed after ${Math.max(...longest)} ms at most (${longest.length})`,
    )
    expect(longest.length).toBeGreaterThan(0)
  }, 60_000)

  test('a batch that times out is retried with half of its events', async () => {
    const tenant = await world.createTenant()
    await sealed(world, tenant)
    // Simulates a machine on which a batch of more than three events exceeds the statement timeout.
    await sql().unsafe(`
      create function audit.slow() returns trigger language plpgsql as $$ begin
        if (select count(*) from placed where tenant_id = '${tenant.id}') > 3 then perform pg_sleep(10); end if; return null; end $$;
      create trigger slow after insert on audit.sealed referencing new table as placed for each statement execute function audit.slow()`)
    try {
      await seed(
        world,
        tenant,
        Array.from({ length: 12 }, () => ({ at: now() })),
        { wait: false },
      )
      await vi.waitFor(
        async () =>
          expect(
            await sql()`select from audit.unsealed where tenant_id = ${tenant.id} limit 1`,
          ).toHaveLength(0),
        {
          timeout: 50_000,
          interval: 100,
        },
      )
    } finally {
      await sql()`drop trigger slow on audit.sealed`
    }
  }, 60_000)
})

describe('anchors', () => {
  const root = (n: number) => Buffer.alloc(32, n)
  const stated = (treeSize: number, epoch = 1) => ({
    epoch,
    treeSize,
    rootHash: root(treeSize),
    note: 'x',
  })
  const rootAt = async (treeSize: number) => root(treeSize)

  test('of another process are checked, in whatever order they were appended', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'itcl-anchors-'))
    try {
      const [one, another] = [fileAnchors(directory), fileAnchors(directory)]
      const { id } = await world.createTenant()
      await one.append(id, stated(100))
      await another.check(id, stated(100), rootAt)
      await another.append(id, stated(200))
      await one.append(id, stated(101))
      await expect(one.check(id, stated(150), rootAt)).rejects.toThrow(AnchorAhead)
      await expect(fileAnchors(directory).check(id, stated(150), rootAt)).rejects.toThrow(
        'newest anchor has 200 events',
      )
      await one.check(id, stated(250), rootAt)
      await another.append(id, stated(7, 2))
      await expect(one.check(id, stated(250), rootAt)).rejects.toThrow(AnchorAhead)
      await one.check(id, stated(7, 2), rootAt)
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('of another process stop sealing without a new checkpoint', async () => {
    const tenant = await world.createTenant()
    await seed(world, tenant, [{ at: now() }])
    const [head] =
      await sql()`select tree_size::int as size, note from audit.checkpoint where tenant_id = ${tenant.id} order by 1 desc limit 1`
    await fileAnchors(world.anchorDir).append(tenant.id, {
      ...stated(1),
      treeSize: head!.size + 1_000,
    })
    await seed(world, tenant, [{ at: now() }], { wait: false })
    await expect
      .poll(() => operatorsTold(tenant), { timeout: 20_000 })
      .toEqual(['activity_log.sealing_stopped ANCHOR_AHEAD'])
    expect(
      await sql()`select from audit.checkpoint where tenant_id = ${tenant.id} and tree_size > ${head!.size}`,
    ).toHaveLength(0)
  })
})

test('an epoch is sealed only after an event that opened it', async () => {
  const tenant = await world.createTenant()
  await seed(world, tenant, [{ at: now() }])
  await seed(world, tenant, [{ at: now(), action: 'test.deleted' }])
  const [last] =
    await sql()`select max(sequence)::int as n from audit.sealed where tenant_id = ${tenant.id}`
  await sql().begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('seal ' || ${tenant.id}, 0))`
    await tx`delete from audit.sealed where tenant_id = ${tenant.id} and sequence = ${last!.n}`
    await tx`delete from audit.checkpoint where tenant_id = ${tenant.id} and tree_size >= ${last!.n}`
    await tx`insert into audit.log_epoch (tenant_id, epoch, tree_size) values (${tenant.id}, 2, ${last!.n - 1})`
  })
  await rehash(world, tenant, 1)
  await seed(world, tenant, [{ at: now(), action: 'test.waiting' }], { wait: false })
  await expect
    .poll(() => operatorsTold(tenant), { timeout: 20_000 })
    .toEqual(['activity_log.sealing_stopped EPOCH_NOT_OPENED'])
  expect(
    await sql()`select from audit.checkpoint where tenant_id = ${tenant.id} and epoch = 2`,
  ).toHaveLength(0)

  // The owner of the database can forge this event, but it is then the first of the new epoch.
  await sql()`
    insert into audit.unsealed (tenant_id, actor_key, actor, action, outcome, request_id, changes) values (${tenant.id}, 'operator:x',
      '{"__typename":"OperatorActor","key":"operator:x","displayName":"x"}', 'activity_log.epoch_opened', 'SUCCEEDED', 'r',
      '[{"field":"epoch","before":null,"after":2}]')`
  await vi.waitFor(
    async () =>
      expect(await sql()`select from audit.unsealed where tenant_id = ${tenant.id}`).toHaveLength(
        0,
      ),
    {
      timeout: 15_000,
      interval: 50,
    },
  )
  const [first] =
    await sql()`select event::json ->> 'action' as action from audit.sealed where tenant_id = ${tenant.id} and sequence = ${last!.n}`
  expect(first!.action).toBe('activity_log.epoch_opened')
  await expect.poll(() => operatorsTold(tenant)).toContain('activity_log.epoch_begun NEW_EPOCH')
  await world.restart()
  await seed(world, tenant, [{ at: now() }])
}, 60_000)
