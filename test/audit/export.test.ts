/**
 * Exports of a whole log or of filtered events. The service streams the events with their proofs to
 * admins and API tokens.
 */
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { toBase64 } from '../../proof/bytes.ts'
import { openCheckpoint } from '../../proof/checkpoint.ts'
import {
  CompactRange,
  leafHash,
  verifyConsistency,
  verifyInclusion,
} from '../../proof/merkle-tree.ts'
import { parseVerifierKey, type Verifier } from '../../proof/signed-note.ts'
import { sealed, seed } from '../support/activity.ts'
import { apiTokenOf } from '../support/login.ts'
import { faultsOf } from '../support/ocsf.ts'
import { type Credentials, startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
let tenant: Tenant
let admin: { bearer: string; sessionId: string }
let verifiers: Verifier[]
/** The number of read transactions of each tenant. */
const reads = new Map<string, number>()
beforeAll(async () => {
  world = await startWorld(
    {},
    {
      wrap: (db) => ({
        ...db,
        read(tenantId, work) {
          if (tenantId !== null) reads.set(tenantId, (reads.get(tenantId) ?? 0) + 1)
          return db.read(tenantId, work)
        },
      }),
    },
  )
  verifiers = (await (await fetch(`${world.url}/.well-known/activity-log-keys`)).text())
    .trim()
    .split('\n')
    .map(parseVerifierKey)
})
afterAll(() => world?.stop())
beforeEach(async () => {
  tenant = await world.createTenant()
  admin = await world.signIn(tenant, tenant.globalAdmin)
  await sealed(world, tenant)
})

/** Returns null when the decoder notices that the data is damaged. */
function decompressed(packed: Buffer): Buffer | null {
  try {
    return zstdDecompressSync(packed)
  } catch {
    return null
  }
}

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'))
const now = () => new Date().toISOString()
const many = (count: number) =>
  seed(
    world,
    tenant,
    Array.from({ length: count }, (_, n) => ({ at: now(), name: `Event ${n}` })),
  )

const mutation = `mutation ($input: CreateActivityExportInput!) { createActivityExport(input: $input) {
  export { downloadUrl expiresAt eventCount checkpoint { treeSize rootHash note } } userErrors { code field } } }`
const create = (input: object = {}, who: Credentials = admin) =>
  world.ask(who, mutation, { input: { tenantId: tenant.id, format: 'NDJSON', ...input } })

const bearer = (who: { bearer: string } | null): Record<string, string> =>
  who ? { authorization: `Bearer ${who.bearer}` } : {}
const get = (query = '', who: { bearer: string } | null = admin, of = tenant) =>
  fetch(`${world.url}/activity/export/${of.id}${query}`, { headers: bearer(who) })

interface Line {
  sequence?: number
  event?: { id: string; sequence: number; action: string }
  disclosures?: object
  inclusionPath?: string[]
  leafHashes?: { from: number; hashes: string }
  export?: {
    tenantId: string
    afterSequence: number
    checkpoint: string
    compactRange: string[] | null
  }
  manifest?: {
    tenantId: string
    filter: object | null
    afterSequence: number
    firstSequence: number | null
    lastSequence: number | null
    count: number
    treeSize: number
    rootHash: string
    checkpoint: string
    previous: { checkpoint: string; consistencyPath: string[] } | null
  }
}
const linesOf = (text: string): Line[] => {
  expect(text.endsWith('\n')).toBe(true)
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** Verifies an export with nothing but the published key. */
async function proven(text: string) {
  const lines = linesOf(text)
  const manifest = lines.at(-1)!.manifest!
  const { compactRange, ...beginning } = lines[0]!.export!
  expect(manifest).toMatchObject(beginning)
  const { checkpoint } = await openCheckpoint(manifest.checkpoint, verifiers)
  expect(checkpoint).toEqual({
    origin: `${new URL(world.url).host}/activity/${manifest.tenantId}`,
    treeSize: manifest.treeSize,
    rootHash: bytes(manifest.rootHash),
  })
  const events = text
    .split('\n')
    .flatMap(
      (line) =>
        /^\{"sequence":(\d+),"event":(.*),"disclosures":(\{.*\})(,"inclusionPath":(\[.*\]))?\}$/.exec(
          line,
        ) ?? [],
    )
  const found: { sequence: number; canonical: string; path: string[] | null }[] = []
  for (let at = 0; at < events.length; at += 6)
    found.push({
      sequence: Number(events[at + 1]),
      canonical: events[at + 2]!,
      path: events[at + 5] ? JSON.parse(events[at + 5]!) : null,
    })
  expect(found.length).toBe(manifest.count)
  expect([found[0]?.sequence ?? null, found.at(-1)?.sequence ?? null]).toEqual([
    manifest.firstSequence,
    manifest.lastSequence,
  ])
  if (manifest.filter) {
    expect(compactRange).toBeNull()
    for (const { sequence, canonical, path } of found) {
      const proof = {
        leafHash: leafHash(Buffer.from(canonical)),
        index: sequence - 1,
        treeSize: checkpoint.treeSize,
        path: path!.map(bytes),
        root: checkpoint.rootHash,
      }
      expect([sequence, verifyInclusion(proof)]).toEqual([sequence, true])
    }
  } else {
    const range = new CompactRange(manifest.afterSequence, compactRange!.map(bytes))
    for (const { canonical } of found) range.append(leafHash(Buffer.from(canonical)))
    expect([range.treeSize, range.root()]).toEqual([checkpoint.treeSize, checkpoint.rootHash])
    const hashes = lines.flatMap(({ leafHashes }) => (leafHashes ? [leafHashes] : []))
    expect(Buffer.concat(hashes.map((line) => bytes(line.hashes)))).toEqual(
      Buffer.concat(found.map(({ canonical }) => leafHash(Buffer.from(canonical)))),
    )
    let next = manifest.afterSequence + 1
    for (const line of hashes) {
      expect(line.from).toBe(next)
      next += bytes(line.hashes).length / 32
    }
  }
  return {
    manifest,
    checkpoint,
    sequences: found.map(({ sequence }) => sequence),
    ids: lines.flatMap(({ event }) => (event ? [event.id] : [])),
  }
}

const consecutive = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n)

describe('an unfiltered export', () => {
  test('has every event in sequence and proves that none is missing', async () => {
    const ids = await many(700)
    const answer = await get()
    expect([
      answer.status,
      answer.headers.get('content-type'),
      answer.headers.get('cache-control'),
    ]).toEqual([200, 'application/x-ndjson', 'no-store'])
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="activity-\d{4}-\d\d-\d\d-1-\d+\.ndjson"$/,
    )
    const { manifest, sequences, ids: exported } = await proven(await answer.text())
    expect(sequences).toEqual(consecutive(1, manifest.treeSize))
    expect(exported.filter((id) => ids.includes(id)).length).toBe(700)
  })

  test('of the mutation has the events of the log at that time', async () => {
    await many(300)
    const { data, errors } = await create()
    expect(errors).toEqual([])
    const { export: made, userErrors } = data.createActivityExport
    expect(userErrors).toEqual([])
    expect(made.eventCount).toBe(made.checkpoint.treeSize)
    expect(Date.parse(made.expiresAt)).toBeGreaterThan(Date.now() + 50 * 60_000)
    await many(10)
    const answer = await fetch(made.downloadUrl, { headers: bearer(admin) })
    const { manifest, sequences } = await proven(await answer.text())
    expect([manifest.treeSize, manifest.rootHash]).toEqual([
      made.checkpoint.treeSize,
      made.checkpoint.rootHash,
    ])
    expect(sequences.length).toBe(made.eventCount)
  })

  test.each(['GZIP', 'ZSTD'])(
    'has the same content when compressed with %s',
    async (compression) => {
      await many(300)
      const answer = await get(`?compression=${compression}`)
      expect(answer.headers.get('content-disposition')).toMatch(
        compression === 'GZIP' ? /\.ndjson\.gz"$/ : /\.ndjson\.zst"$/,
      )
      const packed = Buffer.from(await answer.arrayBuffer())
      const text = (
        compression === 'GZIP' ? gunzipSync(packed) : zstdDecompressSync(packed)
      ).toString()
      const { manifest, sequences } = await proven(text)
      expect(sequences).toEqual(consecutive(1, manifest.treeSize))
      if (compression === 'GZIP') return
      const whole = Buffer.from(text)
      for (let at = 0; at < packed.length; at += Math.ceil(packed.length / 150)) {
        const damaged = Buffer.from(packed)
        damaged[at]! ^= 1 << (at % 8)
        expect([at, decompressed(damaged)?.equals(whole) ?? true]).toEqual([at, true])
      }
    },
  )

  test.each([1, 255, 256, 257, 400])(
    'can begin after event %d and is complete',
    async (afterSequence) => {
      await many(600)
      const { manifest, sequences } = await proven(
        await (await get(`?afterSequence=${afterSequence}`)).text(),
      )
      expect(sequences).toEqual(consecutive(afterSequence + 1, manifest.treeSize))
    },
  )

  test('is empty after the last event', async () => {
    await many(3)
    const { manifest } = await proven(await (await get()).text())
    await sealed(world, tenant)
    const { manifest: rest } = await proven(
      await (await get(`?afterSequence=${manifest.treeSize}`)).text(),
    )
    expect(rest.afterSequence).toBe(manifest.treeSize)
  })

  test('proves consistency with the previous export', async () => {
    const first = await proven(await (await get()).text())
    expect(first.manifest.previous).toBeNull()
    for (const count of [1, 300]) {
      await many(count)
      const { manifest, checkpoint } = await proven(await (await get()).text())
      const { checkpoint: from } = await openCheckpoint(manifest.previous!.checkpoint, verifiers)
      const proof = {
        fromSize: from.treeSize,
        fromRoot: from.rootHash,
        toSize: checkpoint.treeSize,
        toRoot: checkpoint.rootHash,
      }
      expect(
        verifyConsistency({ ...proof, path: manifest.previous!.consistencyPath.map(bytes) }),
      ).toBe(true)
      expect(from.treeSize).toBeGreaterThanOrEqual(first.manifest.treeSize)
    }
  })

  test('can be prepared while a larger one is prepared', async () => {
    await get()
    await world.database
      .owner`update audit.export set tree_size = tree_size + 1000 where tenant_id = ${tenant.id}`
    expect((await proven(await (await get()).text())).manifest.previous).toBeNull()
  })

  test.each([[{}], [{ text: ' ' }], [{ actors: null, occurredFrom: null }]])(
    'has no filter when the given one is empty: %j',
    async (filter) => {
      const { data } = await create({ filter })
      const { downloadUrl, eventCount } = data.createActivityExport.export
      const { manifest, sequences } = await proven(
        await (await fetch(downloadUrl, { headers: bearer(admin) })).text(),
      )
      expect([manifest.filter, sequences.length]).toEqual([null, eventCount])
    },
  )

  test('can be resumed by its download link', async () => {
    await many(300)
    const { downloadUrl } = (await create()).data.createActivityExport.export
    await many(10)
    const { manifest, sequences } = await proven(
      await (await fetch(`${downloadUrl}&afterSequence=200`, { headers: bearer(admin) })).text(),
    )
    expect(sequences).toEqual(consecutive(201, manifest.treeSize))
    for (const wrong of ['&afterSequence=99999', '&afterSequence=x', '&format=CSV'])
      expect((await fetch(downloadUrl + wrong, { headers: bearer(admin) })).status).toBe(400)
  })
})

