/**
 * Helpers for the tests of tenant operations. They prepare a tenant, read its stored state, and
 * test the guarantees that all tenant operations share.
 */
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openClient } from '../../platform/postgres/servers.ts'
import { activityRows, operatorRows } from './log-rows.ts'
import type { Partner, Reply, Tenant, World } from './world.ts'

export type Session = { bearer: string; sessionId: string }
export type Input = Record<string, unknown>

/**
 * A tenant that is associated with VSA and has the feature turned on. The Global Admin of the
 * tenant is signed in.
 */
export interface Scene {
  tenant: Tenant
  admin: Session
  associationId: string
}

export interface Operation {
  field: string
  /** The action in the Activity Log. */
  action: string
  /** The selected fields of the payload, without `userErrors`. */
  selection: string
  /** Returns a valid input for the operation, and creates the rows that the input needs. */
  input(world: World, scene: Scene): Input | Promise<Input>
}

/** The properties of an operation that its GraphQL document depends on. */
export type Question = Pick<Operation, 'field' | 'selection'>

/** Returns the document of a mutation `x` whose input type is `XInput`. */
export const mutation = (field: string, selection: string) =>
  `mutation ($input: ${field[0]!.toUpperCase()}${field.slice(1)}Input!) { ${field}(input: $input) { ${selection} userErrors { code field message } } }`

/** Sends an operation, and returns the response, its error codes and its payload. */
export async function perform(
  world: World,
  who: { bearer: string } | null,
  { field, selection }: Question,
  input: Input,
) {
  const reply: Reply = await world.ask(who, mutation(field, selection), { input })
  return { reply, codes: reply.codes, payload: reply.data?.[field] }
}

export async function openTenant(
  world: World,
  partner: Partner = world.vsa,
  terms: Input = {},
): Promise<Scene> {
  const tenant = await world.createTenant()
  const { associationId } = await world.open(tenant, partner, terms)
  return { tenant, associationId, admin: await world.signIn(tenant, tenant.globalAdmin) }
}

/** Returns the tenant's rows in all tables that a refused operation must leave unchanged. */
export async function stateOf(world: World, tenantId: string): Promise<Record<string, unknown>> {
  const [row] = await world.database.owner`select jsonb_build_object(
    'settings', (select to_jsonb(x) from tenants.settings x where tenant_id = ${tenantId}),
    'associations', (select jsonb_agg(to_jsonb(x) order by association_id) from tenants.partner_association x where tenant_id = ${tenantId}),
    'admins', (select jsonb_agg(to_jsonb(x) order by grant_id) from tenants.spanning_admin x where tenant_id = ${tenantId}),
    'rises', (select jsonb_agg(to_jsonb(x) order by subject_id, epoch) from tenants.epoch_rise x where tenant_id = ${tenantId}),
    'keys', (select jsonb_agg(to_jsonb(x) order by key) from tenants.idempotency_key x where tenant_id = ${tenantId}),
    'apiTokens', (select jsonb_agg(to_jsonb(x) order by token_id) from identity.api_token x where tenant_id = ${tenantId})
  ) as state`
  return row!.state
}

export async function versionOf(world: World, tenantId: string): Promise<number> {
  const [row] = await world.database
    .owner`select version from tenants.settings where tenant_id = ${tenantId}`
  return row!.version
}

/**
 * Locks the tenant's settings, so that changes in the tenant wait. Returns a function that releases
 * the lock.
 */
export async function lockSettings(world: World, { id }: Tenant): Promise<() => Promise<void>> {
  const holder = openClient({ at: world.database.at }, { max: 1 })
  const locked = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const holding = holder.begin(async (tx) => {
    await tx`select from tenants.settings where tenant_id = ${id} for update`
    locked.resolve()
    await released.promise
  })
  await Promise.race([locked.promise, holding])
  return async () => {
    released.resolve()
    await holding
    await holder.end()
  }
}

/**
 * Changes the time of the Microsoft sign-in of a session to 11 minutes ago, which is too old for
 * operations with step-up.
 */
export async function ageSignIn(world: World, { sessionId }: Session): Promise<void> {
  await world.database
    .owner`update identity.session set auth_time = now() - interval '11 minutes' where session_id = ${sessionId}`
}

/**
 * Returns the error codes of a session that reads its tenant. The list is empty while the session
 * is active.
 */
