/**
 * Every mutation, login route and admin command records an event, or has a documented reason not to
 * record one. This test fails for a new operation until one of the tables below contains the
 * operation.
 */
import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Kind, parse } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { commands } from '../../admin/commands.ts'
import { setHandoffUrl } from '../../admin/partner-instances.ts'
import { Browser } from '../../demo/browser.ts'
import { signSessionRevoked } from '../../demo/partner.ts'
import { type AuditActionName, auditActions } from '../../platform/audit/actions.ts'
import { createExportRoutes, exportRoutes } from '../../subgraphs/audit/export/routes.ts'
import { createLoginRoutes, loginRoutes } from '../../subgraphs/identity/http/login-routes.ts'
import { sealed } from '../support/activity.ts'
import {
  createHandoff,
  disable,
  enable,
  startLogin,
  updateServices,
  validateClientAuthentication,
} from '../support/documents.ts'
import { activityRows, operatorRows } from '../support/log-rows.ts'
import { apiTokenOf, inDays } from '../support/login.ts'
import { newPrivateKey } from '../support/partners.ts'
import { sharedWorld } from '../support/shared-world.ts'
import { answerOfEntra, browserHandoff, redeemInBrowser } from '../support/sign-in.ts'
import type { Credentials, Reply, Tenant, World } from '../support/world.ts'

/** The test data of a mutation: a tenant with the feature on, its admin, and a VSA technician. */
interface Scene {
  tenant: Tenant
  associationId: string
  admin: { bearer: string; sessionId: string }
  technician: { bearer: string; sessionId: string }
}
type Drive = (scene: Scene) => Promise<Reply>
/** The complete list of changes in the recorded event. */
type Changes = [field: string, before: unknown, after: unknown][]
type Coverage =
  | { action: AuditActionName; changes: Changes; drive: Drive }
  | { action: null; because: string }

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

