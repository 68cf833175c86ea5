/**
 * Exports and earlier checkpoints detect tampering by an attacker with full access to the database.
 */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Checkpoint, openCheckpoint } from '../../proof/checkpoint.ts'
import { parseVerifierKey, type Verifier } from '../../proof/signed-note.ts'
import { readLines } from '../../verify-cli/read-lines.ts'
import { type Verdict, verifyExport } from '../../verify-cli/verify-export.ts'
import { rehash, sealed, seed } from '../support/activity.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
let tenant: Tenant
let admin: { bearer: string; sessionId: string }
let verifiers: Verifier[]
/** An earlier checkpoint, of at least 300 events. */
let kept: Checkpoint
beforeAll(async () => {
  world = await sharedWorld()
  verifiers = (await (await fetch(`${world.url}/.well-known/activity-log-keys`)).text())
    .trim()
    .split('\n')
    .map(parseVerifierKey)
})
beforeEach(async () => {
  tenant = await world.createTenant()
  admin = await world.signIn(tenant, tenant.globalAdmin)
  for (const count of [180, 120])
    await seed(
      world,
      tenant,
      Array.from({ length: count }, () => ({ at: new Date().toISOString() })),
    )
  const { data } = await world.ask(
    admin,
    'query ($id: ID!) { tenant(id: $id) { activityCheckpoint { note } } }',
    { id: tenant.id },
  )
  kept = (await openCheckpoint(data.tenant.activityCheckpoint.note, verifiers)).checkpoint
})

const sql = () => world.database.owner

async function check(since: Checkpoint | null = null): Promise<Verdict> {
  const answer = await fetch(`${world.url}/activity/export/${tenant.id}`, {
    headers: { authorization: `Bearer ${admin.bearer}` },
  })
  expect(answer.status).toBe(200)
  const bytes = (async function* () {
    for await (const part of answer.body!) yield Buffer.from(part)
  })()
  return verifyExport(readLines(bytes), verifiers, since)
}

test('an untouched log is in order and continues an earlier checkpoint', async () => {
  expect(await check(kept)).toMatchObject({ findings: [], since: 'continued' })
})

