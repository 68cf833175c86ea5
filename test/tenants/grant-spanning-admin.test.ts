import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { activityRows } from '../support/log-rows.ts'
import { sharedWorld } from '../support/shared-world.ts'
import {
  expectRefusal,
  guards,
  openTenant,
  perform,
  type Scene,
  stateOf,
} from '../support/tenants.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const somebody = (tenantId: string) => ({
  tenantId,
  objectId: randomUUID(),
  userPrincipalName: 'ada@contoso.example',
  displayName: 'Ada Admin',
})
const operation = {
  field: 'grantSpanningAdmin',
  action: 'spanning_admin.granted',
  selection:
    'spanningAdmin { objectId userPrincipalName displayName grantedAt } tenant { id spanningAdmins { nodes { objectId displayName } } }',
  input: (_world: World, { tenant }: Pick<Scene, 'tenant'>) => somebody(tenant.id),
}

guards(() => world, { ...operation, technicians: 'kept out', stepUp: true })

describe('effects', () => {
  test('lets a Microsoft user sign in as admin, and records the changes', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const before = await world.tryToSignIn(tenant, tenant.spanningAdmin)
    expect(before.data?.completeMicrosoftLogin?.accessToken ?? null).toBeNull()
    const { objectId, username, displayName } = tenant.spanningAdmin
    const input = { tenantId: tenant.id, objectId, userPrincipalName: username, displayName }
    const { payload } = await perform(world, admin, operation, input)
    expect(payload).toEqual({
      spanningAdmin: {
        objectId,
        userPrincipalName: username,
        displayName,
        grantedAt: expect.stringMatching(/Z$/),
      },
      tenant: { id: tenant.id, spanningAdmins: { nodes: [{ objectId, displayName }] } },
      userErrors: [],
    })
    expect((await world.log(tenant, { actions: [operation.action] }))[0]).toMatchObject({
      target: { type: 'spanning_admin', id: objectId, displayName },
      changes: [{ field: 'spanningAdmin', before: null, after: username }],
    })
    const session = await world.signIn(tenant, tenant.spanningAdmin)
    const { data } = await world.ask(
      session,
      '{ viewer { actor { ... on MicrosoftAdmin { objectId role } } } }',
    )
    expect(data.viewer.actor).toEqual({ objectId, role: 'SPANNING_ADMIN' })
  })

  test('repeated and concurrent grants create one admin', async () => {
    const { tenant, admin } = await openTenant(world)
    const input = somebody(tenant.id)
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => perform(world, admin, operation, input)),
    )
    const state = await stateOf(world, tenant.id)
    answers.push(
      await perform(world, admin, operation, {
        ...input,
        displayName: 'Eve Else',
        userPrincipalName: 'eve@contoso.example',
      }),
    )
    expect(answers.flatMap(({ codes, payload }) => [...codes, ...payload.userErrors])).toEqual([])
    expect(new Set(answers.map(({ payload }) => JSON.stringify(payload))).size).toBe(1)
    expect(state.admins).toHaveLength(1)
    expect(await stateOf(world, tenant.id)).toEqual(state)
    const rows = await activityRows(world.database, {
      tenantId: tenant.id,
      action: operation.action,
    })
    expect(rows).toHaveLength(7)
    expect(rows.filter(({ changes }) => changes.length > 0)).toHaveLength(1)
  })

  test('a grant has no effect in another tenant', async () => {
    const { tenant, admin } = await openTenant(world)
    const other = await openTenant(world)
    const { objectId, username, displayName } = other.tenant.spanningAdmin
    await perform(world, admin, operation, {
      tenantId: tenant.id,
      objectId,
      userPrincipalName: username,
      displayName,
    })
    const tried = await world.tryToSignIn(other.tenant, other.tenant.spanningAdmin)
    expect(tried.data?.completeMicrosoftLogin?.accessToken ?? null).toBeNull()
  })
})

describe('refusals', () => {
  test.each(['userPrincipalName', 'displayName'])(
    'an empty or overlong %s, or one with control characters',
    async (field) => {
      const scene = await openTenant(world)
      for (const text of [
        '',
        ' ',
        'x'.repeat(257),
        'two\nlines',
        'right\u202eleft',
        'with\u0000nothing',
        'half\ud800',
      ]) {
        const refusal = { code: 'INVALID_VALUE', field: [field] }
        await expectRefusal(
          world,
          scene,
          operation,
          { ...somebody(scene.tenant.id), [field]: text },
          refusal,
        )
      }
    },
  )

  test('an object id that is not a UUID', async () => {
    const scene = await openTenant(world)
    for (const objectId of [
      'somebody',
      `{${randomUUID()}}`,
      '',
      `${randomUUID()}\u0000`,
      'x'.repeat(100_000),
    ])
      await expectRefusal(
        world,
        scene,
        operation,
        { ...somebody(scene.tenant.id), objectId },
        { code: 'INVALID_VALUE', field: ['objectId'] },
      )
  })

  test('the 501st admin, but not the grant of an existing admin', async () => {
    const scene = await openTenant(world)
    const there = somebody(scene.tenant.id)
    await perform(world, scene.admin, operation, there)
    await world.database
      .owner`insert into tenants.spanning_admin (tenant_id, object_id, user_principal_name, display_name)
      select ${scene.tenant.id}, gen_random_uuid(), 'n@contoso.example', 'Number ' || n from generate_series(2, 500) n`
    await expectRefusal(world, scene, operation, somebody(scene.tenant.id), {
      code: 'LIMIT_EXCEEDED',
      field: null,
    })
    expect((await perform(world, scene.admin, operation, there)).payload.userErrors).toEqual([])
  })
})
