import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { activityRows } from '../support/log-rows.ts'
import { sharedWorld } from '../support/shared-world.ts'
import { openTenant, perform, requestAssociation, type Scene } from '../support/tenants.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const associate = { field: 'associatePartner', selection: 'association { id }' }
const query = (selection: string) => `query ($id: ID!) { tenant(id: $id) { ${selection} } }`
const everything = query(`id name microsoftTenantId primaryDomain
  settings {
    version
    services { mail calendar contacts oneDrive sharePoint teams }
    notifications { recipients frequency }
    itCompleteLogin { enabled changedAt changedBy { key displayName } canEnable blockers disableImpact { federatedSessionCount pendingHandoffCount } }
  }
  partnerAssociations { id status externalTenantId mfaMaxAgeMinutes createdAt partner { clientId platform name issuer } }
  spanningAdmins { nodes { objectId userPrincipalName displayName grantedAt } pageInfo { hasNextPage } }`)

describe('authorization', () => {
  test('admins and technicians read the same, except `canEnable` and `blockers`', async () => {
    const { tenant, admin } = await openTenant(world)
    const spanningAdmin = await world.grant(tenant)
    const technician = await world.connect(tenant, world.vsa)
    const [asGlobal, asSpanning, asTechnician] = await Promise.all(
      [admin, spanningAdmin, technician].map((who) =>
        world.ask(who, everything, { id: tenant.id }),
      ),
    )
    expect(asGlobal!.codes).toEqual([])
    expect(asGlobal!.data.tenant).toMatchObject({
      id: tenant.id,
      name: tenant.name,
      microsoftTenantId: tenant.microsoftTenantId,
      primaryDomain: tenant.domain,
      settings: {
        version: 2,
        services: {
          mail: true,
          calendar: true,
          contacts: true,
          oneDrive: true,
          sharePoint: true,
          teams: true,
        },
        notifications: { recipients: [], frequency: 'IMMEDIATELY' },
        itCompleteLogin: {
          enabled: true,
          changedBy: { displayName: 'Gloria Global' },
          canEnable: true,
          blockers: [],
        },
      },
      partnerAssociations: [
        {
          status: 'ACTIVE',
          externalTenantId: 'external',
          mfaMaxAgeMinutes: null,
          partner: { clientId: 'northwind-vsa' },
        },
      ],
      spanningAdmins: {
        nodes: [{ objectId: tenant.spanningAdmin.objectId, displayName: 'Sam Spanning' }],
      },
    })
    expect(asSpanning!.data).toEqual(asGlobal!.data)
    asGlobal!.data.tenant.settings.itCompleteLogin.canEnable = false
    asGlobal!.data.tenant.settings.itCompleteLogin.blockers = ['NOT_AN_ADMIN']
    expect(asTechnician!.data).toEqual(asGlobal!.data)
  })

  test('a new tenant has the feature disabled and no associations', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const { data, codes } = await world.ask(admin, everything, { id: tenant.id })
    expect(codes).toEqual([])
    expect(data.tenant).toMatchObject({
      settings: {
        version: 1,
        itCompleteLogin: {
          enabled: false,
          changedAt: null,
          changedBy: null,
          canEnable: false,
          blockers: ['TENANT_NOT_ASSOCIATED'],
        },
      },
      partnerAssociations: [],
      spanningAdmins: { nodes: [], pageInfo: { hasNextPage: false } },
    })
  })

  test('only admins read whether mail is on', async () => {
    const { tenant, admin } = await openTenant(world)
    const spanningAdmin = await world.grant(tenant)
    const technician = await world.connect(tenant, world.vsa)
    const ask = (who: { bearer: string }) =>
      world.ask(who, query('settings { notifications { frequency mailEnabled } }'), {
        id: tenant.id,
      })
    const answered = (mailEnabled: boolean | null) => ({
      tenant: { settings: { notifications: { frequency: 'IMMEDIATELY', mailEnabled } } },
    })
    for (const who of [admin, spanningAdmin]) expect((await ask(who)).data).toEqual(answered(false))
    const refused = await ask(technician)
    expect([refused.data, refused.codes]).toEqual([answered(null), ['FORBIDDEN']])
    expect(
      await activityRows(world.database, { tenantId: tenant.id, action: 'authorization.denied' }),
    ).toMatchObject([{ target: { displayName: 'NotificationSettings.mailEnabled' } }])
  })

  test('anonymous callers and partner clients read nothing', async () => {
    const tenant = await world.createTenant()
    const answers = [
      await world.ask(null, everything, { id: tenant.id }),
      await world.ask({ bearer: 'nobody' }, everything, { id: tenant.id }),
      await world.ask(await world.clientCredentials(world.vsa), everything, { id: tenant.id }),
    ]
    expect(answers.map(({ data }) => data)).toEqual(Array(3).fill({ tenant: null }))
    expect(answers.map(({ codes }) => [...new Set(codes)])).toEqual([
      ['UNAUTHENTICATED'],
      ['UNAUTHENTICATED'],
      ['FORBIDDEN'],
    ])
  })
})

