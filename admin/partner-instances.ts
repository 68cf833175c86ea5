import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { JWK } from 'jose'
import { lockPartnerInstance } from '../drizzle/reads/locks.ts'
import type { PartnerPlatform } from '../drizzle/tables/shared.ts'
import {
  organization,
  partnerInstance,
  partnerInstanceEpochRise,
  partnerKey,
} from '../drizzle/tables/tenants.ts'
import type { AuditActionName } from '../platform/audit/actions.ts'
import { auditedByOperator } from '../platform/audit/operators.ts'
import { pinnedKey, type SigningAlgorithm, UnusableKey } from '../platform/auth/jwk.ts'
import { type IgnoredKey, type KeySet, usableKeys } from '../platform/auth/key-set.ts'
import { isLoopbackHost } from '../platform/config.ts'
import { isPlainText, plainTextMessage } from '../platform/lib/text.ts'
import type { ReadTx, WriteTx } from '../platform/postgres/database.ts'
import { copyChangesToTenantLogs } from './copy-to-tenant-logs.ts'
import { invalid, type Operator, onUniqueViolation } from './operator.ts'

export interface NewPartnerInstance {
  platform: PartnerPlatform
  name: string
  clientId: string
  issuer: string
  handoffUrl: string
  /** The public keys to register, or the URL at which the instance publishes its keys. */
  keys: JWK[] | { jwksUrl: string }
  /** The only permitted algorithm of the keys. Omit it to permit each supported algorithm. */
  alg?: SigningAlgorithm | null
  demo?: boolean
}

/**
 * Registers an instance with its public keys or its JWKS URL.
 * @returns the given keys that were not registered, because this service cannot use them
 */
export async function registerPartnerInstance(
  by: Operator,
  { keys, alg = null, ...instance }: NewPartnerInstance,
): Promise<IgnoredKey[]> {
  if (!isPlainText(instance.name, 200)) invalid(plainTextMessage('The name', instance.name, 200))
  if (!/^[\w.-]{1,100}$/.test(instance.clientId))
    invalid('The client ID must have 1 to 100 letters, digits, dots, dashes or underscores.')
  if (!isPlainText(instance.issuer, 2048) || !URL.canParse(instance.issuer))
    invalid('The issuer must be an absolute URL.')
  checkHandoffUrl(instance.handoffUrl, await by.db.read(null, hasDemo))
  const jwksUrl = 'jwksUrl' in keys ? keys.jwksUrl : null
  if (jwksUrl !== null) checkJwksUrl(jwksUrl)
  const set = 'jwksUrl' in keys ? null : await usableKeys(keys, alg)
  if (set) checkRegistrable(set)
  const target = instanceTarget(instance.clientId, instance.name)
  return auditedByOperator(
    by,
    { action: 'partner_instance.registered', tenantId: null, target },
    async (tx) => {
      const jwksAlg = jwksUrl === null ? null : alg
      await tx.insert(partnerInstance).values({ ...instance, jwksUrl, jwksAlg })
      if (set)
        await tx
          .insert(partnerKey)
          .values(set.keys.map((key) => ({ clientId: instance.clientId, ...key })))
      const after = set ? set.keys.map(({ kid }) => kid) : jwksUrl
      const pinned = jwksAlg ? [{ field: 'jwksAlg', before: null, after: jwksAlg }] : []
      return {
        payload: set?.ignored ?? [],
        changes: [{ field: 'keys', before: null, after }, ...pinned],
      }
    },
  ).catch(onUniqueViolation('The client ID or the issuer is already registered.'))
}

/** Requires at least one usable key, and only one key per key ID. */
function checkRegistrable({ keys, ignored }: KeySet): void {
  const [first] = ignored
  if (keys.length === 0)
    invalid(first ? first.reason : 'Specify at least one public key or a JWKS URL.')
  const repeated = keys.find(({ kid }, index) => keys.findIndex((key) => key.kid === kid) < index)
  if (repeated)
    invalid(
      `Two keys with different algorithms have the ID ${repeated.kid}. Specify the algorithm of one of them with --alg.`,
    )
}

