/** The outbox: mail that is to be sent. Written in the transaction of what it tells of, emptied by the worker in notifications/. */
import { sql } from 'drizzle-orm'
import { foreignKey, index, integer, pgSchema, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { moment, tenantId, tenantOnly } from './shared.ts'
import { tenant } from './tenants.ts'

export const notifications = pgSchema('notifications')

/** One mail to one recipient about one row of the Activity Log, from which its text is made when it is sent. */
export const message = notifications.table(
  'message',
  {
    tenantId: tenantId(),
    messageId: uuid('message_id').notNull().default(sql`gen_random_uuid()`),
    eventId: uuid('event_id').notNull(),
    recipient: text('recipient').notNull(),
    createdAt: moment('created_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.messageId] }),
    foreignKey({ columns: [t.tenantId], foreignColumns: [tenant.tenantId] }),
    tenantOnly(),
  ],
)

/** A reference table: which messages of which tenant are due when. Ids alone, so that a worker finds its work without seeing into tenants. */
export const due = notifications.table(
  'due',
  {
    messageId: uuid('message_id').primaryKey(),
    tenantId: uuid('tenant_id').notNull(),
    dueAt: moment('due_at').notNull().default(sql`clock_timestamp()`),
    attempts: integer('attempts').notNull().default(0),
  },
  (t) => [index('due_by_time').on(t.dueAt)],
)