describe('other tenants', () => {
  test('foreign and missing tenants give equal responses, recorded for the caller', async () => {
    const { tenant, admin } = await openTenant(world)
    const technician = await world.connect(tenant, world.vsa)
    const other = await openTenant(world)
    const denials = () =>
      activityRows(world.database, { tenantId: tenant.id, action: 'authorization.denied' })
    const otherRows = await activityRows(world.database, { tenantId: other.tenant.id })
    const strange = [
      other.tenant.id,
      randomUUID(),
      other.tenant.id.toUpperCase(),
      'no id',
      '',
      'with\u0000nothing',
      'half\ud800',
      'x'.repeat(5_000),
    ]
    for (const who of [admin, technician]) {
      for (const id of strange) {
        const before = (await denials()).length
        const { status, data, errors } = await world.ask(who, everything, { id })
        expect([id.slice(0, 40), status, data, errors]).toEqual([
          id.slice(0, 40),
          200,
          { tenant: null },
          [],
        ])
        expect((await denials()).slice(before)).toMatchObject([
          {
            action: 'authorization.denied',
            outcome: 'DENIED',
            reason: 'FORBIDDEN',
            target: { type: 'field', displayName: 'Query.tenant' },
            session_id: who.sessionId,
          },
        ])
      }
    }
    expect(await activityRows(world.database, { tenantId: other.tenant.id })).toEqual(otherRows)
  })

  test('of two aliased tenants, only the caller’s own is not null', async () => {
    const { tenant, admin } = await openTenant(world)
    const other = await openTenant(world)
    const { data } = await world.ask(
      admin,
      `query ($own: ID!, $other: ID!) {
        other: tenant(id: $other) { id name settings { version } activityLog { totalCount } }
        own: tenant(id: $own) { name settings { version } activityLog { totalCount } }
        again: tenant(id: $other) { id }
      }`,
      { own: tenant.id, other: other.tenant.id },
    )
    expect(data).toMatchObject({
      other: null,
      own: { name: tenant.name, settings: { version: 2 } },
      again: null,
    })
  })

  test('no field that returns a tenant returns another one', async () => {
    const { tenant, admin } = await openTenant(world)
    await openTenant(world)
    const { data, codes } = await world.ask(
      admin,
      `query ($id: ID!) {
        viewer { tenant { id } session { tenant { id name partnerAssociations { id } } } }
        tenant(id: $id) { sessions(active: null) { nodes { tenant { id name } } } activityLog { nodes { tenant { id name } session { tenant { name } } } } }
      }`,
      { id: tenant.id },
    )
    expect(codes).toEqual([])
    const ids = [...JSON.stringify(data).matchAll(/"tenant":\{"id":"([^"]+)"/g)].map(([, id]) => id)
    expect(ids.length).toBeGreaterThan(5)
    expect(new Set(ids)).toEqual(new Set([tenant.id]))
    expect(
      JSON.stringify(data)
        .match(/"name":"([^"]+)"/g)!
        .every((name) => name === `"name":"${tenant.name}"`),
    ).toBe(true)
  })

  test('the API exposes no federation fields and no introspection', async () => {
    const { tenant, admin } = await openTenant(world)
    const other = await openTenant(world)
    const asked = [
      `{ _entities(representations: [{ __typename: "Tenant", id: "${other.tenant.id}" }]) { ... on Tenant { name } } }`,
      '{ _service { sdl } }',
      `{ tenant(id: "${tenant.id}") { settings { itCompleteLogin { tenantId } } } }`,
      '{ __schema { types { name } } }',
    ]
    for (const document of asked) {
      const { status, data, codes } = await world.ask(admin, document)
      expect([document, status, data ?? null, codes]).toEqual([
        document,
        400,
        null,
        ['GRAPHQL_VALIDATION_FAILED'],
      ])
    }
  })
})