/** Sends a mutation that selects only `userErrors`. */
function mutate(who: Credentials, field: string, input: Record<string, unknown>): Promise<Reply> {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`
  return world.ask(
    who,
    `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`,
    { input },
  )
}

async function requestAssociation(tenant: Tenant): Promise<string> {
  await mutate(await world.clientCredentials(world.uniview), 'requestPartnerAssociation', {
    tenant: { id: tenant.id },
    externalTenantId: 'x',
  })
  const [row] = await world.database.owner`
    select association_id from tenants.partner_association where tenant_id = ${tenant.id} and status = 'REQUESTED' and ended_at is null`
  return row!.association_id
}

const somebody = () => ({
  objectId: randomUUID(),
  userPrincipalName: 'new@example.com',
  displayName: 'New',
})

const mutations: Record<string, Coverage> = {
  enableItCompleteLogin: {
    action: 'it_complete_login.enabled',
    changes: [['enabled', false, true]],
    async drive({ tenant, admin }) {
      await mutate(admin, 'disableItCompleteLogin', { tenantId: tenant.id })
      return world.ask(admin, enable, { input: { tenantId: tenant.id } })
    },
  },
  disableItCompleteLogin: {
    action: 'it_complete_login.disabled',
    changes: [['enabled', true, false]],
    drive: ({ tenant, technician }) =>
      world.ask(technician, disable, { input: { tenantId: tenant.id } }),
  },
  updateServiceSettings: {
    action: 'service_settings.updated',
    changes: [['mail', true, false]],
    drive: ({ tenant, technician }) =>
      world.ask(technician, updateServices, {
        input: { tenantId: tenant.id, expectedVersion: 2, mail: false },
      }),
  },
  updateNotificationSettings: {
    action: 'notification_settings.updated',
    changes: [
      ['frequency', 'IMMEDIATELY', 'DAILY'],
      ['recipients', [], ['soc@example.com']],
    ],
    drive: ({ tenant, admin }) =>
      mutate(admin, 'updateNotificationSettings', {
        tenantId: tenant.id,
        expectedVersion: 2,
        frequency: 'DAILY',
        recipients: ['soc@example.com'],
      }),
  },
  grantSpanningAdmin: {
    action: 'spanning_admin.granted',
    changes: [['spanningAdmin', null, 'new@example.com']],
    drive: ({ tenant, admin }) =>
      mutate(admin, 'grantSpanningAdmin', { tenantId: tenant.id, ...somebody() }),
  },
  revokeSpanningAdmin: {
    action: 'spanning_admin.revoked',
    changes: [['spanningAdmin', 'new@example.com', null]],
    drive: async ({ tenant, admin }) => {
      const person = somebody()
      await mutate(admin, 'grantSpanningAdmin', { tenantId: tenant.id, ...person })
      return mutate(admin, 'revokeSpanningAdmin', {
        tenantId: tenant.id,
        objectId: person.objectId,
      })
    },
  },
  associatePartner: {
    action: 'partner_association.created',
    changes: [
      ['status', null, 'ACTIVE'],
      ['clientId', null, 'tailspin-uniview'],
      ['externalTenantId', null, 'x'],
    ],
    drive: ({ tenant, admin }) =>
      mutate(admin, 'associatePartner', {
        tenantId: tenant.id,
        clientId: world.uniview.clientId,
        externalTenantId: 'x',
      }),
  },
  requestPartnerAssociation: {
    action: 'partner_association.requested',
    changes: [
      ['status', null, 'REQUESTED'],
      ['clientId', null, 'tailspin-uniview'],
      ['externalTenantId', null, 'x'],
    ],
    drive: async ({ tenant }) =>
      mutate(await world.clientCredentials(world.uniview), 'requestPartnerAssociation', {
        tenant: { id: tenant.id },
        externalTenantId: 'x',
      }),
  },
  approvePartnerAssociation: {
    action: 'partner_association.approved',
    changes: [['status', 'REQUESTED', 'ACTIVE']],
    drive: async ({ tenant, admin }) =>
      mutate(admin, 'approvePartnerAssociation', {
        tenantId: tenant.id,
        associationId: await requestAssociation(tenant),
      }),
  },
  updatePartnerAssociation: {
    action: 'partner_association.updated',
    changes: [['mfaMaxAgeMinutes', null, 60]],
    drive: ({ tenant, admin, associationId }) =>
      mutate(admin, 'updatePartnerAssociation', {
        tenantId: tenant.id,
        associationId,
        mfaMaxAgeMinutes: 60,
      }),
  },
  dissociatePartner: {
    action: 'partner_association.ended',
    changes: [
      ['status', 'ACTIVE', null],
      ['clientId', 'northwind-vsa', null],
      ['externalTenantId', 'external', null],
    ],
    drive: ({ tenant, admin, associationId }) =>
      mutate(admin, 'dissociatePartner', { tenantId: tenant.id, associationId }),
  },
  createHandoff: {
    action: 'handoff.created',
    changes: [],
    drive: async ({ tenant }) =>
      mutate(null, 'createHandoff', { assertion: await world.assertion(world.vsa, tenant.id) }),
  },
  validateHandoff: {
    action: 'handoff.validated',
    changes: [],
    drive: async ({ tenant }) =>
      mutate(null, 'validateHandoff', { assertion: await world.assertion(world.vsa, tenant.id) }),
  },
  validateClientAuthentication: {
    action: null,
    because: 'concerns no tenant, and is recorded in the operators’ log',
  },
  redeemHandoff: {
    action: 'handoff.redeemed',
    changes: [],
    drive: async ({ tenant }) => {
      const { data } = await world.ask(null, createHandoff, {
        input: { assertion: await world.assertion(world.vsa, tenant.id) },
      })
      return mutate(await world.clientCredentials(world.vsa), 'redeemHandoff', {
        code: data.createHandoff.code,
      })
    },
  },
  startMicrosoftLogin: {
    action: null,
    because:
      'keeps its state encrypted at the client and changes no row; the end of the sign-in is recorded',
  },
  completeMicrosoftLogin: {
    action: 'microsoft_login.completed',
    changes: [],
    drive: async ({ tenant }) => {
      const { data } = await world.ask(null, startLogin, { input: { tenant: { id: tenant.id } } })
      const { authorizationUrl, transactionSecret } = data.startMicrosoftLogin
      const callbackUrl = await answerOfEntra(world, authorizationUrl, tenant.globalAdmin)
      return mutate(null, 'completeMicrosoftLogin', { callbackUrl, transactionSecret })
    },
  },
  signOut: {
    action: 'session.signed_out',
    changes: [],
    drive: ({ technician }) =>
      world.ask(technician, 'mutation { signOut { userErrors { code } } }'),
  },
  revokeSession: {
    action: 'session.revoked',
    changes: [['user', expect.stringMatching(/^partner:/), null]],
    drive: ({ tenant, admin, technician }) =>
      mutate(admin, 'revokeSession', { tenantId: tenant.id, sessionId: technician.sessionId }),
  },
  revokeFederatedSessions: {
    action: 'federated_sessions.revoked',
    changes: [],
    drive: ({ tenant, admin }) => mutate(admin, 'revokeFederatedSessions', { tenantId: tenant.id }),
  },
  createActivityExport: {
    action: 'activity_export.created',
    changes: [],
    async drive({ tenant, admin }) {
      await sealed(world, tenant)
      return mutate(admin, 'createActivityExport', { tenantId: tenant.id, format: 'NDJSON' })
    },
  },
  createApiToken: {
    action: 'api_token.created',
    changes: [
      ['name', null, 'SIEM'],
      ['expiresAt', null, expect.any(String)],
    ],
    drive: ({ tenant, admin }) =>
      mutate(admin, 'createApiToken', { tenantId: tenant.id, name: 'SIEM', expiresAt: inDays(1) }),
  },
  revokeApiToken: {
    action: 'api_token.revoked',
    changes: [
      ['name', expect.any(String), null],
      ['expiresAt', expect.any(String), null],
    ],
    drive: async ({ tenant, admin }) => {
      const { id } = await apiTokenOf(world, admin, tenant)
      return mutate(admin, 'revokeApiToken', { tenantId: tenant.id, apiTokenId: id })
    },
  },
}

/** The names of all fields of Mutation in the schemas of the subgraphs. */
const fields = ['tenants', 'identity', 'audit'].flatMap((name) => {
  const sdl = parse(
    readFileSync(new URL(`../../subgraphs/${name}/schema.graphql`, import.meta.url), 'utf8'),
  )
  return sdl.definitions.flatMap((node) => {
    const isType =
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION
    return isType && node.name.value === 'Mutation'
      ? (node.fields ?? []).map((field) => field.name.value)
      : []
  })
})

let scene: Scene
beforeEach(async () => {
  const tenant = await world.createTenant()
  const { associationId } = await world.open(tenant, world.vsa)
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  scene = { tenant, associationId, admin, technician: await world.connect(tenant, world.vsa) }
})

/**
 * Counts the rows of both logs and of every table that mutations write. `identity.open_session` is
 * left out, because a worker deletes its rows at any time.
 */
async function countRows(): Promise<Record<string, number>> {
  const { owner } = world.database
  const tables = await owner<{ name: string }[]>`
    select schemaname || '.' || tablename as name from pg_tables
    where schemaname in ('tenants', 'identity', 'notifications') and tablename <> 'open_session'`
  const counted = [...tables.map(({ name }) => name), 'audit.activity', 'audit.operator_activity']
  expect(counted.length).toBeGreaterThan(15)
  const [row] = await owner.unsafe<Record<string, number>[]>(
    `select ${counted.map((name) => `(select count(*)::int from ${name}) as "${name}"`).join(', ')}`,
  )
  return row!
}

describe('mutations', () => {
  test('every mutation of the schema is in the table above', () => {
    expect(Object.keys(mutations).toSorted()).toEqual(fields.toSorted())
    for (const [field, { action, ...rest }] of Object.entries(mutations))
      expect([field, action ?? ('because' in rest && rest.because.length > 20)]).not.toEqual([
        field,
        false,
      ])
  })

  const driven = Object.entries(mutations).flatMap(([field, coverage]) =>
    coverage.action === null ? [] : [{ field, ...coverage }],
  )

  test.each(driven)('$field records $action', async ({ field, action, changes, drive }) => {
    const before = await activityRows(world.database, { tenantId: scene.tenant.id, action })
    const reply = await drive(scene)
    expect([reply.errors, reply.data?.[field]?.userErrors]).toEqual([[], []])
    const after = await activityRows(world.database, { tenantId: scene.tenant.id, action })
    const added = after.length - before.length
    // The setup may have recorded the same action before.
    expect(added).toBe(1)
    expect(after.at(-1)).toMatchObject({ outcome: 'SUCCEEDED', reason: null })
    const byField = (all: { field: string }[]) =>
      all.toSorted((a, b) => (a.field < b.field ? -1 : 1))
    expect(byField(after.at(-1)!.changes)).toEqual(
      byField(changes.map(([field, before, after]) => ({ field, before, after }))),
    )
  })

  test('mutations without an event in a tenant’s log change nothing', async () => {
    const unrecorded = Object.entries(mutations).flatMap(([field, { action }]) =>
      action === null ? [field] : [],
    )
    expect(unrecorded).toEqual(['validateClientAuthentication', 'startMicrosoftLogin'])
    const before = await countRows()
    const input = { tenant: { id: scene.tenant.id } }
    const { data } = await world.ask(null, startLogin, { input })
    expect(data.startMicrosoftLogin.userErrors).toEqual([])
    expect(await countRows()).toEqual(before)
    const { bearer: token } = await world.clientCredentials(world.vsa)
    const tested = await world.ask(null, validateClientAuthentication, { input: { token } })
    expect(tested.data.validateClientAuthentication.valid).toBe(true)
    const operatorEvents = before['audit.operator_activity']! + 1
    expect(await countRows()).toEqual({ ...before, 'audit.operator_activity': operatorEvents })
  })

  const onOwnEvidence = [
    'createHandoff',
    'validateHandoff',
    'validateClientAuthentication',
    'redeemHandoff',
    'requestPartnerAssociation',
    'startMicrosoftLogin',
    'completeMicrosoftLogin',
    'signOut',
  ]

  test.each(fields.filter((field) => !onOwnEvidence.includes(field)))(
    'a denied %s is recorded in the log of the caller’s tenant',
    async (field) => {
      const other = await world.createTenant()
      const input: Record<string, Record<string, unknown>> = {
        updateServiceSettings: { expectedVersion: 1 },
        updateNotificationSettings: { expectedVersion: 1 },
        grantSpanningAdmin: somebody(),
        revokeSpanningAdmin: { objectId: randomUUID() },
        associatePartner: { clientId: world.vsa.clientId, externalTenantId: 'x' },
        approvePartnerAssociation: { associationId: scene.associationId },
        updatePartnerAssociation: { associationId: scene.associationId },
        dissociatePartner: { associationId: scene.associationId },
        revokeSession: { sessionId: scene.technician.sessionId },
        createApiToken: { name: 'SIEM', expiresAt: inDays(1) },
        revokeApiToken: { apiTokenId: randomUUID() },
        createActivityExport: { format: 'NDJSON' },
      }
      const reply = await mutate(scene.admin, field, { tenantId: other.id, ...input[field] })
      expect(reply.codes).toEqual(['FORBIDDEN'])
      const denied = await activityRows(world.database, {
        tenantId: scene.tenant.id,
        action: 'authorization.denied',
      })
      expect(denied).toMatchObject([
        {
          outcome: 'DENIED',
          reason: 'FORBIDDEN',
          target: { type: 'mutation', id: other.id, displayName: field },
          actor_key: `microsoft:${scene.tenant.globalAdmin.objectId}`,
        },
      ])
      expect(
        await activityRows(world.database, { tenantId: other.id, action: 'authorization.denied' }),
      ).toEqual([])
    },
  )
})

describe('login routes and downloads', () => {
  type Layer = { route?: { path: string; methods: Record<string, boolean> } }
  const routers = [
    createLoginRoutes({ issuer: 'http://localhost' } as never),
    createExportRoutes({} as never),
  ] as unknown as {
    stack: Layer[]
  }[]
  const routes = { ...loginRoutes, ...exportRoutes }
  const registered = routers
    .flatMap(({ stack }) => stack)
    .flatMap(({ route }) =>
      route
        ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`)
        : [],
    )
  /** The pages of the console, which are not part of a sign-in. */
  const consolePages = [
    '/',
    '/t/:tenantId/settings',
    '/t/:tenantId/sessions',
    '/t/:tenantId/activity',
  ]

  const drives: Record<string, (scene: Scene) => Promise<{ status: number }>> = {
    'POST /connect/:tenantId': async ({ tenant }) => {
      const browser = new Browser()
      const { code } = await browserHandoff(world, browser, tenant.id, world.vsa)
      return redeemInBrowser(world, browser, tenant.id, code)
    },
    'GET /login/microsoft/callback': async ({ tenant }) => {
      const browser = new Browser()
      const begun = await browser.request(`${world.url}/login/microsoft?tenant=${tenant.id}`)
      return browser.request(
        await answerOfEntra(
          world,
          begun.headers.get('location') ?? '',
          tenant.globalAdmin,
          browser,
        ),
      )
    },
    'POST /events/caep': async () => {
      const body = await signSessionRevoked(world.vsa, {
        audience: world.url,
        subject: world.vsa.technicians[0].sub,
      })
      return fetch(`${world.url}/events/caep`, {
        method: 'POST',
        headers: { 'content-type': 'application/secevent+jwt' },
        body,
      })
    },
    'POST /logout': async ({ tenant }) => {
      const browser = await world.connectBrowser(tenant, world.vsa)
      return browser.request(`${world.url}/logout`, {
        method: 'POST',
        headers: { origin: world.url, 'x-tenant-id': tenant.id },
      })
    },
    'GET /activity/export/:tenantId': async ({ tenant, admin }) => {
      await sealed(world, tenant)
      return fetch(`${world.url}/activity/export/${tenant.id}`, {
        headers: { authorization: `Bearer ${admin.bearer}` },
      })
    },
  }

  test('every registered route is in `loginRoutes` or `exportRoutes`, or refuses', async () => {
    const isForAllMethods = (route: string) => route.startsWith('_ALL ')
    const named = registered.filter((route) => !isForAllMethods(route))
    expect(named.toSorted()).toEqual(Object.keys(routes).toSorted())
    for (const route of registered.filter(isForAllMethods)) {
      const path = route.replace('_ALL ', '').replace(':tenantId', '4e2c')
      const { status } = await fetch(`${world.url}${path}`, { method: 'PUT' })
      expect([route, status]).toEqual([route, 405])
    }
  })

  test('every route names its action, or states why it records none', () => {
    for (const [route, { action, ...rest }] of Object.entries(routes))
      expect([route, action !== null || ('because' in rest && rest.because.length > 20)]).toEqual([
        route,
        true,
      ])
    const withRows = Object.entries(routes).flatMap(([route, { action }]) =>
      action === null ? [] : [route],
    )
    expect(Object.keys(drives).toSorted()).toEqual(withRows.toSorted())
  })

  test.each(Object.keys(drives))('%s records its action', async (route) => {
    const { action } = routes[route as 'POST /logout']
    const before = await activityRows(world.database, { tenantId: scene.tenant.id, action })
    expect((await drives[route]!(scene)).status).toBeLessThan(400)
    const after = await activityRows(world.database, { tenantId: scene.tenant.id, action })
    expect(after.length - before.length).toBe(1)
    expect(after.at(-1)).toMatchObject({ outcome: 'SUCCEEDED' })
  })

  test('routes that record nothing change nothing', async () => {
    const silent = Object.entries(routes).flatMap(([route, { action }]) =>
      action === null ? [route] : [],
    )
    expect(silent.every((route) => route.startsWith('GET '))).toBe(true)
    const before = await countRows()
    const { tenant } = scene
    const paths = [
      ...consolePages.map((page) => page.replace(':tenantId', tenant.id)),
      `/connect?${new URLSearchParams({ client: world.vsa.clientId, tenant: tenant.id })}`,
      `/connect/${tenant.id}`,
      `/login/microsoft?tenant=${tenant.id}`,
      '/login/microsoft/native',
    ]
    expect(paths).toHaveLength(consolePages.length + silent.length)
    for (const path of paths)
      expect([path, (await new Browser().request(world.url + path)).status < 400]).toEqual([
        path,
        true,
      ])
    expect(await countRows()).toEqual(before)
  })
})

