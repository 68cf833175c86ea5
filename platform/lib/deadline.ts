/**
 * The deadline of a request. It is propagated through asynchronous calls, so that all work for the
 * request, including the commits of its transactions, ends before the deadline.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

/** The current deadline, in milliseconds on the clock of `performance.now()`. */
const deadlines = new AsyncLocalStorage<number>()

/**
 * Runs `work` with a deadline of `ms` milliseconds, or with the surrounding deadline if it is
 * earlier.
 */
export const withDeadline = <T>(ms: number, work: () => T): T =>
  deadlines.run(Math.min(performance.now() + ms, currentDeadline()), work)

/**
 * Runs `work` without the request's deadline, for work that several requests share or that has its
 * own time limit.
 */
export const withoutDeadline = <T>(work: () => T): T => deadlines.exit(work)

/**
 * Returns the milliseconds until the deadline, at least 0. Without a deadline, returns Infinity.
 */
export const remainingMs = (): number => Math.max(0, currentDeadline() - performance.now())

const currentDeadline = () => deadlines.getStore() ?? Number.POSITIVE_INFINITY
