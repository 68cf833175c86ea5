import { sql } from 'drizzle-orm'

/** The maximum accepted difference between a partner's clock and the database clock, in seconds. */
export const clockSkewSeconds = 30

/**
 * The time of the database clock, in seconds since 1970. All nodes use this clock, so that a node
 * with a slow clock does not accept an expired token.
 */
export const databaseNowSeconds = sql<number>`extract(epoch from clock_timestamp())::float8`

/** Whether a time claim is probably in milliseconds. As seconds, it is after the year 5000. */
export const isMilliseconds = (value: number | undefined): value is number =>
  value !== undefined && value > 1e11