describe('admin commands', () => {
  type Run = {
    action: AuditActionName
    options: () => Promise<Record<string, string>> | Record<string, string>
  }
  let folder: string
  let clientId: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'itcl-admin-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const keyFile = async (kid: string) => {
    const { d: _, ...publicJwk } = await newPrivateKey(kid)
    const path = join(folder, `${kid}.json`)
    await writeFile(path, JSON.stringify(publicJwk))
    return path
  }
  const registration = async () => {
    const id = `instance-${randomUUID().slice(0, 8)}`
    const urls = { issuer: `https://${id}.example`, 'handoff-url': `https://${id}.example/handoff` }
    return {
      platform: 'vsa',
      name: 'Instance',
      'client-id': id,
      keys: await keyFile(`${id}-1`),
      ...urls,
    }
  }
  const ofInstance = (more: Record<string, string> = {}) => ({ 'client-id': clientId, ...more })

  /** Each command with the action that it records. */
  const runs: Record<string, Run | { action: null; because: string }> = {
    'tenant create': {
      action: 'tenant.created',
      options: () => ({
        name: 'New',
        'microsoft-tenant-id': randomUUID(),
        domains: `n${randomUUID().slice(0, 8)}.example`,
      }),
    },
    'tenant list': {
      action: null,
      because: 'lists the IDs, names and domains of tenants, and no other data of a tenant',
    },
    'partner register': { action: 'partner_instance.registered', options: registration },
    'partner list': {
      action: null,
      because:
        'lists registrations and public keys; completes the copies of earlier commands’ events',
    },
    'partner keys': { action: null, because: 'lists the public keys of one instance' },
    'partner add-key': {
      action: 'partner_instance.key_added',
      options: async () => ofInstance({ key: await keyFile(`${clientId}-2`) }),
    },
    'partner move-jwks': {
      action: 'partner_instance.updated',
      options: () => ofInstance({ 'jwks-url': 'https://keys.example/jwks' }),
    },
    'partner move-handoff': {
      action: 'partner_instance.updated',
      options: () => ofInstance({ 'handoff-url': 'https://new.example/' }),
    },
    'partner revoke-key': {
      action: 'partner_instance.key_revoked',
      options: () => ofInstance({ kid: `${clientId}-1` }),
    },
    'partner suspend': { action: 'partner_instance.suspended', options: () => ofInstance() },
    'partner resume': {
      action: 'partner_instance.resumed',
      options: async () => {
        await commands['partner suspend']!.run(world.operator, ofInstance())
        return ofInstance()
      },
    },
    'partner remove': { action: 'partner_instance.removed', options: () => ofInstance() },
    'tenant retention': {
      action: 'activity_retention.changed',
      options: async () => ({ tenant: (await world.createTenant()).id, keep: '3' }),
    },
    'tenant erase-person': {
      action: 'personal_data.erased',
      options: async () => ({ tenant: (await world.createTenant()).id, key: 'microsoft:1' }),
    },
    'log new-epoch': {
      action: 'activity_log.epoch_opened',
      options: async () => ({
        tenant: (await world.createTenant()).id,
        reason: 'a restored backup',
      }),
    },
    log: {
      action: null,
      because: 'reads the operator log, which contains only the actions of operators',
    },
  }
  const withRows = Object.entries(runs).flatMap(([name, run]) =>
    run.action === null ? [] : [{ name, ...run }],
  )

  /** Returns the rows with this action, from the Activity Log and the operator log. */
  const rowsWith = async (action: string) => [
    ...(await operatorRows(world.database, { action })),
    ...(await activityRows(world.database, { action })),
  ]

  beforeEach(async () => {
    const options = await registration()
    clientId = options['client-id']
    await commands['partner register']!.run(world.operator, options)
  })

  test('every command is in the table above', () => {
    expect(Object.keys(runs).toSorted()).toEqual(Object.keys(commands).toSorted())
    for (const [name, { action, ...rest }] of Object.entries(runs))
      expect([name, action ?? ('because' in rest && rest.because.length > 20)]).not.toEqual([
        name,
        false,
      ])
  })

  test.each(withRows)('$name records $action', async ({ name, action, options }) => {
    const asked = await options()
    const before = await rowsWith(action)
    await commands[name]!.run(world.operator, asked)
    const after = await rowsWith(action)
    expect(after).toHaveLength(before.length + 1)
    expect(
      after.every(
        ({ actor_key, outcome }) => actor_key === 'operator:tester' && outcome === 'SUCCEEDED',
      ),
    ).toBe(true)
  })

  test('an instance change is recorded once per tenant, even after a crash', async () => {
    const one = await world.createTenant()
    await world.open(one, world.uniview)
    const db = {
      ...world.operator.db,
      write: ((tenantId, work) =>
        tenantId === null
          ? world.operator.db.write(tenantId, work)
          : Promise.reject(new Error('gone'))) as typeof world.operator.db.write,
    }
    await expect(
      setHandoffUrl({ ...world.operator, db }, world.uniview.clientId, 'https://moved.example/'),
    ).rejects.toThrow('gone')
    expect(
      await activityRows(world.database, { tenantId: one.id, action: 'partner_instance.updated' }),
    ).toEqual([])
    for (let again = 0; again < 2; again++) await commands['partner list']!.run(world.operator, {})
    expect(
      await activityRows(world.database, { tenantId: one.id, action: 'partner_instance.updated' }),
    ).toMatchObject([
      {
        outcome: 'SUCCEEDED',
        actor_key: 'operator:tester',
        changes: [{ field: 'handoffUrl', after: 'https://moved.example/' }],
      },
    ])
    const [told] = await world.database
      .owner`select count(*)::int as rows, count(distinct target ->> 'id')::int as acts
      from audit.operator_activity where action = 'partner_instance.tenants_told'`
    expect([told!.rows > 0, told!.rows]).toEqual([true, told!.acts])
  })

  test('a refused command is recorded as failed', async () => {
    const before = await rowsWith('partner_instance.resumed')
    await expect(commands['partner resume']!.run(world.operator, ofInstance())).rejects.toThrow(
      'not suspended',
    )
    const after = await rowsWith('partner_instance.resumed')
    expect(after).toHaveLength(before.length + 1)
    expect(after).toContainEqual(
      expect.objectContaining({
        actor_key: 'operator:tester',
        outcome: 'FAILED',
        reason: 'REFUSED',
      }),
    )
  })
})

describe('the catalogue of actions', () => {
  const names = Object.keys(auditActions) as AuditActionName[]

  test('every action is recorded by some production code', () => {
    const root = new URL('../../', import.meta.url)
    const paths = globSync('{admin,gateway,notifications,platform,subgraphs}/**/*.ts', {
      cwd: fileURLToPath(root),
    })
    const code = paths
      .filter((path) => path !== 'platform/audit/actions.ts')
      .map((path) => readFileSync(new URL(path, root), 'utf8'))
      .join('\n')
    expect(names.filter((name) => !code.includes(`'${name}'`))).toEqual([])
  })

  test('every recorded action is in the catalogue', async () => {
    const rows = await world.database.owner`
      select action from audit.activity union select action from audit.operator_activity`
    expect(rows.length).toBeGreaterThan(20)
    const recorded: string[] = rows.map(({ action }) => action)
    expect(recorded.filter((action) => !Object.hasOwn(auditActions, action))).toEqual([])
  })
})
