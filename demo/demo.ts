/**
 * The demo: three tenants, two more for `npm run demo`, two MSPs, and stand-ins for Entra ID, VSA
 * and UniView. The demo is created at the first start and reused later.
 */
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { and, eq, isNull } from 'drizzle-orm'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import type { Operator } from '../admin/operator.ts'
import {
  addPartnerKey,
  listPartnerInstances,
  registerPartnerInstance,
  setHandoffUrl,
} from '../admin/partner-instances.ts'
import { createTenant } from '../admin/tenants.ts'
import {
  organization,
  partnerAssociation,
  settings,
  spanningAdmin,
} from '../drizzle/tables/tenants.ts'
import { auditedByOperator } from '../platform/audit/operators.ts'
import type { Log } from '../platform/lib/log.ts'
import { type Database, openDatabase } from '../platform/postgres/database.ts'
import type { DatabaseTarget } from '../platform/postgres/servers.ts'
import {
  type DemoPartner,
  type DemoTenant,
  demoPartners,
  demoTenants,
  globalAdministrator,
  storyTenants,
} from './data.ts'
import { type Entra, startEntra } from './entra.ts'
import { type Portals, startPortals } from './portals.ts'

export interface DemoFileTenant {
  id: string
  name: string
  microsoftTenantId: string
  domain: string
  itCompleteLogin: boolean
  associations: { clientId: string }[]
}

export interface DemoFileUser {
  tenantId: string
  username: string
  displayName: string
  password: string
  objectId: string
  role: string
}

/** The content of DATA_DIR/demo.json, which scripts read to use the demo. */
export interface DemoFile {
  gatewayUrl: string
  issuer: string
  tenants: DemoFileTenant[]
  partnerInstances: {
    platform: string
    name: string
    clientId: string
    issuer: string
    handoffUrl: string
    privateJwk: JWK
    technicians: { sub: string; name: string; email: string }[]
  }[]
  microsoft: { issuer: string; users: DemoFileUser[] }
  /** The tenants that only `npm run demo` uses. */
  story: { tenants: DemoFileTenant[]; users: DemoFileUser[] }
}

export interface DemoOptions {
  publicUrl: string
  dataDir: string
  owner: DatabaseTarget
  log: Log
}

export interface Demo {
  microsoft: { authority: string; clientId: string; clientSecret: string }
  entra: Entra
  file: DemoFile
  /** The demo data that the console shows: the portals and the demo users. */
  forConsole: {
    portals: { platform: string; name: string; url: string }[]
    people: Record<string, string>[]
  }
  /** The lines that the service prints when it starts. */
  summary: string[]
  stop(): Promise<void>
}

const client = {
  clientId: '5ba00000-0000-4000-8000-000000000001',
  clientSecret: 'the stand-in asks for one',
}

export async function startDemo({ publicUrl, dataDir, owner, log }: DemoOptions): Promise<Demo> {
  const path = join(dataDir, 'demo.json')
  const db = openDatabase(owner, log)
  const by: Operator = { db, operator: 'demo' }
  try {
    const ids = await ensureTenants(by)
    const earlier = await earlierFile(path)
    const partners = await remainingPartners(by)
    const keys = await ensurePartners(
      by,
      partners,
      new Map(earlier?.partnerInstances.map(({ clientId, privateJwk }) => [clientId, privateJwk])),
    )
    await ensureOpenDoors(by, ids, partners)

    const redirectUris = [
      `${publicUrl}/login/microsoft/callback`,
      `${publicUrl}/login/microsoft/native`,
    ]
    const entra = await startEntra({
      tenants: [...demoTenants, ...storyTenants].map(directoryOf),
      client: { ...client, redirectUris },
    })
    const portals = await startPortals({
      service: publicUrl,
      port: earlier ? portOf(earlier) : undefined,
      portals: partners.map((partner) => ({
        ...partner,
        privateJwk: keys.get(partner.clientId)!,
      })),
      tenants: demoTenants.map(({ name, microsoftTenantId, domains }) => ({
        id: ids.get(microsoftTenantId)!,
        name,
        domain: domains[0]!,
      })),
    })
    for (const { clientId, handoffUrl } of await listPartnerInstances(by)) {
      const current = `${portals.url}/${clientId}/handoff`
      if (keys.has(clientId) && handoffUrl !== current) await setHandoffUrl(by, clientId, current)
    }
    const file = await describe(by, { publicUrl, ids, partners, keys, entra, portals })
    await writeFile(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 })
    await chmod(path, 0o600)
    return {
      microsoft: { authority: entra.authority, ...client },
      entra,
      file,
      forConsole: {
        portals: partners.map(({ platform, name, clientId }) => ({
          platform,
          name,
          url: `${portals.url}/${clientId}`,
        })),
        people: demoTenants.flatMap(({ name: tenant, domains, people }) =>
          people.map(({ username, password, role }) => ({
            tenant,
            domain: domains[0]!,
            username,
            password,
            role,
          })),
        ),
      },
      summary: summaryOf(path, portals, partners, file),
      async stop() {
        await Promise.all([entra.close(), portals.close()])
      },
    }
  } finally {
    await db.close()
  }
}

