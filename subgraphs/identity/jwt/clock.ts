import { sql } from 'drizzle-orm'

/** How far the clock of a partner may differ from the database's clock. */
export const clockSkewSeconds = 30

/**
 * The database's clock in seconds since 1970. All nodes share it, so no slow node accepts an
 * expired token.
 */
export const databaseNowSeconds = sql<number>`extract(epoch from clock_timestamp())::float8`
