/** What operators do: each act in one transaction with its row in the log. */
import { randomUUID } from 'node:crypto'
import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm'
import { calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import { lockPartnerInstance } from '../drizzle/reads.ts'
import { operatorActivity } from '../drizzle/tables/audit.ts'
import type { PartnerPlatform } from '../drizzle/tables/shared.ts'
import {
  domain,
  organization,
  partnerAssociation,
  partnerInstance,
  partnerInstanceEpochRise,
  partnerKey,
  settings,
  tenant,
} from '../drizzle/tables/tenants.ts'
import { auditedByOperator } from '../platform/audited.ts'
import { type Database, databaseErrorCode, isId, type WriteTx } from '../platform/db.ts'
import { isPlainText } from '../platform/text.ts'

export interface Operator {
  db: Database
  /** The account at whose hands it happens. */
  operator: string
}

/** What an operator got wrong, in one sentence. */
export class OperatorMistake extends Error {
  override name = 'OperatorMistake'
}

export interface NewTenant {
  name: string
  microsoftTenantId: string
  domains: string[]
  demo?: boolean
}

export async function createTenant(by: Operator, { name, microsoftTenantId, domains, demo = false }: NewTenant): Promise<string> {
  if (!isPlainText(name, 200)) mistake('The name is one line of 1 to 200 characters.')
  if (!isId(microsoftTenantId)) mistake('The Microsoft tenant id is a UUID in lower case.')
  if (domains.length === 0 || domains.length > 50 || !domains.every(isDomain)) mistake('Name 1 to 50 domains, such as contoso.com.')
  const names = [...new Set(domains.map((one) => one.toLowerCase()))]
  const tenantId = randomUUID()
  const target = { type: 'tenant', id: tenantId, displayName: name }
  return auditedByOperator(by, { action: 'tenant.created', tenantId, target }, async (tx) => {
    await tx.insert(tenant).values({ tenantId, name, microsoftTenantId, primaryDomain: names[0]! })
    await tx.insert(settings).values({ tenantId })
    await tx.insert(organization).values({ microsoftTenantId, tenantId, demo })
    await tx.insert(domain).values(names.map((one) => ({ domain: one, tenantId })))
    return { payload: tenantId, changes: [{ field: 'domains', before: null, after: names }] }
  }).catch(taken('This Microsoft tenant, or one of these domains, belongs to a tenant already.'))
}

export interface NewPartnerInstance {
  platform: PartnerPlatform
  name: string
  clientId: string
  issuer: string
  handoffUrl: string
  keys: JWK[]
  demo?: boolean
}

export async function registerPartnerInstance(by: Operator, { keys, ...instance }: NewPartnerInstance): Promise<void> {
  if (!isPlainText(instance.name, 200)) mistake('The name is one line of 1 to 200 characters.')
  if (!/^[\w.-]{1,100}$/.test(instance.clientId)) mistake('The client id has 1 to 100 letters, digits, dots, dashes and underscores.')
  if (!isPlainText(instance.issuer, 2048) || !URL.canParse(instance.issuer)) mistake('The issuer is an absolute URL.')
  checkHandoffUrl(instance.handoffUrl, instance.demo ?? false)
  const checked = await Promise.all(keys.map(checkedKey))
  if (checked.length === 0) mistake('Register at least one public key.')
  const target = instanceTarget(instance.clientId, instance.name)
  await auditedByOperator(by, { action: 'partner_instance.registered', tenantId: null, target }, async (tx) => {
    await tx.insert(partnerInstance).values(instance)
    await tx.insert(partnerKey).values(checked.map((key) => ({ clientId: instance.clientId, ...key })))
    return { payload: undefined, changes: [{ field: 'keys', before: null, after: checked.map(({ kid }) => kid) }] }
  }).catch(taken('This client id, issuer or key id is registered already.'))
}

/** Adds a key beside the ones that are there: the partner goes over to it, then the old one is revoked. */
export async function addPartnerKey(by: Operator, clientId: string, jwk: JWK): Promise<string> {
  const key = await checkedKey(jwk)
  return changeInstance(by, 'partner_instance.key_added', clientId, async (tx) => {
    await tx.insert(partnerKey).values({ clientId, ...key })
    return { payload: key.kid, changes: [{ field: 'keys', before: null, after: key.kid }] }
  }).catch(taken('This key id is registered already.'))
}

/** Ends at once every session and handoff that came by this key. */
export const revokePartnerKey = (by: Operator, clientId: string, kid: string): Promise<void> =>
  changeInstance(by, 'partner_instance.key_revoked', clientId, async (tx) => {
    const revoked = await tx
      .update(partnerKey)
      .set({ revokedAt: sql`clock_timestamp()` })
      .where(and(eq(partnerKey.clientId, clientId), eq(partnerKey.kid, kid), isNull(partnerKey.revokedAt)))
      .returning()
    if (revoked.length === 0) mistake('There is no such key, or it was revoked already.')
    return { payload: undefined, changes: [{ field: 'keys', before: kid, after: null }] }
  })

/** Ends at once everything that rests on the instance, in every tenant; until resumed, nobody comes in from there. */
export const suspendPartnerInstance = (by: Operator, clientId: string): Promise<void> =>
  changeInstance(by, 'partner_instance.suspended', clientId, async (tx, instance) => {
    if (instance.suspendedAt) mistake('This partner instance is suspended already.')
    await raiseEpoch(tx, instance)
    await tx.update(partnerInstance).set({ suspendedAt: sql`clock_timestamp()` }).where(eq(partnerInstance.clientId, clientId))
    return { payload: undefined, changes: [{ field: 'status', before: 'ACTIVE', after: 'SUSPENDED' }] }
  })

/** Lets it in again. What the suspension ended stays ended. */
export const resumePartnerInstance = (by: Operator, clientId: string): Promise<void> =>
  changeInstance(by, 'partner_instance.resumed', clientId, async (tx, instance) => {
    if (!instance.suspendedAt) mistake('This partner instance is not suspended.')
    await tx.update(partnerInstance).set({ suspendedAt: null }).where(eq(partnerInstance.clientId, clientId))
    return { payload: undefined, changes: [{ field: 'status', before: 'SUSPENDED', after: 'ACTIVE' }] }
  })

/** For good. The client id and issuer are not given out again, so that the log goes on meaning what it says. */
export const removePartnerInstance = (by: Operator, clientId: string): Promise<void> =>
  changeInstance(by, 'partner_instance.removed', clientId, async (tx, instance) => {
    await raiseEpoch(tx, instance)
    await tx.update(partnerInstance).set({ removedAt: sql`clock_timestamp()` }).where(eq(partnerInstance.clientId, clientId))
    return { payload: undefined, changes: [{ field: 'status', before: instance.suspendedAt ? 'SUSPENDED' : 'ACTIVE', after: null }] }
  })

export const moveHandoffUrl = (by: Operator, clientId: string, handoffUrl: string): Promise<void> =>
  changeInstance(by, 'partner_instance.updated', clientId, async (tx, instance) => {
    checkHandoffUrl(handoffUrl, instance.demo)
    await tx.update(partnerInstance).set({ handoffUrl }).where(eq(partnerInstance.clientId, clientId))
    return { payload: undefined, changes: [{ field: 'handoffUrl', before: instance.handoffUrl, after: handoffUrl }] }
  })

export const listPartnerInstances = ({ db }: Operator) =>
  db.read(null, async (tx) => {
    const instances = await tx.select().from(partnerInstance).orderBy(asc(partnerInstance.name)).limit(1_000)
    const keys = await tx.select().from(partnerKey).orderBy(asc(partnerKey.createdAt))
    return instances.map((instance) => ({ ...instance, keys: keys.filter(({ clientId }) => clientId === instance.clientId) }))
  })

export const listTenants = ({ db }: Operator) =>
  db.read(null, (tx) =>
    tx
      .select({
        tenantId: organization.tenantId,
        microsoftTenantId: organization.microsoftTenantId,
        domains: sql<string>`string_agg(${domain.domain}, ', ')`,
      })
      .from(organization)
      .innerJoin(domain, eq(domain.tenantId, organization.tenantId))
      .groupBy(organization.tenantId, organization.microsoftTenantId)
      .limit(10_000),
  )

export const operatorLog = ({ db }: Operator, limit: number) =>
  db.read(null, (tx) =>
    tx.select().from(operatorActivity).orderBy(desc(operatorActivity.occurredAt), desc(operatorActivity.eventId)).limit(limit),
  )

type Instance = typeof partnerInstance.$inferSelect

/**
 * A change of an instance under its lock, so that it is seen by every request that comes after; then, one tenant at a time,
 * a row in the log of each tenant that is associated with it.
 */
async function changeInstance<Payload>(
  by: Operator,
  action: string,
  clientId: string,
  work: (tx: WriteTx, instance: Instance) => Promise<{ payload: Payload; changes: { field: string; before: unknown; after: unknown }[] }>,
): Promise<Payload> {
  let done: { name: string; changes: { field: string; before: unknown; after: unknown }[] } | undefined
  const payload = await auditedByOperator(by, { action, tenantId: null, target: instanceTarget(clientId, null) }, async (tx) => {
    await lockPartnerInstance(tx, clientId)
    const [instance] = await tx
      .select()
      .from(partnerInstance)
      .where(and(eq(partnerInstance.clientId, clientId), isNull(partnerInstance.removedAt)))
    if (!instance) mistake('No partner instance is registered under this client id.')
    const { payload, changes } = await work(tx, instance)
    done = { name: instance.name, changes }
    return { payload, changes, target: instanceTarget(clientId, instance.name) }
  })
  for (const { tenantId } of await listTenants(by)) {
    const associated = await by.db.read(tenantId, (tx) =>
      tx
        .select({ id: partnerAssociation.associationId })
        .from(partnerAssociation)
        .where(
          and(eq(partnerAssociation.tenantId, tenantId), eq(partnerAssociation.clientId, clientId), isNull(partnerAssociation.endedAt)),
        ),
    )
    if (associated.length === 0) continue
    const target = instanceTarget(clientId, done!.name)
    await auditedByOperator(by, { action, tenantId, target }, async () => ({ payload: undefined, changes: done!.changes }))
  }
  return payload
}

async function raiseEpoch(tx: WriteTx, { clientId, epoch }: Instance): Promise<void> {
  await tx.insert(partnerInstanceEpochRise).values({ clientId, epoch: epoch + 1, reason: 'PARTNER_SUSPENDED' })
  await tx
    .update(partnerInstance)
    .set({ epoch: epoch + 1 })
    .where(eq(partnerInstance.clientId, clientId))
}

const instanceTarget = (id: string, displayName: string | null) => ({ type: 'partner_instance', id, displayName })

const isDomain = (text: string) => /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i.test(text)

function checkHandoffUrl(text: string, demo: boolean): void {
  const url = URL.canParse(text) ? new URL(text) : null
  const isAllowed = url?.protocol === 'https:' || (demo && url?.hostname === 'localhost')
  if (!isAllowed || url?.hash || url?.username) mistake('The handoff URL is an https:// address without a fragment.')
}

/** A public key as it is registered: pinned to one algorithm, strong enough, without its private half. */
async function checkedKey(jwk: JWK): Promise<{ kid: string; alg: string; publicJwk: Record<string, unknown> }> {
  const alg = jwk.alg ?? (jwk.crv === 'Ed25519' ? 'EdDSA' : jwk.crv === 'P-256' ? 'ES256' : undefined)
  if (!alg || !['EdDSA', 'ES256', 'PS256', 'RS256'].includes(alg)) mistake('A key says its `alg`: EdDSA, ES256, PS256 or RS256.')
  const members = { OKP: ['kty', 'crv', 'x'], EC: ['kty', 'crv', 'x', 'y'], RSA: ['kty', 'n', 'e'] }[jwk.kty as 'OKP']
  if (!members) mistake('A key is an OKP, EC or RSA key in JWK form.')
  const publicJwk = Object.fromEntries(members.map((member) => [member, (jwk as Record<string, unknown>)[member]]))
  if (jwk.kty === 'RSA' && Buffer.from(jwk.n ?? '', 'base64url').length < 256) mistake('An RSA key has at least 2048 bits.')
  await importJWK(publicJwk as JWK, alg).catch(() => mistake('The key cannot be read as a public key of its `alg`.'))
  const kid = jwk.kid ?? (await calculateJwkThumbprint(publicJwk as JWK))
  if (!isPlainText(kid, 200)) mistake('A key id is one line of 1 to 200 characters.')
  return { kid, alg, publicJwk }
}

function taken(sentence: string) {
  return (error: unknown): never => {
    if (databaseErrorCode(error) === '23505') mistake(sentence)
    throw error
  }
}

function mistake(sentence: string): never {
  throw new OperatorMistake(sentence)
}
