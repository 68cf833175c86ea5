import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { sharedWorld } from '../support/shared-world.ts'
import {
  codesOnReading,
  expectRefusal,
  guards,
  openTenant,
  perform,
  type Scene,
  type Session,
} from '../support/tenants.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const grant = { field: 'grantSpanningAdmin', selection: '' }
const operation = {
  field: 'revokeSpanningAdmin',
  action: 'spanning_admin.revoked',
  selection: 'endedSessionCount tenant { id spanningAdmins { nodes { objectId } } }',
  async input(world: World, { tenant, admin }: Scene) {
    const who = { tenantId: tenant.id, objectId: randomUUID() }
    await perform(world, admin, grant, {
      ...who,
      userPrincipalName: 'ada@contoso.example',
      displayName: 'Ada Admin',
    })
    return who
  },
}

guards(() => world, { ...operation, technicians: 'kept out', stepUp: true })

/** Creates a tenant with a Spanning Admin, and signs this admin in. */
async function withSpanningAdmin(): Promise<
  Scene & { sam: Session; input: { tenantId: string; objectId: string } }
> {
  const scene = await openTenant(world)
  const sam = await world.grant(scene.tenant)
  return {
    ...scene,
    sam,
    input: { tenantId: scene.tenant.id, objectId: scene.tenant.spanningAdmin.objectId },
  }
}

describe('effects', () => {
  test('ends and counts the admin’s sessions, and prevents new ones', async () => {
    const { tenant, admin, sam, input } = await withSpanningAdmin()
    const again = await world.signIn(tenant, tenant.spanningAdmin)
    const { payload } = await perform(world, admin, operation, input)
    expect(payload).toEqual({
      endedSessionCount: 2,
      tenant: { id: tenant.id, spanningAdmins: { nodes: [] } },
      userErrors: [],
    })
    for (const session of [sam, again])
      expect(await codesOnReading(world, session, tenant)).toEqual(['UNAUTHENTICATED'])
    expect(
      (await world.tryToSignIn(tenant, tenant.spanningAdmin)).data?.completeMicrosoftLogin
        ?.accessToken ?? null,
    ).toBeNull()
    expect(await codesOnReading(world, admin, tenant)).toEqual([])
    const { username, displayName } = tenant.spanningAdmin
    expect((await world.log(tenant, { actions: [operation.action] }))[0]).toMatchObject({
      outcome: 'SUCCEEDED',
      target: { type: 'spanning_admin', id: input.objectId, displayName },
      changes: [{ field: 'spanningAdmin', before: username, after: null }],
    })
  })

  test('granting again restores no session', async () => {
    const { tenant, admin, sam, input } = await withSpanningAdmin()
    await perform(world, admin, operation, input)
    const { username, displayName } = tenant.spanningAdmin
    await perform(world, admin, grant, { ...input, userPrincipalName: username, displayName })
    expect(await codesOnReading(world, sam, tenant)).toEqual(['UNAUTHENTICATED'])
    expect(
      await codesOnReading(world, await world.signIn(tenant, tenant.spanningAdmin), tenant),
    ).toEqual([])
  })

  test('a Global Admin who is also a Spanning Admin stays signed in', async () => {
    const { tenant, admin } = await openTenant(world)
    const input = { tenantId: tenant.id, objectId: tenant.globalAdmin.objectId }
    await perform(world, admin, grant, {
      ...input,
      userPrincipalName: 'global@contoso.example',
      displayName: 'Gloria Global',
    })
    const session = await world.signIn(tenant, tenant.globalAdmin)
    expect((await perform(world, admin, operation, input)).payload).toMatchObject({
      endedSessionCount: 0,
      userErrors: [],
    })
    expect(await codesOnReading(world, session, tenant)).toEqual([])
  })

  test('a Spanning Admin can revoke their own grant if another remains', async () => {
    const { tenant, admin, sam, input } = await withSpanningAdmin()
    await operation.input(world, { tenant, admin, associationId: '' })
    const { codes, payload } = await perform(world, sam, operation, input)
    expect([codes, payload.endedSessionCount, payload.tenant.spanningAdmins.nodes.length]).toEqual([
      [],
      1,
      1,
    ])
    expect(await codesOnReading(world, sam, tenant)).toEqual(['UNAUTHENTICATED'])
  })
})

describe('refusals', () => {
  test('users without a current grant in this tenant are NOT_FOUND', async () => {
    const { tenant, admin, input } = await withSpanningAdmin()
    const elsewhere = await withSpanningAdmin()
    await perform(world, admin, operation, input)
    const refusal = { code: 'NOT_FOUND', field: ['objectId'] }
    for (const objectId of [randomUUID(), input.objectId, elsewhere.input.objectId, 'somebody'])
      await expectRefusal(
        world,
        { tenant, admin },
        operation,
        { tenantId: tenant.id, objectId },
        refusal,
      )
    expect(await codesOnReading(world, elsewhere.sam, elsewhere.tenant)).toEqual([])
  })

  test('only a Global Admin can revoke the last Spanning Admin', async () => {
    const { tenant, admin, sam, input } = await withSpanningAdmin()
    await expectRefusal(world, { tenant, admin: sam }, operation, input, {
      code: 'LAST_ADMIN',
      field: ['objectId'],
    })
    expect(await codesOnReading(world, sam, tenant)).toEqual([])
    expect((await perform(world, admin, operation, input)).payload.userErrors).toEqual([])
  })

  test('when two Spanning Admins revoke each other concurrently, one remains', async () => {
    const { tenant, admin, sam, input } = await withSpanningAdmin()
    const { user } = tenant
    const other = { tenantId: tenant.id, objectId: user.objectId }
    await perform(world, admin, grant, {
      ...other,
      userPrincipalName: user.username,
      displayName: user.displayName,
    })
    const uma = await world.signIn(tenant, user)
    const answers = await Promise.all([
      perform(world, sam, operation, other),
      perform(world, uma, operation, input),
    ])
    const verdicts = answers
      .map(({ codes, payload }) => codes[0] ?? payload.userErrors[0]?.code ?? 'DONE')
      .sort()
    expect(verdicts).toEqual(['DONE', 'UNAUTHENTICATED'])
    const left = await world.database
      .owner`select from tenants.spanning_admin where tenant_id = ${tenant.id} and revoked_at is null`
    expect(left).toHaveLength(1)
  })
})
