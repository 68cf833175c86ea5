import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createHandoff } from '../support/documents.ts'
import { activityRows, operatorRows } from '../support/log-rows.ts'
import { sharedWorld } from '../support/shared-world.ts'
import { openTenant, perform, requestAssociation, stateOf } from '../support/tenants.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const operation = {
  field: 'requestPartnerAssociation',
  action: 'partner_association.requested',
  selection: '',
}
const ask = async (tenant: Record<string, unknown>, externalTenantId = 'as they call it') =>
  perform(world, await world.clientCredentials(world.vsa), operation, { tenant, externalTenantId })
const associationsOf = async ({ id }: Tenant) =>
  (await stateOf(world, id)).associations as { status: string; client_id: string }[] | null

describe('effects', () => {
  test('creates a request by id or domain, and records the partner', async () => {
    const [byId, byDomain] = [await world.createTenant(), await world.createTenant()]
    const answers = [
      await ask({ id: byId.id }),
      await ask({ domain: byDomain.domain.toUpperCase() }),
    ]
    expect(answers.map(({ codes, payload }) => [codes, payload])).toEqual(
      Array(2).fill([[], { userErrors: [] }]),
    )
    for (const tenant of [byId, byDomain]) {
      const admin = await world.signIn(tenant, tenant.globalAdmin)
      const { data } = await world.ask(
        admin,
        'query ($id: ID!) { tenant(id: $id) { partnerAssociations { id status externalTenantId partner { clientId } } } }',
        { id: tenant.id },
      )
      const [request] = data.tenant.partnerAssociations
      expect(request).toMatchObject({
        status: 'REQUESTED',
        externalTenantId: 'as they call it',
        partner: { clientId: 'northwind-vsa' },
      })
      const [row] = await world.log(tenant, { actions: [operation.action] })
      expect(row).toMatchObject({
        outcome: 'SUCCEEDED',
        method: null,
        session: null,
        actor: {
          __typename: 'PartnerClient',
          key: 'client:northwind-vsa',
          displayName: 'Northwind VSA',
        },
        target: { type: 'partner_association', id: request.id, displayName: 'Northwind VSA' },
      })
      expect(row!.changes).toMatchObject([
        { field: 'status', before: null, after: 'REQUESTED' },
        { field: 'clientId', before: null, after: 'northwind-vsa' },
        { field: 'externalTenantId', before: null, after: 'as they call it' },
      ])
    }
  })

  test('a pending request allows no handoff', async () => {
    const { tenant } = await openTenant(world, world.uniview)
    await ask({ id: tenant.id })
    const { data } = await world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(world.vsa, tenant.id) },
    })
    expect(data.createHandoff.code).toBeNull()
    expect(data.createHandoff.userErrors).toHaveLength(1)
  })

  test('repeated requests create no second one and change no association', async () => {
    const tenant = await world.createTenant()
    await Promise.all(Array.from({ length: 6 }, () => ask({ id: tenant.id })))
    expect(await associationsOf(tenant)).toHaveLength(1)
    const { tenant: joined } = await openTenant(world, world.vsa, { allowedTechnicians: ['nw-1'] })
    const before = await stateOf(world, joined.id)
    const { codes, payload } = await ask({ id: joined.id }, 'another name')
    expect([codes, payload]).toEqual([[], { userErrors: [] }])
    expect(await stateOf(world, joined.id)).toEqual(before)
  })

  test('the 101st request is ignored without an error', async () => {
    const tenant = await world.createTenant()
    await world.database
      .owner`insert into tenants.partner_association (tenant_id, client_id, status, external_tenant_id)
      select ${tenant.id}, 'partner-' || n, 'REQUESTED', 'x' from generate_series(1, 100) n`
    const { codes, payload } = await ask({ id: tenant.id })
    expect([codes, payload]).toEqual([[], { userErrors: [] }])
    expect(await associationsOf(tenant)).toHaveLength(100)
  })

  test('a rejected request can be made again', async () => {
    const { tenant, admin } = await openTenant(world)
    const associationId = await requestAssociation(world, tenant, world.uniview)
    await perform(
      world,
      admin,
      { field: 'dissociatePartner', selection: '' },
      { tenantId: tenant.id, associationId },
    )
    expect(await requestAssociation(world, tenant, world.uniview)).not.toBe(associationId)
  })
})