export async function codesOnReading(
  world: World,
  who: { bearer: string },
  tenant: Tenant,
): Promise<string[]> {
  const { data, codes } = await world.ask(who, 'query ($id: ID!) { tenant(id: $id) { name } }', {
    id: tenant.id,
  })
  return data?.tenant?.name === tenant.name ? codes : [...codes, 'NOT_READ'].slice(0, 1)
}

/** Requests a partner association as the partner. Returns the id of the request. */
export async function requestAssociation(
  world: World,
  tenant: Tenant,
  partner: Partner,
): Promise<string> {
  const client = await world.clientCredentials(partner)
  const input = { tenant: { id: tenant.id }, externalTenantId: 'as they call it' }
  const { payload } = await perform(
    world,
    client,
    { field: 'requestPartnerAssociation', selection: '' },
    input,
  )
  if (payload?.userErrors.length !== 0)
    throw new Error('requestPartnerAssociation returned user errors.')
  const [row] = await world.database.owner`select association_id from tenants.partner_association
    where tenant_id = ${tenant.id} and client_id = ${partner.clientId} and ended_at is null`
  return row!.association_id
}

/**
 * Expects that the operation returns a user error with this code and field, changes nothing, and
 * records one failed event.
 */
export async function expectRefusal(
  world: World,
  { tenant, admin }: Pick<Scene, 'tenant' | 'admin'>,
  operation: Operation,
  input: Input,
  { code, field }: { code: string; field: string[] | null },
): Promise<void> {
  const before = await stateOf(world, tenant.id)
  const rowsBefore = await activityRows(world.database, { tenantId: tenant.id })
  const { codes, payload } = await perform(world, admin, operation, input)
  expect(codes).toEqual([])
  const { userErrors, ...rest } = payload
  expect(userErrors).toEqual([{ code, field, message: expect.any(String) }])
  expect(Object.values(rest).every((value) => value === null)).toBe(true)
  expect(await stateOf(world, tenant.id)).toEqual(before)
  const rows = await activityRows(world.database, { tenantId: tenant.id })
  expect(rows.slice(rowsBefore.length)).toMatchObject([
    {
      action: operation.action,
      outcome: 'FAILED',
      reason: code,
      session_id: admin.sessionId,
      changes: [],
    },
  ])
}

