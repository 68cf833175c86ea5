/**
 * The witness detects a restored or rewritten log even without anchors, and never delays sealing.
 */
import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  type MockInstance,
  test,
  vi,
} from 'vitest'
import { openLogEpoch } from '../../admin/tenants.ts'
import { openCheckpoint } from '../../proof/checkpoint.ts'
import { parseCosignerKey } from '../../proof/cosigner-key.ts'
import { parseVerifierKey, splitNote } from '../../proof/signed-note.ts'
import { findCosignature } from '../../subgraphs/audit/log/cosignature.ts'
import { rehash, type Seed, sealed, seed } from '../support/activity.ts'
import { testLog } from '../support/database.ts'
import { operatorRows } from '../support/log-rows.ts'
import { cosignerKeys, startWitness, type Witness } from '../support/witness.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
let witness: Witness
let logKey: string
beforeAll(async () => {
  witness = await startWitness()
  world = await startWorld({ WITNESS_URL: `${witness.url}/`, WITNESS_KEY: witness.key })
  logKey = (await (await fetch(`${world.url}/.well-known/activity-log-keys`)).text()).trim()
  witness.trust(logKey)
})
afterAll(async () => {
  await world?.stop()
  await witness?.close()
})
/** The errors in the process log. */
let told: MockInstance<typeof testLog.error>
beforeEach(() => {
  told = vi.spyOn(testLog, 'error')
})
afterEach(() => {
  witness.answer(null)
  vi.restoreAllMocks()
})

const some = (count: number): Seed[] =>
  Array.from({ length: count }, () => ({ at: new Date().toISOString() }))
const patiently = { timeout: 15_000, interval: 50 }

const originOf = ({ id }: Tenant, epoch = 1) =>
  `${parseVerifierKey(logKey).name}/${id}${epoch > 1 ? `/${epoch}` : ''}`
const sizeAtWitness = (tenant: Tenant, epoch = 1) => witness.sizes.get(originOf(tenant, epoch))
const cosignedOf = (tenant: Tenant) =>
  witness.cosigned.filter(({ origin }) => origin === originOf(tenant)).map(({ size }) => size)
async function sizeOf({ id }: Tenant): Promise<number> {
  const [row] = await world.database.owner<{ size: number }[]>`
    select coalesce(max(tree_size), 0)::int as size from audit.checkpoint where tenant_id = ${id}`
  return row!.size
}

/** Resolves with the tree size when the witness holds the newest checkpoint. */
async function witnessed(tenant: Tenant): Promise<number> {
  await expect
    .poll(async () => sizeAtWitness(tenant) === (await sizeOf(tenant)), patiently)
    .toBe(true)
  return sizeOf(tenant)
}

/** A tenant with two batches of events that the witness has cosigned. */
async function witnessedTenant(): Promise<Tenant> {
  const tenant = await world.createTenant()
  for (const count of [5, 7]) {
    await seed(world, tenant, some(count))
    await witnessed(tenant)
  }
  return tenant
}