test('the response does not reveal whether the tenant exists', async () => {
  const tenant = await world.createTenant()
  const locators = [
    { id: tenant.id },
    { id: randomUUID() },
    { id: 'no id at all' },
    { id: 'with\u0000nothing' },
    { domain: tenant.domain },
    { domain: `${randomUUID()}.example` },
    { domain: 'with\u0000nothing' },
    { domain: 'half\ud800' },
    { domain: 'x'.repeat(5_000) },
  ]
  const answers = []
  for (const locator of locators) {
    const { reply } = await ask(locator)
    answers.push([locator, reply.status, reply.data, reply.errors])
  }
  expect(answers).toEqual(
    locators.map((locator) => [
      locator,
      200,
      { requestPartnerAssociation: { userErrors: [] } },
      [],
    ]),
  )
  const written = await operatorRows(world.database, {
    action: operation.action,
    reason: 'TENANT_NOT_FOUND',
  })
  expect(written).toHaveLength(locators.length - 2)
})

describe('refusals', () => {
  test('invalid labels, which the log does not contain', async () => {
    const tenant = await world.createTenant()
    for (const label of [
      '',
      'x'.repeat(201),
      'two\nlines',
      'right\u202eleft',
      'with\u0000nothing',
    ]) {
      const { payload } = await ask({ id: tenant.id }, label)
      expect(payload.userErrors).toMatchObject([
        { code: 'INVALID_VALUE', field: ['externalTenantId'] },
      ])
    }
    expect(await associationsOf(tenant)).toBeNull()
    const written = await operatorRows(world.database, {
      action: operation.action,
      reason: 'INVALID_VALUE',
    })
    expect(
      written.filter(({ unverified_claims }) => unverified_claims?.id === tenant.id),
    ).toHaveLength(5)
  })

  test('a locator with both members or none', async () => {
    const tenant = await world.createTenant()
    for (const locator of [
      {},
      { id: tenant.id, domain: tenant.domain },
      { id: null, domain: null },
    ]) {
      const { payload } = await ask(locator)
      expect(payload.userErrors).toMatchObject([{ code: 'INVALID_VALUE', field: ['tenant'] }])
    }
    expect(await associationsOf(tenant)).toBeNull()
  })
})

describe('authorization', () => {
  test('only partner clients may request an association', async () => {
    const { tenant, admin } = await openTenant(world, world.uniview)
    const technician = await world.connect(tenant, world.uniview)
    const before = await stateOf(world, tenant.id)
    const input = { tenant: { id: tenant.id }, externalTenantId: 'external' }
    const verdict = async (who: { bearer: string } | null) =>
      (await perform(world, who, operation, input)).codes
    expect(await verdict(admin)).toEqual(['FORBIDDEN'])
    expect(await verdict(technician)).toEqual(['FORBIDDEN'])
    expect(await verdict(null)).toEqual(['UNAUTHENTICATED'])
    expect(await verdict({ bearer: 'nobody' })).toEqual(['UNAUTHENTICATED'])
    expect(await stateOf(world, tenant.id)).toEqual(before)
    const denial = {
      action: 'authorization.denied',
      reason: 'FORBIDDEN',
      target: { displayName: operation.field },
    }
    expect((await activityRows(world.database, { tenantId: tenant.id })).slice(-2)).toMatchObject([
      { ...denial, session_id: admin.sessionId },
      { ...denial, session_id: technician.sessionId },
    ])
  })

  test('a client assertion can be used only once', async () => {
    const [one, other] = [await world.createTenant(), await world.createTenant()]
    const client = await world.clientCredentials(world.vsa)
    const answers = []
    for (const { id } of [one, other])
      answers.push(
        await perform(world, client, operation, { tenant: { id }, externalTenantId: 'external' }),
      )
    expect(answers.map(({ codes }) => codes)).toEqual([[], ['UNAUTHENTICATED']])
    expect(await associationsOf(other)).toBeNull()
  })

  test('requests of different partners are independent', async () => {
    const tenant = await world.createTenant()
    await requestAssociation(world, tenant, world.vsa)
    await requestAssociation(world, tenant, world.uniview)
    expect((await associationsOf(tenant))!.map(({ client_id }) => client_id).sort()).toEqual([
      'northwind-vsa',
      'tailspin-uniview',
    ])
  })
})
