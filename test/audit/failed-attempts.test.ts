/**
 * Failed requests are recorded in the same way as refused requests, with the actor if the actor is
 * known.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signSessionRevoked } from '../../demo/partner.ts'
import { completeLogin, startLogin, updateServices } from '../support/documents.ts'
import { activityRows, operatorRows } from '../support/log-rows.ts'
import { inDays } from '../support/login.ts'
import { answerOfEntra } from '../support/sign-in.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.stop())

const updates = ({ id }: Tenant) =>
  activityRows(world.database, { tenantId: id, action: 'service_settings.updated' })

const createToken =
  'mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { apiToken { id } userErrors { code } } }'

describe('the tenant’s log has', () => {
  test('a mutation with an invalid value, wherever it was detected', async () => {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    const input = { tenantId: tenant.id, name: 'SIEM', expiresAt: inDays(1) }
    for (const wrong of [{ expiresAt: 'not a date' }, { name: 7 }, { surplus: true }])
      expect(
        (await world.ask(admin, createToken, { input: { ...input, ...wrong } })).codes,
      ).toEqual(['BAD_USER_INPUT'])
    const literal = `mutation { createApiToken(input: { tenantId: "${tenant.id}", name: "x", expiresAt: "not a date" }) { userErrors { code } } }`
    expect((await world.ask(admin, literal)).codes).toEqual(['BAD_USER_INPUT'])
    const technician = await world.connect(tenant, world.vsa)
    expect(
      (
        await world.ask(technician, updateServices, {
          input: { tenantId: tenant.id, expectedVersion: 2, mail: 'yes' },
        })
      ).codes,
    ).toEqual(['BAD_USER_INPUT'])
    const told = (actor_key: string, displayName: string) => ({
      actor_key,
      outcome: 'FAILED',
      reason: 'BAD_USER_INPUT',
      target: { type: 'mutation', id: null, displayName },
    })
    expect(
      await activityRows(world.database, { tenantId: tenant.id, action: 'mutation.failed' }),
    ).toMatchObject([
      ...Array(4).fill(told(`microsoft:${tenant.globalAdmin.objectId}`, 'createApiToken')),
      told('partner:northwind-vsa:nw-1', 'updateServiceSettings'),
    ])
  })

  test('no event for queries, anonymous callers and executed mutations', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const wrongCursor = updateServices.replace(
      'tenant { id',
      'tenant { id activityLog(first: 1, after: "x") { nodes { id } }',
    )
    const change = await world.ask(admin, wrongCursor, {
      input: { tenantId: tenant.id, expectedVersion: 1, mail: false },
    })
    expect(change.codes).toEqual(['BAD_USER_INPUT'])
    expect(await updates(tenant)).toHaveLength(1)
    await world.ask(
      admin,
      'query ($id: ID!, $first: Int) { tenant(id: $id) { activityLog(first: $first) { nodes { id } } } }',
      { id: 7.5 },
    )
    await world.ask(null, createToken, { input: 7 })
    expect(
      await activityRows(world.database, { tenantId: tenant.id, action: 'mutation.failed' }),
    ).toEqual([])
  })

  test('a mutation that failed with an internal error', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const { owner } = world.database
    await owner.unsafe('revoke update on tenants.settings from it_complete_app')
    try {
      const input = { tenantId: tenant.id, expectedVersion: 1, mail: false }
      expect((await world.ask(admin, updateServices, { input })).codes).toEqual([
        'INTERNAL_SERVER_ERROR',
      ])
    } finally {
      await owner.unsafe('grant update on tenants.settings to it_complete_app')
    }
    expect(await updates(tenant)).toMatchObject([
      {
        actor_key: `microsoft:${tenant.globalAdmin.objectId}`,
        outcome: 'FAILED',
        reason: 'INTERNAL_SERVER_ERROR',
        target: { type: 'service_settings', id: tenant.id },
      },
    ])
  })

  test('no trace ID when the trace or parent ID is zero', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const [trace, parent] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']
    for (const traceparent of [
      `00-${'0'.repeat(32)}-${parent}-01`,
      `00-${trace}-${'0'.repeat(16)}-01`,
      `00-${trace}-${parent}-01`,
    ])
      await world.ask(
        admin,
        updateServices,
        { input: { tenantId: tenant.id, expectedVersion: 99, mail: false } },
        { traceparent },
      )
    expect((await updates(tenant)).map(({ trace_id }) => trace_id)).toEqual([null, null, trace])
  })
})

describe('the operators’ log has', () => {
  test('a security event without effect, once, under its sender', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const body = await signSessionRevoked(world.vsa, {
      audience: world.url,
      subject: 'nobody-here',
    })
    for (let time = 0; time < 2; time++) {
      const headers = { 'content-type': 'application/secevent+jwt' }
      expect(
        (await fetch(`${world.url}/events/caep`, { method: 'POST', headers, body })).status,
      ).toBe(202)
    }
    expect(
      await operatorRows(world.database, {
        action: 'security_event.received',
        reason: 'NOTHING_TO_END',
      }),
    ).toMatchObject([
      {
        actor_key: 'client:northwind-vsa',
        outcome: 'SUCCEEDED',
        target: { type: 'technician', id: 'partner:northwind-vsa:nobody-here', displayName: null },
      },
    ])
    expect(
      await activityRows(world.database, {
        tenantId: tenant.id,
        action: 'federated_sessions.revoked',
      }),
    ).toEqual([])
  })

  test('a partner client’s failed request with its unverified claims', async () => {
    const ask =
      'mutation ($input: RequestPartnerAssociationInput!) { requestPartnerAssociation(input: $input) { userErrors { code } } }'
    const nowhere = { id: '00000000-0000-4000-8000-000000000000' }
    await world.ask(await world.clientCredentials(world.uniview), ask, {
      input: { tenant: nowhere, externalTenantId: 'x' },
    })
    await world.ask(await world.clientCredentials(world.uniview), ask, {
      input: { tenant: nowhere, externalTenantId: '' },
    })
    for (const reason of ['TENANT_NOT_FOUND', 'INVALID_VALUE'])
      expect(
        await operatorRows(world.database, { action: 'partner_association.requested', reason }),
      ).toMatchObject([
        {
          actor_key: 'client:tailspin-uniview',
          outcome: 'FAILED',
          unverified_claims: { clientId: 'tailspin-uniview', ...nowhere },
        },
      ])
  })

  test('a sign-in while Microsoft is unavailable', async () => {
    const tenant = await world.createTenant()
    const { data } = await world.ask(null, startLogin, { input: { tenant: { id: tenant.id } } })
    const { authorizationUrl, transactionSecret } = data.startMicrosoftLogin
    const callbackUrl = await answerOfEntra(world, authorizationUrl, tenant.globalAdmin)
    await world.entra.close()
    expect(
      (await world.ask(null, completeLogin, { input: { callbackUrl, transactionSecret } })).codes,
    ).toEqual(['INTERNAL_SERVER_ERROR'])
    expect(
      await operatorRows(world.database, {
        action: 'microsoft_login.completed',
        reason: 'PROVIDER_UNAVAILABLE',
      }),
    ).toMatchObject([
      { actor_key: 'anonymous', outcome: 'FAILED', unverified_claims: { id: tenant.id } },
    ])
  })
})