/**
 * Adds a key. The existing keys remain valid, so that the partner can rotate keys without downtime.
 */
export async function addPartnerKey(
  by: Operator,
  clientId: string,
  jwk: JWK,
  alg: SigningAlgorithm | null = null,
): Promise<string> {
  const key = await parsePublicKey(jwk, alg)
  return changeInstance(by, 'partner_instance.key_added', clientId, async (tx, { jwksUrl }) => {
    if (jwksUrl !== null)
      invalid(`This instance publishes its keys at ${jwksUrl}. Add the key there.`)
    await tx.insert(partnerKey).values({ clientId, ...key })
    return { payload: key.kid, changes: [{ field: 'keys', before: null, after: key.kid }] }
  }).catch(onUniqueViolation('A key with this ID is already registered.'))
}

/**
 * Sets the JWKS URL, and the algorithm of its keys. From then on, tokens signed with registered
 * keys are refused. Existing sessions continue.
 */
export const setJwksUrl = (
  by: Operator,
  clientId: string,
  jwksUrl: string,
  jwksAlg: SigningAlgorithm | null = null,
): Promise<void> =>
  changeInstance(by, 'partner_instance.updated', clientId, async (tx, instance) => {
    checkJwksUrl(jwksUrl)
    await tx
      .update(partnerInstance)
      .set({ jwksUrl, jwksAlg })
      .where(eq(partnerInstance.clientId, clientId))
    const changes = [
      { field: 'jwksUrl', before: instance.jwksUrl, after: jwksUrl },
      { field: 'jwksAlg', before: instance.jwksAlg, after: jwksAlg },
    ]
    return {
      payload: undefined,
      changes: changes.filter(
        ({ field, before, after }) => field === 'jwksUrl' || before !== after,
      ),
    }
  })

/**
 * Revokes a key, and ends all sessions and handoffs that depend on the key. A revoked key is
 * refused even if the JWKS URL still lists the key.
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
    // The key is not registered, so the instance published the key at its JWKS URL.
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
 * Ends all sessions and handoffs of the instance in all tenants. Refuses new sign-ins until the
 * instance is resumed.
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

/** Lets technicians of the instance sign in again. Does not restore ended sessions. */
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
 * Removes an instance permanently. Its client ID and issuer cannot be registered again, because old
 * events identify the instance by these values.
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
    checkHandoffUrl(handoffUrl, await hasDemo(tx))
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

type Instance = typeof partnerInstance.$inferSelect

/**
 * Takes the exclusive lock of an instance, changes the instance, and copies the audit event to the
 * Activity Log of each associated tenant.
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

/** Whether the database contains the demo, which a service in production refuses to use. */
async function hasDemo(tx: ReadTx): Promise<boolean> {
  const found = await tx
    .select({ tenantId: organization.tenantId })
    .from(organization)
    .where(eq(organization.demo, true))
    .limit(1)
  return found.length > 0
}

function checkHandoffUrl(text: string, inDemo: boolean): void {
  const url = URL.canParse(text) ? new URL(text) : null
  const isLocal = url?.protocol === 'http:' && isLoopbackHost(url.hostname)
  if (!(url?.protocol === 'https:' || (inDemo && isLocal)) || url.hash || url.username)
    invalid(
      'The handoff URL must start with https:// and have no fragment and no user name. With the demo, http:// is accepted on a loopback host.',
    )
}

/**
 * Validates the format of a JWKS URL. The IP address of the host is validated again before each
 * request (platform/auth/key-set.ts).
 */
function checkJwksUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null
  const isAllowed =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname))
  if (!isAllowed || url?.hash || url?.username || text.length > 2048)
    invalid(
      'The JWKS URL must start with https://, have no fragment and no user name, and have at most 2048 characters.',
    )
}

/**
 * Validates a public key, assigns exactly one signature algorithm, and removes private JWK members.
 */
const parsePublicKey = (jwk: JWK, alg: SigningAlgorithm | null) =>
  pinnedKey(jwk, alg).catch((error: unknown) => {
    if (error instanceof UnusableKey) invalid(error.message)
    throw error
  })