describe('a filtered export', () => {
  test.each([
    [{ actions: ['test.*'] }, 40],
    [{ actors: ['somebody'] }, 20],
    [{ text: 'wilma' }, 20],
    [{ text: 'wilma', actors: ['nobody'] }, 0],
    [{ actors: [] }, 0],
    [{ occurredTo: '2020-01-01T00:00:00.000Z' }, 0],
    [{ occurredFrom: '2020-01-01T00:00:00.000Z', actions: ['test.sown'] }, 40],
    [{ sessionId: '5f1c1f0e-0000-4000-8000-000000000001' }, 20],
    [{ sessionId: 'no id' }, 0],
  ])('%j: has the matching events with inclusion paths', async (filter, count) => {
    await seed(
      world,
      tenant,
      Array.from({ length: 40 }, (_, n) =>
        n % 2
          ? {
              at: now(),
              actor: 'somebody',
              name: 'Wilma Words',
              sessionId: '5f1c1f0e-0000-4000-8000-000000000001',
            }
          : { at: now() },
      ),
    )
    const { data } = await create({ filter })
    const { downloadUrl, eventCount } = data.createActivityExport.export
    expect(eventCount).toBeNull()
    const { manifest, sequences } = await proven(
      await (await fetch(downloadUrl, { headers: bearer(admin) })).text(),
    )
    expect(sequences.length).toBe(count)
    expect(manifest.filter).toEqual(filter)
  })
})

