/**
 * What the audit subgraph owns: the tenants' Activity Logs and the operators' log. Where an event stands before and after it is sealed,
 * and what of it is kept apart so that it is found, counted and proven. The service inserts and selects events, and nothing else;
 * what seals them has a role of its own.
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
  /** Those of one database rise with time, so that what follows within a millisecond stands behind what it follows. */
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

/** Everything that was done, tried or refused in a tenant, in the transaction of what it tells of; here until it is sealed, for a second. */
export const unsealed = audit.table(
  'unsealed',
  {
    tenantId: tenantId(),
    ...event,
    method: loginMethod('method'),
    sessionId: uuid('session_id'),
    /** Set where the row stands for a flood of attempts alike. */
    coalesced: jsonb('coalesced').$type<Coalesced>(),
    /** The partner instance whose technician or client did it, or whose technicians it names: what other instances' technicians may not read. */
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

/** What an event's commitments were made of, so that a person can be erased without touching what was hashed. */
export interface Disclosure<Value> {
  /** Base64 of 32 random bytes. */
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
 * The Activity Log: partitioned by retention and then by month (migrations/0009_activity_log_walls.sql). `event` is the text that was
 * hashed (RFC 8785 JSON); whatever is shown of an event is taken from there and from `disclosures`. The other columns are for finding it.
 */
export const sealed = audit.table(
  'sealed',
  {
    tenantId: tenantId(),
    /** 1 for the tenant's first event, without gaps. */
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
 * Every combination of actor, action, outcome, door and partner instance that occurs (a facet), and every one without its actor (a kind).
 * An event has one of each, so that any filter over them is a few stretches of an index, each in the order of time.
 */
export const facet = audit.table(
  'facet',
  {
    tenantId: tenantId(),
    facetId: integer('facet_id').notNull().generatedAlwaysAsIdentity(),
    /** Null: a kind. */
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

/** How many sealed events of a facet there are in an hour. */
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

/** The Merkle log's hashes in tiles of 256, as C2SP tlog-tiles lays them out. They stay when the events are gone. */
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

/** Signed statements of how many events a log held and of their root hash (C2SP tlog-checkpoint). */
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

/** Epochs after the first: opened by an operator where the database had fallen behind what was anchored outside of it. */
export const logEpoch = audit.table(
  'log_epoch',
  {
    tenantId: tenantId(),
    epoch: integer('epoch').notNull(),
    /** How many events the log held when it was opened. */
    treeSize: wholeNumber('tree_size').notNull(),
    openedAt: moment('opened_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.epoch] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(sealer),
  ],
)

/** What retention has taken, or is about to: the tenant's log tells of it before the partition goes. */
export const expired = audit.table(
  'expired',
  {
    tenantId: tenantId(),
    retention: activityRetention('retention').notNull(),
    /** The first moment of the month. */
    month: moment('month').notNull(),
    /** Sequence numbers that are gone: pairs of the first and the last of each run. */
    runs: jsonb('runs').$type<[from: number, to: number][]>().notNull(),
    loggedAt: moment('logged_at').notNull().default(sql`clock_timestamp()`),
    /** Null while they are still there. */
    droppedAt: moment('dropped_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.retention, t.month] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(sealer, maintenance),
  ],
)

/** An export that was prepared: what it holds was fixed then. */
export const activityExport = audit.table(
  'export',
  {
    tenantId: tenantId(),
    exportId: uuid('export_id').notNull().default(sql`gen_random_uuid()`),
    createdAt: moment('created_at').notNull().default(sql`clock_timestamp()`),
    expiresAt: moment('expires_at').notNull(),
    /** Who may download it: `Actor.key`. */
    actorKey: text('actor_key').notNull(),
    /** The input of `createActivityExport`. */
    input: jsonb('input').notNull(),
    treeSize: wholeNumber('tree_size').notNull(),
    /** Of the export before it; null for the first. */
    previousTreeSize: wholeNumber('previous_tree_size'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.exportId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    index('export_by_age').on(t.tenantId, t.createdAt),
    tenantOnly(maintenance),
  ],
)

/** What is in the log once however often it happens, such as a session's reading: the keys of what was recorded already. */
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

/** Attempts alike beyond what the log takes one by one, counted within a minute; the one row that stands for them is written after it. */
const flooding = {
  minute: moment('minute').notNull(),
  /** What makes them alike, hashed. */
  key: text('key').notNull(),
  /** The row, but for its count and times. */
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

/** A reference table: which tenants have floods that are not written yet, ids alone, so that whoever writes them finds them. */
export const floodedTenant = audit.table(
  'flooded_tenant',
  { tenantId: uuid('tenant_id').notNull(), minute: moment('minute').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.minute] })],
)

/** A reference table: processes that count, and when each last wrote its counts down. One that died leaves its row behind. */
export const counter = audit.table('counter', {
  counterId: uuid('counter_id').primaryKey(),
  startedAt: moment('started_at').notNull().default(sql`clock_timestamp()`),
  flushedAt: moment('flushed_at').notNull().default(sql`clock_timestamp()`),
})

/** What concerns no tenant, and what nobody has proven: acts of operators on partner instances, attempts before a verified signature. */
export const operatorActivity = audit.table(
  'operator_activity',
  {
    ...event,
    /** As in a tenant's log. */
    coalesced: jsonb('coalesced').$type<Coalesced>(),
    /** What an attempt claimed, truncated; never verified. */
    unverifiedClaims: jsonb('unverified_claims').$type<Record<string, unknown>>(),
  },
  (t) => [
    primaryKey({ columns: [t.eventId] }),
    index('operator_activity_by_time').on(t.occurredAt, t.eventId),
  ],
)
