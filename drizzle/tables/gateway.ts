/** Tables of the gateway: the request counts that all nodes share for rate limits. */
import { index, integer, pgSchema, text } from 'drizzle-orm/pg-core'
import { moment } from './shared.ts'

export const gateway = pgSchema('gateway')

/**
 * The shared request counts. The table is unlogged (migrations/0013_request_counts_walls.sql), so a
 * database crash loses the counts of one minute. Callers and IP addresses are stored only as keyed
 * hashes.
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
