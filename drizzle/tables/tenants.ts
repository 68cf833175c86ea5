/**
 * Tables of the tenants subgraph: tenants, settings, Spanning Admins, partner associations, partner
 * instances and the directory.
 */
import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { type Actor, moment, sealer, tenantId, tenantOnly } from './shared.ts'

export const tenants = pgSchema('tenants')

export const partnerPlatform = tenants.enum('partner_platform', ['KASEYA_VSA', 'UNITRENDS_UNIVIEW'])
export const associationStatus = tenants.enum('association_status', ['REQUESTED', 'ACTIVE'])
export const notificationFrequency = tenants.enum('notification_frequency', [
  'IMMEDIATELY',
  'DAILY',
  'WEEKLY',
])
/** The retention period of a tenant's Activity Log. */
export const activityRetention = tenants.enum('activity_retention', [
  'ONE_YEAR',
  'THREE_YEARS',
  'SEVEN_YEARS',
])
export type ActivityRetention = (typeof activityRetention.enumValues)[number]
export const sessionEndReason = tenants.enum('session_end_reason', [
  'SIGNED_OUT',
  'REVOKED',
  'FEATURE_DISABLED',
  'ASSOCIATION_CHANGED',
  'ADMIN_REVOKED',
  'PARTNER_SIGNAL',
  'PARTNER_SUSPENDED',
])

/** A tenant: one Microsoft 365 organisation. */
export const tenant = tenants.table(
  'tenant',
  {
    tenantId: tenantId().primaryKey().default(sql`gen_random_uuid()`),
    name: text('name').notNull(),
    microsoftTenantId: uuid('microsoft_tenant_id').notNull(),
    primaryDomain: text('primary_domain').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  () => [tenantOnly()],
)

/**
 * Lookup table of the tenant of each Entra `tid`. Both columns are unique, so each Microsoft 365
 * organisation has exactly one tenant.
 */
export const organization = tenants.table('organization', {
  microsoftTenantId: uuid('microsoft_tenant_id').primaryKey(),
  tenantId: uuid('tenant_id').notNull().unique(),
  demo: boolean('demo').notNull().default(false),
})

/** Lookup table of the tenant of each Microsoft 365 domain. */
export const domain = tenants.table('domain', {
  domain: text('domain').primaryKey(),
  tenantId: uuid('tenant_id').notNull(),
})

/**
 * The settings of a tenant. Every mutation in a tenant first locks the tenant's row in this table
 * (platform/audit/audited.ts).
 */
export const settings = tenants.table(
  'settings',
  {
    tenantId: tenantId().primaryKey(),
    version: integer('version').notNull().default(1),
    mail: boolean('mail').notNull().default(true),
    calendar: boolean('calendar').notNull().default(true),
    contacts: boolean('contacts').notNull().default(true),
    oneDrive: boolean('one_drive').notNull().default(true),
    sharePoint: boolean('share_point').notNull().default(true),
    teams: boolean('teams').notNull().default(true),
    recipients: text('recipients').array().notNull().default(sql`'{}'`),
    frequency: notificationFrequency('frequency').notNull().default('IMMEDIATELY'),
    itCompleteLoginEnabled: boolean('it_complete_login_enabled').notNull().default(false),
    itCompleteLoginChangedAt: moment('it_complete_login_changed_at'),
    itCompleteLoginChangedBy: jsonb('it_complete_login_changed_by').$type<Actor>(),
    /** Incremented when all federated sessions of the tenant are ended; see `epochRise`. */
    epoch: integer('epoch').notNull().default(0),
    /** The retention period for future events. Sealed events keep their retention period. */
    activityRetention: activityRetention('activity_retention').notNull().default('ONE_YEAR'),
  },
  (t) => [
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(sealer),
  ],
)

export type Settings = typeof settings.$inferSelect

/**
 * The time and reason of each epoch increment. An epoch belongs to a tenant (`subjectId` is the
 * tenant ID) or to an association. A session stores the epochs at its creation, so the first
 * increment that does not keep its technician explains when and why the session ended.
 */
export const epochRise = tenants.table(
  'epoch_rise',
  {
    tenantId: tenantId(),
    subjectId: uuid('subject_id').notNull(),
    epoch: integer('epoch').notNull(),
    raisedAt: moment('raised_at').notNull().default(sql`clock_timestamp()`),
    reason: sessionEndReason('reason').notNull(),
    /**
     * The technicians whose sessions and handoffs continue: those who are on the association's new
     * allow-list. Null if the increment ends all of them.
     */
    keptTechnicians: text('kept_technicians').array(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.subjectId, t.epoch] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(),
  ],
)

/**
 * Partner instances, shared by all tenants. Rows are never deleted, so that old events can still
 * show the instance's name.
 */
export const partnerInstance = tenants.table('partner_instance', {
  clientId: text('client_id').primaryKey(),
  platform: partnerPlatform('platform').notNull(),
  name: text('name').notNull(),
  issuer: text('issuer').notNull().unique(),
  handoffUrl: text('handoff_url').notNull(),
  /** The JWKS URL of the instance; null if its keys are registered in `partner_key`. */
  jwksUrl: text('jwks_url'),
  /** The only permitted algorithm of the keys at the JWKS URL; null if each one is permitted. */
  jwksAlg: text('jwks_alg', { enum: ['EdDSA', 'ES256', 'PS256', 'RS256'] }),
  /** Incremented when the instance is suspended or removed; see `partnerInstanceEpochRise`. */
  epoch: integer('epoch').notNull().default(0),
  suspendedAt: moment('suspended_at'),
  removedAt: moment('removed_at'),
  demo: boolean('demo').notNull().default(false),
  createdAt: moment('created_at').notNull().defaultNow(),
})

/** The time and reason of each increment of a partner instance's epoch. */
export const partnerInstanceEpochRise = tenants.table(
  'partner_instance_epoch_rise',
  {
    clientId: text('client_id').notNull(),
    epoch: integer('epoch').notNull(),
    raisedAt: moment('raised_at').notNull().default(sql`clock_timestamp()`),
    reason: sessionEndReason('reason').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.clientId, t.epoch] }),
    foreignKey({ columns: [t.clientId], foreignColumns: [partnerInstance.clientId] }),
  ],
)