describe('the export names the event after', () => {
  test('an edit', async () => {
    await sql()`update audit.sealed set event = replace(event, 'SUCCEEDED', 'DENIED') where tenant_id = ${tenant.id} and sequence = 100`
    expect((await check()).findings).toEqual([
      expect.stringMatching(/^Event 100 .*does not match its leaf hash/),
    ])
  })

  test('an edit of the actor', async () => {
    await sql()`update audit.sealed set disclosures = replace(disclosures::text, 'system', 'mallory')::json where tenant_id = ${tenant.id} and sequence = 100`
    expect((await check()).findings).toEqual([
      expect.stringMatching(/^Event 100 .*disclosed actor that does not match/),
    ])
  })

  test('a deletion', async () => {
    await sql()`delete from audit.sealed where tenant_id = ${tenant.id} and sequence between 100 and 102`
    expect((await check()).findings).toEqual(['Events 100 to 102 are missing.'])
  })

  test('an insertion', async () => {
    const id = '5f1c1f0e-0000-4000-8000-000000000009'
    await sql()`
      insert into audit.sealed (tenant_id, sequence, retention, occurred_at, event_id, facet_id, kind_id, event, disclosures)
      select tenant_id, sequence, 'SEVEN_YEARS', occurred_at, ${id}, facet_id, kind_id, replace(event, '"id":"' || event_id, ${`"id":"${id}`}), disclosures
      from audit.sealed where tenant_id = ${tenant.id} and sequence = 100`
    const { findings } = await check()
    // The order of two rows with one sequence number is not defined. Either the inserted event does
    // not match and the original follows out of order, or the inserted event is out of order.
    expect(findings.length).toBeGreaterThan(0)
    expect(findings.filter((finding) => !finding.startsWith('Event 100 '))).toEqual([])
  })

  test('a swap of two events', async () => {
    const place = (sequence: number, other: number) => sql()`
      update audit.sealed set sequence = ${other}, event = replace(event, ${`"sequence":${sequence},`}::text, ${`"sequence":${other},`}::text)
      where tenant_id = ${tenant.id} and sequence = ${sequence}`
    await place(100, 1_000_000)
    await place(101, 100)
    await place(1_000_000, 101)
    expect((await check()).findings).toEqual([
      expect.stringMatching(/^Event 100 /),
      expect.stringMatching(/^Event 101 /),
    ])
  })
})

describe('tampering with recomputed hashes', () => {
  test('a rewritten history does not match the signed checkpoint', async () => {
    await sql()`update audit.sealed set event = replace(event, 'SUCCEEDED', 'DENIED') where tenant_id = ${tenant.id} and sequence = 100`
    await rehash(world, tenant, 300)
    expect((await check()).findings).toContainEqual(
      expect.stringMatching(/^The leaf hashes do not lead to the checkpoint/),
    )
  })

  test('a checkpoint with another root hash has a wrong signature', async () => {
    await sql()`update audit.checkpoint set note = replace(note, encode(root_hash, 'base64'), encode(sha256('x'), 'base64')) where tenant_id = ${tenant.id}`
    expect((await check()).findings).toEqual([
      expect.stringMatching(/^The checkpoint is not valid: The signature/),
    ])
  })

  test('a truncated log does not match an earlier checkpoint', async () => {
    const older = 200
    const [before] = await sql()<
      { n: number }[]
    >`select max(tree_size)::int as n from audit.checkpoint where tenant_id = ${tenant.id} and tree_size <= ${older}`
    const size = before!.n
    await sql()`delete from audit.sealed where tenant_id = ${tenant.id} and sequence > ${size}`
    await sql()`delete from audit.checkpoint where tenant_id = ${tenant.id} and tree_size > ${size}`
    await rehash(world, tenant, size)
    await sql()`delete from audit.export where tenant_id = ${tenant.id}`
    expect((await check()).findings).toEqual([])
    const { findings } = await check(kept)
    expect(findings[0]).toBe(
      `The log has ${size} events and had ${kept.treeSize} at the earlier checkpoint: its end was cut off.`,
    )
  })

  const sealingStops = async () => {
    await seed(world, tenant, [{ at: new Date().toISOString() }], { wait: false })
    await expect(sealed(world, tenant)).rejects.toThrow()
  }

  test('sealing stops when the first events differ from the anchor', async () => {
    const [head] = await sql()<
      { size: number }[]
    >`select max(tree_size)::int as size from audit.checkpoint where tenant_id = ${tenant.id}`
    await sql()`update audit.sealed set event = replace(event, 'SUCCEEDED', 'DENIED') where tenant_id = ${tenant.id} and sequence = 100`
    const root = await rehash(world, tenant, 300)
    await sql()`update audit.checkpoint set root_hash = ${root} where tenant_id = ${tenant.id} and tree_size = ${head!.size}`
    await sealingStops()
  }, 60_000)

  test('sealing stops when the stored tree differs from its checkpoint', async () => {
    await sql()`update audit.sealed set event = replace(event, 'SUCCEEDED', 'DENIED') where tenant_id = ${tenant.id} and sequence = 100`
    await rehash(world, tenant, 300)
    await sealingStops()
  }, 60_000)

  test('sealing stops when the database is behind its anchor', async () => {
    await sql()`delete from audit.sealed where tenant_id = ${tenant.id} and sequence > 1`
    await sql()`delete from audit.checkpoint where tenant_id = ${tenant.id} and tree_size > 1`
    await rehash(world, tenant, 1)
    await seed(world, tenant, [{ at: new Date().toISOString() }], { wait: false })
    await expect(sealed(world, tenant)).rejects.toThrow()
    const { data } = await world.ask(
      admin,
      'query ($id: ID!) { tenant(id: $id) { activityLog(first: 1) { nodes { action integrity { sequence } } } } }',
      { id: tenant.id },
    )
    expect(data.tenant.activityLog.nodes).toEqual([{ action: 'test.sown', integrity: null }])
  })
})
