/** Operator commands. Each runs in one transaction with its audit event. */
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
import type { Database, WriteTx } from '../platform/postgres/database.ts'
import { databaseErrorCode } from '../platform/postgres/errors.ts'

export interface Operator {
  db: Database
  /** The account name under which the command is recorded. */
  operator: string
}

/** Invalid input of an operator; the message says what to correct. */
export class OperatorInputError extends Error {
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
  if (!isPlainText(name, 200)) invalid('The name must be one line of 1 to 200 characters.')
  if (!isUuid(microsoftTenantId)) invalid('The Microsoft tenant ID must be a UUID in lower case.')
  if (domains.length === 0 || domains.length > 50 || !domains.every(isDomain))
    invalid('Give 1 to 50 domains, for example contoso.com.')
  const names = [...new Set(domains.map((name) => name.toLowerCase()))]
  const tenantId = randomUUID()
  const target = { type: 'tenant', id: tenantId, displayName: name }
  return auditedByOperator(by, { action: 'tenant.created', tenantId, target }, async (tx) => {
    await tx.insert(tenant).values({ tenantId, name, microsoftTenantId, primaryDomain: names[0]! })
    await tx.insert(settings).values({ tenantId })
    await tx.insert(organization).values({ microsoftTenantId, tenantId, demo })
    await tx.insert(domain).values(names.map((name) => ({ domain: name, tenantId })))
    return { payload: tenantId, changes: [{ field: 'domains', before: null, after: names }] }
  }).catch(
    onUniqueViolation('The Microsoft tenant or one of the domains already belongs to a tenant.'),
  )
}

/**
 * Opens a new epoch of a tenant's log after the database was restored to an older state. Returns
 * the number of the epoch.
 */
