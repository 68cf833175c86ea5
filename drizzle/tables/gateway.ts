/** What the gateway owns: how much has been asked by whom within a minute, where several nodes count together. */
import { index, integer, pgSchema, text } from 'drizzle-orm/pg-core'
import { moment } from './shared.ts'

export const gateway = pgSchema('gateway')

/**
 * A reference table, unlogged (migrations/0013_request_counts_walls.sql): a crash forgets a minute. Callers and addresses stand in it
 * by a keyed hash, so that it tells nobody who asked.
 */
export const requestCount = gateway.table(
  'request_count',
  {
    callerHash: text('caller_hash').primaryKey(),
    hits: integer('hits').notNull(),
    resetsAt: moment('resets_at').notNull(),
  },
  (t) => [index('request_count_by_end').on(t.resetsAt)],
)
