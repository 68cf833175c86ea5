/** What operators do: each act in one transaction with its row in the log. */
import { randomUUID } from 'node:crypto'
import { and, asc, desc, eq, gt, isNull, like, max, notInArray, sql } from 'drizzle-orm'
import type { JWK } from 'jose'
import { lockPartnerInstance, lockSealing } from '../drizzle/reads.ts'
import { checkpoint, logEpoch, operatorActivity } from '../drizzle/tables/audit.ts'
import type { PartnerPlatform } from '../drizzle/tables/shared.ts'
import {
  type ActivityRetention,
  domain,
  organization,
  partnerAssociation,
  partnerInstance,
  partnerInstanceEpochRise,
  partnerKey,
  settings,
  tenant,
} from '../drizzle/tables/tenants.ts'
import type { AuditActionName } from '../platform/audit/actions.ts'
import { auditedByOperator, copyToTenantLog } from '../platform/audit/operators.ts'
import { pinnedKey, UnusableKey } from '../platform/auth/jwk.ts'
import { isLoopbackHost } from '../platform/config.ts'
import { isPlainText } from '../platform/lib/text.ts'
import { isUuid } from '../platform/lib/uuid.ts'
import { type Database, type WriteTx } from '../platform/postgres/database.ts'
import { databaseErrorCode } from '../platform/postgres/errors.ts'

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