export async function openLogEpoch(
  by: Operator,
  tenantId: string,
  reason: string,
): Promise<number> {
  if (!isUuid(tenantId)) invalid('The tenant ID must be a UUID in lower case.')
  if (!isPlainText(reason, 500)) invalid('The reason must be one line of 1 to 500 characters.')
  return auditedByOperator(by, { action: 'activity_log.epoch_opened', tenantId }, async (tx) => {
    const [known] = await tx.select({ name: tenant.name }).from(tenant)
    if (!known) invalid('No tenant has this ID.')
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

/**
 * Sets the retention of events that are recorded from now on. Sealed events keep their retention.
 */
export async function setRetention(
  by: Operator,
  tenantId: string,
  retention: ActivityRetention,
): Promise<void> {
  if (!isUuid(tenantId)) invalid('The tenant ID must be a UUID in lower case.')
  await auditedByOperator(by, { action: 'activity_retention.changed', tenantId }, async (tx) => {
    const [before] = await tx
      .select({ retention: settings.activityRetention, name: tenant.name })
      .from(settings)
      .innerJoin(tenant, eq(tenant.tenantId, settings.tenantId))
    if (!before) invalid('No tenant has this ID.')
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
 * Erases names, e-mail addresses and changed values of a person from a tenant's Activity Log, but
 * not from settings that are in force. Hashes and the actor key stay, so the proofs stay valid; the
 * event that records the erasure lists the erased events. Returns their number.
 */
export async function erasePerson(
  by: Operator,
  tenantId: string,
  key: string | null,
  addresses: string[] = [],
): Promise<number> {
  if (!isUuid(tenantId)) invalid('The tenant ID must be a UUID in lower case.')
  if (key === null && addresses.length === 0) invalid('Give an actor key or an e-mail address.')
  if (key !== null && (!/^(microsoft|partner):./.test(key) || !isPlainText(key, 600)))
    invalid('The actor key must start with microsoft: or partner:, as the Activity Log shows it.')
  if (
    addresses.length > maxAddresses ||
    !addresses.every((address) => isPlainText(address, 254) && /^[^\s@]+@[^\s@]+$/.test(address))
  )
    invalid(`Give at most ${maxAddresses} e-mail addresses.`)
  // Technicians of other partner instances cannot read the event.
  const relatedClientId = key === null ? null : (/^partner:([\w.-]+):/.exec(key)?.[1] ?? null)
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
      // Events that wait for sealing count too; they are sealed in their erased form.
      const events = { field: 'events', before: row!.erased + row!.waiting, after: null }
      return {
        payload: row!,
        changes: [events, { field: 'sequences', before: null, after: row!.runs }],
        relatedClientId,
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
  /** Registered public keys, or the URL at which the instance publishes them. */
  keys: JWK[] | { jwksUrl: string }
  demo?: boolean
}

export async function registerPartnerInstance(
  by: Operator,
  { keys, ...instance }: NewPartnerInstance,
): Promise<void> {
  if (!isPlainText(instance.name, 200)) invalid('The name must be one line of 1 to 200 characters.')
  if (!/^[\w.-]{1,100}$/.test(instance.clientId))
    invalid('The client ID must have 1 to 100 letters, digits, dots, dashes or underscores.')
  if (!isPlainText(instance.issuer, 2048) || !URL.canParse(instance.issuer))
    invalid('The issuer must be an absolute URL.')
  checkHandoffUrl(instance.handoffUrl, instance.demo ?? false)
  const jwksUrl = 'jwksUrl' in keys ? keys.jwksUrl : null
  if (jwksUrl !== null) checkJwksUrl(jwksUrl)
  const checked = 'jwksUrl' in keys ? [] : await Promise.all(keys.map(parsePublicKey))
  if (jwksUrl === null && checked.length === 0)
    invalid('Give at least one public key or a JWKS URL.')
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
  ).catch(onUniqueViolation('The client ID, the issuer or a key ID is already registered.'))
}

/** Adds a key and keeps the existing ones, so that the partner can rotate without downtime. */
export async function addPartnerKey(by: Operator, clientId: string, jwk: JWK): Promise<string> {
  const key = await parsePublicKey(jwk)
  return changeInstance(by, 'partner_instance.key_added', clientId, async (tx, { jwksUrl }) => {
    if (jwksUrl !== null)
      invalid(`This instance publishes its keys at ${jwksUrl}. Add the key there.`)
    await tx.insert(partnerKey).values({ clientId, ...key })
    return { payload: key.kid, changes: [{ field: 'keys', before: null, after: key.kid }] }
  }).catch(onUniqueViolation('A key with this ID is already registered.'))
}

/**
 * Sets the JWKS URL. Registered keys are no longer accepted; sessions that they signed continue.
 */
export const setJwksUrl = (by: Operator, clientId: string, jwksUrl: string): Promise<void> =>
  changeInstance(by, 'partner_instance.updated', clientId, async (tx, instance) => {
    checkJwksUrl(jwksUrl)
    await tx.update(partnerInstance).set({ jwksUrl }).where(eq(partnerInstance.clientId, clientId))
    return {
      payload: undefined,
      changes: [{ field: 'jwksUrl', before: instance.jwksUrl, after: jwksUrl }],
    }
  })

/**
 * Revokes a key and ends all sessions and handoffs that it signed. A key from a JWKS URL stays
 * refused even if the URL still lists it.
 */
export const revokePartnerKey = (by: Operator, clientId: string, kid: string): Promise<void> =>
  changeInstance(by, 'partner_instance.key_revoked', clientId, async (tx, { jwksUrl }) => {
    if (!isPlainText(kid, 200)) invalid('The key ID must be one line of 1 to 200 characters.')
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
    // A key that is not registered can only be one of the JWKS URL.
    const held =
      revoked.length === 0 && jwksUrl !== null
        ? await tx
            .insert(partnerKey)
            .values({ clientId, kid, revokedAt })
            .onConflictDoNothing()
            .returning()
        : revoked
    if (held.length === 0) invalid('The instance has no active key with this ID.')
    return { payload: undefined, changes: [{ field: 'keys', before: kid, after: null }] }
  })

/**
 * Ends all sessions and handoffs of the instance in all tenants and refuses new ones until it is
 * resumed.
 */
export const suspendPartnerInstance = (by: Operator, clientId: string): Promise<void> =>
  changeInstance(by, 'partner_instance.suspended', clientId, async (tx, instance) => {
    if (instance.suspendedAt) invalid('This partner instance is already suspended.')
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

/** Accepts sign-ins of the instance again. Ended sessions stay ended. */
export const resumePartnerInstance = (by: Operator, clientId: string): Promise<void> =>
  changeInstance(by, 'partner_instance.resumed', clientId, async (tx, instance) => {
    if (!instance.suspendedAt) invalid('This partner instance is not suspended.')
    await tx
      .update(partnerInstance)
      .set({ suspendedAt: null })
      .where(eq(partnerInstance.clientId, clientId))
    return {
      payload: undefined,
      changes: [{ field: 'status', before: 'SUSPENDED', after: 'ACTIVE' }],
    }
  })

/**
 * Removes an instance permanently. The client ID and issuer are not reused, so that old events keep
 * their meaning.
 */
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

export const setHandoffUrl = (by: Operator, clientId: string, handoffUrl: string): Promise<void> =>
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
 * Changes an instance under its exclusive lock, then copies the event to the log of each associated
 * tenant.
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
      if (!instance) invalid('No partner instance is registered under this client ID.')
      const { payload, changes } = await work(tx, instance)
      return { payload, changes, target: instanceTarget(clientId, instance.name) }
    },
  )
  await copyChangesToTenantLogs(by)
  return payload
}

const copiedAction = 'partner_instance.tenants_told'

/**
 * Copies each change of a partner instance to the Activity Log of each associated tenant, one
 * tenant per transaction. It also completes copies that were interrupted during the last day.
 */
export async function copyChangesToTenantLogs(by: Operator): Promise<void> {
  const acts = await by.db.read(null, (tx) =>
    tx
      .select()
      .from(operatorActivity)
      .where(
        and(
          like(operatorActivity.action, 'partner\\_instance.%'),
          notInArray(operatorActivity.action, ['partner_instance.registered', copiedAction]),
          eq(operatorActivity.outcome, 'SUCCEEDED'),
          gt(operatorActivity.occurredAt, sql`now() - interval '1 day'`),
          sql`not exists (select from audit.operator_activity t where t.action = ${copiedAction} and t.target ->> 'id' = ${operatorActivity.eventId}::text)`,
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
    await auditedByOperator(by, { action: copiedAction, tenantId: null, target }, async () => ({
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
    invalid('The handoff URL must start with https:// and have no fragment and no user name.')
}

/** The resolved address is checked at each request (subgraphs/identity/jwt/jwks.ts). */
function checkJwksUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null
  const isAllowed =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname))
  if (!isAllowed || url?.hash || url?.username || text.length > 2048)
    invalid(
      'The JWKS URL must start with https://, have no fragment and no user name, and have at most 2048 characters.',
    )
}

/** Validates a public key, pins it to one algorithm and drops private members. */
const parsePublicKey = (jwk: JWK) =>
  pinnedKey(jwk).catch((error: unknown) => {
    if (error instanceof UnusableKey) invalid(error.message)
    throw error
  })

function onUniqueViolation(sentence: string) {
  return (error: unknown): never => {
    if (databaseErrorCode(error) === '23505') invalid(sentence)
    throw error
  }
}

function invalid(sentence: string): never {
  throw new OperatorInputError(sentence)
}
