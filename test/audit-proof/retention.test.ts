/**
 * Retention and erasure: events are deleted, the log records the deletion, and the remaining log
 * still passes verification.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { erasePerson, setRetention } from '../../admin/tenants.ts'
import { type Database, openDatabase } from '../../platform/postgres/database.ts'
import { parseVerifierKey, type Verifier } from '../../proof/signed-note.ts'
import { dropExpiredPartitions } from '../../subgraphs/audit/log/retention-worker.ts'
import { readLines } from '../../verify-cli/read-lines.ts'
import { verifyExport } from '../../verify-cli/verify-export.ts'
import { insertExpired, insertExpiryEvent, makeMonths, sealed, seed } from '../support/activity.ts'
import { testLog } from '../support/database.ts'
import { updateServices } from '../support/documents.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
let maintenance: Database
let verifiers: Verifier[]
beforeAll(async () => {
  world = await sharedWorld()
  maintenance = openDatabase({ at: world.database.at, role: 'it_complete_maintenance' }, testLog)
  verifiers = (await (await fetch(`${world.url}/.well-known/activity-log-keys`)).text())
    .trim()
    .split('\n')
    .map(parseVerifierKey)
})
afterAll(async () => {
  await maintenance?.close()
})

const now = () => new Date().toISOString()
/** One event per day, from the third of a month of 2020. */
const fromMonth = (month: number, days: number) =>
  Array.from({ length: days }, (_, n) => ({
    at: new Date(Date.UTC(2020, month, 3 + n)).toISOString(),
    action: `test.month${month}`,
  }))

/** Moves the recording of the expiry three hours into the past. */
const hoursLater = () =>
  world.database.owner`update audit.expired set logged_at = logged_at - interval '3 hours'`

const left = async ({ id }: Tenant) =>
  (
    await world.database
      .owner`select sequence::int from audit.sealed where tenant_id = ${id} order by 1`
  ).map(({ sequence }) => sequence)

async function verdictOf(tenant: Tenant, afterSequence = 0) {
  const { bearer } = await world.signIn(tenant, tenant.globalAdmin)
  await sealed(world, tenant)
  const answer = await fetch(
    `${world.url}/activity/export/${tenant.id}?afterSequence=${afterSequence}`,
    {
      headers: { authorization: `Bearer ${bearer}` },
    },
  )
  const text = await answer.text()
  const pieces = async function* () {
    yield Buffer.from(text)
  }
  return verifyExport(readLines(pieces()), verifiers, null)
}

