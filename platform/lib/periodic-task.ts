import { setTimeout } from 'node:timers/promises'
import type { Log } from './log.ts'

export interface PeriodicTask {
  /** Stops the task. The promise resolves when the current run has ended. */
  stop(): Promise<void>
}

/**
 * Waits `everyMs` milliseconds, runs `work`, and repeats until the task is stopped. If `work`
 * fails, the error is logged and `work` runs again after the next wait.
 * @param name the name of the task in the process log, for example "sending mail"
 * @param work may return `'again'` to run again without waiting, because more work is due
 */
export function startPeriodicTask(
  everyMs: number,
  log: Log,
  name: string,
  work: () => Promise<unknown>,
): PeriodicTask {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async () => {
    let result: unknown
    while (!signal.aborted) {
      if (result !== 'again') await setTimeout(everyMs, undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      result = await work().catch((error: unknown) =>
        log.error({ err: error }, `The task "${name}" failed. Retrying in ${everyMs} ms.`),
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