const directoryOf = ({ microsoftTenantId, domains, people }: DemoTenant) => ({
  microsoftTenantId,
  domain: domains[0]!,
  users: people.map(({ role, ...person }) => ({
    ...person,
    wids: role === 'GLOBAL_ADMIN' ? [globalAdministrator] : [],
  })),
})

/** Creates missing tenants. Returns a map from the Entra tenant ID (`tid`) to our tenant ID. */
async function ensureTenants(by: Operator): Promise<Map<string, string>> {
  const known = await by.db.read(null, (tx) =>
    tx.select().from(organization).where(eq(organization.demo, true)),
  )
  const ids = new Map(known.map(({ microsoftTenantId, tenantId }) => [microsoftTenantId, tenantId]))
  for (const tenant of [...demoTenants, ...storyTenants]) {
    if (ids.has(tenant.microsoftTenantId)) continue
    const tenantId = await createTenant(by, tenant)
    ids.set(tenant.microsoftTenantId, tenantId)
    for (const { role, objectId, username, displayName } of tenant.people) {
      if (role !== 'SPANNING_ADMIN') continue
      const target = { type: 'spanning_admin', id: objectId, displayName }
      await auditedByOperator(
        by,
        { action: 'spanning_admin.granted', tenantId, target },
        async (tx) => {
          await tx
            .insert(spanningAdmin)
            .values({ tenantId, objectId, displayName, userPrincipalName: username })
          return {
            payload: undefined,
            changes: [{ field: 'spanningAdmin', before: null, after: username }],
          }
        },
      )
    }
  }
  return ids
}

/**
 * Returns the demo's partners without those that an operator has removed, because a client ID
 * cannot be registered again.
 */
async function remainingPartners(by: Operator): Promise<DemoPartner[]> {
  const removed = (await listPartnerInstances(by)).filter(({ removedAt }) => removedAt !== null)
  return demoPartners.filter((partner) =>
    removed.every(({ clientId }) => clientId !== partner.clientId),
  )
}

const portOf = ({ partnerInstances: [first] }: DemoFile): number | undefined =>
  first && Number(new URL(first.handoffUrl).port)

/**
 * Registers missing partner instances. Returns a map from the client ID to the private key. If
 * demo.json is missing, registers new keys in addition to the old keys.
 */
async function ensurePartners(
  by: Operator,
  partners: DemoPartner[],
  earlier: Map<string, JWK>,
): Promise<Map<string, JWK>> {
  const registered = await listPartnerInstances(by)
  const keys = new Map<string, JWK>()
  for (const partner of partners) {
    const known = registered.find(({ clientId }) => clientId === partner.clientId)
    const kept = earlier.get(partner.clientId)
    if (known?.keys.some(({ kid, revokedAt }) => kid === kept?.kid && !revokedAt)) {
      keys.set(partner.clientId, kept!)
      continue
    }
    const privateJwk = await newKey(partner.clientId)
    keys.set(partner.clientId, privateJwk)
    const { technicians: _, ...instance } = partner
    if (known) await addPartnerKey(by, partner.clientId, privateJwk)
    else
      await registerPartnerInstance(by, {
        ...instance,
        handoffUrl: 'http://localhost/',
        keys: [privateJwk],
        demo: true,
      })
  }
  return keys
}