describe('other formats', () => {
  test('CSV has a header, a line per event and the manifest', async () => {
    await seed(world, tenant, [{ at: now(), name: '=HYPERLINK("http://evil.example")' }])
    const answer = await get('?format=CSV')
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/)
    const text = Buffer.from(await answer.arrayBuffer()).toString()
    const lines = text.split('\r\n')
    expect(lines[0]).toMatch(/^\ufeffsequence,id,occurredAt,/)
    expect(lines.at(-1)).toBe('')
    expect(lines.slice(1, -2).map((line) => Number(line.split(',')[0]))).toEqual(
      consecutive(1, lines.length - 3),
    )
    expect(lines.at(-3)).toContain(`"'=HYPERLINK(""http://evil.example"")"`)
    const cells = [...lines.at(-2)!.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell]) =>
      cell!.replaceAll('""', '"'),
    )
    expect(cells.filter(Boolean)).toHaveLength(2)
    expect([cells.length, cells[0], cells[1]]).toEqual([
      lines[0]!.split(',').length,
      '',
      'manifest',
    ])
    const { count, treeSize, checkpoint } = JSON.parse(
      cells[lines[0]!.split(',').indexOf('changes')]!,
    )
    expect([count, treeSize]).toEqual([lines.length - 3, lines.length - 3])
    expect(checkpoint).toContain(tenant.id)
  })

  test('OCSF has an event per line and the manifest', async () => {
    await many(20)
    const admins = await world.signIn(tenant, tenant.globalAdmin)
    const revoke = `mutation ($input: RevokeSessionInput!) {
      revokeSession(input: $input) { userErrors { code } } }`
    const input = { tenantId: tenant.id, sessionId: admins.sessionId }
    expect((await world.ask(admin, revoke, { input })).codes).toEqual([])
    await sealed(world, tenant)
    const lines = linesOf(await (await get('?format=OCSF')).text()) as unknown as {
      class_uid: number
      metadata: { sequence: number; event_code: string }
      user?: { uid: string }
      unmapped: { leafHash: string; manifest: { count: number; rootHash: string } }
    }[]
    for (const line of lines) expect(faultsOf(line as never)).toEqual([])
    const { manifest } = lines.at(-1)!.unmapped
    const events = lines.slice(0, -1)
    expect([lines.at(-1)!.class_uid, manifest.count]).toEqual([0, events.length])
    expect(events.map(({ metadata }) => metadata.sequence)).toEqual(consecutive(1, events.length))
    // The leaf hashes of all events give the root hash of the manifest.
    const tree = new CompactRange()
    for (const { unmapped } of events) tree.append(bytes(unmapped.leafHash))
    expect(toBase64(tree.root())).toBe(manifest.rootHash)
    for (const { class_uid } of events) expect([3002, 3004, 3005, 6001, 6003]).toContain(class_uid)
    const revoked = events.find(({ metadata }) => metadata.event_code === 'session.revoked')
    expect(revoked).toMatchObject({
      class_uid: 3002,
      user: { uid: `microsoft:${tenant.globalAdmin.objectId}` },
    })
  })
})

