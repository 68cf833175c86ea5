/** Tables of the gateway: the request counts that several nodes share for rate limits. */
import { index, integer, pgSchema, text } from 'drizzle-orm/pg-core'
import { moment } from './shared.ts'

export const gateway = pgSchema('gateway')

/**
 * Unlogged reference table (migrations/0013_request_counts_walls.sql): a database crash loses the
 * counts of one minute. Callers and addresses are stored as keyed hashes only.
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
