/** Inclusion and consistency proofs in the API, verified with the published key. */
import { createHash, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { openCheckpoint } from '../../proof/checkpoint.ts'
import { leafHash, verifyConsistency, verifyInclusion } from '../../proof/merkle-tree.ts'
import { parseVerifierKey, type Verifier } from '../../proof/signed-note.ts'
import { sealed, seed } from '../support/activity.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Credentials, Tenant, World } from '../support/world.ts'

let world: World
let tenant: Tenant
let admin: { bearer: string; sessionId: string }
let verifiers: Verifier[]
beforeAll(async () => {
  world = await sharedWorld()
  tenant = await world.createTenant()
  admin = await world.signIn(tenant, tenant.globalAdmin)
  await seed(
    world,
    tenant,
    Array.from({ length: 600 }, () => ({ at: new Date().toISOString() })),
  )
  verifiers = (await (await fetch(`${world.url}/.well-known/activity-log-keys`)).text())
    .trim()
    .split('\n')
    .map(parseVerifierKey)
})

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'))
const query = `query ($id: ID!, $first: Int, $after: String) { tenant(id: $id) { activityLog(first: $first, after: $after) {
  nodes { id occurredAt action actor { key displayName } integrity { sequence canonicalEvent leafHash inclusionPath checkpoint { treeSize rootHash note } } }
  pageInfo { endCursor hasNextPage } } } }`

interface Checkpoint {
  treeSize: number
  rootHash: string
  note: string
}
interface Shown {
  id: string
  occurredAt: string
  action: string
  actor: { key: string; displayName: string }
  integrity: {
    sequence: number
    canonicalEvent: string
    leafHash: string
    inclusionPath: string[]
    checkpoint: Checkpoint
  } | null
}

async function page(
  after: string | null,
  first = 100,
): Promise<{ nodes: Shown[]; pageInfo: { endCursor: string; hasNextPage: boolean } }> {
  const { data, errors } = await world.ask(admin, query, { id: tenant.id, first, after })
  expect(errors).toEqual([])
  return data.tenant.activityLog
}

/** Verifies the note with the published key and returns its checkpoint. */
async function stated({ note, treeSize, rootHash }: Checkpoint) {
  const { checkpoint } = await openCheckpoint(note, verifiers)
  expect(checkpoint).toEqual({
    origin: `${new URL(world.url).host}/activity/${tenant.id}`,
    treeSize,
    rootHash: bytes(rootHash),
  })
  return checkpoint
}

test('every event has a sequence number and a valid inclusion proof', async () => {
  await sealed(world, tenant)
  const sequences: number[] = []
  for (let after: string | null = null, more = true; more; ) {
    const { nodes, pageInfo } = await page(after)
    for (const { id, occurredAt, action, actor, integrity } of nodes) {
      const { sequence, canonicalEvent, checkpoint } = integrity!
      const event = JSON.parse(canonicalEvent)
      expect(event).toMatchObject({
        id,
        occurredAt,
        action,
        sequence,
        tenantId: tenant.id,
        actor: { key: actor.key },
      })
      expect(event.actor).not.toHaveProperty('displayName')
      expect(bytes(integrity!.leafHash)).toEqual(
        Uint8Array.from(createHash('sha256').update('\0').update(canonicalEvent).digest()),
      )
      const { treeSize, rootHash: root } = await stated(checkpoint)
      const proof = {
        leafHash: bytes(integrity!.leafHash),
        index: sequence - 1,
        treeSize,
        path: integrity!.inclusionPath.map(bytes),
        root,
      }
      expect([sequence, verifyInclusion(proof)]).toEqual([sequence, true])
      expect(
        verifyInclusion({
          ...proof,
          leafHash: leafHash(Buffer.from(canonicalEvent.replace(action, 'another.act'))),
        }),
      ).toBe(false)
      sequences.push(sequence)
    }
    after = pageInfo.endCursor
    more = pageInfo.hasNextPage
  }
  expect(sequences.length).toBeGreaterThanOrEqual(602)
  expect(sequences.toSorted((a, b) => a - b)).toEqual(sequences.map((_, index) => index + 1))
})

const checkpointQuery = `query ($id: ID!, $treeSize: SafeInt, $from: SafeInt!) { tenant(id: $id) { activityCheckpoint(treeSize: $treeSize) {
  treeSize rootHash note consistencyPath(fromTreeSize: $from) } } }`
async function checkpointAt(
  variables: { treeSize?: number; from: number },
  who: Credentials = admin,
  of = tenant,
) {
  const reply = await world.ask(who, checkpointQuery, { id: of.id, ...variables })
  return { ...reply, checkpoint: reply.data?.tenant?.activityCheckpoint }
}

describe('checkpoints', () => {
  test('a later checkpoint is consistent with every earlier one', async () => {
    const earlier = [(await checkpointAt({ from: 0 })).checkpoint]
    for (const count of [1, 3, 300]) {
      await seed(
        world,
        tenant,
        Array.from({ length: count }, () => ({ at: new Date().toISOString() })),
      )
      const later = (await checkpointAt({ from: 0 })).checkpoint
      const to = await stated(later)
      for (const before of earlier) {
        const from = await stated(before)
        const { checkpoint } = await checkpointAt({ treeSize: to.treeSize, from: from.treeSize })
        const path = checkpoint.consistencyPath.map(bytes)
        expect(
          verifyConsistency({
            fromSize: from.treeSize,
            fromRoot: from.rootHash,
            toSize: to.treeSize,
            toRoot: to.rootHash,
            path,
          }),
        ).toBe(true)
      }
      earlier.push(later)
    }
    expect(earlier.length).toBe(4)
  })

  test('a checkpoint of an unknown size is null', async () => {
    expect(await checkpointAt({ treeSize: 999_999, from: 0 })).toMatchObject({
      codes: [],
      checkpoint: null,
    })
    expect(await checkpointAt({ treeSize: 0, from: 0 })).toMatchObject({
      codes: [],
      checkpoint: null,
    })
  })

  test('fromTreeSize beyond the checkpoint is refused with BAD_USER_INPUT', async () => {
    const { checkpoint } = await checkpointAt({ from: 0 })
    expect(checkpoint.consistencyPath).toEqual([])
    expect((await checkpointAt({ from: checkpoint.treeSize })).checkpoint.consistencyPath).toEqual(
      [],
    )
    expect(await checkpointAt({ from: checkpoint.treeSize + 100_000 })).toMatchObject({
      codes: ['BAD_USER_INPUT'],
    })
    for (const from of [-1, 2 ** 53])
      expect((await checkpointAt({ from })).codes).toEqual(['BAD_USER_INPUT'])
  })
})

describe('authorization', () => {
  test('a technician gets neither checkpoint nor proof; attempts are recorded', async () => {
    const own = await world.createTenant()
    await world.open(own, world.vsa)
    const technician = await world.connect(own, world.vsa)
    await sealed(world, own)
    expect(await checkpointAt({ from: 0 }, technician, own)).toMatchObject({
      codes: ['FORBIDDEN'],
      checkpoint: null,
    })
    const shown = await world.ask(technician, query, { id: own.id, first: 3 })
    expect(new Set(shown.codes)).toEqual(new Set(['FORBIDDEN']))
    expect(shown.data.tenant.activityLog.nodes.map(({ integrity }: Shown) => integrity)).toEqual([
      null,
      null,
      null,
    ])
    const denied = (await world.log(own)).filter(({ action }) => action === 'authorization.denied')
    expect(denied.map(({ target }) => target?.displayName).toSorted()).toEqual([
      'ActivityEvent.integrity',
      'Tenant.activityCheckpoint',
    ])
  })

  test('an admin of another tenant gets nothing', async () => {
    const other = await world.createTenant()
    const stranger = await world.signIn(other, other.globalAdmin)
    expect(await checkpointAt({ from: 0 }, stranger)).toMatchObject({ data: { tenant: null } })
  })
})

test('the keys are published one per line, and can be cached', async () => {
  const { activity_log_keys_uri: uri } = (await (
    await fetch(`${world.url}/.well-known/it-complete-login`)
  ).json()) as Record<string, string>
  const answer = await fetch(uri!)
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
  expect(await answer.text()).toMatch(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+\n$/)
  expect(verifiers.map(({ name }) => name)).toEqual([`${new URL(world.url).host}/activity`])
})

test('integrity of an unsealed event is null', async () => {
  const hidden = await world.createTenant()
  const reader = await world.signIn(hidden, hidden.globalAdmin)
  await sealed(world, hidden)
  // Holding the tenant's sealing lock keeps the sequencer away, so that the event stays unsealed.
  await world.database.owner.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('seal ' || ${hidden.id}, 0))`
    const id = randomUUID()
    await seed(world, hidden, [{ id, at: new Date().toISOString() }], { wait: false })
    const { data, errors } = await world.ask(
      reader,
      'query ($id: ID!) { activityEvent(id: $id) { id integrity { sequence } } }',
      { id },
    )
    expect([data, errors]).toEqual([{ activityEvent: { id, integrity: null } }, []])
  })
})
