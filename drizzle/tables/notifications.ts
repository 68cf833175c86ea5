/**
 * The transactional outbox for e-mail. A message is inserted in the same transaction as the event
 * that the message reports. The mailer in notifications/ sends the message.
 */
import { sql } from 'drizzle-orm'
import { foreignKey, index, integer, pgSchema, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { moment, tenantId, tenantOnly } from './shared.ts'
import { tenant } from './tenants.ts'

export const notifications = pgSchema('notifications')

/**
 * One e-mail to one recipient about one event. The mailer composes the text when it sends the
 * e-mail.
 */
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

/**
 * Lookup table of the time at which each message is due. The table contains only IDs and times, so
 * that the mailer can find due messages without access to tenant data.
 */
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
