/**
 * A circuit breaker, driven by a health probe. A subgraph that hangs would otherwise hold all
 * requests in flight of a gateway, also those that do not need it. When a call takes longer than
 * 500 ms, the breaker probes `/healthz`; while the probe fails, the circuit is open. A slow
 * response with a healthy probe never opens it.
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
  /** While open, callers must fail at once instead of calling `run`. */
  isOpen(): boolean
  /** Runs a call, and starts probing when the call takes longer than 500 ms. */
  run<T>(call: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

const probeAfterMs = 500
const probeTimeoutMs = 1_000
const probeIntervalMs = 250
/**
 * A probe that ends this much later than its timeout shows that this process itself was blocked.
 */
const ownDelayMs = 200

export function createCircuitBreaker({
  subgraph,
  healthUrl,
  log,
}: CircuitBreakerOptions): CircuitBreaker {
  // A separate connection, so that a probe never waits behind calls that hang.
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
