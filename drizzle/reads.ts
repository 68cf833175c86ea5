/**
 * All queries that read a table of another subgraph. They are in one file so that the dependencies
 * between subgraphs are visible. Each query runs in the caller's transaction, and row-level
 * security limits the result to the caller's tenant.
 */
import { and, count, eq, getViewSelectedFields, gt, inArray, isNull, or, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { apiToken, handoff } from './tables/identity.ts'
import { message } from './tables/notifications.ts'
import {
  associatedTenant,
  domain,
  organization,
  partnerAssociation,
  partnerInstance,
  partnerKey,
  settings,
  spanningAdmin,
  tenant,
} from './tables/tenants.ts'
import { activity, federatedAccess, sessionStatus } from './tables/views.ts'

type Tx = Pick<PostgresJsDatabase, 'select' | 'execute' | '$count'>

/**
 * The columns that authentication and audited transactions need: the session's derived status and
 * the data of the viewer.
 */
const sessionColumns = {
  sessionId: sessionStatus.sessionId,
  method: sessionStatus.method,
  actor: sessionStatus.actor,
  clientId: sessionStatus.clientId,
  live: sessionStatus.live,
  /** Null for a federated session, and for a Microsoft sign-in if Entra ID sent no `auth_time`. */
  secondsSinceAuthentication: sql<
    number | null
  >`extract(epoch from now() - ${sessionStatus.authTime})::float8`,
  secondsSinceSeen: sql<number>`extract(epoch from now() - ${sessionStatus.lastSeenAt})::float8`,
  itCompleteLoginEnabled: settings.itCompleteLoginEnabled,
}

export type SessionStatus = NonNullable<Awaited<ReturnType<typeof sessionStatusByToken>>>

export async function sessionStatusByToken(tx: Tx, tokenHash: string) {
  const [row] = await tx
    .select(sessionColumns)
    .from(sessionStatus)
    .innerJoin(settings, eq(settings.tenantId, sessionStatus.tenantId))
    .where(eq(sessionStatus.tokenHash, tokenHash))
  return row
}

export async function sessionStatusById(tx: Tx, sessionId: string) {
  const [row] = await tx
    .select(sessionColumns)
    .from(sessionStatus)
    .innerJoin(settings, eq(settings.tenantId, sessionStatus.tenantId))
    .where(eq(sessionStatus.sessionId, sessionId))
  return row
}

/** Whether an API token is neither revoked nor expired. */
export const apiTokenWorks = sql<boolean>`(${apiToken.revokedAt} is null and ${apiToken.expiresAt} > now())`

/** Finds an API token by its hash, including expired and revoked tokens. */
export async function apiTokenByHash(tx: Tx, tokenHash: string) {
  const [row] = await tx
    .select({
      tokenId: apiToken.tokenId,
      name: apiToken.name,
      works: apiTokenWorks,
      secondsSinceUsed: sql<
        number | null
      >`extract(epoch from now() - ${apiToken.lastUsedAt})::float8`,
      secondsSinceRefused: sql<
        number | null
      >`extract(epoch from now() - ${apiToken.refusedAt})::float8`,
    })
    .from(apiToken)
    .where(eq(apiToken.tokenHash, tokenHash))
  return row
}

/** Whether an API token is still valid. Downloads repeat this check while they run. */
export async function apiTokenStillWorks(tx: Tx, tokenId: string): Promise<boolean> {
  const [row] = await tx
    .select({ works: apiTokenWorks })
    .from(apiToken)
    .where(eq(apiToken.tokenId, tokenId))
  return row?.works === true
}

/**
 * Locks a tenant, and a partner instance if given, for a mutation or a new session. The tenant lock
 * is the row lock on its settings, which every operation that ends access also takes. The instance
 * lock is needed because suspension or key revocation affects several tenants.
 *
 * Until the transaction commits, no other transaction can revoke access.
 */
export async function lockTenant(
  tx: Tx,
  clientId: string | null,
  strength: 'change' | 'enter',
): Promise<void> {
  await tx
    .select({ one: sql`1` })
    .from(settings)
    .for(strength === 'change' ? 'no key update' : 'share')
  if (clientId !== null)
    await tx.execute(sql`select pg_advisory_xact_lock_shared(${instanceLock(clientId)})`)
}

/**
 * Takes the exclusive lock of a partner instance, for operator commands. This lock is an advisory
 * lock, because the service role has no UPDATE privilege for a row lock on instances.
 */
export async function lockPartnerInstance(tx: Tx, clientId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${instanceLock(clientId)})`)
}

const instanceLock = (clientId: string) =>
  sql`hashtextextended('partner_instance ' || ${clientId}, 0)`

/**
 * Waits until the sequencer releases its lock on a tenant, and takes the lock. Needed before a
 * change that affects how the tenant's events are sealed.
 */
export async function lockSealing(tx: Tx, tenantId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${sealingLock(tenantId)})`)
}

