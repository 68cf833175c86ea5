/**
 * The deadline of a request, passed on through asynchronous calls, so that everything done for the
 * request, including the commits of its transactions, stays within it.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

/** On the clock of `performance.now()`, in milliseconds. */
const deadlines = new AsyncLocalStorage<number>()

/**
 * Runs `work` with `ms` milliseconds, or with what the surrounding deadline leaves if that is less.
 */
export const withDeadline = <T>(ms: number, work: () => T): T =>
  deadlines.run(Math.min(performance.now() + ms, currentDeadline()), work)

/**
 * Runs `work` without the request's deadline: for work shared by several requests, or with a bound
 * of its own.
 */
export const withoutDeadline = <T>(work: () => T): T => deadlines.exit(work)

/** Milliseconds until the deadline, at least 0; Infinity where there is none. */
export const remainingMs = (): number => Math.max(0, currentDeadline() - performance.now())

const currentDeadline = () => deadlines.getStore() ?? Number.POSITIVE_INFINITY