describe('authorization', () => {
  test('an API token may export until it is revoked', async () => {
    const token = await apiTokenOf(world, admin, tenant)
    expect((await get('', token)).status).toBe(200)
    await world.database
      .owner`update identity.api_token set revoked_at = now() where tenant_id = ${tenant.id}`
    const refused = await get('', token)
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer realm="IT Complete", error="invalid_token"',
    )
    expect([refused.status, await refused.json()]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ])
  })

  test('a browser may export with the cookie of the path’s tenant', async () => {
    const cookie = `session-${tenant.id}=${encodeURIComponent(admin.bearer)}`
    const ask = (headers: Record<string, string>, of = tenant.id) =>
      fetch(`${world.url}/activity/export/${of}`, { headers })
    expect((await ask({ cookie })).status).toBe(200)
    expect((await ask({ cookie, ...bearer(admin) })).status).toBe(400)
    expect((await ask({ cookie }, (await world.createTenant()).id)).status).toBe(401)
  })

  test('others are refused, and recorded in their own tenant’s log', async () => {
    await world.open(tenant, world.vsa)
    const technician = await world.connect(tenant, world.vsa)
    const other = await world.createTenant()
    const stranger = await world.signIn(other, other.globalAdmin)
    for (const [who, status, code] of [
      [null, 401, 'UNAUTHENTICATED'],
      [technician, 403, 'FORBIDDEN'],
      [stranger, 403, 'FORBIDDEN'],
    ] as const) {
      const answer = await get('', who)
      expect(answer.headers.get('www-authenticate')).toBe(who ? null : 'Bearer realm="IT Complete"')
      expect([answer.status, await answer.json()]).toMatchObject([
        status,
        { errors: [{ extensions: { code } }] },
      ])
    }
    const denied = {
      action: 'activity.exported',
      outcome: 'DENIED',
      reason: 'FORBIDDEN',
      target: { id: tenant.id },
    }
    expect((await world.log(tenant, { outcomes: ['DENIED'] }))[0]).toMatchObject({
      ...denied,
      method: 'KASEYA_VSA',
    })
    expect((await world.log(other, { outcomes: ['DENIED'] }))[0]).toMatchObject(denied)
    expect(await create({}, technician)).toMatchObject({
      codes: ['FORBIDDEN'],
      data: { createActivityExport: null },
    })
    expect(await create({}, stranger)).toMatchObject({
      codes: ['FORBIDDEN'],
      data: { createActivityExport: null },
    })
  })

  test('a link works for its creator only and for one hour', async () => {
    const { downloadUrl } = (await create()).data.createActivityExport.export
    const second = await world.grant(tenant)
    expect((await fetch(downloadUrl, { headers: bearer(second) })).status).toBe(400)
    expect(
      (await fetch(downloadUrl, { headers: bearer(await apiTokenOf(world, admin, tenant)) }))
        .status,
    ).toBe(400)
    const again = await world.signIn(tenant, tenant.globalAdmin)
    expect((await fetch(downloadUrl, { headers: bearer(again) })).status).toBe(200)
    await world.database
      .owner`update audit.export set expires_at = now() where tenant_id = ${tenant.id}`
    expect((await fetch(downloadUrl, { headers: bearer(admin) })).status).toBe(400)
  })

  test('an export is recorded before its first line is sent', async () => {
    const { treeSize } = (await proven(await (await get()).text())).manifest
    expect((await world.log(tenant, { actions: ['activity.exported'] }))[0]).toMatchObject({
      action: 'activity.exported',
      outcome: 'SUCCEEDED',
      actor: { key: `microsoft:${tenant.globalAdmin.objectId}` },
      session: { id: admin.sessionId },
      target: { type: 'activity_export', displayName: `NDJSON, events 1 to ${treeSize}` },
    })
  })
})