/**
 * Takes the sequencer's lock on a tenant if the lock is free. Returns whether the lock was taken.
 */
export async function trySealing(tx: Tx, tenantId: string): Promise<boolean> {
  const [row] = await tx.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(${sealingLock(tenantId)}) as taken`,
  )
  return row?.taken === true
}

const sealingLock = (tenantId: string) => sql`hashtextextended('seal ' || ${tenantId}, 0)`

export type PartnerInstance = NonNullable<Awaited<ReturnType<typeof partnerInstanceWithKeys>>>

/**
 * Finds a partner instance that is neither suspended nor removed. The result includes its
 * registered keys and the IDs of its revoked keys.
 */
export async function partnerInstanceWithKeys(
  tx: Tx,
  by: { clientId: string } | { issuer: string },
) {
  const rows = await tx
    .select({ instance: partnerInstance, key: partnerKey })
    .from(partnerInstance)
    .leftJoin(partnerKey, eq(partnerKey.clientId, partnerInstance.clientId))
    .where(
      and(
        'clientId' in by
          ? eq(partnerInstance.clientId, by.clientId)
          : eq(partnerInstance.issuer, by.issuer),
        isNull(partnerInstance.suspendedAt),
        isNull(partnerInstance.removedAt),
      ),
    )
  const keys = rows.flatMap(({ key }) => key ?? [])
  return (
    rows[0] && {
      ...rows[0].instance,
      keys: keys.flatMap(({ kid, alg, publicJwk, revokedAt }) =>
        revokedAt || !alg || !publicJwk ? [] : [{ kid, alg, publicJwk }],
      ),
      revokedKids: keys.flatMap(({ kid, revokedAt }) => (revokedAt ? [kid] : [])),
    }
  )
}

/**
 * Returns the IDs of the tenants with which a partner instance is associated. Must be called
 * without a tenant scope, because the result covers several tenants.
 */
export async function associatedTenants(tx: Tx, clientId: string): Promise<string[]> {
  const rows = await tx
    .select()
    .from(associatedTenant)
    .where(eq(associatedTenant.clientId, clientId))
  return rows.map(({ tenantId }) => tenantId)
}

/** Whether technicians of this partner instance can sign in to the tenant now. */
export async function hasFederatedAccess(tx: Tx, clientId: string): Promise<boolean> {
  const [row] = await tx
    .select({ clientId: federatedAccess.clientId })
    .from(federatedAccess)
    .where(eq(federatedAccess.clientId, clientId))
    .limit(1)
  return row !== undefined
}

/**
 * Returns the data on which a handoff depends: whether the feature is on, the association with its
 * terms, and, if technicians have access, the epochs.
 */
export async function handoffTerms(tx: Tx, clientId: string) {
  const [row] = await tx
    .select({
      itCompleteLoginEnabled: settings.itCompleteLoginEnabled,
      associationId: partnerAssociation.associationId,
      allowedTechnicians: partnerAssociation.allowedTechnicians,
      mfaMaxAgeMinutes: partnerAssociation.mfaMaxAgeMinutes,
      access: {
        associationId: federatedAccess.associationId,
        featureEpoch: federatedAccess.featureEpoch,
        associationEpoch: federatedAccess.associationEpoch,
        instanceEpoch: federatedAccess.instanceEpoch,
      },
    })
    .from(settings)
    .leftJoin(
      partnerAssociation,
      and(
        eq(partnerAssociation.tenantId, settings.tenantId),
        eq(partnerAssociation.clientId, clientId),
        eq(partnerAssociation.status, 'ACTIVE'),
        isNull(partnerAssociation.endedAt),
      ),
    )
    .leftJoin(
      federatedAccess,
      and(
        eq(federatedAccess.tenantId, settings.tenantId),
        eq(federatedAccess.associationId, partnerAssociation.associationId),
      ),
    )
  return row
}

/**
 * Whether the handoff is not revoked, and the association, key and epochs on which it depends are
 * unchanged.
 */
const handoffHolds = sql<boolean>`${handoff.revokedAt} is null and identity.federation_holds(${handoff.tenantId}, ${handoff.associationId}, ${handoff.subject}, ${handoff.kid}, ${handoff.featureEpoch}, ${handoff.associationEpoch}, ${handoff.instanceEpoch})`

/**
 * Finds a handoff by the hash of its code. Returns the handoff, whether it is expired or still
 * valid, and the facts that explain why it is invalid.
 */
export async function handoffByCode(tx: Tx, codeHash: string) {
  const [row] = await tx
    .select({
      handoff,
      expired: sql<boolean>`clock_timestamp() >= ${handoff.expiresAt}`,
      holds: handoffHolds,
      itCompleteLoginEnabled: settings.itCompleteLoginEnabled,
      associated: sql<boolean>`exists (select from ${partnerAssociation} where ${and(
        eq(partnerAssociation.tenantId, handoff.tenantId),
        eq(partnerAssociation.associationId, handoff.associationId),
        isNull(partnerAssociation.endedAt),
      )})`,
    })
    .from(handoff)
    .innerJoin(settings, eq(settings.tenantId, handoff.tenantId))
    .where(eq(handoff.codeHash, codeHash))
  return row
}

/**
 * Counts active federated sessions and pending handoffs. Optionally counts only those of one
 * partner instance or one association.
 */
export async function federatedPresence(
  tx: Tx,
  of: { clientId?: string | null; associationId?: string } = {},
) {
  const [sessions] = await tx
    .select({ count: count() })
    .from(sessionStatus)
    .where(
      and(
        sessionStatus.live,
        sql`${sessionStatus.method} <> 'MICROSOFT'`,
        of.clientId ? eq(sessionStatus.clientId, of.clientId) : undefined,
        of.associationId ? sql`association_id = ${of.associationId}` : undefined,
      ),
    )
  const [handoffs] = await tx
    .select({ count: count() })
    .from(handoff)
    .where(
      and(
        isNull(handoff.consumedAt),
        gt(handoff.expiresAt, sql`now()`),
        handoffHolds,
        of.clientId ? eq(handoff.clientId, of.clientId) : undefined,
        of.associationId ? eq(handoff.associationId, of.associationId) : undefined,
      ),
    )
  return { sessionCount: sessions?.count ?? 0, handoffCount: handoffs?.count ?? 0 }
}

/** Counts the active sessions that depend on a Spanning Admin grant. */
export async function liveSessionsOfGrant(tx: Tx, grantId: string): Promise<number> {
  const [row] = await tx
    .select({ count: count() })
    .from(sessionStatus)
    .where(and(sessionStatus.live, sql`grant_id = ${grantId}`))
  return row?.count ?? 0
}

/** Finds the active Spanning Admin grant of a Microsoft user. */
export async function spanningAdminGrant(tx: Tx, objectId: string) {
  const [row] = await tx
    .select()
    .from(spanningAdmin)
    .where(and(eq(spanningAdmin.objectId, objectId), isNull(spanningAdmin.revokedAt)))
  return row
}

/**
 * Finds the tenant ID of a Microsoft 365 domain. Needs no tenant scope, because the lookup table is
 * shared by all tenants.
 */
export async function tenantOfDomain(tx: Tx, name: string): Promise<string | undefined> {
  const [row] = await tx.select().from(domain).where(eq(domain.domain, name.toLowerCase()))
  return row?.tenantId
}

/**
 * Finds the Entra `tid` of a tenant. Needs no tenant scope, because the lookup table is shared by
 * all tenants.
 */
export async function organizationOf(tx: Tx, tenantId: string): Promise<string | undefined> {
  const [row] = await tx.select().from(organization).where(eq(organization.tenantId, tenantId))
  return row?.microsoftTenantId
}

/**
 * Filters the given IDs and returns only the IDs of tenants. Needs no tenant scope, because the
 * lookup table is shared by all tenants.
 */
export async function organizationsOf(tx: Tx, ids: string[]): Promise<string[]> {
  const rows = ids.length
    ? await tx.select().from(organization).where(inArray(organization.tenantId, ids))
    : []
  return rows.map(({ tenantId }) => tenantId)
}

export async function tenantName(tx: Tx): Promise<string | undefined> {
  const [row] = await tx.select({ name: tenant.name }).from(tenant)
  return row?.name
}

/** Returns the e-mail addresses of the tenant's notification recipients. */
export async function recipientsOf(tx: Tx): Promise<string[]> {
  const [row] = await tx.select({ recipients: settings.recipients }).from(settings)
  return row?.recipients ?? []
}

/**
 * Returns an outbox message with the data to compose its text. Returns undefined if the message was
 * already sent or abandoned.
 */
export async function messageById(tx: Tx, messageId: string) {
  const [row] = await tx
    .select({
      message,
      event: getViewSelectedFields(activity),
      tenantName: tenant.name,
      instanceName: partnerInstance.name,
    })
    .from(message)
    .innerJoin(
      activity,
      and(eq(activity.tenantId, message.tenantId), eq(activity.eventId, message.eventId)),
    )
    .innerJoin(tenant, eq(tenant.tenantId, message.tenantId))
    .leftJoin(partnerInstance, eq(partnerInstance.clientId, activity.clientId))
    .where(eq(message.messageId, messageId))
  return row
}

export type NodeType = 'Tenant' | 'PartnerAssociation' | 'Session' | 'ApiToken' | 'ActivityEvent'

/**
 * Returns the type of the object with this ID. Returns undefined if the object belongs to another
 * tenant or is not visible to technicians of `partnerScope`.
 */
export async function nodeType(
  tx: Tx,
  id: string,
  partnerScope: string | null,
): Promise<NodeType | undefined> {
  const [row] = await tx.execute<{ type: NodeType }>(sql`
    select 'Tenant' as type from ${tenant} where ${eq(tenant.tenantId, id)}
    union all select 'PartnerAssociation' from ${partnerAssociation} where ${and(eq(partnerAssociation.associationId, id), isNull(partnerAssociation.endedAt))}
    union all select 'Session' from ${sessionStatus} where ${and(eq(sessionStatus.sessionId, id), visibleSession(partnerScope))}
    union all select 'ApiToken' from ${apiToken} where ${and(eq(apiToken.tokenId, id), visibleApiToken(partnerScope))}
    union all select 'ActivityEvent' from ${activity} where ${and(eq(activity.eventId, id), visibleActivity(partnerScope))}
    limit 1`)
  return row?.type
}

/**
 * A condition that hides the sessions of other partner instances from a technician.
 * `visibleActivity` does the same for events.
 */
export const visibleSession = (partnerScope: string | null) =>
  partnerScope === null
    ? undefined
    : or(isNull(sessionStatus.clientId), eq(sessionStatus.clientId, partnerScope))

export const visibleActivity = (partnerScope: string | null) =>
  partnerScope === null
    ? undefined
    : or(isNull(activity.clientId), eq(activity.clientId, partnerScope))

/** A condition that shows API tokens only to admins, and only while the tokens are valid. */
const visibleApiToken = (partnerScope: string | null) =>
  partnerScope === null ? apiTokenWorks : sql`false`
