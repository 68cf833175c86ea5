/**
 * Tables of the audit subgraph: the Activity Log of each tenant, and the operators' log. The
 * service role can only insert and select events. The sequencer and the retention worker use
 * separate database roles.
 */
import { sql } from 'drizzle-orm'
import {
  bigint,
  customType,
  foreignKey,
  index,
  integer,
  json,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { loginMethod } from './identity.ts'
import { type Actor, maintenance, moment, sealer, tenantId, tenantOnly } from './shared.ts'
import { activityRetention, tenant } from './tenants.ts'

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
  /**
   * UUID version 7. The IDs of one database increase with time, so they also determine the order of
   * events within the same millisecond.
   */
  eventId: uuid('event_id').notNull().default(sql`audit.next_event_id()`),
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

export interface Coalesced {
  count: number
  firstAt: string
  lastAt: string
}

/**
 * Events that the sequencer has not sealed yet. Each event is inserted in the same transaction as
 * the change that the event records. The sequencer seals each event within about one second.
 */
export const unsealed = audit.table(
  'unsealed',
  {
    tenantId: tenantId(),
    ...event,
    method: loginMethod('method'),
    sessionId: uuid('session_id'),
    /** Present if the event represents several similar attempts. */
    coalesced: jsonb('coalesced').$type<Coalesced>(),
    /**
     * The partner instance that acted, or the partner instance that an admin's change concerns.
     * Technicians of other instances cannot see the event.
     */
    clientId: text('client_id'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.eventId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    index('unsealed_by_time').on(t.tenantId, t.occurredAt, t.eventId),
    tenantOnly(sealer, maintenance),
  ],
)

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const searchVector = customType<{ data: string }>({ dataType: () => 'tsvector' })
const wholeNumber = (name: string) => bigint(name, { mode: 'number' })

/**
 * The plain values and salts of an event's commitments. If they are deleted, the person's data is
 * erased, but the hashed event is unchanged.
 */
export interface Disclosure<Value> {
  /** The salt: 32 random bytes in base64. */
  salt: string
  value: Value
}

export interface Disclosures {
  actor: Disclosure<{
    displayName: string
    ipAddress: string | null
    userAgent: string | null
    userPrincipalName?: string
    email?: string | null
  }> | null
  target: Disclosure<{ displayName: string | null; changes: FieldChange[] }> | null
}

/**
 * The sealed Activity Log, partitioned by retention period and month
 * (migrations/0009_activity_log_walls.sql). `event` is the hashed text (RFC 8785). The displayed
 * event combines `event` and `disclosures`. The other columns are for searches.
 */
export const sealed = audit.table(
  'sealed',
  {
    tenantId: tenantId(),
    /** The sequence number of the event. It starts at 1 for each tenant and has no gaps. */
    sequence: wholeNumber('sequence').notNull(),
    retention: activityRetention('retention').notNull(),
    occurredAt: moment('occurred_at').notNull(),
    eventId: uuid('event_id').notNull(),
    facetId: integer('facet_id').notNull(),
    kindId: integer('kind_id').notNull(),
    event: text('event').notNull(),
    disclosures: json('disclosures').$type<Disclosures>().notNull(),
    sessionId: uuid('session_id').generatedAlwaysAs(sql`((event::json ->> 'sessionId')::uuid)`),
    words: searchVector('words').generatedAlwaysAs(
      sql`audit.words_of(tenant_id, facet_id, kind_id, event, disclosures)`,
    ),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.sequence, t.retention, t.occurredAt] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    index('sealed_by_id').on(t.tenantId, t.eventId),
    index('sealed_by_time').on(t.tenantId, t.occurredAt, t.eventId),
    index('sealed_by_facet').on(t.tenantId, t.facetId, t.occurredAt, t.eventId),
    index('sealed_by_kind').on(t.tenantId, t.kindId, t.occurredAt, t.eventId),
    index('sealed_by_session').on(t.tenantId, t.sessionId, t.occurredAt, t.eventId),
    tenantOnly(sealer),
  ],
)

/**
 * Each combination of actor, action, outcome, sign-in method and partner instance that occurs in
 * events. A row with an actor is called a facet, and a row without an actor is called a kind.
 * Filters select facets or kinds, so that a search scans only a few index ranges.
 */
export const facet = audit.table(
  'facet',
  {
    tenantId: tenantId(),
    facetId: integer('facet_id').notNull().generatedAlwaysAsIdentity(),
    /** Null if the row is a kind. */
    actorKey: text('actor_key'),
    action: text('action').notNull(),
    outcome: activityOutcome('outcome').notNull(),
    method: loginMethod('method'),
    clientId: text('client_id'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.facetId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    unique('facet_once')
      .on(t.tenantId, t.actorKey, t.action, t.outcome, t.method, t.clientId)
      .nullsNotDistinct(),
    tenantOnly(sealer),
  ],
)

/** The number of sealed events per facet and hour. */
export const activityCount = audit.table(
  'activity_count',
  {
    tenantId: tenantId(),
    hour: moment('hour').notNull(),
    facetId: integer('facet_id').notNull(),
    retention: activityRetention('retention').notNull(),
    count: wholeNumber('count').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.hour, t.facetId, t.retention] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(sealer, maintenance),
  ],
)

/**
 * The hashes of the Merkle tree, in tiles of 256 hashes (C2SP tlog-tiles). The tiles are kept after
 * the retention worker deletes the events.
 */
export const tile = audit.table(
  'tile',
  {
    tenantId: tenantId(),
    level: integer('level').notNull(),
    tileIndex: wholeNumber('tile_index').notNull(),
    hashes: bytes('hashes').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.level, t.tileIndex] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(sealer),
  ],
)

