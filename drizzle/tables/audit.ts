/** What the audit subgraph owns: the tenants' Activity Logs and the operators' log. The service inserts and selects here, and nothing else. */
import { sql } from 'drizzle-orm'
import { foreignKey, index, jsonb, pgSchema, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { loginMethod } from './identity.ts'
import { type Actor, moment, tenantId, tenantOnly } from './shared.ts'
import { tenant } from './tenants.ts'

export const audit = pgSchema('audit')

export const activityOutcome = audit.enum('activity_outcome', ['SUCCEEDED', 'DENIED', 'FAILED'])

export interface Target {
  type: string
  id: string | null
  displayName: string | null
}

export interface FieldChange {
  field: string
  before: unknown
  after: unknown
}

const event = {
  eventId: uuid('event_id').notNull().default(sql`gen_random_uuid()`),
  occurredAt: moment('occurred_at').notNull().default(sql`clock_timestamp()`),
  actorKey: text('actor_key').notNull(),
  actor: jsonb('actor').$type<Actor>().notNull(),
  action: text('action').notNull(),
  outcome: activityOutcome('outcome').notNull(),
  reason: text('reason'),
  target: jsonb('target').$type<Target>(),
  changes: jsonb('changes').$type<FieldChange[]>().notNull().default([]),
  ipAddress: text('ip_address'),
  userAgent: text('user_agent'),
  requestId: text('request_id').notNull(),
  traceId: text('trace_id'),
}

/** One row for everything that was done, tried or refused in a tenant. */
export const activity = audit.table(
  'activity',
  {
    tenantId: tenantId(),
    ...event,
    method: loginMethod('method'),
    sessionId: uuid('session_id'),
    /** Set where the row stands for a flood of attempts alike. */
    coalesced: jsonb('coalesced').$type<{ count: number; firstAt: string; lastAt: string }>(),
    /** The partner instance whose technician or client did it, or whose technicians it names: what other instances' technicians may not read. */
    clientId: text('client_id'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.eventId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    index('activity_by_time').on(t.tenantId, t.occurredAt, t.eventId),
    index('activity_by_actor').on(t.tenantId, t.actorKey, t.occurredAt, t.eventId),
    index('activity_by_action').on(t.tenantId, t.action.op('text_pattern_ops'), t.occurredAt, t.eventId),
    index('activity_by_session').on(t.tenantId, t.sessionId, t.occurredAt, t.eventId),
    tenantOnly(),
  ],
)

/** What concerns no tenant, and what nobody has proven: acts of operators on partner instances, attempts before a verified signature. */
export const operatorActivity = audit.table(
  'operator_activity',
  {
    ...event,
    /** What an attempt claimed, truncated; never verified. */
    unverifiedClaims: jsonb('unverified_claims').$type<Record<string, unknown>>(),
  },
  (t) => [primaryKey({ columns: [t.eventId] }), index('operator_activity_by_time').on(t.occurredAt, t.eventId)],
)