describe('invalid requests', () => {
  test.each([
    '?format=XML',
    '?format=__proto__',
    '?compression=BROTLI',
    '?afterSequence=-1',
    '?afterSequence=1e3',
    '?afterSequence=99999999',
    '?export=x',
    '?filter=x',
    '?format=CSV&format=CSV',
  ])('%s is refused with 400', async (query) => {
    const answer = await get(query)
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    ])
  })

  test('a refused export is recorded in the caller’s log', async () => {
    for (const query of [
      '?afterSequence=99999999',
      '?format=XML',
      '?export=00000000-0000-4000-8000-000000000000',
    ])
      await get(query)
    const rows = await world.log(tenant, { actions: ['activity.exported'] })
    expect(rows.map(({ outcome, reason }) => `${outcome} ${reason}`).toSorted()).toEqual([
      'DENIED BAD_USER_INPUT',
      'DENIED BAD_USER_INPUT',
      'DENIED INVALID_VALUE',
    ])
  })

  test('another site cannot start an export in a browser', async () => {
    const ask = (query: string, site: string) =>
      fetch(`${world.url}/activity/export/${tenant.id}${query}`, {
        headers: {
          cookie: `session-${tenant.id}=${encodeURIComponent(admin.bearer)}`,
          'sec-fetch-site': site,
        },
      })
    for (const site of ['cross-site', 'same-site']) expect((await ask('', site)).status).toBe(403)
    for (const site of ['same-origin', 'none']) expect((await ask('', site)).status).toBe(200)
    const { downloadUrl } = (await create()).data.createActivityExport.export
    expect((await ask(new URL(downloadUrl).search, 'cross-site')).status).toBe(200)
  })

  test.each([
    { text: 'a\0b' },
    { text: '\ud800' },
    { actors: ['\0'] },
    { actions: ['\ud800*'] },
    { sessionId: '\0' },
  ])('a filter that cannot be stored is refused: %j', async (filter) => {
    const { data, errors } = await create({ filter })
    expect(errors).toEqual([])
    expect(data.createActivityExport.userErrors).toMatchObject([
      { code: 'INVALID_VALUE', field: ['filter'] },
    ])
  })

  test('a filter that is too long is refused', async () => {
    expect(
      (await create({ filter: { actors: Array(51).fill('a') } })).data.createActivityExport,
    ).toEqual({
      export: null,
      userErrors: [{ code: 'INVALID_VALUE', field: ['filter'] }],
    })
  })

  test('another method than GET starts no export', async () => {
    for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])
      for (const headers of [bearer(admin), {} as Record<string, string>]) {
        const url = `${world.url}/activity/export/${tenant.id}`
        const answer = await fetch(url, { method, headers })
        expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'GET'])
        const body = method === 'HEAD' ? '' : 'Use GET to download an export.'
        expect(await answer.text()).toContain(body)
      }
    expect(await world.log(tenant, { actions: ['activity.exported'] })).toEqual([])
  })

  test('afterSequence beyond the log is refused', async () => {
    expect((await create({ afterSequence: 1_000_000 })).data.createActivityExport).toEqual({
      export: null,
      userErrors: [{ code: 'INVALID_VALUE', field: ['afterSequence'] }],
    })
  })
})

