/**
 * A circuit breaker for calls to one subgraph. Without a circuit breaker, calls to a hanging
 * subgraph would occupy all concurrent requests of a gateway.
 *
 * If a call takes longer than 500 ms, the breaker probes `/healthz`. The circuit is open while the
 * probe fails. A slow response alone does not open the circuit.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Agent, fetch } from 'undici'
import type { Log } from '../../platform/lib/log.ts'

export interface CircuitBreakerOptions {
  subgraph: string
  healthUrl: string
  log: Log
}

export interface CircuitBreaker {
  /**
   * Whether the circuit is open. If it is open, do not call `run`, but return an error immediately.
   */
  isOpen(): boolean
  /** Runs a call. Starts to probe if the call takes longer than 500 ms. */
  run<T>(call: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

const probeAfterMs = 500
const probeTimeoutMs = 1_000
const probeIntervalMs = 250
/**
 * If a probe ends later than its timeout plus this time, this process itself was blocked. The
 * result of the probe is then ignored.
 */
const ownDelayMs = 200

export function createCircuitBreaker({
  subgraph,
  healthUrl,
  log,
}: CircuitBreakerOptions): CircuitBreaker {
  // Probes use a separate connection, so that they never wait for hanging calls.
  const agent = new Agent({ connections: 1, connectTimeout: probeTimeoutMs })
  const closing = new AbortController()
  let isOpen = false
  let isProbing = false

  async function isHealthy(): Promise<boolean> {
    const started = performance.now()
    try {
      const response = await fetch(healthUrl, {
        signal: AbortSignal.timeout(probeTimeoutMs),
        dispatcher: agent,
        redirect: 'error',
      })
      await response.arrayBuffer()
      return response.ok
    } catch {
      return performance.now() - started > probeTimeoutMs + ownDelayMs
    }
  }

  async function probeUntilHealthy(): Promise<void> {
    if (isProbing) return
    isProbing = true
    while (!(await isHealthy()) && !closing.signal.aborted) {
      if (!isOpen)
        log.error(
          { subgraph },
          'The subgraph does not respond to health probes. Calls fail until the subgraph responds again.',
        )
      isOpen = true
      await wait(probeIntervalMs, undefined, { signal: closing.signal }).catch(() => {})
    }
    if (isOpen) log.warn({ subgraph }, 'The subgraph responds to health probes again.')
    isOpen = isProbing = false
  }

  return {
    isOpen: () => isOpen,
    async run(call) {
      const timer = setTimeout(() => void probeUntilHealthy(), probeAfterMs)
      return call().finally(() => clearTimeout(timer))
    },
    async close() {
      closing.abort()
      await agent.destroy()
    },
  }
}
