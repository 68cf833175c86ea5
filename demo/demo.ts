/**
 * The demo: three tenants, two MSPs, and stand-ins for Entra ID, VSA and UniView. The demo is
 * created at the first start and reused later.
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
import { openDatabase } from '../platform/postgres/database.ts'
import type { DatabaseTarget } from '../platform/postgres/servers.ts'
import { type DemoTenant, demoPartners, demoTenants, globalAdministrator } from './data.ts'
import { type Entra, startEntra } from './entra.ts'
import { type Portals, startPortals } from './portals.ts'

/** The content of DATA_DIR/demo.json, which scripts read to use the demo. */
export interface DemoFile {
  gatewayUrl: string
  issuer: string
  tenants: {
    id: string
    name: string
    microsoftTenantId: string
    domain: string
    itCompleteLogin: boolean
    associations: { clientId: string }[]
  }[]
  partnerInstances: {
    platform: string
    name: string
    clientId: string
    issuer: string
    handoffUrl: string
    privateJwk: JWK
    technicians: { sub: string; name: string; email: string }[]
  }[]
  microsoft: {
    issuer: string
    users: {
      tenantId: string
      username: string
      password: string
      objectId: string
      role: string
    }[]
  }
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
    const keys = await ensurePartners(
      by,
      new Map(earlier?.partnerInstances.map(({ clientId, privateJwk }) => [clientId, privateJwk])),
    )
    await ensureOpenDoors(by, ids)

    const redirectUris = [
      `${publicUrl}/login/microsoft/callback`,
      `${publicUrl}/login/microsoft/native`,
    ]
    const entra = await startEntra({
      tenants: demoTenants.map(directoryOf),
      client: { ...client, redirectUris },
    })
    const portals = await startPortals({
      service: publicUrl,
      port: earlier ? Number(new URL(earlier.partnerInstances[0]!.handoffUrl).port) : undefined,
      portals: demoPartners.map((partner) => ({
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
    const file = await describe(by, { publicUrl, ids, keys, entra, portals })
    await writeFile(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 })
    await chmod(path, 0o600)
    return {
      microsoft: { authority: entra.authority, ...client },
      entra,
      file,
      forConsole: {
        portals: demoPartners.map(({ platform, name, clientId }) => ({
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
      summary: summaryOf(path, portals, file),
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
  for (const tenant of demoTenants) {
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
 * Registers missing partner instances. Returns a map from the client ID to the private key. If
 * demo.json is missing, registers new keys in addition to the old keys.
 */
async function ensurePartners(by: Operator, earlier: Map<string, JWK>): Promise<Map<string, JWK>> {
  const registered = await listPartnerInstances(by)
  const keys = new Map<string, JWK>()
  for (const partner of demoPartners) {
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
async function ensureOpenDoors(by: Operator, ids: Map<string, string>): Promise<void> {
  for (const { microsoftTenantId, openTo } of demoTenants) {
    if (openTo === null) continue
    const tenantId = ids.get(microsoftTenantId)!
    const [current] = await by.db.read(tenantId, (tx) =>
      tx.select().from(settings).where(eq(settings.tenantId, tenantId)),
    )
    if (current?.itCompleteLoginChangedAt) continue
    await auditedByOperator(by, { action: 'it_complete_login.enabled', tenantId }, async (tx) => {
      await tx.insert(partnerAssociation).values({
        tenantId,
        clientId: openTo,
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
  keys: Map<string, JWK>
  entra: Entra
  portals: Portals
}

async function describe(
  { db }: Operator,
  { publicUrl, ids, keys, entra, portals }: Started,
): Promise<DemoFile> {
  const tenants = await Promise.all(
    demoTenants.map(async ({ name, microsoftTenantId, domains }) => {
      const id = ids.get(microsoftTenantId)!
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
    }),
  )
  return {
    gatewayUrl: `${publicUrl}/graphql`,
    issuer: publicUrl,
    tenants,
    partnerInstances: demoPartners.map((partner) => ({
      ...partner,
      handoffUrl: `${portals.url}/${partner.clientId}/handoff`,
      privateJwk: keys.get(partner.clientId)!,
    })),
    microsoft: {
      issuer: entra.issuer,
      users: demoTenants.flatMap(({ microsoftTenantId, people }) =>
        people.map(({ username, password, objectId, role }) => ({
          tenantId: ids.get(microsoftTenantId)!,
          username,
          password,
          objectId,
          role,
        })),
      ),
    },
  }
}

function summaryOf(path: string, portals: Portals, { gatewayUrl }: DemoFile): string[] {
  return [
    '  Demo with stand-ins for Entra ID, VSA and UniView. The console links to them:',
    ...demoPartners.map(({ name, clientId }) => `  ${name.padEnd(28)} ${portals.url}/${clientId}`),
    `  ${'IDs, users and keys'.padEnd(28)} ${path}`,
    '',
    '  Run the complete story against this server:',
    `  GATEWAY_URL=${gatewayUrl} npm run demo`,
    '',
    '  Press Ctrl-C to stop.',
    '',
  ]
}
