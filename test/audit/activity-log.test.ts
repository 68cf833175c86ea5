/** `Tenant.activityLog`: filters, pages, visibility, and the events that refusals record. */
import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { setHandoffUrl } from '../../admin/partner-instances.ts'
import { erasePerson } from '../../admin/tenants.ts'
import { day, makeMonths, type Seed, seed as sowInto } from '../support/activity.ts'
import { disable, updateServices } from '../support/documents.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Credentials, Tenant, World } from '../support/world.ts'

let world: World
let tenant: Tenant
let admin: { bearer: string; sessionId: string }
beforeAll(async () => {
  world = await sharedWorld()
  await makeMonths(world)
})
beforeEach(async () => {
  tenant = await world.createTenant()
  admin = await world.signIn(tenant, tenant.globalAdmin)
})

/** Only the events that a test inserted, without those of its sign-ins. */
const sown = { occurredTo: '2021-01-01T00:00:00Z' }
const seed = (rows: Seed[], into = tenant) => sowInto(world, into, rows)

const query = `query ($id: ID!, $filter: ActivityFilter, $first: Int, $after: String, $last: Int, $before: String) {
  tenant(id: $id) { activityLog(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    nodes { id action } edges { cursor node { id } } totalCount totalCountIsExact
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`

const ask = (variables: Record<string, unknown> = {}, who: Credentials = admin, of = tenant) =>
  world.ask(who, query, { id: of.id, filter: sown, ...variables })