describe('what a technician sees of another partner instance', () => {
  const secret = ['ts-secret-1', 'ts-secret-2']
  /**
   * Creates a tenant with both partners. The UniView association has an allow-list, and its
   * technicians have active and ended sessions.
   */
  async function twoPartners(): Promise<
    Scene & {
      technician: { bearer: string; sessionId: string }
      other: string
      otherSession: string
    }
  > {
    const scene = await openTenant(world)
    const { tenant, admin } = scene
    const input = {
      tenantId: tenant.id,
      clientId: world.uniview.clientId,
      externalTenantId: 'external',
      allowedTechnicians: ['ts-1', ...secret],
    }
    const { payload } = await perform(world, admin, associate, input)
    const other = payload.association.id
    const session = await world.connect(tenant, world.uniview)
    await perform(
      world,
      admin,
      { field: 'revokeSession', selection: '' },
      { tenantId: tenant.id, sessionId: session.sessionId },
    )
    const again = await world.connect(tenant, world.uniview)
    const change = { tenantId: tenant.id, associationId: other, mfaMaxAgeMinutes: 43_200 }
    await perform(
      world,
      admin,
      { field: 'updatePartnerAssociation', selection: '' },
      { ...change, allowedTechnicians: ['ts-1', secret[0]] },
    )
    await world.connect(tenant, world.uniview)
    return {
      ...scene,
      technician: await world.connect(tenant, world.vsa),
      other,
      otherSession: again.sessionId,
    }
  }

  test('the association without its allow-list; the denial is recorded once', async () => {
    const { tenant, admin, technician, associationId, other } = await twoPartners()
    const allowed = query('partnerAssociations { id allowedTechnicians partner { name } }')
    const { data, errors, codes } = await world.ask(technician, allowed, { id: tenant.id })
    expect(data.tenant.partnerAssociations).toEqual([
      { id: associationId, allowedTechnicians: null, partner: { name: 'Northwind VSA' } },
      { id: other, allowedTechnicians: null, partner: { name: 'Tailspin UniView' } },
    ])
    expect(codes).toEqual(['FORBIDDEN'])
    expect(errors[0]!.path).toEqual(['tenant', 'partnerAssociations', 1, 'allowedTechnicians'])
    expect(
      await activityRows(world.database, { tenantId: tenant.id, action: 'authorization.denied' }),
    ).toMatchObject([
      {
        reason: 'FORBIDDEN',
        target: { type: 'field', displayName: 'PartnerAssociation.allowedTechnicians' },
        session_id: technician.sessionId,
      },
    ])
    const asAdmin = await world.ask(admin, allowed, { id: tenant.id })
    expect(asAdmin.data.tenant.partnerAssociations[1].allowedTechnicians).toEqual([
      'ts-1',
      secret[0],
    ])
  })

  test('none of its technicians, sessions and events, unlike an admin', async () => {
    const { tenant, admin, technician, other, otherSession } = await twoPartners()
    const [event] = await world.log(tenant, { actors: ['partner:tailspin-uniview:ts-1'] })
    const document = `query ($id: ID!, $association: ID!, $session: ID!, $event: ID!) {
      tenant(id: $id) {
        settings { itCompleteLogin { changedBy { key displayName } disableImpact { federatedSessionCount pendingHandoffCount } } }
        partnerAssociations { id allowedTechnicians }
        effectiveAccess { partners { method instance allowedTechnicians } }
        sessions(active: null, first: 100) { nodes { id method actor { key displayName } } }
        activityLog(first: 100) { nodes { id action reason actor { key displayName } target { id displayName } changes { before after } session { id } } }
      }
      association: node(id: $association) { ... on PartnerAssociation { id allowedTechnicians } }
      session: node(id: $session) { id ... on Session { actor { key } } }
      event: node(id: $event) { id ... on ActivityEvent { actor { key } changes { after } } }
      activityEvent(id: $event) { id actor { key } }
    }`
    const ids = { id: tenant.id, association: other, session: otherSession, event: event!.id }
    const traces = /ts-1|ts-secret|Tech ts|tailspin-uniview:/
    const asTechnician = await world.ask(technician, document, ids)
    expect(JSON.stringify(asTechnician)).not.toMatch(traces)
    expect(asTechnician.data).toMatchObject({ session: null, event: null, activityEvent: null })
    expect(asTechnician.data.tenant.settings.itCompleteLogin.disableImpact).toEqual({
      federatedSessionCount: 1,
      pendingHandoffCount: 0,
    })
    expect(asTechnician.data.tenant.effectiveAccess.partners).toMatchObject([
      { method: 'KASEYA_VSA' },
    ])
    expect(new Set(asTechnician.codes)).toEqual(new Set(['FORBIDDEN']))
    const count = query(
      'activityLog(filter: { actors: ["partner:tailspin-uniview:ts-1"] }) { totalCount }',
    )
    expect(
      (await world.ask(technician, count, { id: tenant.id })).data.tenant.activityLog.totalCount,
    ).toBe(0)
    expect(
      (await world.ask(admin, count, { id: tenant.id })).data.tenant.activityLog.totalCount,
    ).toBeGreaterThan(5)

    const asAdmin = await world.ask(admin, document, ids)
    expect(asAdmin.codes).toEqual([])
    expect(JSON.stringify(asAdmin.data.tenant.activityLog)).toMatch(/ts-secret-2/)
    expect(
      asAdmin.data.tenant.sessions.nodes.map(({ method }: { method: string }) => method),
    ).toContain('UNITRENDS_UNIVIEW')
    expect(asAdmin.data.event.actor.key).toBe('partner:tailspin-uniview:ts-1')
    expect(asAdmin.data.tenant.settings.itCompleteLogin.disableImpact.federatedSessionCount).toBe(2)
  })

  test('the own instance is as visible as to an admin', async () => {
    const { tenant } = await openTenant(world, world.vsa, { allowedTechnicians: ['nw-1', 'nw-2'] })
    const technician = await world.connect(tenant, world.vsa)
    const { data, codes } = await world.ask(
      technician,
      query('partnerAssociations { allowedTechnicians }'),
      { id: tenant.id },
    )
    expect([data.tenant.partnerAssociations, codes]).toEqual([
      [{ allowedTechnicians: ['nw-1', 'nw-2'] }],
      [],
    ])
  })
})

