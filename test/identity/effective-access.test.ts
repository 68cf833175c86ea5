/**
 * effectiveAccess and disableImpact: which users have access, and which sessions end when the
 * feature is turned off.
 */
import { beforeAll, expect, test } from 'vitest'
import { resumePartnerInstance, suspendPartnerInstance } from '../../admin/partner-instances.ts'
import { createHandoff, disable } from '../support/documents.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Credentials, Tenant, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const query = `query ($id: ID!) { tenant(id: $id) {
  effectiveAccess { spanningAdmins { key userPrincipalName role } partners { method instance allowedTechnicians } }
  settings { itCompleteLogin { disableImpact { federatedSessionCount pendingHandoffCount remainingAdmins { key } } } } } }`
async function read(who: Credentials, tenant: Tenant) {
  const { data, errors } = await world.ask(who, query, { id: tenant.id })
  expect(errors).toEqual([])
  return {
    ...data.tenant.effectiveAccess,
    impact: data.tenant.settings.itCompleteLogin.disableImpact,
  }
}

test('lists the partners with access and their allowed technicians', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa, { allowedTechnicians: ['nw-1', 'nw-2'] })
  await world.open(tenant, world.uniview)
  const vsa = {
    method: 'KASEYA_VSA',
    instance: 'Northwind VSA',
    allowedTechnicians: ['nw-1', 'nw-2'],
  }
  const uniview = {
    method: 'UNITRENDS_UNIVIEW',
    instance: 'Tailspin UniView',
    allowedTechnicians: null,
  }
  expect((await read(admin, tenant)).partners).toEqual([vsa, uniview])
  await suspendPartnerInstance(world.operator, world.uniview.clientId)
  expect((await read(admin, tenant)).partners).toEqual([vsa])
  await resumePartnerInstance(world.operator, world.uniview.clientId)
  await world.ask(admin, disable, { input: { tenantId: tenant.id } })
  expect((await read(admin, tenant)).partners).toEqual([])
})

test('does not list a pending association', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const request =
    'mutation ($input: RequestPartnerAssociationInput!) { requestPartnerAssociation(input: $input) { userErrors { code } } }'
  const input = { tenant: { id: tenant.id }, externalTenantId: 'external' }
  await world.ask(await world.clientCredentials(world.uniview), request, { input })
  expect((await read(admin, tenant)).partners).toHaveLength(1)
})

test('the impact equals what turning off then ends', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  await world.open(tenant, world.uniview)
  await world.grant(tenant)
  for (const partner of [world.vsa, world.vsa, world.uniview]) await world.connect(tenant, partner)
  await world.ask(null, createHandoff, {
    input: { assertion: await world.assertion(world.uniview, tenant.id) },
  })
  const { impact, spanningAdmins } = await read(admin, tenant)
  const key = `microsoft:${tenant.spanningAdmin.objectId}`
  expect(impact).toEqual({
    federatedSessionCount: 3,
    pendingHandoffCount: 1,
    remainingAdmins: [{ key }],
  })
  expect(spanningAdmins).toEqual([
    { key, userPrincipalName: tenant.spanningAdmin.username, role: 'SPANNING_ADMIN' },
  ])
  const off = await world.ask(admin, disable, { input: { tenantId: tenant.id } })
  expect(off.data.disableItCompleteLogin).toMatchObject({
    endedSessionCount: 3,
    endedHandoffCount: 1,
  })
  expect((await read(admin, tenant)).impact).toMatchObject({
    federatedSessionCount: 0,
    pendingHandoffCount: 0,
  })
})

test('a technician sees and counts only their own instance', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa, { allowedTechnicians: ['nw-1'] })
  await world.open(tenant, world.uniview, { allowedTechnicians: ['ts-1'] })
  await world.connect(tenant, world.uniview)
  await world.ask(null, createHandoff, {
    input: { assertion: await world.assertion(world.uniview, tenant.id) },
  })
  const technician = await world.connect(tenant, world.vsa)
  const { partners, impact } = await read(technician, tenant)
  expect(partners).toEqual([
    { method: 'KASEYA_VSA', instance: 'Northwind VSA', allowedTechnicians: ['nw-1'] },
  ])
  expect(impact).toMatchObject({ federatedSessionCount: 1, pendingHandoffCount: 0 })
})

test('is refused to anonymous viewers and other tenants', async () => {
  const [tenant, other] = [await world.createTenant(), await world.createTenant()]
  await world.open(tenant, world.vsa)
  const stranger = await world.signIn(other, other.globalAdmin)
  expect((await world.ask(stranger, query, { id: tenant.id })).data.tenant).toBeNull()
  // The request goes to two subgraphs, and each one refuses.
  const refusals = async (who: Credentials) => {
    const { data, codes } = await world.ask(who, query, { id: tenant.id })
    return [data.tenant, ...new Set(codes)]
  }
  expect(await refusals(null)).toEqual([null, 'UNAUTHENTICATED'])
  expect(await refusals(await world.clientCredentials(world.vsa))).toEqual([null, 'FORBIDDEN'])
})