/** Tests the authorization, which is identical for all tenant operations. */
export function guards(
  world: () => World,
  operation: Operation & { technicians: 'admitted' | 'kept out'; stepUp: boolean },
): void {
  const { field, action, technicians, stepUp } = operation
  const denial = (reason: string, tenantId: string) => ({
    action: 'authorization.denied',
    outcome: 'DENIED',
    reason,
    target: { type: 'mutation', id: tenantId, displayName: field },
    changes: [],
  })

  /** Expects that the operation is denied with this code and changes nothing. */
  async function expectDenial(
    who: { bearer: string } | null,
    tenantId: string,
    input: Input,
    code: string,
  ): Promise<Reply> {
    const before = await stateOf(world(), tenantId)
    const { reply, codes, payload } = await perform(world(), who, operation, input)
    expect(codes).toEqual([code])
    expect(reply.errors[0]!.path).toEqual([field])
    expect(payload).toBeNull()
    expect(await stateOf(world(), tenantId)).toEqual(before)
    return reply
  }

  describe('authorization', () => {
    const admitted = {
      'a Global Admin': {
        person: async ({ admin }: Scene) => admin,
        method: 'MICROSOFT',
        keyOf: ({ globalAdmin }: Tenant) => `microsoft:${globalAdmin.objectId}`,
      },
      'a Spanning Admin': {
        person: ({ tenant }: Scene) => world().grant(tenant),
        method: 'MICROSOFT',
        keyOf: ({ spanningAdmin }: Tenant) => `microsoft:${spanningAdmin.objectId}`,
      },
      ...(technicians === 'admitted' && {
        'a technician': {
          person: ({ tenant }: Scene) => world().connect(tenant, world().vsa),
          method: 'KASEYA_VSA',
          keyOf: () => 'partner:northwind-vsa:nw-1',
        },
      }),
    }
    test.each(Object.entries(admitted))(
      '%s is allowed, and is the actor in the log',
      async (_, { person, method, keyOf }) => {
        const scene = await openTenant(world())
        const input = await operation.input(world(), scene)
        const who = await person(scene)
        const { codes, payload } = await perform(world(), who, operation, input)
        expect([codes, payload.userErrors]).toEqual([[], []])
        const [row] = await world().log(scene.tenant, { actions: [action] })
        expect(row).toMatchObject({
          action,
          outcome: 'SUCCEEDED',
          reason: null,
          method,
          actor: { key: keyOf(scene.tenant) },
          session: { id: who.sessionId },
        })
      },
    )

    test('missing, forged and ended sessions are denied', async () => {
      const scene = await openTenant(world())
      const { tenant } = scene
      const input = await operation.input(world(), scene)
      const ended = await world().signIn(tenant, tenant.globalAdmin)
      await world().ask(ended, 'mutation { signOut { userErrors { code } } }')
      const rows = await activityRows(world().database, { tenantId: tenant.id })
      await expectDenial(null, tenant.id, input, 'UNAUTHENTICATED')
      await expectDenial(
        { bearer: `${ended.bearer.slice(0, -6)}AAAAAA` },
        tenant.id,
        input,
        'UNAUTHENTICATED',
      )
      expect(await activityRows(world().database, { tenantId: tenant.id })).toEqual(rows)
      await expectDenial(ended, tenant.id, input, 'UNAUTHENTICATED')
      expect(
        (await activityRows(world().database, { tenantId: tenant.id })).slice(rows.length),
      ).toMatchObject([
        {
          ...denial('UNAUTHENTICATED', tenant.id),
          actor_key: `microsoft:${tenant.globalAdmin.objectId}`,
          session_id: ended.sessionId,
        },
      ])
    })

    if (technicians === 'kept out')
      test('a technician is denied, and recorded with the VSA identity', async () => {
        const scene = await openTenant(world())
        const { tenant } = scene
        const input = await operation.input(world(), scene)
        const technician = await world().connect(tenant, world().vsa)
        await expectDenial(technician, tenant.id, input, 'FORBIDDEN')
        expect((await world().log(tenant, { actions: ['authorization.denied'] }))[0]).toMatchObject(
          {
            ...denial('FORBIDDEN', tenant.id),
            method: 'KASEYA_VSA',
            actor: { __typename: 'PartnerTechnician', key: 'partner:northwind-vsa:nw-1' },
            session: { id: technician.sessionId },
          },
        )
      })

    test('after the feature is off, a technician gets MICROSOFT_SIGN_IN_REQUIRED', async () => {
      const scene = await openTenant(world())
      const { tenant, admin } = scene
      const input = await operation.input(world(), scene)
      const technician = await world().connect(tenant, world().vsa)
      await perform(
        world(),
        admin,
        { field: 'disableItCompleteLogin', selection: '' },
        { tenantId: tenant.id },
      )
      await expectDenial(technician, tenant.id, input, 'MICROSOFT_SIGN_IN_REQUIRED')
      expect((await activityRows(world().database, { tenantId: tenant.id })).at(-1)).toMatchObject({
        ...denial('MICROSOFT_SIGN_IN_REQUIRED', tenant.id),
        actor_key: 'partner:northwind-vsa:nw-1',
      })
    })

    test('a partner client is denied, and recorded in the operator log', async () => {
      const scene = await openTenant(world())
      const { tenant } = scene
      const input = await operation.input(world(), scene)
      const rows = await activityRows(world().database, { tenantId: tenant.id })
      await expectDenial(
        await world().clientCredentials(world().vsa),
        tenant.id,
        input,
        'FORBIDDEN',
      )
      expect(await activityRows(world().database, { tenantId: tenant.id })).toEqual(rows)
      expect(await operatorRows(world().database, { targetId: tenant.id })).toMatchObject([
        { ...denial('FORBIDDEN', tenant.id), actor_key: 'client:northwind-vsa' },
      ])
    })

    test('users of another tenant are denied, in their own log only', async () => {
      const scene = await openTenant(world())
      const stranger = await openTenant(world())
      const input = await operation.input(world(), scene)
      const rows = await activityRows(world().database, { tenantId: scene.tenant.id })
      const technician = await world().connect(stranger.tenant, world().vsa)
      const own = await activityRows(world().database, { tenantId: stranger.tenant.id })
      const ownState = await stateOf(world(), stranger.tenant.id)
      const nowhere = randomUUID()
      const replies = [
        await expectDenial(stranger.admin, scene.tenant.id, input, 'FORBIDDEN'),
        await expectDenial(technician, scene.tenant.id, input, 'FORBIDDEN'),
        await expectDenial(
          stranger.admin,
          scene.tenant.id,
          { ...input, tenantId: nowhere },
          'FORBIDDEN',
        ),
      ]
      expect(
        new Set(replies.map(({ data, errors }) => JSON.stringify({ data, errors }))).size,
      ).toBe(1)
      expect(await activityRows(world().database, { tenantId: scene.tenant.id })).toEqual(rows)
      expect(await stateOf(world(), stranger.tenant.id)).toEqual(ownState)
      expect(
        (await activityRows(world().database, { tenantId: stranger.tenant.id })).slice(own.length),
      ).toMatchObject([
        { ...denial('FORBIDDEN', scene.tenant.id), session_id: stranger.admin.sessionId },
        { ...denial('FORBIDDEN', scene.tenant.id), session_id: technician.sessionId },
        { ...denial('FORBIDDEN', nowhere), session_id: stranger.admin.sessionId },
      ])
    })

    if (stepUp)
      test('an old Microsoft sign-in gets STEP_UP_REQUIRED until a new one', async () => {
        const scene = await openTenant(world())
        const { tenant, admin } = scene
        const input = await operation.input(world(), scene)
        await ageSignIn(world(), admin)
        await expectDenial(admin, tenant.id, input, 'STEP_UP_REQUIRED')
        expect(
          (await activityRows(world().database, { tenantId: tenant.id })).at(-1),
        ).toMatchObject({
          ...denial('STEP_UP_REQUIRED', tenant.id),
          session_id: admin.sessionId,
        })
        await world().database
          .owner`update identity.session set auth_time = null where session_id = ${admin.sessionId}`
        await expectDenial(admin, tenant.id, input, 'STEP_UP_REQUIRED')
        const again = await world().signInWithMicrosoft(tenant, tenant.globalAdmin, {
          stepUp: true,
        })
        const { codes, payload } = await perform(world(), again, operation, input)
        expect([codes, payload.userErrors]).toEqual([[], []])
      })
    else
      test('an old Microsoft sign-in is sufficient', async () => {
        const scene = await openTenant(world())
        const input = await operation.input(world(), scene)
        await ageSignIn(world(), scene.admin)
        const { codes, payload } = await perform(world(), scene.admin, operation, input)
        expect([codes, payload.userErrors]).toEqual([[], []])
      })
  })
}