/**
 * Signed checkpoints of the Activity Log. A checkpoint contains the size and the root hash of the
 * Merkle tree (C2SP tlog-checkpoint).
 */
export const checkpoint = audit.table(
  'checkpoint',
  {
    tenantId: tenantId(),
    treeSize: wholeNumber('tree_size').notNull(),
    epoch: integer('epoch').notNull(),
    rootHash: bytes('root_hash').notNull(),
    note: text('note').notNull(),
    createdAt: moment('created_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.treeSize] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(sealer),
  ],
)

/**
 * The epochs of the Activity Log, except the first epoch. An operator starts a new epoch after the
 * database was restored from a backup, because the restored log is older than its anchored
 * checkpoints.
 */
export const logEpoch = audit.table(
  'log_epoch',
  {
    tenantId: tenantId(),
    epoch: integer('epoch').notNull(),
    /** The number of events in the log at the start of the epoch. */
    treeSize: wholeNumber('tree_size').notNull(),
    openedAt: moment('opened_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.epoch] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(sealer),
  ],
)

/**
 * Partitions that the retention worker has dropped or will drop. The Activity Log records the
 * expiry of the events before the worker drops the partition.
 */
export const expired = audit.table(
  'expired',
  {
    tenantId: tenantId(),
    retention: activityRetention('retention').notNull(),
    /** The start of the partition's month. */
    month: moment('month').notNull(),
    /** The sequence numbers of the expired events, as inclusive ranges. */
    runs: jsonb('runs').$type<[from: number, to: number][]>().notNull(),
    loggedAt: moment('logged_at').notNull().default(sql`clock_timestamp()`),
    /** Null until the partition is dropped. */
    droppedAt: moment('dropped_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.retention, t.month] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(sealer, maintenance),
  ],
)

/** A prepared export of the Activity Log. The events in the export are fixed at its creation. */
export const activityExport = audit.table(
  'export',
  {
    tenantId: tenantId(),
    exportId: uuid('export_id').notNull().default(sql`gen_random_uuid()`),
    createdAt: moment('created_at').notNull().default(sql`clock_timestamp()`),
    expiresAt: moment('expires_at').notNull(),
    /** The `Actor.key` of the only actor who can download the export. */
    actorKey: text('actor_key').notNull(),
    /** The input of `createActivityExport`, as JSON. */
    input: jsonb('input').notNull(),
    treeSize: wholeNumber('tree_size').notNull(),
    /** The tree size of the tenant's previous export; null for the first export. */
    previousTreeSize: wholeNumber('previous_tree_size'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.exportId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    index('export_by_age').on(t.tenantId, t.createdAt),
    tenantOnly(maintenance),
  ],
)

/**
 * Deduplication keys of events that are recorded only once, such as the first read of an operation
 * in a session.
 */
export const recordedOnce = audit.table(
  'recorded_once',
  {
    tenantId: tenantId(),
    key: text('key').notNull(),
    recordedAt: moment('recorded_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.key] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    index('recorded_once_by_age').on(t.tenantId, t.recordedAt),
    tenantOnly(maintenance),
  ],
)

/**
 * Columns for coalesced events: counts per minute of similar attempts above the rate at which
 * single events are recorded. At the end of the minute, each row becomes one event.
 */
const flooding = {
  minute: moment('minute').notNull(),
  /** The hash of the fields that all similar attempts have in common. */
  key: text('key').notNull(),
  /** The event to record at the end of the minute, without its count and times. */
  event: jsonb('event').notNull(),
  count: integer('count').notNull(),
  firstAt: moment('first_at').notNull(),
  lastAt: moment('last_at').notNull(),
}

export const flood = audit.table('flood', { tenantId: tenantId(), ...flooding }, (t) => [
  primaryKey({ columns: [t.tenantId, t.minute, t.key] }),
  foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
  tenantOnly(),
])

export const operatorFlood = audit.table('operator_flood', flooding, (t) => [
  primaryKey({ columns: [t.minute, t.key] }),
])

/**
 * Lookup table of the tenants whose counts are not recorded in the Activity Log yet. The table
 * contains only IDs, so that the worker can find these tenants without access to tenant data.
 */
export const floodedTenant = audit.table(
  'flooded_tenant',
  { tenantId: uuid('tenant_id').notNull(), minute: moment('minute').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.minute] })],
)

/**
 * The processes that count attempts, with the time of their last flush. The row of a crashed
 * process remains.
 */
export const counter = audit.table('counter', {
  counterId: uuid('counter_id').primaryKey(),
  startedAt: moment('started_at').notNull().default(sql`clock_timestamp()`),
  flushedAt: moment('flushed_at').notNull().default(sql`clock_timestamp()`),
})

/**
 * The operators' log: operator commands on partner instances, and attempts without a valid
 * signature. The log has the same action names as the Activity Log.
 */
export const operatorActivity = audit.table(
  'operator_activity',
  {
    ...event,
    /** Present if the event represents several similar attempts. */
    coalesced: jsonb('coalesced').$type<Coalesced>(),
    /** The claims of the attempt, truncated. They are not verified. */
    unverifiedClaims: jsonb('unverified_claims').$type<Record<string, unknown>>(),
  },
  (t) => [
    primaryKey({ columns: [t.eventId] }),
    index('operator_activity_by_time').on(t.occurredAt, t.eventId),
  ],
)
