/**
 * A circuit breaker, driven by a health probe. Without it, calls to a subgraph that hangs would use
 * up the concurrent requests of a gateway. When a call takes longer than 500 ms, the breaker probes
 * `/healthz`. The circuit is open while the probe fails; a slow response alone does not open it.
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
  /** Whether the circuit is open. Callers must then fail at once instead of calling `run`. */
  isOpen(): boolean
  /** Runs a call, and starts probing when the call takes longer than 500 ms. */
  run<T>(call: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

const probeAfterMs = 500
const probeTimeoutMs = 1_000
const probeIntervalMs = 250
/**
 * When a probe ends more than this time after its timeout, this process itself was blocked, so the
 * probe says nothing about the subgraph.
 */
const ownDelayMs = 200

export function createCircuitBreaker({
  subgraph,
  healthUrl,
  log,
}: CircuitBreakerOptions): CircuitBreaker {
  // Probes have their own connection, so that they never wait behind calls that hang.
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
          'The subgraph does not answer its health probe. Calls to it fail until it does.',
        )
      isOpen = true
      await wait(probeIntervalMs, undefined, { signal: closing.signal }).catch(() => {})
    }
    if (isOpen) log.warn({ subgraph }, 'The subgraph answers its health probe again.')
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
