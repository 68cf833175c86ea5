/** The two views from which access is derived. Their SQL stands in migrations/0002_walls.sql, with the grants. */
import { boolean, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core'
import { identity, loginMethod } from './identity.ts'
import { type Actor, moment } from './shared.ts'
import { partnerPlatform, sessionEndReason, tenants } from './tenants.ts'

/** A row for each partner instance through which somebody could come in to the tenant right now. */
export const federatedAccess = tenants
  .view('federated_access', {
    tenantId: uuid('tenant_id').notNull(),
    associationId: uuid('association_id').notNull(),
    clientId: text('client_id').notNull(),
    platform: partnerPlatform('platform').notNull(),
    instanceName: text('instance_name').notNull(),
    allowedTechnicians: text('allowed_technicians').array(),
    mfaMaxAgeMinutes: integer('mfa_max_age_minutes'),
    featureEpoch: integer('feature_epoch').notNull(),
    associationEpoch: integer('association_epoch').notNull(),
    instanceEpoch: integer('instance_epoch').notNull(),
  })
  .existing()

/** Every session, with what is derived about it. */
export const sessionStatus = identity
  .view('session_status', {
    tenantId: uuid('tenant_id').notNull(),
    sessionId: uuid('session_id').notNull(),
    tokenHash: text('token_hash').notNull(),
    method: loginMethod('method').notNull(),
    actor: jsonb('actor').$type<Actor>().notNull(),
    createdAt: moment('created_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    objectId: uuid('object_id'),
    authTime: moment('auth_time'),
    clientId: text('client_id'),
    expiresAt: moment('expires_at').notNull(),
    live: boolean('live').notNull(),
    endedAt: moment('ended_at'),
    endReason: sessionEndReason('end_reason'),
  })
  .existing()
