/**
 * The deadline of a request. Asynchronous calls inherit the deadline, so all work for the request
 * ends in time, including the commits of its transactions.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

/** The current deadline, a `performance.now()` time in milliseconds. */
const deadlines = new AsyncLocalStorage<number>()

/**
 * Runs `work` with a deadline in `ms` milliseconds. An earlier deadline of the current request
 * still applies.
 */
export const withDeadline = <T>(ms: number, work: () => T): T =>
  deadlines.run(Math.min(performance.now() + ms, currentDeadline()), work)

/**
 * Runs `work` without the deadline of the request. Used for work that several requests share or
 * that has a separate time limit.
 */
export const withoutDeadline = <T>(work: () => T): T => deadlines.exit(work)

/**
 * Returns the remaining time until the deadline in milliseconds, at least 0. Without a deadline,
 * returns Infinity.
 */
export const remainingMs = (): number => Math.max(0, currentDeadline() - performance.now())

const currentDeadline = () => deadlines.getStore() ?? Number.POSITIVE_INFINITY