test('only admins look up a partner by its client ID', async () => {
  const { tenant, admin } = await openTenant(world)
  const document =
    'query ($id: ID!, $clientId: String!) { tenant(id: $id) { partnerInstance(clientId: $clientId) { clientId platform name issuer } } }'
  const lookUp = async (who: { bearer: string }, clientId: string) => {
    const { data, codes } = await world.ask(who, document, { id: tenant.id, clientId })
    return [data.tenant?.partnerInstance, codes]
  }
  const { clientId, issuer } = world.uniview
  expect(await lookUp(admin, clientId)).toEqual([
    { clientId, platform: 'UNITRENDS_UNIVIEW', name: 'Tailspin UniView', issuer },
    [],
  ])
  for (const unknown of ['nobody', '', `${clientId} `, 'x\u0000', '\ud800', 'x'.repeat(100_000)])
    expect([unknown, await lookUp(admin, unknown)]).toEqual([unknown, [null, []]])
  await world.database
    .owner`insert into tenants.partner_instance (client_id, platform, name, issuer, handoff_url, removed_at)
    values ('removed-vsa', 'KASEYA_VSA', 'Removed', 'https://removed.example', 'https://removed.example/handoff', now())`
  expect(await lookUp(admin, 'removed-vsa')).toEqual([null, []])
  const technician = await world.connect(tenant, world.vsa)
  expect(await lookUp(technician, clientId)).toEqual([null, ['FORBIDDEN']])
  expect(await lookUp(await world.clientCredentials(world.vsa), clientId)).toEqual([
    undefined,
    ['FORBIDDEN'],
  ])
})