const keptOf = ({ id }: Tenant): { epoch: number; treeSize: number; note: string }[] => {
  const path = join(world.anchorDir, `${id}.witnessed.jsonl`)
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/** Deletes the anchors and restarts, so that only the witness knows earlier checkpoints. */
async function forget(): Promise<void> {
  await rm(world.anchorDir, { recursive: true, force: true })
  await world.restart()
}

/**
 * Truncates the log to a checkpoint and recomputes the hashes, as the owner of the database can.
 */
async function cutOff({ id }: Tenant, size: number): Promise<void> {
  for (const [table, column] of [
    ['sealed', 'sequence'],
    ['checkpoint', 'tree_size'],
  ])
    await world.database.owner.unsafe(
      `delete from audit.${table} where tenant_id = '${id}' and ${column} > ${size}`,
    )
  await rehash(world, { id } as Tenant, size)
}

const operatorsTold = async ({ id }: Tenant) =>
  (await operatorRows(world.database, { action: 'activity_log.sealing_stopped', targetId: id }))
    .length

const toldOf = ({ id }: Tenant) =>
  told.mock.calls.filter(([what]) => (what as { tenantId?: string }).tenantId === id)

/** Expects that this log is stopped and recorded as such, and that other logs are still sealed. */
async function found(tenant: Tenant, times = 1): Promise<void> {
  await expect.poll(() => operatorsTold(tenant), patiently).toBe(times)
  const stopped = [
    { tenantId: tenant.id, reason: expect.stringContaining('witness holds') },
    expect.stringContaining('Sealing has stopped'),
  ]
  expect(toldOf(tenant)).toEqual(Array(times).fill(stopped))
  const size = await sizeOf(tenant)
  const [waiting] = await seed(world, tenant, some(1), { wait: false })
  await seed(world, await world.createTenant(), some(1))
  expect(await sizeOf(tenant)).toBe(size)
  expect((await world.log(tenant, { actions: ['test.sown'] }))[0]!.id).toBe(waiting)
}

describe('an available witness', () => {
  test('cosigns each log, also after a restart; cosignatures verify', async () => {
    const tenant = await witnessedTenant()
    await world.restart()
    await seed(world, tenant, some(300))
    const size = await witnessed(tenant)
    await expect.poll(() => keptOf(tenant).at(-1)?.treeSize, patiently).toBe(size)
    const kept = keptOf(tenant)
    expect(kept.map(({ treeSize }) => treeSize)).toEqual(cosignedOf(tenant))
    for (const { epoch, treeSize, note } of kept) {
      const { checkpoint } = await openCheckpoint(note, [parseVerifierKey(logKey)])
      expect(checkpoint).toMatchObject({ origin: originOf(tenant), treeSize })
      expect(epoch).toBe(1)
      const [, signatures] = note.split('\n\n')
      const key = parseCosignerKey(witness.key)
      expect(findCosignature(splitNote(note).text, signatures!, key)).toContain(
        '— witness.example/w1 ',
      )
    }
  })
})

describe('without anchors, the witness detects', () => {
  test('a truncated log after each start; it cosigns a new epoch', async () => {
    const tenant = await witnessedTenant()
    const size = await sizeOf(tenant)
    await cutOff(tenant, size - 7)
    await forget()
    await seed(world, tenant, some(1))
    await found(tenant)

    await world.restart()
    await found(tenant, 2)
    expect(sizeAtWitness(tenant)).toBe(size)

    await openLogEpoch(world.operator, tenant.id, 'restored the backup of last night')
    await vi.waitFor(() => sealed(world, tenant), patiently)
    await expect
      .poll(async () => sizeAtWitness(tenant, 2) === (await sizeOf(tenant)), patiently)
      .toBe(true)
    await seed(world, tenant, some(1))
    await expect
      .poll(async () => sizeAtWitness(tenant, 2) === (await sizeOf(tenant)), patiently)
      .toBe(true)
    expect(sizeAtWitness(tenant)).toBe(size)
  })

  test('a truncated log that has grown to its old size', async () => {
    const tenant = await witnessedTenant()
    const size = await sizeOf(tenant)
    await cutOff(tenant, size - 7)
    await forget()
    await seed(world, tenant, some(7))
    expect(await sizeOf(tenant)).toBe(size)
    await found(tenant)
  })

  test('a rewritten history with recomputed hashes and checkpoint', async () => {
    const tenant = await witnessedTenant()
    const sql = world.database.owner
    await sql`update audit.sealed set event = replace(event, 'SUCCEEDED', 'DENIED') where tenant_id = ${tenant.id} and sequence = 3`
    const root = await rehash(world, tenant, 12)
    await sql`update audit.checkpoint set root_hash = ${root} where tenant_id = ${tenant.id} and tree_size = ${await sizeOf(tenant)}`
    await forget()
    await seed(world, tenant, some(1))
    await found(tenant)
  })

  test('a log whose missing hashes prevent a proof', async () => {
    const tenant = await world.createTenant()
    await seed(world, tenant, some(3))
    await witnessed(tenant)
    await seed(world, tenant, some(600))
    const size = await witnessed(tenant)
    expect(size).toBeGreaterThan(512)
    // The hashes of full tiles, one level above, are enough to append.
    await world.database
      .owner`delete from audit.tile where tenant_id = ${tenant.id} and level = 0 and tile_index = 0`
    witness.answer((response, body) =>
      body.startsWith('old 0\n')
        ? response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('3\n')
        : response.destroy(),
    )
    await forget()
    await seed(world, tenant, some(1))
    await found(tenant)
  })
})

describe('an unavailable witness', () => {
  const away: [string, (response: ServerResponse) => void][] = [
    ['answers 503', (response) => response.writeHead(503).end()],
    ['closes the connection', (response) => response.destroy()],
    ['never answers', () => {}],
    [
      'never ends its response',
      (response) => response.writeHead(200).write('— witness.example/w1 '),
    ],
  ]
  test.each(away)(
    'that %s does not delay sealing and gets the newest checkpoint later',
    async (_, answer) => {
      const tenant = await witnessedTenant()
      const before = cosignedOf(tenant)
      const [warned, informed] = [vi.spyOn(testLog, 'warn'), vi.spyOn(testLog, 'info')]
      const asked = witness.asked
      witness.answer(answer)
      for (let batch = 1; batch <= 2; batch++) {
        await seed(world, tenant, some(2))
        // The next batch is sealed while this request is pending, and again after its timeout.
        await expect.poll(() => witness.asked, patiently).toBeGreaterThanOrEqual(asked + batch)
      }
      expect(cosignedOf(tenant)).toEqual(before)
      expect(await operatorsTold(tenant)).toBe(0)
      await expect.poll(() => warned.mock.calls.length, patiently).toBe(1)

      witness.answer(null)
      const size = await witnessed(tenant)
      expect(cosignedOf(tenant)).toEqual([...before, size])
      await expect
        .poll(() => informed.mock.calls.map(([message]) => message), patiently)
        .toEqual(['Checkpoints are submitted to the witness again.'])
      expect(warned.mock.calls).toEqual([
        [
          expect.anything(),
          expect.stringContaining('Checkpoints cannot be submitted to the witness'),
        ],
      ])
    },
  )

  test('events are sealed while a request to it is pending', async () => {
    const tenant = await witnessedTenant()
    const unanswered: ServerResponse[] = []
    witness.answer((response) => unanswered.push(response))
    await seed(world, tenant, some(1), { wait: false })
    // Less than two seconds have passed.
    await expect.poll(() => unanswered.length, { timeout: 15_000, interval: 5 }).toBe(1)
    await seed(world, tenant, some(1))
    expect(unanswered[0]!.closed).toBe(false)
  })
})

describe('an invalid response is logged and sealing continues', () => {
  const textOf = (body: string) => `${body.split('\n\n')[1]}\n`
  const refused: [string, (response: ServerResponse, body: string) => void, RegExp][] = [
    [
      'a signature by another key under its name',
      (response, body) =>
        response.end(witness.cosign(textOf(body), cosignerKeys('ml-dsa-44').privateKey)),
      /cosignature by witness\.example\/w1 is wrong/,
    ],
    [
      'a signature of another text',
      (response, body) => response.end(witness.cosign(textOf(body).replace(/^\d+$/m, '999'))),
      /is wrong/,
    ],
    [
      'a cosignature without a time',
      (response, body) => response.end(witness.cosign(textOf(body), undefined, 0n)),
      /must have a time from 1/,
    ],
    [
      "only another witness's cosignature",
      (response) => response.end('— witness.example/w2 AAAAAAAA\n'),
      /has no cosignature/,
    ],
    ['an empty response', (response) => response.end(), /has no cosignature/],
    ['an HTML page', (response) => response.end('<html>\n'), /malformed/],
    [
      'more than 16,384 bytes',
      (response) => response.end('x'.repeat(16_385)),
      /more than 16384 bytes/,
    ],
    [
      'a redirect',
      (response, body) =>
        response.writeHead(307, { location: witness.url }).end(witness.cosign(textOf(body))),
      /responded with HTTP status 307/,
    ],
    [
      '404 for an unknown log',
      (response) => response.writeHead(404).end(),
      /responded with HTTP status 404/,
    ],
    [
      '409 without the size that it holds',
      (response) => response.writeHead(409).end('12\n'),
      /responded with HTTP status 409/,
    ],
  ]
  test.each(refused)('%s', async (_, answer, reason) => {
    const tenant = await world.createTenant()
    witness.answer(answer)
    await seed(world, tenant, some(1))
    const refusal = [
      { tenantId: tenant.id, reason: expect.stringMatching(reason) },
      expect.stringContaining('did not cosign'),
    ]
    await expect.poll(() => toldOf(tenant), patiently).toEqual([refusal])
    witness.answer(null)
    // The queue is in order: when the later log is cosigned, this one was handled.
    await seed(world, tenant, some(1))
    const other = await world.createTenant()
    await seed(world, other, some(1))
    await witnessed(other)
    expect([keptOf(tenant), await operatorsTold(tenant), toldOf(tenant)]).toEqual([
      [],
      0,
      [refusal],
    ])
  })
})

test.each(['ed25519', 'ml-dsa-44'] as const)(
  'cosignatures by %s are verified',
  async (algorithm) => {
    const other = await startWitness(algorithm)
    await other.close()
    const key = parseCosignerKey(other.key)
    const root = Buffer.alloc(32, 7).toString('base64')
    const text = `backup.example/activity/${'1'.repeat(36)}\n300\n${root}\n`
    const verified = (line: string, of = text) => findCosignature(of, line, key)
    const line = other.cosign(text)
    expect(verified(`— somebody.else AAAAAAAA\n${line}`)).toBe(line.trimEnd())
    for (const changed of [
      text.replace('300', '301'),
      text.replace('1', '2'),
      text.replace('Bw', 'CA'),
    ])
      expect(() => verified(line, changed)).toThrow(/is wrong/)
    expect(() => verified(other.cosign(text, cosignerKeys(algorithm).privateKey))).toThrow(
      /is wrong/,
    )
    for (const time of [0n, 2n ** 63n, 2n ** 64n - 1n])
      expect(() => verified(other.cosign(text, undefined, time))).toThrow(/must have a time from 1/)
    expect(verified(other.cosign(text, undefined, 2n ** 63n - 1n))).toMatch(/^— witness/)
    expect(() => parseCosignerKey(other.key.replace('w1+', 'w2+'))).toThrow(/of type 4 or 6/)
  },
)