async function newKey(clientId: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  return {
    ...(await exportJWK(privateKey)),
    alg: 'EdDSA',
    kid: `${clientId}-${Date.now().toString(36)}`,
  }
}

/** At the first start, associates one tenant with a partner and turns the feature on. */
async function ensureOpenDoors(
  by: Operator,
  ids: Map<string, string>,
  partners: DemoPartner[],
): Promise<void> {
  for (const { microsoftTenantId, openTo } of demoTenants) {
    if (partners.every(({ clientId }) => clientId !== openTo)) continue
    const tenantId = ids.get(microsoftTenantId)!
    const [current] = await by.db.read(tenantId, (tx) =>
      tx.select().from(settings).where(eq(settings.tenantId, tenantId)),
    )
    if (current?.itCompleteLoginChangedAt) continue
    await auditedByOperator(by, { action: 'it_complete_login.enabled', tenantId }, async (tx) => {
      await tx.insert(partnerAssociation).values({
        tenantId,
        clientId: openTo!,
        status: 'ACTIVE',
        externalTenantId: 'adventure-freight',
      })
      const on = { itCompleteLoginEnabled: true, itCompleteLoginChangedAt: new Date(), version: 2 }
      await tx.update(settings).set(on).where(eq(settings.tenantId, tenantId))
      return { payload: undefined, changes: [{ field: 'enabled', before: false, after: true }] }
    })
  }
}

async function earlierFile(path: string): Promise<DemoFile | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as DemoFile
  } catch {
    return null
  }
}

interface Started {
  publicUrl: string
  ids: Map<string, string>
  partners: DemoPartner[]
  keys: Map<string, JWK>
  entra: Entra
  portals: Portals
}

async function describe(
  { db }: Operator,
  { publicUrl, ids, partners, keys, entra, portals }: Started,
): Promise<DemoFile> {
  const tenantsOf = (tenants: DemoTenant[]) =>
    Promise.all(
      tenants.map((tenant) => describeTenant(db, tenant, ids.get(tenant.microsoftTenantId)!)),
    )
  const usersOf = (tenants: DemoTenant[]): DemoFileUser[] =>
    tenants.flatMap(({ microsoftTenantId, people }) =>
      people.map((person) => ({ tenantId: ids.get(microsoftTenantId)!, ...person })),
    )
  return {
    gatewayUrl: `${publicUrl}/graphql`,
    issuer: publicUrl,
    tenants: await tenantsOf(demoTenants),
    partnerInstances: partners.map((partner) => ({
      ...partner,
      handoffUrl: `${portals.url}/${partner.clientId}/handoff`,
      privateJwk: keys.get(partner.clientId)!,
    })),
    microsoft: { issuer: entra.issuer, users: usersOf(demoTenants) },
    story: { tenants: await tenantsOf(storyTenants), users: usersOf(storyTenants) },
  }
}

async function describeTenant(
  db: Database,
  { name, microsoftTenantId, domains }: DemoTenant,
  id: string,
): Promise<DemoFileTenant> {
  const [current] = await db.read(id, (tx) =>
    tx.select().from(settings).where(eq(settings.tenantId, id)),
  )
  const associations = await db.read(id, (tx) =>
    tx
      .select({ clientId: partnerAssociation.clientId })
      .from(partnerAssociation)
      .where(
        and(
          eq(partnerAssociation.tenantId, id),
          isNull(partnerAssociation.endedAt),
          eq(partnerAssociation.status, 'ACTIVE'),
        ),
      ),
  )
  return {
    id,
    name,
    microsoftTenantId,
    domain: domains[0]!,
    itCompleteLogin: current!.itCompleteLoginEnabled,
    associations,
  }
}

function summaryOf(
  path: string,
  portals: Portals,
  partners: DemoPartner[],
  { gatewayUrl }: DemoFile,
): string[] {
  return [
    '  Demo with stand-ins for Entra ID, VSA and UniView. The console links to them:',
    ...partners.map(({ name, clientId }) => `  ${name.padEnd(28)} ${portals.url}/${clientId}`),
    `  ${'IDs, users and keys'.padEnd(28)} ${path}`,
    '',
    '  Run the complete story against this server:',
    `  GATEWAY_URL=${gatewayUrl} npm run demo`,
    '',
    '  Press Ctrl-C to stop.',
    '',
  ]
}
