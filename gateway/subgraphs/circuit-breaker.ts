/**
 * A subgraph that stands still would take all the requests that a gateway may have under way with it, also those that ask for nothing
 * there. Where a call waits, the subgraph is asked whether it is alive; while it is not, calls fail at once. A slow answer is none of this.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Agent, fetch } from 'undici'
import type { Log } from '../../platform/lib/log.ts'

const [suspiciousAfterMs, aliveWithinMs, askAgainMs] = [500, 1_000, 250]

export function createCircuitBreaker(subgraph: string, healthUrl: string, log: Log) {
  // Of its own: where calls wait for a connection, this is not to wait among them.
  const agent = new Agent({ connections: 1, connectTimeout: aliveWithinMs })
  const stopping = new AbortController()
  let isSilent = false
  let isWatching = false

  async function isAlive(): Promise<boolean> {
    const asked = performance.now()
    try {
      const answer = await fetch(healthUrl, {
        signal: AbortSignal.timeout(aliveWithinMs),
        dispatcher: agent,
        redirect: 'error',
      })
      await answer.arrayBuffer()
      return answer.ok
    } catch {
      // Where it was this process that stood still, nothing is known of the other.
      return performance.now() - asked > aliveWithinMs + 200
    }
  }

  async function watch(): Promise<void> {
    if (isWatching) return
    isWatching = true
    while (!(await isAlive()) && !stopping.signal.aborted) {
      if (!isSilent)
        log.error({ subgraph }, 'a subgraph is silent: calls to it fail until it is alive')
      isSilent = true
      await wait(askAgainMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
    if (isSilent) log.warn({ subgraph }, 'a subgraph is alive again')
    isSilent = isWatching = false
  }

  return {
    isSilent: () => isSilent,
    /** Waits for a call, and becomes suspicious while it waits. */
    async during<T>(call: Promise<T>): Promise<T> {
      const timer = setTimeout(() => void watch(), suspiciousAfterMs)
      return call.finally(() => clearTimeout(timer))
    },
    async stop(): Promise<void> {
      stopping.abort()
      await agent.destroy()
    },
  }
}
