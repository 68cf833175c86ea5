/** After a backup is restored, sealing stops until an operator opens a new epoch. */
import { beforeAll, expect, test } from 'vitest'
import { openLogEpoch } from '../../admin/tenants.ts'
import { openCheckpoint } from '../../proof/checkpoint.ts'
import { parseVerifierKey, type Verifier } from '../../proof/signed-note.ts'
import { readLines } from '../../verify-cli/read-lines.ts'
import { verifyExport } from '../../verify-cli/verify-export.ts'
import { sealed, seed } from '../support/activity.ts'
import { operatorRows } from '../support/log-rows.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
let verifiers: Verifier[]
beforeAll(async () => {
  world = await sharedWorld()
  verifiers = (await (await fetch(`${world.url}/.well-known/activity-log-keys`)).text())
    .trim()
    .split('\n')
    .map(parseVerifierKey)
})

const now = () => new Date().toISOString()
const tables = ['sealed', 'tile', 'checkpoint', 'activity_count', 'facet', 'export', 'log_epoch']

/** Copies the tables of a tenant's log, like a backup. */
async function backUp({ id }: Tenant): Promise<void> {
  for (const table of tables)
    await world.database.owner.unsafe(
      `create table audit.backup_${table} as select * from audit.${table} where tenant_id = '${id}'`,
    )
}
async function restore({ id }: Tenant): Promise<void> {
  const generated: Record<string, string> = {
    sealed:
      'tenant_id, sequence, retention, occurred_at, event_id, facet_id, kind_id, event, disclosures',
  }
  for (const table of tables) {
    const columns = generated[table]
    const overriding = table === 'facet' ? 'overriding system value' : ''
    await world.database.owner.unsafe(`delete from audit.${table} where tenant_id = '${id}'`)
    await world.database.owner.unsafe(
      `insert into audit.${table} ${columns ? `(${columns})` : ''} ${overriding} select ${columns ?? '*'} from audit.backup_${table}`,
    )
    await world.database.owner.unsafe(`drop table audit.backup_${table}`)
  }
}

const operatorsTold = ({ id }: Tenant) =>
  operatorRows(world.database, { action: 'activity_log.sealing_stopped', targetId: id })

test('sealing stops after a restore and continues in a new epoch', async () => {
  const tenant = await world.createTenant()
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  await seed(world, tenant, [{ at: now() }, { at: now() }])
  await backUp(tenant)
  await seed(world, tenant, [{ at: now(), action: 'test.lost' }])
  const ask = async () => {
    const { data } = await world.ask(
      admin,
      'query ($id: ID!) { tenant(id: $id) { activityCheckpoint { note treeSize } } }',
      {
        id: tenant.id,
      },
    )
    return (await openCheckpoint(data.tenant.activityCheckpoint.note, verifiers)).checkpoint
  }
  const stated = await ask()
  await restore(tenant)

  await seed(world, tenant, [{ at: now(), action: 'test.waiting' }], { wait: false })
  await expect
    .poll(() => operatorsTold(tenant), { timeout: 20_000 })
    .toMatchObject([{ reason: 'ANCHOR_AHEAD' }])
  await expect(sealed(world, tenant)).rejects.toThrow()
  expect(await operatorsTold(tenant)).toHaveLength(1)
  expect((await world.log(tenant, { actions: ['test.waiting'] })).length).toBe(1)
  expect((await ask()).treeSize).toBeLessThan(stated.treeSize)

  expect(await openLogEpoch(world.operator, tenant.id, 'restored the backup of last night')).toBe(2)
  const waiting = () =>
    world.database.owner`select event_id from audit.unsealed where tenant_id = ${tenant.id}`
  await expect.poll(waiting, { timeout: 15_000 }).toEqual([])
  const checkpoint = await ask()
  expect(checkpoint.origin).toBe(`${stated.origin}/2`)
  expect((await world.log(tenant, { actions: ['activity_log.*'] }))[0]).toMatchObject({
    action: 'activity_log.epoch_opened',
    actor: { key: 'operator:tester' },
    changes: [
      { field: 'epoch', after: 2 },
      { field: 'treeSize', after: expect.any(Number) },
      { field: 'reason', after: 'restored the backup of last night' },
    ],
  })

  const exported = await fetch(`${world.url}/activity/export/${tenant.id}`, {
    headers: { authorization: `Bearer ${admin.bearer}` },
  })
  const bytes = Buffer.from(await exported.arrayBuffer())
  const check = (since: typeof stated | null) =>
    verifyExport(
      readLines(
        (async function* () {
          yield bytes
        })(),
      ),
      verifiers,
      since,
    )
  expect((await check(null)).findings).toEqual([])
  expect((await check(stated)).findings[0]).toBe('The earlier checkpoint belongs to another log.')
  await seed(world, tenant, [{ at: now() }])
})

test('a new epoch needs an existing tenant and a reason', async () => {
  await expect(
    openLogEpoch(world.operator, '00000000-0000-4000-8000-000000000000', 'x'),
  ).rejects.toThrow('No tenant has this ID.')
  await expect(openLogEpoch(world.operator, 'x', 'x')).rejects.toThrow('UUID')
  const tenant = await world.createTenant()
  await expect(openLogEpoch(world.operator, tenant.id, '')).rejects.toThrow('reason')
})