/** Starts a download without reading its body. */
async function slowly(query = ''): Promise<IncomingMessage> {
  const asked = httpRequest(`${world.url}/activity/export/${tenant.id}${query}`, {
    headers: bearer(admin),
    agent: false,
  })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  answer.on('error', () => {})
  return answer
}

/**
 * Inserts many sealed events quickly: copies of the first, with a checkpoint and hashes that are
 * not valid.
 */
async function fill(count: number): Promise<void> {
  const [head] = await world.database.owner<
    { n: number }[]
  >`select max(tree_size)::int as n from audit.checkpoint where tenant_id = ${tenant.id}`
  const treeSize = head!.n + count
  await world.database.owner`
    insert into audit.sealed (tenant_id, sequence, retention, occurred_at, event_id, facet_id, kind_id, event, disclosures)
    select tenant_id, n, retention, occurred_at, id, facet_id, kind_id,
      (event::jsonb || jsonb_build_object('sequence', n, 'id', id))::text, jsonb_build_object('actor', null, 'target', null, 'padding', ${'x'.repeat(8_000)}::text)::json
    from (select * from audit.sealed where tenant_id = ${tenant.id} and sequence = 1) one,
      lateral (select n, gen_random_uuid() as id from generate_series(${head!.n + 1}::int, ${treeSize}::int) n) more`
  await world.database.owner`
    insert into audit.checkpoint (tenant_id, tree_size, epoch, root_hash, note) values (${tenant.id}, ${treeSize}, 1, '\\x00', 'none')`
}

test('surrogate pairs survive the splitting into chunks', async () => {
  const name = '🔑'.repeat(500)
  await seed(
    world,
    tenant,
    Array.from({ length: 400 }, () => ({ at: now(), name })),
  )
  const text = await (await get()).text()
  await proven(text)
  expect(text).not.toContain('\ufffd')
  expect(text.split(name)).toHaveLength(401)
})

