/**
 * Tables of the identity subgraph: handoffs, sessions, API tokens, and the used token IDs (`jti`)
 * for replay protection.
 */
import { sql } from 'drizzle-orm'
import {
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
import { type Actor, moment, tenantId, tenantOnly } from './shared.ts'
import { sessionEndReason, tenant } from './tenants.ts'

export const identity = pgSchema('identity')

export const loginMethod = identity.enum('login_method', [
  'MICROSOFT',
  'KASEYA_VSA',
  'UNITRENDS_UNIVIEW',
])
export const handoffBinding = identity.enum('handoff_binding', ['browser', 'client'])

/**
 * The association, key and epochs on which a handoff or federated session depends. A handoff or
 * session ends when one of these values changes.
 */
const federation = {
  clientId: text('client_id'),
  associationId: uuid('association_id'),
  kid: text('kid'),
  subject: text('subject'),
  featureEpoch: integer('feature_epoch'),
  associationEpoch: integer('association_epoch'),
  instanceEpoch: integer('instance_epoch'),
}

/**
 * A session. No column stores whether the session is valid, because the view `session_status`
 * derives the validity.
 */
export const session = identity.table(
  'session',
  {
    tenantId: tenantId(),
    sessionId: uuid('session_id').notNull().default(sql`gen_random_uuid()`),
    /** SHA-256 of the session token, base64url. */
    tokenHash: text('token_hash').notNull(),
    method: loginMethod('method').notNull(),
    actor: jsonb('actor').$type<Actor>().notNull(),
    createdAt: moment('created_at').notNull().default(sql`clock_timestamp()`),
    lastSeenAt: moment('last_seen_at').notNull().default(sql`clock_timestamp()`),
    idleSeconds: integer('idle_seconds').notNull(),
    maxExpiresAt: moment('max_expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    revokedAt: moment('revoked_at'),
    revokedReason: sessionEndReason('revoked_reason'),
    /**
     * Set only for a Microsoft sign-in: the user, the time of authentication, and the Spanning
     * Admin grant, if any.
     */
    objectId: uuid('object_id'),
    authTime: moment('auth_time'),
    grantId: uuid('grant_id'),
    /** Set only for a federated sign-in: the redeemed handoff. */
    handoffId: uuid('handoff_id'),
    ...federation,
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.sessionId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    uniqueIndex('session_by_token').on(t.tenantId, t.tokenHash),
    index('session_by_age').on(t.tenantId, t.createdAt, t.sessionId),
    index('session_by_technician').on(t.tenantId, t.clientId, t.subject),
    tenantOnly(),
  ],
)

/** A handoff: a one-time code that the service issued for a partner's assertion. */
export const handoff = identity.table(
  'handoff',
  {
    tenantId: tenantId(),
    handoffId: uuid('handoff_id').notNull().default(sql`gen_random_uuid()`),
    /** SHA-256 of the one-time code, base64url. */
    codeHash: text('code_hash').notNull(),
    binding: handoffBinding('binding').notNull(),
    /**
     * SHA-256 of the secret in the browser's transaction cookie, base64url. Null if `binding` is
     * `client`.
     */
    transactionHash: text('transaction_hash'),
    actor: jsonb('actor').$type<Actor>().notNull(),
    createdAt: moment('created_at').notNull().default(sql`clock_timestamp()`),
    expiresAt: moment('expires_at').notNull(),
    /**
     * Set at the first redemption attempt with the complete code, even if the service refuses the
     * attempt.
     */
    consumedAt: moment('burned_at'),
    /** Set when an admin revokes all pending handoffs. */
    revokedAt: moment('revoked_at'),
    ...federation,
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.handoffId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    uniqueIndex('handoff_by_code').on(t.tenantId, t.codeHash),
    index('handoff_by_expiry').on(t.tenantId, t.expiresAt),
    tenantOnly(),
  ],
)

/**
 * API tokens. Expired and revoked tokens are kept, so that the service can record their later use.
 */
export const apiToken = identity.table(
  'api_token',
  {
    tenantId: tenantId(),
    tokenId: uuid('token_id').notNull().default(sql`gen_random_uuid()`),
    /** SHA-256 of the API token, base64url. */
    tokenHash: text('token_hash').notNull(),
    name: text('name').notNull(),
    createdAt: moment('created_at').notNull().default(sql`clock_timestamp()`),
    createdBy: jsonb('created_by').$type<Actor>().notNull(),
    expiresAt: moment('expires_at').notNull(),
    lastUsedAt: moment('last_used_at'),
    revokedAt: moment('revoked_at'),
    /** The time of the last event that recorded the use of the expired or revoked token. */
    refusedAt: moment('refused_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.tokenId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    uniqueIndex('api_token_by_token').on(t.tenantId, t.tokenHash),
    index('api_token_by_age').on(t.tenantId, t.createdAt, t.tokenId).where(sql`revoked_at is null`),
    tenantOnly(),
  ],
)

/**
 * Replay protection: the `jti` of each used assertion. A row is kept until the assertion's `exp`
 * plus the clock tolerance.
 */
export const assertionId = identity.table(
  'assertion_id',
  {
    tenantId: tenantId(),
    issuer: text('issuer').notNull(),
    jti: text('jti').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.issuer, t.jti] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    index('assertion_id_by_expiry').on(t.tenantId, t.expiresAt),
    tenantOnly(),
  ],
)

/**
 * Replay protection for all tenants: the `jti` of each client authentication JWT. A row is kept
 * until the JWT's `exp` plus the clock tolerance.
 */
export const clientAuthenticationId = identity.table(
  'client_authentication_id',
  {
    clientId: text('client_id').notNull(),
    jti: text('jti').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.clientId, t.jti] }),
    index('client_authentication_id_by_expiry').on(t.clientId, t.expiresAt),
  ],
)

/** Replay protection for all tenants: the `jti` of each security event token, kept for 25 hours. */
export const securityEventId = identity.table(
  'security_event_id',
  {
    clientId: text('client_id').notNull(),
    jti: text('jti').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.clientId, t.jti] }),
    index('security_event_id_by_expiry').on(t.clientId, t.expiresAt),
  ],
)

/**
 * Lookup table of the sessions whose end is not recorded in the Activity Log yet. A trigger
 * maintains the table.
 */
export const openSession = identity.table('open_session', {
  sessionId: uuid('session_id').primaryKey(),
  tenantId: uuid('tenant_id').notNull(),
})

/** Technicians who have signed in to the tenant at least once. */
export const knownTechnician = identity.table(
  'known_technician',
  {
    tenantId: tenantId(),
    clientId: text('client_id').notNull(),
    subject: text('subject').notNull(),
    firstSeenAt: moment('first_seen_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.clientId, t.subject] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(),
  ],
)
