/** Work that is done again and again for as long as a process runs, such as looking after what others left. */
import { setTimeout } from 'node:timers/promises'
import type { Log } from './log.ts'

export interface PeriodicTask {
  /** Lets what is under way end. */
  stop(): Promise<void>
}

/** Waits, does the work, and begins anew. What goes wrong is logged, and tried again the next time. */
export function startPeriodicTask(
  everyMs: number,
  log: Log,
  what: string,
  work: () => Promise<unknown>,
): PeriodicTask {
  const stopping = new AbortController()
  const run = async () => {
    for (;;) {
      await setTimeout(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      await work().catch((error: unknown) =>
        log.error({ err: error }, `${what}: to be tried again`),
      )
    }
  }
  const running = run()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}