export async function createTenant(
  by: Operator,
  { name, microsoftTenantId, domains, demo = false }: NewTenant,
): Promise<string> {
  if (!isPlainText(name, 200)) mistake('The name is one line of 1 to 200 characters.')
  if (!isUuid(microsoftTenantId)) mistake('The Microsoft tenant id is a UUID in lower case.')
  if (domains.length === 0 || domains.length > 50 || !domains.every(isDomain))
    mistake('Name 1 to 50 domains, such as contoso.com.')
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

/**
 * Lets the log of a tenant go on that the database cannot continue, since it was set back: from here on it is another log, of the epoch
 * that is returned.
 */
export async function openLogEpoch(
  by: Operator,
  tenantId: string,
  reason: string,
): Promise<number> {
  if (!isUuid(tenantId)) mistake('The tenant id is a UUID in lower case.')
  if (!isPlainText(reason, 500)) mistake('The reason is one line of 1 to 500 characters.')
  return auditedByOperator(by, { action: 'activity_log.epoch_opened', tenantId }, async (tx) => {
    const [known] = await tx.select({ name: tenant.name }).from(tenant)
    if (!known) mistake('There is no such tenant.')
    await lockSealing(tx, tenantId)
    const [newest] = await tx.select({ treeSize: max(checkpoint.treeSize) }).from(checkpoint)
    const [before] = await tx.select({ epoch: max(logEpoch.epoch) }).from(logEpoch)
    const [treeSize, epoch] = [newest?.treeSize ?? 0, (before?.epoch ?? 1) + 1]
    await tx.insert(logEpoch).values({ tenantId, epoch, treeSize })
    const changes = Object.entries({ epoch, treeSize, reason }).map(([field, after]) => ({
      field,
      before: null,
      after,
    }))
    return {
      payload: epoch,
      target: { type: 'activity_log', id: tenantId, displayName: known.name },
      changes,
    }
  })
}

/** How long the events of a tenant are kept that are sealed from now on. Those that are sealed keep the class that they have. */
export async function chooseRetention(
  by: Operator,
  tenantId: string,
  retention: ActivityRetention,
): Promise<void> {
  if (!isUuid(tenantId)) mistake('The tenant id is a UUID in lower case.')
  await auditedByOperator(by, { action: 'activity_retention.changed', tenantId }, async (tx) => {
    const [before] = await tx
      .select({ retention: settings.activityRetention, name: tenant.name })
      .from(settings)
      .innerJoin(tenant, eq(tenant.tenantId, settings.tenantId))
    if (!before) mistake('There is no such tenant.')
    await tx.update(settings).set({ activityRetention: retention })
    const changes = [{ field: 'activityRetention', before: before.retention, after: retention }]
    return {
      payload: undefined,
      target: { type: 'tenant', id: tenantId, displayName: before.name },
      changes,
    }
  })
}

const erasedAtATime = 1_000
const maxAddresses = 20

/**
 * Takes away what a tenant's log tells of a person, and of e-mail addresses, and what else is kept of them that is not in force: names,
 * addresses, and what was changed of them. What stays is what was hashed: that somebody of this key did it, and the proofs; and, in the row
 * of the act, which events it was. Resolves to the number of events.
 */
export async function erasePerson(
  by: Operator,
  tenantId: string,
  key: string | null,
  addresses: string[] = [],
): Promise<number> {
  if (!isUuid(tenantId)) mistake('The tenant id is a UUID in lower case.')
  if (key === null && addresses.length === 0) mistake('Give a key, or an e-mail address.')
  if (key !== null && (!/^(microsoft|partner):./.test(key) || !isPlainText(key, 600)))
    mistake('A person’s key begins with microsoft: or partner:, as the log shows it.')
  if (
    addresses.length > maxAddresses ||
    !addresses.every((address) => isPlainText(address, 254) && /^[^\s@]+@[^\s@]+$/.test(address))
  )
    mistake(`Give at most ${maxAddresses} e-mail addresses.`)
  // Technicians of other instances do not read of it.
  const about = key === null ? null : (/^partner:([\w.-]+):/.exec(key)?.[1] ?? null)
  const texts = sql`array[${sql.join([sql`null::text`, ...addresses.map((address) => sql`${address}`)], sql`, `)}]`
  let erased = 0
  for (let more = true; more; ) {
    const act = {
      action: 'personal_data.erased' as const,
      tenantId,
      target: { type: 'person', id: key, displayName: null },
    }
    const found = await auditedByOperator(by, act, async (tx) => {
      const [row] = await tx.execute<{
        runs: [from: number, to: number][]
        erased: number
        waiting: number
      }>(
        sql`select * from audit.erase_person(${key}, array_remove(${texts}, null), ${erasedAtATime})`,
      )
      // What is erased before it is sealed is sealed as erased.
      const events = { field: 'events', before: row!.erased + row!.waiting, after: null }
      return {
        payload: row!,
        changes: [events, { field: 'sequences', before: null, after: row!.runs }],
        relatedClientId: about,
      }
    })
    erased += found.erased + found.waiting
    more = found.erased >= erasedAtATime
  }
  return erased
}

export interface NewPartnerInstance {
  platform: PartnerPlatform
  name: string
  clientId: string
  issuer: string
  handoffUrl: string
  /** Where its keys are: here, one by one, or at an address where it publishes them. */
  keys: JWK[] | { jwksUrl: string }
  demo?: boolean
}

export async function registerPartnerInstance(
  by: Operator,
  { keys, ...instance }: NewPartnerInstance,
): Promise<void> {
  if (!isPlainText(instance.name, 200)) mistake('The name is one line of 1 to 200 characters.')
  if (!/^[\w.-]{1,100}$/.test(instance.clientId))
    mistake('The client id has 1 to 100 letters, digits, dots, dashes and underscores.')
  if (!isPlainText(instance.issuer, 2048) || !URL.canParse(instance.issuer))
    mistake('The issuer is an absolute URL.')
  checkHandoffUrl(instance.handoffUrl, instance.demo ?? false)
  const jwksUrl = 'jwksUrl' in keys ? keys.jwksUrl : null
  if (jwksUrl !== null) checkJwksUrl(jwksUrl)
  const checked = 'jwksUrl' in keys ? [] : await Promise.all(keys.map(checkedKey))
  if (jwksUrl === null && checked.length === 0)
    mistake('Register at least one public key, or a JWKS URL.')
  const target = instanceTarget(instance.clientId, instance.name)
  await auditedByOperator(
    by,
    { action: 'partner_instance.registered', tenantId: null, target },
    async (tx) => {
      await tx.insert(partnerInstance).values({ ...instance, jwksUrl })
      if (checked.length)
        await tx
          .insert(partnerKey)
          .values(checked.map((key) => ({ clientId: instance.clientId, ...key })))
      return {
        payload: undefined,
        changes: [{ field: 'keys', before: null, after: jwksUrl ?? checked.map(({ kid }) => kid) }],
      }
    },
  ).catch(taken('This client id, issuer or key id is registered already.'))
}

/** Adds a key beside the ones that are there: the partner goes over to it, then the old one is revoked. */
export async function addPartnerKey(by: Operator, clientId: string, jwk: JWK): Promise<string> {
  const key = await checkedKey(jwk)
  return changeInstance(by, 'partner_instance.key_added', clientId, async (tx, { jwksUrl }) => {
    if (jwksUrl !== null) mistake(`The keys of this instance are those at ${jwksUrl}.`)
    await tx.insert(partnerKey).values({ clientId, ...key })
    return { payload: key.kid, changes: [{ field: 'keys', before: null, after: key.kid }] }
  }).catch(taken('This key id is registered already.'))
}

/** Where the instance publishes its keys from now on. Keys that were registered one by one count no more; what came by them goes on. */
export const moveJwksUrl = (by: Operator, clientId: string, jwksUrl: string): Promise<void> =>
  changeInstance(by, 'partner_instance.updated', clientId, async (tx, instance) => {
    checkJwksUrl(jwksUrl)
    await tx.update(partnerInstance).set({ jwksUrl }).where(eq(partnerInstance.clientId, clientId))
    return {
      payload: undefined,
      changes: [{ field: 'jwksUrl', before: instance.jwksUrl, after: jwksUrl }],
    }
  })

/** Ends at once every session and handoff that came by this key. One at a JWKS URL is refused from now on, whatever the URL says. */
export const revokePartnerKey = (by: Operator, clientId: string, kid: string): Promise<void> =>
  changeInstance(by, 'partner_instance.key_revoked', clientId, async (tx, { jwksUrl }) => {
    if (!isPlainText(kid, 200)) mistake('A key id is one line of 1 to 200 characters.')
    const revokedAt = sql`clock_timestamp()`
    const revoked = await tx
      .update(partnerKey)
      .set({ revokedAt })
      .where(
        and(
          eq(partnerKey.clientId, clientId),
          eq(partnerKey.kid, kid),
          isNull(partnerKey.revokedAt),
        ),
      )
      .returning()
    // One that was never registered here can only be at the URL.
    const held =
      revoked.length === 0 && jwksUrl !== null
        ? await tx
            .insert(partnerKey)
            .values({ clientId, kid, revokedAt })
            .onConflictDoNothing()
            .returning()
        : revoked
    if (held.length === 0) mistake('There is no such key, or it was revoked already.')
    return { payload: undefined, changes: [{ field: 'keys', before: kid, after: null }] }
  })

/** Ends at once everything that rests on the instance, in every tenant; until resumed, nobody comes in from there. */
export const suspendPartnerInstance = (by: Operator, clientId: string): Promise<void> =>
  changeInstance(by, 'partner_instance.suspended', clientId, async (tx, instance) => {
    if (instance.suspendedAt) mistake('This partner instance is suspended already.')
    await raiseEpoch(tx, instance)
    await tx
      .update(partnerInstance)
      .set({ suspendedAt: sql`clock_timestamp()` })
      .where(eq(partnerInstance.clientId, clientId))
    return {
      payload: undefined,
      changes: [{ field: 'status', before: 'ACTIVE', after: 'SUSPENDED' }],
    }
  })

/** Lets it in again. What the suspension ended stays ended. */
export const resumePartnerInstance = (by: Operator, clientId: string): Promise<void> =>
  changeInstance(by, 'partner_instance.resumed', clientId, async (tx, instance) => {
    if (!instance.suspendedAt) mistake('This partner instance is not suspended.')
    await tx
      .update(partnerInstance)
      .set({ suspendedAt: null })
      .where(eq(partnerInstance.clientId, clientId))
    return {
      payload: undefined,
      changes: [{ field: 'status', before: 'SUSPENDED', after: 'ACTIVE' }],
    }
  })

/** For good. The client id and issuer are not given out again, so that the log goes on meaning what it says. */
export const removePartnerInstance = (by: Operator, clientId: string): Promise<void> =>
  changeInstance(by, 'partner_instance.removed', clientId, async (tx, instance) => {
    await raiseEpoch(tx, instance)
    await tx
      .update(partnerInstance)
      .set({ removedAt: sql`clock_timestamp()` })
      .where(eq(partnerInstance.clientId, clientId))
    return {
      payload: undefined,
      changes: [
        { field: 'status', before: instance.suspendedAt ? 'SUSPENDED' : 'ACTIVE', after: null },
      ],
    }
  })

export const moveHandoffUrl = (by: Operator, clientId: string, handoffUrl: string): Promise<void> =>
  changeInstance(by, 'partner_instance.updated', clientId, async (tx, instance) => {
    checkHandoffUrl(handoffUrl, instance.demo)
    await tx
      .update(partnerInstance)
      .set({ handoffUrl })
      .where(eq(partnerInstance.clientId, clientId))
    return {
      payload: undefined,
      changes: [{ field: 'handoffUrl', before: instance.handoffUrl, after: handoffUrl }],
    }
  })

export const listPartnerInstances = ({ db }: Operator) =>
  db.read(null, async (tx) => {
    const instances = await tx
      .select()
      .from(partnerInstance)
      .orderBy(asc(partnerInstance.name))
      .limit(1_000)
    const keys = await tx.select().from(partnerKey).orderBy(asc(partnerKey.createdAt))
    return instances.map((instance) => ({
      ...instance,
      keys: keys.filter(({ clientId }) => clientId === instance.clientId),
    }))
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
    tx
      .select()
      .from(operatorActivity)
      .orderBy(desc(operatorActivity.occurredAt), desc(operatorActivity.eventId))
      .limit(limit),
  )

type Instance = typeof partnerInstance.$inferSelect

/**
 * A change of an instance under its lock, so that it is seen by every request that comes after; then, one tenant at a time,
 * a row in the log of each tenant that is associated with it.
 */
async function changeInstance<Payload>(
  by: Operator,
  action: AuditActionName,
  clientId: string,
  work: (
    tx: WriteTx,
    instance: Instance,
  ) => Promise<{ payload: Payload; changes: { field: string; before: unknown; after: unknown }[] }>,
): Promise<Payload> {
  const payload = await auditedByOperator(
    by,
    { action, tenantId: null, target: instanceTarget(clientId, null) },
    async (tx) => {
      await lockPartnerInstance(tx, clientId)
      const [instance] = await tx
        .select()
        .from(partnerInstance)
        .where(and(eq(partnerInstance.clientId, clientId), isNull(partnerInstance.removedAt)))
      if (!instance) mistake('No partner instance is registered under this client id.')
      const { payload, changes } = await work(tx, instance)
      return { payload, changes, target: instanceTarget(clientId, instance.name) }
    },
  )
  await tellTenants(by)
  return payload
}

const told = 'partner_instance.tenants_told'

/**
 * A row in the log of each tenant that is associated with an instance to which something was done, one tenant at a time. What was broken
 * off in the last day is gone on with: the operators' log says what was done, and to whom it was told.
 */
export async function tellTenants(by: Operator): Promise<void> {
  const acts = await by.db.read(null, (tx) =>
    tx
      .select()
      .from(operatorActivity)
      .where(
        and(
          like(operatorActivity.action, 'partner\\_instance.%'),
          notInArray(operatorActivity.action, ['partner_instance.registered', told]),
          eq(operatorActivity.outcome, 'SUCCEEDED'),
          gt(operatorActivity.occurredAt, sql`now() - interval '1 day'`),
          sql`not exists (select from audit.operator_activity t where t.action = ${told} and t.target ->> 'id' = ${operatorActivity.eventId}::text)`,
        ),
      )
      .orderBy(asc(operatorActivity.occurredAt), asc(operatorActivity.eventId))
      .limit(1_000),
  )
  for (const act of acts) {
    const clientId = act.target!.id!
    let count = 0
    for (const { tenantId } of await listTenants(by)) {
      const associated = await by.db.read(tenantId, (tx) =>
        tx
          .select({ id: partnerAssociation.associationId })
          .from(partnerAssociation)
          .where(
            and(
              eq(partnerAssociation.tenantId, tenantId),
              eq(partnerAssociation.clientId, clientId),
              isNull(partnerAssociation.endedAt),
            ),
          ),
      )
      if (associated.length === 0) continue
      await copyToTenantLog(by.db, tenantId, act, clientId)
      count++
    }
    const target = { type: 'operator_activity', id: act.eventId, displayName: act.action }
    const changes = [{ field: 'tenants', before: null, after: count }]
    await auditedByOperator(by, { action: told, tenantId: null, target }, async () => ({
      payload: undefined,
      changes,
    }))
  }
}

async function raiseEpoch(tx: WriteTx, { clientId, epoch }: Instance): Promise<void> {
  await tx
    .insert(partnerInstanceEpochRise)
    .values({ clientId, epoch: epoch + 1, reason: 'PARTNER_SUSPENDED' })
  await tx
    .update(partnerInstance)
    .set({ epoch: epoch + 1 })
    .where(eq(partnerInstance.clientId, clientId))
}

const instanceTarget = (id: string, displayName: string | null) => ({
  type: 'partner_instance',
  id,
  displayName,
})

const isDomain = (text: string) =>
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i.test(text)

function checkHandoffUrl(text: string, demo: boolean): void {
  const url = URL.canParse(text) ? new URL(text) : null
  const isAllowed = url?.protocol === 'https:' || (demo && url?.hostname === 'localhost')
  if (!isAllowed || url?.hash || url?.username)
    mistake('The handoff URL is an https:// address without a fragment.')
}

/** What the address is at the moment of asking is looked at then (subgraphs/identity/jwt/jwks.ts). */
function checkJwksUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null
  const isAllowed =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname))
  if (!isAllowed || url?.hash || url?.username || text.length > 2048)
    mistake('The JWKS URL is an https:// address without a fragment.')
}

/** A public key as it is registered: pinned to one algorithm, strong enough, without its private half. */
const checkedKey = (jwk: JWK) =>
  pinnedKey(jwk).catch((error: unknown) => {
    if (error instanceof UnusableKey) mistake(error.message)
    throw error
  })

function taken(sentence: string) {
  return (error: unknown): never => {
    if (databaseErrorCode(error) === '23505') mistake(sentence)
    throw error
  }
}

function mistake(sentence: string): never {
  throw new OperatorMistake(sentence)
}