/**
 * Public keys of partner instances. Each key is pinned to one algorithm. For an instance with a
 * JWKS URL, the table contains only the IDs of revoked keys. These keys are refused even if the URL
 * still lists them.
 */
export const partnerKey = tenants.table(
  'partner_key',
  {
    clientId: text('client_id').notNull(),
    kid: text('kid').notNull(),
    alg: text('alg'),
    publicJwk: jsonb('public_jwk').$type<Record<string, unknown>>(),
    createdAt: moment('created_at').notNull().defaultNow(),
    revokedAt: moment('revoked_at'),
  },
  (t) => [
    primaryKey({ columns: [t.clientId, t.kid] }),
    foreignKey({ columns: [t.clientId], foreignColumns: [partnerInstance.clientId] }),
    check(
      'partner_key_whole_unless_revoked',
      sql`revoked_at is not null or (alg is not null and public_jwk is not null)`,
    ),
  ],
)

/**
 * Lookup table of the tenants with which each partner instance is associated. A trigger on
 * `partner_association` maintains the table.
 */
export const associatedTenant = tenants.table(
  'associated_tenant',
  {
    clientId: text('client_id').notNull(),
    tenantId: uuid('tenant_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.clientId, t.tenantId] })],
)

/**
 * Associations with partner instances, and requests for associations. Ended associations are kept,
 * because sessions refer to them.
 */
export const partnerAssociation = tenants.table(
  'partner_association',
  {
    tenantId: tenantId(),
    associationId: uuid('association_id').notNull().default(sql`gen_random_uuid()`),
    clientId: text('client_id').notNull(),
    status: associationStatus('status').notNull(),
    externalTenantId: text('external_tenant_id').notNull(),
    allowedTechnicians: text('allowed_technicians').array(),
    mfaMaxAgeMinutes: integer('mfa_max_age_minutes'),
    /** Incremented when the terms become more restrictive; see `epochRise`. */
    epoch: integer('epoch').notNull().default(0),
    createdAt: moment('created_at').notNull().defaultNow(),
    endedAt: moment('ended_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.associationId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    uniqueIndex('partner_association_one_per_instance')
      .on(t.tenantId, t.clientId)
      .where(sql`ended_at is null`),
    tenantOnly(),
  ],
)

/** Spanning Admins. Revoked grants are kept, because sessions refer to them. */
export const spanningAdmin = tenants.table(
  'spanning_admin',
  {
    tenantId: tenantId(),
    grantId: uuid('grant_id').notNull().default(sql`gen_random_uuid()`),
    objectId: uuid('object_id').notNull(),
    userPrincipalName: text('user_principal_name').notNull(),
    displayName: text('display_name').notNull(),
    grantedAt: moment('granted_at').notNull().defaultNow(),
    revokedAt: moment('revoked_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.grantId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    uniqueIndex('spanning_admin_one_grant')
      .on(t.tenantId, t.objectId)
      .where(sql`revoked_at is null`),
    index('spanning_admin_by_name')
      .on(t.tenantId, t.displayName, t.grantId)
      .where(sql`revoked_at is null`),
    tenantOnly(),
  ],
)

/** The stored responses of mutations with an idempotency key, kept for one day. */
export const idempotencyKey = tenants.table(
  'idempotency_key',
  {
    tenantId: tenantId(),
    actorKey: text('actor_key').notNull(),
    mutation: text('mutation').notNull(),
    key: text('key').notNull(),
    inputHash: text('input_hash').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.actorKey, t.mutation, t.key] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    index('idempotency_key_by_age').on(t.tenantId, t.createdAt),
    tenantOnly(),
  ],
)
