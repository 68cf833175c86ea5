/**
 * Tables of the audit subgraph: the Activity Log of each tenant and the operators' log. The service
 * role can only insert and select events; the sequencer and the retention worker have roles of
 * their own.
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
   * UUID version 7: ids of one database increase with time, so they order events within a
   * millisecond.
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
 * Events that the sequencer has not sealed yet. Each event is inserted in the transaction of the
 * change that it records, and sealed within about one second.
 */
export const unsealed = audit.table(
  'unsealed',
  {
    tenantId: tenantId(),
    ...event,
    method: loginMethod('method'),
    sessionId: uuid('session_id'),
    /** Set when the row represents several similar attempts. */
    coalesced: jsonb('coalesced').$type<Coalesced>(),
    /**
     * The partner instance that acted, or the one that an admin's change concerns (related client).
     * Technicians of other instances cannot read the event.
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
 * The salted values behind an event's commitments. Deleting them erases a person without changing
 * the hashed event.
 */
export interface Disclosure<Value> {
  /** A salt: base64 of 32 random bytes. */
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
 * The sealed Activity Log, partitioned by retention and month
 * (migrations/0009_activity_log_walls.sql). `event` is the hashed text (RFC 8785); the displayed
 * event is built from it and `disclosures`. The other columns are for searches.
 */
export const sealed = audit.table(
  'sealed',
  {
    tenantId: tenantId(),
    /** The sequence number: 1 for the tenant's first event, without gaps. */
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
 * events (a facet), and the same combinations without the actor (kinds). A filter over these fields
 * becomes a few index ranges, each ordered by time.
 */
export const facet = audit.table(
  'facet',
  {
    tenantId: tenantId(),
    facetId: integer('facet_id').notNull().generatedAlwaysAsIdentity(),
    /** Null when the row is a kind. */
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

/** The number of sealed events of one facet in one hour. */
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
 * The hashes of the Merkle tree in tiles of 256 (C2SP tlog-tiles). Tiles are kept when retention
 * deletes the events.
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

/** Signed checkpoints: the size and root hash of the log (C2SP tlog-checkpoint). */
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
 * Epochs after the first. An operator opens an epoch when the database is older than the anchored
 * checkpoints, because it was restored from a backup.
 */
export const logEpoch = audit.table(
  'log_epoch',
  {
    tenantId: tenantId(),
    epoch: integer('epoch').notNull(),
    /** The size of the log when the epoch was opened. */
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
 * Partitions that retention has dropped or will drop. The Activity Log records an expiry before the
 * partition is dropped.
 */
export const expired = audit.table(
  'expired',
  {
    tenantId: tenantId(),
    retention: activityRetention('retention').notNull(),
    /** The start of the month. */
    month: moment('month').notNull(),
    /** The sequence numbers of the expired events, as ranges: first and last, both included. */
    runs: jsonb('runs').$type<[from: number, to: number][]>().notNull(),
    loggedAt: moment('logged_at').notNull().default(sql`clock_timestamp()`),
    /** Null while the partition exists. */
    droppedAt: moment('dropped_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.retention, t.month] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(sealer, maintenance),
  ],
)

/** A prepared export. Its content is fixed when it is created. */
export const activityExport = audit.table(
  'export',
  {
    tenantId: tenantId(),
    exportId: uuid('export_id').notNull().default(sql`gen_random_uuid()`),
    createdAt: moment('created_at').notNull().default(sql`clock_timestamp()`),
    expiresAt: moment('expires_at').notNull(),
    /** The `Actor.key` of the caller who may download it. */
    actorKey: text('actor_key').notNull(),
    /** The input of `createActivityExport`, as JSON. */
    input: jsonb('input').notNull(),
    treeSize: wholeNumber('tree_size').notNull(),
    /** The tree size of the tenant's previous export. Null for the first export. */
    previousTreeSize: wholeNumber('previous_tree_size'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.exportId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    index('export_by_age').on(t.tenantId, t.createdAt),
    tenantOnly(maintenance),
  ],
)

/** Keys of events that are recorded only once, such as the reads of one session. */
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
 * Columns of the counts of similar attempts above the recording bounds, per minute. After the
 * minute, one event is recorded for each row.
 */
const flooding = {
  minute: moment('minute').notNull(),
  /** The hash of the fields that similar attempts have in common. */
  key: text('key').notNull(),
  /** The event to record, without its count and times. */
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
 * Reference table: the tenants whose coalesced counts are not yet in the Activity Log. It holds ids
 * only, so that the worker finds these tenants without reading tenant data.
 */
export const floodedTenant = audit.table(
  'flooded_tenant',
  { tenantId: uuid('tenant_id').notNull(), minute: moment('minute').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.minute] })],
)

/**
 * Reference table: the processes that count attempts, with the time of their last flush. A crashed
 * process leaves its row behind.
 */
export const counter = audit.table('counter', {
  counterId: uuid('counter_id').primaryKey(),
  startedAt: moment('started_at').notNull().default(sql`clock_timestamp()`),
  flushedAt: moment('flushed_at').notNull().default(sql`clock_timestamp()`),
})

/**
 * The operators' log: operator commands on partner instances, and attempts without a verified
 * signature. The action names are the same as in the Activity Log.
 */
export const operatorActivity = audit.table(
  'operator_activity',
  {
    ...event,
    /** Set when the row represents several similar attempts. */
    coalesced: jsonb('coalesced').$type<Coalesced>(),
    /** The claims of the attempt, truncated and not verified. */
    unverifiedClaims: jsonb('unverified_claims').$type<Record<string, unknown>>(),
  },
  (t) => [
    primaryKey({ columns: [t.eventId] }),
    index('operator_activity_by_time').on(t.occurredAt, t.eventId),
  ],
)