describe('pages of Spanning Admins', () => {
  const page = query(`spanningAdmins(first: $first, after: $after) {
    edges { cursor node { objectId } } nodes { objectId displayName } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`).replace(
    '($id: ID!)',
    '($id: ID!, $first: Int, $after: String)',
  )
  /** Creates a tenant with this many Spanning Admins, several of whom have the same name. */
  async function withAdmins(count: number) {
    const tenant = await world.createTenant()
    await world.database
      .owner`insert into tenants.spanning_admin (tenant_id, object_id, user_principal_name, display_name)
      select ${tenant.id}, gen_random_uuid(), 'n@contoso.example', 'Admin ' || lpad((n / 3)::text, 4, '0') from generate_series(1, ${count}) n`
    await world.database
      .owner`insert into tenants.spanning_admin (tenant_id, object_id, user_principal_name, display_name, revoked_at)
      select ${tenant.id}, gen_random_uuid(), 'gone@contoso.example', 'Admin 0001', now() from generate_series(1, 3)`
    return { tenant, admin: await world.signIn(tenant, tenant.globalAdmin) }
  }

  test.each([1, 7, 25])(
    'pages of %i list each current admin once, sorted by name',
    async (first) => {
      const { tenant, admin } = await withAdmins(25)
      const seen: { objectId: string; displayName: string }[] = []
      let after: string | null = null
      let pages = 0
      do {
        const { data, codes } = await world.ask(admin, page, { id: tenant.id, first, after })
        expect(codes).toEqual([])
        const { edges, nodes, pageInfo } = data.tenant.spanningAdmins
        expect(nodes.length).toBeLessThanOrEqual(first)
        expect(edges.map(({ node }: { node: { objectId: string } }) => node.objectId)).toEqual(
          nodes.map(({ objectId }: { objectId: string }) => objectId),
        )
        expect(pageInfo).toMatchObject({
          hasPreviousPage: after !== null,
          startCursor: edges[0].cursor,
          endCursor: edges.at(-1).cursor,
        })
        seen.push(...nodes)
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null
        pages++
      } while (after)
      expect(pages).toBe(Math.ceil(25 / first))
      expect(new Set(seen.map(({ objectId }) => objectId)).size).toBe(25)
      const names = seen.map(({ displayName }) => displayName)
      expect(names).toEqual(names.toSorted())
    },
  )

  test('the page size is 50 by default and 100 at most', async () => {
    const { tenant, admin } = await withAdmins(120)
    const sizes = []
    for (const first of [undefined, null, 100])
      sizes.push(
        (await world.ask(admin, page, { id: tenant.id, first })).data.tenant.spanningAdmins.nodes
          .length,
      )
    expect(sizes).toEqual([50, 50, 100])
  })

  test('a cursor stays valid when admins are revoked or added', async () => {
    const { tenant, admin } = await withAdmins(9)
    const { data } = await world.ask(admin, page, { id: tenant.id, first: 100 })
    const all: string[] = data.tenant.spanningAdmins.nodes.map(
      ({ objectId }: { objectId: string }) => objectId,
    )
    const { cursor } = data.tenant.spanningAdmins.edges[3]
    await perform(
      world,
      admin,
      { field: 'revokeSpanningAdmin', selection: '' },
      { tenantId: tenant.id, objectId: all[3] },
    )
    const early = {
      objectId: randomUUID(),
      userPrincipalName: 'a@contoso.example',
      displayName: 'Aaron',
    }
    await perform(
      world,
      admin,
      { field: 'grantSpanningAdmin', selection: '' },
      { tenantId: tenant.id, ...early },
    )
    const rest = await world.ask(admin, page, { id: tenant.id, after: cursor })
    expect(
      rest.data.tenant.spanningAdmins.nodes.map(({ objectId }: { objectId: string }) => objectId),
    ).toEqual(all.slice(4))
  })

  test('invalid page sizes and cursors are BAD_USER_INPUT without internals', async () => {
    const { tenant, admin } = await withAdmins(3)
    const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const wrong = [
      { first: 0 },
      { first: -1 },
      { first: 101 },
      { after: 'nonsense' },
      { after: '' },
      { after: cursorOf(['a name']) },
      { after: cursorOf(['a name', 'no id']) },
      { after: cursorOf(['a name', randomUUID(), 'more']) },
      { after: cursorOf(['with\u0000nothing', randomUUID()]) },
      { after: cursorOf([1, 2]) },
      { after: cursorOf({ 0: 'a name', 1: randomUUID(), length: 2 }) },
      { after: 'x'.repeat(100_000) },
    ]
    for (const paging of wrong) {
      const { data, codes, errors } = await world.ask(admin, page, { id: tenant.id, ...paging })
      expect([paging, data.tenant.spanningAdmins, codes]).toEqual([
        paging,
        null,
        ['BAD_USER_INPUT'],
      ])
      expect(errors[0]!.message).not.toMatch(/uuid|syntax|select|postgres/i)
    }
  })

  test('another tenant’s cursor returns no admin of that tenant', async () => {
    const one = await withAdmins(5)
    const other = await withAdmins(5)
    const { data } = await world.ask(one.admin, page, { id: one.tenant.id, first: 2 })
    const { endCursor } = data.tenant.spanningAdmins.pageInfo
    const mixed = await world.ask(other.admin, page, { id: other.tenant.id, after: endCursor })
    const others = await world.ask(other.admin, page, { id: other.tenant.id })
    const known = new Set(
      others.data.tenant.spanningAdmins.nodes.map(({ objectId }: { objectId: string }) => objectId),
    )
    expect(mixed.codes).toEqual([])
    expect(mixed.data.tenant.spanningAdmins.nodes.length).toBeGreaterThan(0)
    expect(
      mixed.data.tenant.spanningAdmins.nodes.every(({ objectId }: { objectId: string }) =>
        known.has(objectId),
      ),
    ).toBe(true)
  })
})

test('lists active and requested associations, oldest first', async () => {
  const { tenant, admin, associationId } = await openTenant(world)
  const requested = await requestAssociation(world, tenant, world.uniview)
  const associations = query('partnerAssociations { id status }')
  const two = await world.ask(admin, associations, { id: tenant.id })
  expect(two.data.tenant.partnerAssociations).toEqual([
    { id: associationId, status: 'ACTIVE' },
    { id: requested, status: 'REQUESTED' },
  ])
  await perform(
    world,
    admin,
    { field: 'dissociatePartner', selection: '' },
    { tenantId: tenant.id, associationId },
  )
  const one = await world.ask(admin, associations, { id: tenant.id })
  expect(one.data.tenant.partnerAssociations).toEqual([{ id: requested, status: 'REQUESTED' }])
})