describe('retention', () => {
  test('an expired month is deleted two hours after it was recorded', async () => {
    await makeMonths(world)
    const [tenant, other] = [await world.createTenant(), await world.createTenant()]
    await setRetention(world.operator, tenant.id, 'THREE_YEARS')
    await setRetention(world.operator, other.id, 'SEVEN_YEARS')
    await sealed(world, tenant)
    const before = (await left(tenant)).length
    await seed(world, tenant, fromMonth(0, 300))
    await seed(world, tenant, fromMonth(1, 2))
    await seed(world, other, fromMonth(0, 2))
    await seed(world, tenant, [{ at: now() }])

    await dropExpiredPartitions(maintenance)
    expect((await left(tenant)).length).toBeGreaterThan(before + 302)
    await sealed(world, tenant)
    await dropExpiredPartitions(maintenance)
    const told = await world.log(tenant, { actions: ['activity_log.expired'] })
    expect(told.map(({ actor }) => actor.key)).toEqual(told.map(() => 'system'))
    expect(
      told.map(({ changes }) =>
        Object.fromEntries(changes.map(({ field, before: was }) => [field, was])),
      ),
    ).toContainEqual({
      retention: 'THREE_YEARS',
      month: '2020-01',
      events: 29,
      sequences: [[before + 1, before + 29]],
    })
    expect((await left(tenant)).length).toBeGreaterThan(before + 302)
    expect(await verdictOf(tenant)).toMatchObject({ findings: [], expired: 0 })

    await hoursLater()
    await dropExpiredPartitions(maintenance)
    const remaining = await left(tenant)
    expect(remaining.slice(0, before + 1)).toEqual(
      [...Array(before).keys(), before + 302].map((n) => n + 1),
    )
    expect((await left(other)).length).toBeGreaterThanOrEqual(2)
    expect(await verdictOf(tenant, before)).toMatchObject({ findings: [], expired: 302 })
    // An event after events of today cannot have expired: these were inserted out of order.
    expect(await verdictOf(tenant)).toMatchObject({
      findings: [expect.stringMatching(/missing/), expect.any(String)],
      expired: 0,
    })
    expect(await world.log(tenant, { actions: ['activity_log.expired'] })).toHaveLength(told.length)
    const { rows } = {
      rows: await world.database
        .owner`select from audit.activity_count where tenant_id = ${tenant.id} and hour < '2020-03-01'`,
    }
    expect(rows).toHaveLength(0)

    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const create = `mutation ($input: CreateActivityExportInput!) { createActivityExport(input: $input) { export { eventCount downloadUrl } } }`
    await sealed(world, tenant)
    const { data } = await world.ask(admin, create, {
      input: { tenantId: tenant.id, format: 'NDJSON' },
    })
    const { eventCount, downloadUrl } = data.createActivityExport.export
    const lines = (
      await (
        await fetch(downloadUrl, { headers: { authorization: `Bearer ${admin.bearer}` } })
      ).text()
    )
      .trim()
      .split('\n')
    expect(eventCount).toBe(lines.filter((line: string) => line.startsWith('{"sequence"')).length)
  }, 60_000)

  test('a recorded expiry is recorded again before its event expires', async () => {
    await world.database.owner`select audit.make_partitions('2020-01-01', '2022-12-01')`
    const tenant = await world.createTenant()
    await sealed(world, tenant)
    const before = (await left(tenant)).length
    const gone = [[before + 1, before + 3]]
    await seed(world, tenant, fromMonth(0, 3))
    const at = '2021-02-01T00:10:00Z'
    await insertExpired(world, tenant, { month: '2020-01', runs: gone, loggedAt: at })
    await insertExpiryEvent(world, tenant, { at, month: '2020-01', sequences: gone })
    await sealed(world, tenant)
    await seed(world, tenant, [{ at: '2021-03-05T00:00:00.000Z' }])
    for (let round = 0; round < 3; round++) {
      await dropExpiredPartitions(maintenance)
      await sealed(world, tenant)
      await hoursLater()
    }
    expect((await left(tenant))[before]).toBe(before + 6)
    const told = (await world.log(tenant, { actions: ['activity_log.expired'] })).map(
      ({ changes }) => changes.find(({ field }) => field === 'month')!.before,
    )
    expect(told.toSorted()).toEqual(['2020-01', '2021-02', '2021-03'])
    expect(await verdictOf(tenant, before)).toMatchObject({ findings: [], expired: 5 })
  }, 60_000)

  test('nothing is deleted before the expiry event is sealed', async () => {
    await makeMonths(world)
    const tenant = await world.createTenant()
    await seed(world, tenant, fromMonth(4, 2))
    const rest = await left(tenant)
    await world.database.owner.begin(async (owner) => {
      await owner`select pg_advisory_xact_lock(hashtextextended(${`seal ${tenant.id}`}, 0))` // Keeps the sequencer away.
      await dropExpiredPartitions(maintenance)
      await hoursLater()
      await dropExpiredPartitions(maintenance)
      expect(await left(tenant)).toEqual(rest)
    })
    await sealed(world, tenant)
    await dropExpiredPartitions(maintenance)
    expect(await left(tenant)).not.toEqual(expect.arrayContaining(rest))
  }, 60_000)

  test('recent partitions, and the service’s role, cannot be used to drop events', async () => {
    const drop = `select audit.drop_partition('ONE_YEAR', date_trunc('month', now()))`
    await expect(maintenance.write(null, (tx) => tx.execute(drop))).rejects.toThrow()
    await expect(world.database.db.write(null, (tx) => tx.execute(drop))).rejects.toThrow()
    await expect(
      maintenance.read(null, (tx) => tx.execute('select * from audit.sealed')),
    ).rejects.toThrow()
  })

  test('an unknown tenant is refused', async () => {
    await expect(setRetention(world.operator, 'x', 'ONE_YEAR')).rejects.toThrow('UUID')
    await expect(
      setRetention(world.operator, '00000000-0000-4000-8000-000000000000', 'ONE_YEAR'),
    ).rejects.toThrow('No tenant has this ID.')
  })
})

describe('erasing a person', () => {
  test('removes names and addresses; the proofs stay valid', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const key = `microsoft:${tenant.globalAdmin.objectId}`
    await world.ask(admin, updateServices, {
      input: { tenantId: tenant.id, expectedVersion: 1, mail: false },
    })
    await world.ask(admin, 'mutation { signOut { userErrors { code } } }')
    await sealed(world, tenant)
    const stored = async () => {
      const rows = await world.database.owner`
        select disclosures::text || words::text as text from audit.sealed where tenant_id = ${tenant.id}
        union all select actor::text || coalesce(ip_address, '') from identity.session where tenant_id = ${tenant.id}`
      return rows.map(({ text }) => text).join('\n')
    }
    const name = tenant.globalAdmin.displayName
    expect(await stored()).toContain(name)

    expect(await erasePerson(world.operator, tenant.id, key)).toBeGreaterThan(0)
    expect(await stored()).not.toContain(name)
    await sealed(world, tenant)
    const other = await world.signIn(tenant, tenant.globalAdmin)
    expect(other.bearer).not.toBe(admin.bearer)
    const rows = await world.log(tenant, { actors: [key] })
    expect(rows.at(-1)).toMatchObject({ actor: { key, displayName: '(erased)' } })
    expect((await world.log(tenant, { actions: ['personal_data.erased'] }))[0]).toMatchObject({
      actor: { key: 'operator:tester' },
    })
    const verdict = await verdictOf(tenant)
    expect(verdict.findings).toEqual([])
    expect(verdict.erased).toBeGreaterThan(0)
  })

  test('refuses other keys and leaves other tenants’ logs unchanged', async () => {
    const tenant = await world.createTenant()
    await expect(erasePerson(world.operator, tenant.id, 'system')).rejects.toThrow('key')
    await expect(erasePerson(world.operator, 'x', 'microsoft:1')).rejects.toThrow('UUID')
    const [mine, theirs] = [await world.createTenant(), await world.createTenant()]
    const event = { at: now(), actor: 'partner:vsa:1', name: 'Tessa Shared' }
    await seed(world, mine, [event])
    await seed(world, theirs, [event])
    expect(await erasePerson(world.operator, mine.id, event.actor)).toBe(1)
    expect((await world.log(theirs, { actors: [event.actor] }))[0]!.actor.displayName).toBe(
      'Tessa Shared',
    )
  })
})
