/** Operator commands on tenants. Each command and its audit event share one transaction. */
import { randomUUID } from 'node:crypto'
import { desc, eq, max, sql } from 'drizzle-orm'
import { lockSealing } from '../drizzle/reads/locks.ts'
import { checkpoint, logEpoch, operatorActivity } from '../drizzle/tables/audit.ts'
import {
  type ActivityRetention,
  domain,
  organization,
  settings,
  tenant,
} from '../drizzle/tables/tenants.ts'
import { auditedByOperator } from '../platform/audit/operators.ts'
import { canonicalAddress, parseDomain } from '../platform/lib/domain.ts'
import { mapConcurrently } from '../platform/lib/map-concurrently.ts'
import { isPlainText, plainTextMessage } from '../platform/lib/text.ts'
import { parseUuid } from '../platform/lib/uuid.ts'
import { invalid, type Operator, onUniqueViolation } from './operator.ts'

export interface NewTenant {
  name: string
  microsoftTenantId: string
  domains: string[]
  demo?: boolean
}

export async function createTenant(
  by: Operator,
  { name, domains, demo = false, ...input }: NewTenant,
): Promise<string> {
  if (!isPlainText(name, 200)) invalid(plainTextMessage('The name', name, 200))
  const microsoftTenantId =
    parseUuid(input.microsoftTenantId) ?? invalid('The Microsoft tenant ID must be a UUID.')
  if (domains.length === 0 || domains.length > 50) invalid(wrongDomains)
  const names = [
    ...new Set(domains.map((text) => parseDomain(text.trim()) ?? invalid(wrongDomains))),
  ]
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
 * Starts a new epoch of a tenant's Activity Log after the database was restored from a backup.
 * Returns the number of the new epoch.
 */
export async function openLogEpoch(by: Operator, id: string, reason: string): Promise<number> {
  const tenantId = tenantIdOf(id)
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
 * Sets the retention period for future events. Events that are already sealed keep their retention
 * period.
 */
export async function setRetention(
  by: Operator,
  id: string,
  retention: ActivityRetention,
): Promise<void> {
  const tenantId = tenantIdOf(id)
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
 * Erases a person's names, e-mail addresses and changed values from a tenant's Activity Log. Keeps
 * the hashes and the actor key, because the proofs depend on these values. Does not change the
 * current settings. Records an audit event that lists the erased events.
 * @returns the number of erased events
 */
export async function erasePerson(
  by: Operator,
  id: string,
  actorKey: string | null,
  addresses: string[] = [],
): Promise<number> {
  const tenantId = tenantIdOf(id)
  // The object ID in the key of a Microsoft user is a UUID.
  const key = actorKey?.startsWith('microsoft:') ? actorKey.toLowerCase() : actorKey
  if (key === null && addresses.length === 0) invalid('Specify an actor key or an e-mail address.')
  if (key !== null && (!/^(microsoft|partner):./.test(key) || !isPlainText(key, 600)))
    invalid('The actor key must start with microsoft: or partner:, as the Activity Log shows it.')
  if (
    addresses.length > maxAddresses ||
    !addresses.every((address) => isPlainText(address, 254) && /^[^\s@]+@[^\s@]+$/.test(address))
  )
    invalid(`Specify at most ${maxAddresses} valid e-mail addresses.`)
  // Among technicians, only technicians of this partner instance can see the audit event.
  const relatedClientId = key === null ? null : (/^partner:([\w.-]+):/.exec(key)?.[1] ?? null)
  const spellings = [
    ...new Set(addresses.flatMap((address) => [address, canonicalAddress(address) ?? address])),
  ]
  const texts = sql`array[${sql.join([sql`null::text`, ...spellings.map((text) => sql`${text}`)], sql`, `)}]`
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
      // The number includes unsealed events, because their values are erased before they are
      // sealed.
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

/** Returns the tenants without their names, which only a transaction of each tenant can read. */
export const listOrganizations = ({ db }: Operator) =>
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

/** Returns the tenants, sorted by name. */
export async function listTenants(by: Operator) {
  const named = await mapConcurrently(
    await listOrganizations(by),
    async ({ tenantId, ...organization }) => {
      const [found] = await by.db.read(tenantId, (tx) =>
        tx.select({ name: tenant.name }).from(tenant),
      )
      return { tenantId, name: found?.name ?? '', ...organization }
    },
  )
  return named.toSorted((a, b) => a.name.localeCompare(b.name))
}

export const operatorLog = ({ db }: Operator, limit: number) =>
  db.read(null, (tx) =>
    tx
      .select()
      .from(operatorActivity)
      .orderBy(desc(operatorActivity.occurredAt), desc(operatorActivity.eventId))
      .limit(limit),
  )

const wrongDomains = 'Specify between 1 and 50 domains, for example contoso.com.'

const tenantIdOf = (text: string): string =>
  parseUuid(text) ?? invalid('The tenant ID must be a UUID.')