test('large events are read in several batches and exported completely', async () => {
  await world.database.owner`
    insert into audit.unsealed (tenant_id, actor_key, actor, action, outcome, request_id, changes)
    select ${tenant.id}, 'system', '{"__typename":"SystemActor","key":"system","displayName":"s"}', 'test.long', 'SUCCEEDED', 'r',
      jsonb_build_array(jsonb_build_object('field', 'list', 'before', null, 'after', list))
    from generate_series(1, 20) n, lateral (select jsonb_agg(md5((g * n)::text)) as list from generate_series(1, 12000) g) l`
  await vi.waitFor(
    async () =>
      expect(
        await world.database.owner`select from audit.unsealed where tenant_id = ${tenant.id}`,
      ).toHaveLength(0),
    {
      timeout: 25_000,
      interval: 50,
    },
  )
  for (const format of ['NDJSON', 'CSV', 'OCSF']) {
    const before = reads.get(tenant.id) ?? 0
    const text = await (await get(`?format=${format}`)).text()
    if (format === 'NDJSON') await proven(text)
    expect(text.match(/test\.long/g)!.length).toBeGreaterThanOrEqual(20)
    // 9 MB of events in batches of 4 MB, and reads of header and manifest.
    expect(reads.get(tenant.id)! - before).toBeGreaterThanOrEqual(format === 'CSV' ? 3 : 5)
  }
}, 60_000)

describe('an interrupted download', () => {
  test('can be resumed without missing or repeated events', async () => {
    await many(3_000)
    const answer = await slowly()
    let text = ''
    for await (const part of answer) {
      text += part
      if (text.length > 400_000) break
    }
    answer.destroy()
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    const came = linesOf(whole).flatMap(({ sequence }) => sequence ?? [])
    expect(came.length).toBeGreaterThan(100)
    expect(came.length).toBeLessThan(3_000)
    const { manifest, sequences } = await proven(
      await (await get(`?afterSequence=${came.at(-1)}`)).text(),
    )
    expect([...came, ...sequences]).toEqual(consecutive(1, manifest.treeSize))
  })

  test('stops without a manifest when the session ends', async () => {
    await fill(15_000)
    const answer = await slowly()
    await once(answer, 'readable')
    await world.database
      .owner`update identity.session set revoked_at = now() where session_id = ${admin.sessionId}`
    let length = 0
    let end = ''
    const ended = (async () => {
      for await (const part of answer) {
        length += part.length
        end = `${end}${part}`.slice(-10_000)
      }
    })()
    await expect(ended).rejects.toThrow(/aborted/)
    expect(length).toBeGreaterThan(0)
    expect(length).toBeLessThan(15_000 * 8_000)
    expect(end).not.toContain('manifest')
  })

  test('is limited to four per tenant; an aborted one frees its slot', async () => {
    await fill(10_000)
    const running = await Promise.all(Array.from({ length: 4 }, () => slowly()))
    const fifth = await get()
    expect([fifth.status, fifth.headers.get('retry-after'), await fifth.json()]).toMatchObject([
      429,
      '30',
      { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
    ])
    const other = await world.createTenant()
    await sealed(world, other)
    expect((await get('', await world.signIn(other, other.globalAdmin), other)).status).toBe(200)
    running[0]!.destroy()
    const again = () => slowly().then((one) => running.push(one) && one.statusCode)
    await expect.poll(again, { timeout: 20_000 }).toBe(200)
    for (const one of running) one.destroy()
  })

  test('reads no more from the database while the client does not read', async () => {
    await fill(15_000)
    const answer = await slowly()
    await once(answer, 'readable')
    const readsOf = () => reads.get(tenant.id) ?? 0
    const before = readsOf()
    // Each of the eight batches is larger than the socket buffers, so that reading stops after one
    // or two.
    let last = -1
    await expect
      .poll(
        () => {
          const stands = readsOf() === last
          last = readsOf()
          return stands
        },
        { timeout: 20_000, interval: 1_000 },
      )
      .toBe(true)
    expect(last - before).toBeLessThan(5)
    let length = 0
    for await (const part of answer) {
      length += part.length
      if (length > 100_000_000) break
    }
    expect(readsOf()).toBeGreaterThan(last)
  })
})
