/** Until when a request may take: it goes with whatever is done for the request, down to the commit of its transactions. */
import { AsyncLocalStorage } from 'node:async_hooks'

/** In milliseconds of the process's clock. */
const until = new AsyncLocalStorage<number>()

/** Does work that has so long, or as long as whoever asks for it has left. */
export const withDeadline = <T>(ms: number, work: () => T): T =>
  until.run(Math.min(performance.now() + ms, deadline()), work)

/** Work that several requests wait for, or that takes as long as its reader does: it is held to bounds of its own. */
export const withoutDeadline = <T>(work: () => T): T => until.exit(work)

/** What is left, in milliseconds; infinity where nobody waits. */
export const remainingMs = (): number => Math.max(0, deadline() - performance.now())

const deadline = () => until.getStore() ?? Number.POSITIVE_INFINITY