async function page(variables: Record<string, unknown> = {}, who: Credentials = admin) {
  const { data, errors } = await ask(variables, who)
  expect(errors).toEqual([])
  const { nodes, edges, ...rest } = data.tenant.activityLog
  const ids: string[] = nodes.map(({ id }: { id: string }) => id)
  expect(edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(ids)
  return {
    ids,
    cursors: edges.map(({ cursor }: { cursor: string }) => cursor) as string[],
    ...rest,
  }
}

const matching = async (filter: Record<string, unknown>) =>
  (await page({ filter: { ...sown, ...filter } })).ids

describe('filters', () => {
  test('events are sorted newest first, also within one millisecond', async () => {
    const ids = await seed([{ at: day(2) }, { at: day(1) }, { at: day(3) }])
    expect((await page()).ids).toEqual([ids[2], ids[0], ids[1]])
    const alike = (await seed([{ at: day(4) }, { at: day(4) }, { at: day(4) }]))
      .toSorted()
      .toReversed()
    expect((await page({ first: 3 })).ids).toEqual(alike)
  })

  test('by time: the start is inclusive and the end exclusive', async () => {
    const [first, second, third] = await seed([{ at: day(1) }, { at: day(2) }, { at: day(3) }])
    expect(await matching({ occurredFrom: day(2) })).toEqual([third, second])
    expect(await matching({ occurredTo: day(2) })).toEqual([first])
    expect(await matching({ occurredFrom: day(2), occurredTo: day(3) })).toEqual([second])
    expect(
      await matching({ occurredFrom: '2020-01-02T01:00:00+01:00', occurredTo: day(3) }),
    ).toEqual([second])
    expect(await matching({ occurredFrom: day(3), occurredTo: day(2) })).toEqual([])
  })

  test('by time: the first and last dates of the calendar work', async () => {
    const ids = await seed([{}])
    expect(
      await matching({ occurredFrom: '0000-01-01T00:00:00Z', occurredTo: '9999-12-31T23:59:59Z' }),
    ).toContain(ids[0])
    expect(await matching({ occurredTo: '0000-01-01T00:00:00Z' })).toEqual([])
    for (const at of ['9999-12-31T23:59:59-05:00', '0000-01-01T00:00:00+00:01'])
      for (const bound of ['occurredFrom', 'occurredTo'])
        expect((await ask({ filter: { [bound]: at } })).codes).toEqual(['BAD_USER_INPUT'])
  })

  test('by actor, method, outcome and session: any value of the list matches', async () => {
    const [one, two] = [randomUUID(), randomUUID()]
    const [a, b, c] = await seed([
      { at: day(3), actor: 'microsoft:1', method: 'MICROSOFT', sessionId: one },
      { at: day(2), actor: 'partner:x:1', method: 'KASEYA_VSA', outcome: 'DENIED', sessionId: two },
      { at: day(1), actor: 'system', outcome: 'FAILED' },
    ])
    expect(await matching({ actors: ['microsoft:1', 'system', 'nobody'] })).toEqual([a, c])
    expect(await matching({ actors: ['microsoft'] })).toEqual([])
    expect(await matching({ methods: ['MICROSOFT', 'KASEYA_VSA'] })).toEqual([a, b])
    expect(await matching({ outcomes: ['DENIED', 'FAILED'] })).toEqual([b, c])
    expect(await matching({ sessionId: two })).toEqual([b])
    expect(await matching({ sessionId: randomUUID() })).toEqual([])
    expect(await matching({ sessionId: "' or true --" })).toEqual([])
  })

  test('by action: exact, or by prefix with an asterisk at the end', async () => {
    const actions = [
      'handoff.created',
      'handoff.redeemed',
      'handoffs',
      'hand%off.x',
      'hand_off.x',
      'hand\\off.x',
      'handXoff.x',
      '*',
      'a.*b',
    ]
    const ids = await seed(actions.map((action) => ({ action })))
    const matched = async (...wanted: string[]) =>
      (await matching({ actions: wanted })).map((id: string) => actions[ids.indexOf(id)]).toSorted()
    expect(await matched('handoff.created')).toEqual(['handoff.created'])
    expect(await matched('handoff.*')).toEqual(['handoff.created', 'handoff.redeemed'])
    expect(await matched('handoff*')).toEqual(['handoff.created', 'handoff.redeemed', 'handoffs'])
    expect(await matched('hand%off.*')).toEqual(['hand%off.x'])
    expect(await matched('hand_off.*')).toEqual(['hand_off.x'])
    expect(await matched('hand\\off.*')).toEqual(['hand\\off.x'])
    expect(await matched('hand%')).toEqual([])
    expect(await matched('hand_off.x')).toEqual(['hand_off.x'])
    expect(await matched('a.*b')).toEqual(['a.*b'])
    expect(await matched('handoffs', 'handoff.c*')).toEqual(['handoff.created', 'handoffs'])
    expect(await matched('*')).toEqual(actions.toSorted())
    expect(await matched('HANDOFF.*')).toEqual([])
  })

  test('combined: an event must match every member', async () => {
    const sessionId = randomUUID()
    const right: Seed = {
      at: day(2),
      actor: 'a',
      method: 'MICROSOFT',
      action: 'x.y',
      outcome: 'FAILED',
      sessionId,
    }
    const wrong: Partial<Seed>[] = [
      { at: day(1) },
      { at: day(3) },
      { actor: 'b' },
      { method: 'KASEYA_VSA' },
      { action: 'y.y' },
      { outcome: 'DENIED' },
      { sessionId: randomUUID() },
    ]
    const [id] = await seed([right, ...wrong.map((change) => ({ ...right, ...change }))])
    const filter = {
      occurredFrom: day(2),
      occurredTo: day(3),
      actors: ['a'],
      methods: ['MICROSOFT'],
      actions: ['x.*'],
      outcomes: ['FAILED'],
      sessionId,
    }
    expect(await matching(filter)).toEqual([id])
    expect(await page({ filter })).toMatchObject({ totalCount: 1, totalCountIsExact: true })
  })

  test('an empty list matches nothing; null is the same as omitted', async () => {
    const ids = await seed([{}])
    for (const member of ['actors', 'methods', 'actions', 'outcomes']) {
      expect([member, await matching({ [member]: [] })]).toEqual([member, []])
      expect([member, await matching({ [member]: null })]).toEqual([member, ids])
    }
  })

  test('a text that PostgreSQL cannot store matches nothing', async () => {
    await seed([{}])
    for (const filter of [
      { actors: ['a\0b'] },
      { actions: ['a\0b'] },
      { actions: ['a\0*'] },
      { sessionId: '\0' },
    ])
      expect(await matching(filter)).toEqual([])
  })
})

describe('pages', () => {
  /** 25 events, three at each millisecond, newest first. */
  async function rows(): Promise<string[]> {
    await seed(Array.from({ length: 25 }, (_, n) => ({ at: day(1 + Math.floor(n / 3)) })))
    const { ids } = await page({ first: 100 })
    expect(ids).toHaveLength(25)
    return ids
  }

  test('forward: every event once, while newer and older ones are inserted', async () => {
    const all = await rows()
    const seen: string[] = []
    let after: string | null = null
    for (let turn = 0; ; turn++) {
      const { ids, pageInfo, cursors } = await page({ first: 7, after })
      seen.push(...ids)
      expect(pageInfo).toMatchObject({
        hasPreviousPage: turn > 0,
        startCursor: cursors[0],
        endCursor: cursors.at(-1),
      })
      await seed([{ at: day(28) }]) // Newer than all others, so it is before the current page.
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor
    }
    expect(seen).toEqual(all)
  })

  test('backward: every event once, including those inserted meanwhile', async () => {
    const all = await rows()
    const seen: string[] = []
    let before: string | null = null
    for (let turn = 0; ; turn++) {
      const { ids, pageInfo } = await page({ last: 7, before })
      seen.unshift(...ids)
      expect(pageInfo.hasNextPage).toBe(turn > 0)
      if (turn === 0) expect(ids).toEqual(all.slice(-7)) // Pages from the end keep the order of the list.
      if (turn === 1) all.unshift(...(await seed([{ at: day(28) }])))
      if (!pageInfo.hasPreviousPage) break
      before = pageInfo.startCursor
    }
    expect(seen).toEqual(all)
  })

  test('a cursor works in both directions and at the list’s end', async () => {
    const all = await rows()
    const { cursors } = await page({ first: 100 })
    expect((await page({ first: 5, after: cursors[9] })).ids).toEqual(all.slice(10, 15))
    expect((await page({ last: 5, before: cursors[9] })).ids).toEqual(all.slice(4, 9))
    expect(await page({ after: cursors.at(-1) })).toMatchObject({
      ids: [],
      totalCount: 25,
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    })
  })

  test('the default page size is 50 and the maximum 100', async () => {
    await seed(Array.from({ length: 101 }, () => ({})))
    expect((await page()).ids).toHaveLength(50)
    expect(await page({ first: 100 })).toMatchObject({
      totalCount: 101,
      pageInfo: { hasNextPage: true },
    })
    expect((await page({ last: 100 })).ids).toHaveLength(100)
    expect((await page({ last: 1 })).ids).toHaveLength(1)
  })

  const forge = (...keys: unknown[]) => Buffer.from(JSON.stringify(keys)).toString('base64url')
  const id = '11111111-1111-4111-8111-111111111111'
  test.each([
    ['first: 0', { first: 0 }],
    ['a negative size', { first: -1 }],
    ['first: 101', { first: 101 }],
    ['last: 0', { last: 0 }],
    ['last: 101', { last: 101 }],
    ['both directions', { first: 1, last: 1 }],
    ['`first` with `before`', { first: 1, before: forge(day(1), id) }],
    ['`last` with `after`', { last: 1, after: forge(day(1), id) }],
    ['both cursors', { after: forge(day(1), id), before: forge(day(1), id) }],
    ['an empty cursor', { after: '' }],
    ['a cursor that is not JSON', { after: 'nonsense' }],
    ['a cursor with too few keys', { after: forge(day(1)) }],
    ['a cursor with too many keys', { after: forge(day(1), id, id) }],
    ['a cursor of numbers', { after: forge(1, 2) }],
    ['a cursor with an invalid time', { after: forge('yesterday', id) }],
    [
      'a cursor with a time beyond the range of PostgreSQL',
      { after: forge('+275760-09-13T00:00:00.000Z', id) },
    ],
    ['a cursor with a negative year', { after: forge('-000001-01-01T00:00:00.000Z', id) }],
    ['a cursor with 30 February', { after: forge('2020-02-30T00:00:00.000Z', id) }],
    ['a cursor with an invalid ID', { after: forge(day(1), "' or true --") }],
    ['a cursor with a NUL character', { before: forge(day(1), `${id}\0`) }],
    ['51 actors', { filter: { actors: Array(51).fill('a') } }],
    ['51 methods', { filter: { methods: Array(51).fill('MICROSOFT') } }],
    ['51 actions', { filter: { actions: Array(51).fill('a') } }],
    ['51 outcomes', { filter: { outcomes: Array(51).fill('FAILED') } }],
  ])('%s is refused with BAD_USER_INPUT', async (_, variables) => {
    const { codes, errors, data } = await ask(variables)
    expect([codes, errors[0]?.path]).toEqual([['BAD_USER_INPUT'], ['tenant', 'activityLog']])
    expect(data.tenant.activityLog).toBeNull()
  })

  test('a list of 50 entries is accepted', async () => {
    expect(await matching({ actors: Array(50).fill('a'), actions: Array(50).fill('a*') })).toEqual(
      [],
    )
  })
})

describe('the total', () => {
  const fill = (count: number) => world.database.owner`
    insert into audit.unsealed (tenant_id, occurred_at, actor_key, actor, action, outcome, request_id)
    select ${tenant.id}, '2020-01-01', 'system', '{"__typename":"SystemActor","key":"system","displayName":"x"}', 'test.filled', 'SUCCEEDED', 'x'
    from generate_series(1, ${count}::int)`
  const total = async (filter: Record<string, unknown> = sown) => {
    const { totalCount, totalCountIsExact } = await page({ filter, first: 1 })
    return [totalCount, totalCountIsExact]
  }

  test('is exact up to 10,000 and marked as inexact beyond', async () => {
    expect(await total()).toEqual([0, true])
    await fill(9_999)
    expect(await total()).toEqual([9_999, true])
    await fill(1)
    expect(await total()).toEqual([10_000, true])
    await fill(1)
    expect(await total()).toEqual([10_000, false])
    expect(await total({ ...sown, actions: ['other.*'] })).toEqual([0, true])
  })

  test('counts all pages, not only the requested one', async () => {
    await fill(30)
    const first = await page({ first: 10 })
    expect(await page({ first: 10, after: first.pageInfo.endCursor })).toMatchObject({
      totalCount: 30,
    })
    expect(await page({ last: 10 })).toMatchObject({ totalCount: 30 })
  })
})

describe('who may read', () => {
  test('anonymous callers may not', async () => {
    await seed([{}])
    const { data, codes } = await ask({}, null)
    expect([data.tenant, codes]).toEqual([null, ['UNAUTHENTICATED']])
  })

  test('admins of another tenant may not: the tenant is null', async () => {
    await seed([{}])
    const other = await world.createTenant()
    const stranger = await world.signIn(other, other.globalAdmin)
    const answers = [
      await ask({}, stranger),
      await ask({}, stranger, { ...tenant, id: randomUUID() }),
    ]
    for (const { data, errors } of answers) expect([data, errors]).toEqual([{ tenant: null }, []])
  })

  test('a Spanning Admin reads the same as a Global Admin', async () => {
    const ids = await seed([
      { clientId: 'northwind-vsa' },
      { clientId: 'tailspin-uniview', at: day(2) },
    ])
    expect((await page({}, await world.grant(tenant))).ids).toEqual(ids.toReversed())
  })

  test('a technician reads no events of other instances’ technicians', async () => {
    await world.open(tenant, world.vsa)
    const technician = await world.connect(tenant, world.vsa)
    const [own, nobodys, others] = await seed([
      { at: day(3), clientId: 'northwind-vsa', action: 'seen.own' },
      { at: day(2), action: 'seen.nobodys' },
      {
        at: day(1),
        clientId: 'tailspin-uniview',
        action: 'hidden.others',
        actor: 'partner:tailspin-uniview:ts-1',
      },
    ])
    expect(await page({}, technician)).toMatchObject({
      ids: [own, nobodys],
      totalCount: 2,
      totalCountIsExact: true,
    })
    expect(await page({ last: 100 }, technician)).toMatchObject({ ids: [own, nobodys] })
    const aimed = { ...sown, actions: ['hidden.*'], actors: ['partner:tailspin-uniview:ts-1'] }
    expect(await page({ filter: aimed }, technician)).toMatchObject({ ids: [], totalCount: 0 })
    expect((await page()).ids).toEqual([own, nobodys, others]) // The admin sees all three.
  })
})

describe('actions of operators and admins', () => {
  test('about another instance or its erased technicians are hidden from a technician', async () => {
    await world.open(tenant, world.vsa)
    await world.open(tenant, world.uniview)
    const secret = `https://${randomUUID()}.example/handoff`
    for (const partner of [world.vsa, world.uniview]) {
      await setHandoffUrl(
        world.operator,
        partner.clientId,
        partner === world.vsa ? 'https://vsa.example/' : secret,
      )
      await erasePerson(world.operator, tenant.id, `partner:${partner.clientId}:gone`)
    }
    const technician = await world.connect(tenant, world.vsa)
    const readBy = async (who: { bearer: string }) => {
      const query =
        'query ($id: ID!) { tenant(id: $id) { activityLog(first: 100) { nodes { action target { id displayName } changes { before after } } } } }'
      return JSON.stringify(
        (await world.ask(who, query, { id: tenant.id })).data.tenant.activityLog.nodes,
      )
    }
    const [seen, all] = [await readBy(technician), await readBy(admin)]
    expect(seen).not.toMatch(/tailspin|uniview/i)
    expect(seen).toContain('https://vsa.example/')
    expect(seen).toContain('partner:northwind-vsa:gone')
    expect(all).toContain(secret)
    expect(all).toContain('partner:tailspin-uniview:gone')
  })

  test('on associations are found by the name of the partner instance', async () => {
    const { associationId } = await world.open(tenant, world.vsa, { allowedTechnicians: ['nw-1'] })
    const update =
      'mutation ($input: UpdatePartnerAssociationInput!) { updatePartnerAssociation(input: $input) { userErrors { code } } }'
    const end =
      'mutation ($input: DissociatePartnerInput!) { dissociatePartner(input: $input) { userErrors { code } } }'
    await world.ask(admin, update, {
      input: { tenantId: tenant.id, associationId, mfaMaxAgeMinutes: 60 },
    })
    await world.ask(admin, end, { input: { tenantId: tenant.id, associationId } })
    const rows = await world.log(tenant, {
      text: 'Northwind VSA',
      actions: ['partner_association.*'],
    })
    expect(rows.map(({ action, target }) => [action, target])).toEqual(
      ['ended', 'updated', 'created'].map((verb) => [
        `partner_association.${verb}`,
        { type: 'partner_association', id: associationId, displayName: 'Northwind VSA' },
      ]),
    )
    expect(rows[0]!.changes).toEqual([
      { field: 'status', before: 'ACTIVE', after: null },
      { field: 'clientId', before: 'northwind-vsa', after: null },
      { field: 'externalTenantId', before: 'external', after: null },
      { field: 'allowedTechnicians', before: ['nw-1'], after: null },
      { field: 'mfaMaxAgeMinutes', before: 60, after: null },
    ])
  })
})

describe('recorded refusals', () => {
  const denials = async () =>
    (await world.log(tenant, { actions: ['authorization.denied'] })).map(
      ({ actor, reason, target, session }) => ({
        actor: actor.key,
        reason,
        target: target?.displayName,
        session: session?.id,
      }),
    )

  test('a refused mutation is recorded once', async () => {
    await world.open(tenant, world.vsa)
    const technician = await world.connect(tenant, world.vsa)
    const input = {
      tenantId: tenant.id,
      objectId: randomUUID(),
      userPrincipalName: 'x@x.example',
      displayName: 'X',
    }
    const grant =
      'mutation ($input: GrantSpanningAdminInput!) { grantSpanningAdmin(input: $input) { userErrors { code } } }'
    expect((await world.ask(technician, grant, { input })).codes).toEqual(['FORBIDDEN'])
    expect(await denials()).toEqual([
      {
        actor: 'partner:northwind-vsa:nw-1',
        reason: 'FORBIDDEN',
        target: 'grantSpanningAdmin',
        session: technician.sessionId,
      },
    ])
  })

  test('two refused mutations in one request are recorded twice', async () => {
    await world.open(tenant, world.vsa)
    const technician = await world.connect(tenant, world.vsa)
    const input = { tenantId: tenant.id, expectedVersion: 2 }
    const twice =
      'mutation ($input: UpdateNotificationSettingsInput!) { a: updateNotificationSettings(input: $input) { userErrors { code } } b: updateNotificationSettings(input: $input) { userErrors { code } } }'
    expect((await world.ask(technician, twice, { input })).codes).toEqual([
      'FORBIDDEN',
      'FORBIDDEN',
    ])
    expect(await denials()).toHaveLength(2)
  })

  test('a forbidden read is recorded once, whatever its number of rows', async () => {
    await world.open(tenant, world.vsa)
    const technician = await world.connect(tenant, world.vsa)
    await world.open(tenant, world.uniview, { allowedTechnicians: ['ts-1'] })
    const forbidden =
      'query ($id: ID!) { tenant(id: $id) { partnerAssociations { allowedTechnicians } } }'
    expect((await world.ask(technician, forbidden, { id: tenant.id })).codes).toEqual(['FORBIDDEN'])
    expect(await denials()).toEqual([
      {
        actor: 'partner:northwind-vsa:nw-1',
        reason: 'FORBIDDEN',
        target: 'PartnerAssociation.allowedTechnicians',
        session: technician.sessionId,
      },
    ])
  })

  test('access to another tenant is recorded once, in the caller’s own log', async () => {
    const other = await world.createTenant()
    const both =
      'query ($id: ID!) { tenant(id: $id) { name sessions { nodes { id } } activityLog { totalCount } } }'
    const { data, errors } = await world.ask(admin, both, { id: other.id })
    expect([data.tenant, errors]).toEqual([null, []])
    expect(await denials()).toEqual([
      {
        actor: `microsoft:${tenant.globalAdmin.objectId}`,
        reason: 'FORBIDDEN',
        target: 'Query.tenant',
        session: admin.sessionId,
      },
    ])
    expect(
      (await world.log(other)).filter(({ action }) => action === 'authorization.denied'),
    ).toEqual([])
  })

  test('requests of an ended session are recorded once each', async () => {
    await world.open(tenant, world.vsa)
    const technician = await world.connect(tenant, world.vsa)
    await world.ask(admin, disable, { input: { tenantId: tenant.id } })
    const both = 'query ($id: ID!) { tenant(id: $id) { name activityLog { totalCount } } }'
    expect((await world.ask(technician, both, { id: tenant.id })).data.tenant).toBeNull()
    const change = await world.ask(technician, updateServices, {
      input: { tenantId: tenant.id, expectedVersion: 3, mail: false },
    })
    expect(change.codes).toEqual(['MICROSOFT_SIGN_IN_REQUIRED'])
    const row = {
      actor: 'partner:northwind-vsa:nw-1',
      reason: 'MICROSOFT_SIGN_IN_REQUIRED',
      session: technician.sessionId,
    }
    expect(await denials()).toEqual([
      { ...row, target: 'updateServiceSettings' },
      { ...row, target: 'Query.tenant' },
    ])
  })

  test('a change and its event commit together or not at all', async () => {
    const { owner } = world.database
    const state = () =>
      owner`select version, mail from tenants.settings where tenant_id = ${tenant.id}`
    const before = await state()
    const change = () =>
      world.ask(admin, updateServices, {
        input: { tenantId: tenant.id, expectedVersion: 1, mail: false },
      })
    await owner.unsafe('revoke insert on audit.unsealed from it_complete_app')
    try {
      const { data, codes, errors } = await change()
      expect([data, codes]).toEqual([{ updateServiceSettings: null }, ['INTERNAL_SERVER_ERROR']])
      expect(JSON.stringify(errors)).not.toMatch(
        /insert|permission|activity|audit\.|42501|select|stack/i,
      )
      expect(await state()).toEqual(before)
    } finally {
      await owner.unsafe('grant insert on audit.unsealed to it_complete_app')
    }
    expect((await change()).errors).toEqual([])
    expect(await state()).toEqual([{ version: 2, mail: false }])
    expect(await world.log(tenant, { actions: ['service_settings.updated'] })).toHaveLength(1)
  })

  test('a refusal is returned only after it is recorded', async () => {
    const { owner } = world.database
    const other = await world.createTenant()
    await owner.unsafe('revoke insert on audit.unsealed from it_complete_app')
    try {
      const { codes, errors } = await world.ask(admin, updateServices, {
        input: { tenantId: other.id, expectedVersion: 1, mail: false },
      })
      expect(codes).toEqual(['INTERNAL_SERVER_ERROR'])
      expect(JSON.stringify(errors)).not.toMatch(/insert|permission|audit\./i)
    } finally {
      await owner.unsafe('grant insert on audit.unsealed to it_complete_app')
    }
    expect(await denials()).toEqual([])
  })
})
