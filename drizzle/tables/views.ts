/**
 * Views that derive who has access (SQL in migrations/0002_walls.sql), and a view of the whole
 * Activity Log (SQL in migrations/0009_activity_log_walls.sql).
 */
import { bigint, boolean, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core'
import { activityOutcome, audit, type Coalesced, type FieldChange, type Target } from './audit.ts'
import { identity, loginMethod } from './identity.ts'
import { type Actor, moment } from './shared.ts'
import { partnerPlatform, sessionEndReason, tenants } from './tenants.ts'

/**
 * Contains a row for each partner instance whose technicians can currently sign in to the tenant.
 */
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

/** All sessions, with their derived status. */
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

/**
 * All events of the tenant, sealed and unsealed, in the format in which they are displayed. Use
 * this view only to find an event by `eventId`. Pages of events are read from the underlying
 * tables.
 */
export const activity = audit
  .view('activity', {
    tenantId: uuid('tenant_id').notNull(),
    eventId: uuid('event_id').notNull(),
    occurredAt: moment('occurred_at').notNull(),
    actorKey: text('actor_key').notNull(),
    actor: jsonb('actor').$type<Actor>().notNull(),
    action: text('action').notNull(),
    outcome: activityOutcome('outcome').notNull(),
    reason: text('reason'),
    target: jsonb('target').$type<Target>(),
    changes: jsonb('changes').$type<FieldChange[]>().notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    requestId: text('request_id').notNull(),
    traceId: text('trace_id'),
    method: loginMethod('method'),
    sessionId: uuid('session_id'),
    coalesced: jsonb('coalesced').$type<Coalesced>(),
    clientId: text('client_id'),
    /** Null until the event is sealed. */
    sequence: bigint('sequence', { mode: 'number' }),
  })
  .existing()

export type Activity = typeof activity.$inferSelect