/**
 * Tests the versions and idempotency keys, which are identical for the four mutations of the
 * settings of a tenant.
 */
export function settingsGuarantees(
  world: () => World,
  operation: Operation & {
    /**
     * Returns two different inputs for the current version. `input` changes a setting, and `other`
     * tests the reuse of an idempotency key.
     */
    inputs(scene: Scene, version: number): { input: Input; other: Input }
    /** Prepares the tenant, so that `input` changes a setting. */
    prepare?(world: World, scene: Scene): Promise<unknown>
  },
): void {
  const { action, prepare } = operation
  const ready = async () => {
    const scene = await openTenant(world())
    await prepare?.(world(), scene)
    const version = await versionOf(world(), scene.tenant.id)
    const earlier = (await activityRows(world().database, { tenantId: scene.tenant.id, action }))
      .length
    const rows = async () =>
      (await activityRows(world().database, { tenantId: scene.tenant.id, action })).slice(earlier)
    return { scene, version, rows, ...operation.inputs(scene, version) }
  }
  const ask = (who: Session, input: Input) => perform(world(), who, operation, input)
  const codesOf = (payload: { userErrors: { code: string }[] }) =>
    payload.userErrors.map(({ code }) => code)

  describe('versions', () => {
    test('an expected version other than the current one is refused', async () => {
      const { scene, version, input } = await ready()
      const refusal = { code: 'VERSION_CONFLICT', field: ['expectedVersion'] }
      for (const expectedVersion of [version - 1, version + 1])
        await expectRefusal(world(), scene, operation, { ...input, expectedVersion }, refusal)
    })

    test('of concurrent changes with one expected version, exactly one succeeds', async () => {
      const { scene, version, input, rows } = await ready()
      const asked = 12
      const answers = await Promise.all(
        Array.from({ length: asked }, () =>
          ask(scene.admin, { ...input, expectedVersion: version }),
        ),
      )
      const verdicts = answers.map(
        ({ codes, payload }) => [...codes, ...codesOf(payload)].join() || 'WON',
      )
      expect(verdicts.filter((verdict) => verdict === 'WON')).toHaveLength(1)
      expect(verdicts.filter((verdict) => verdict === 'VERSION_CONFLICT')).toHaveLength(asked - 1)
      expect(await versionOf(world(), scene.tenant.id)).toBe(version + 1)
      const written = await rows()
      expect(
        written.filter(({ outcome, changes }) => outcome === 'SUCCEEDED' && changes.length > 0),
      ).toHaveLength(1)
      expect(
        written.filter(
          ({ outcome, reason }) => outcome === 'FAILED' && reason === 'VERSION_CONFLICT',
        ),
      ).toHaveLength(asked - 1)
    })
  })

  describe('idempotency keys', () => {
    test('a repeated key and input returns the first result', async () => {
      const { scene, version, input, rows } = await ready()
      const keyed = { ...input, expectedVersion: version, idempotencyKey: 'a key' }
      const first = await ask(scene.admin, keyed)
      expect([first.codes, first.payload.userErrors]).toEqual([[], []])
      const state = await stateOf(world(), scene.tenant.id)
      const second = await ask(scene.admin, keyed)
      expect(second.payload).toEqual(first.payload)
      expect(await stateOf(world(), scene.tenant.id)).toEqual(state)
      expect(await versionOf(world(), scene.tenant.id)).toBe(version + 1)
      const written = await rows()
      expect(written.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED'])
      expect(written.filter(({ changes }) => changes.length > 0)).toHaveLength(1)
    })

    test('concurrent requests with one key change once and all succeed', async () => {
      const { scene, version, input } = await ready()
      const keyed = { ...input, expectedVersion: version, idempotencyKey: 'a key' }
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask(scene.admin, keyed)))
      expect(answers.flatMap(({ codes, payload }) => [...codes, ...codesOf(payload)])).toEqual([])
      expect(new Set(answers.map(({ payload }) => JSON.stringify(payload))).size).toBe(1)
      expect(await versionOf(world(), scene.tenant.id)).toBe(version + 1)
    })

    test('a key reused with another input is refused', async () => {
      const { scene, input, other } = await ready()
      await ask(scene.admin, { ...input, idempotencyKey: 'a key' })
      const refusal = { code: 'IDEMPOTENCY_KEY_CONFLICT', field: ['idempotencyKey'] }
      await expectRefusal(world(), scene, operation, { ...other, idempotencyKey: 'a key' }, refusal)
    })

    test('keys of different users are independent', async () => {
      const { scene, input, other } = await ready()
      const otherAdmin = await world().grant(scene.tenant)
      await ask(scene.admin, { ...input, idempotencyKey: 'a key' })
      const version = await versionOf(world(), scene.tenant.id)
      const { codes, payload } = await ask(otherAdmin, {
        ...other,
        expectedVersion: version,
        idempotencyKey: 'a key',
      })
      expect([codes, codesOf(payload)]).toEqual([[], []])
    })

    test('a key expires after 24 hours', async () => {
      const { scene, input, other } = await ready()
      const age = (hours: number) => world().database.owner`update tenants.idempotency_key
        set created_at = now() - make_interval(hours => ${hours}) where tenant_id = ${scene.tenant.id}`
      await ask(scene.admin, { ...input, idempotencyKey: 'a key' })
      const expectedVersion = await versionOf(world(), scene.tenant.id)
      await age(23)
      const early = await ask(scene.admin, { ...other, expectedVersion, idempotencyKey: 'a key' })
      expect(codesOf(early.payload)).toEqual(['IDEMPOTENCY_KEY_CONFLICT'])
      await age(25)
      const late = await ask(scene.admin, { ...other, expectedVersion, idempotencyKey: 'a key' })
      expect(codesOf(late.payload)).toEqual([])
    })

    test('an empty, overlong or non-text key is refused', async () => {
      const { scene, input } = await ready()
      for (const idempotencyKey of ['', 'k'.repeat(65), 'with\u0000nothing', 'two\nlines']) {
        const refusal = { code: 'INVALID_VALUE', field: ['idempotencyKey'] }
        await expectRefusal(world(), scene, operation, { ...input, idempotencyKey }, refusal)
      }
    })
  })
}
