import { sql } from 'drizzle-orm'

/** The maximum accepted difference between the clocks of a partner and of the database. */
export const clockSkewSeconds = 30

/**
 * The database's clock in seconds since 1970. All nodes use it, so that a node whose clock is slow
 * does not accept an expired token.
 */
export const databaseNowSeconds = sql<number>`extract(epoch from clock_timestamp())::float8`
