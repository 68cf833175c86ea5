import { Pool } from 'undici'
import { cpuSeconds } from './process-cpu.ts'

/** A request that a server answers, and the process that answers it. */
export interface Target {
  origin: string
  path: string
  headers: Record<string, string>
  body: string
  /** The processes whose CPU time is measured, with their descendants. */
  pids: number[]
}

export interface Measured {
  requestsPerSecond: number
  cpuMicrosecondsPerRequest: number
}

/**
 * Sends requests on `connections` connections for `seconds` seconds.
 * @throws Error if an answer differs from `expected`
 */
export async function measure(
  target: Target,
  expected: string,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Measured> {
  const pool = new Pool(target.origin, { connections, pipelining: 1 })
  const cpu = () => target.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0)
  const cpuBefore = cpu()
  const startedAt = performance.now()
  const until = startedAt + seconds * 1000
  let answered = 0
  const client = async () => {
    while (performance.now() < until) {
      const answer = await ask(pool, target)
      if (answer !== expected)
        throw new Error(`The server gave another answer: ${answer.slice(0, 500)}`)
      answered++
    }
  }
  await Promise.all(Array.from({ length: connections }, client))
  const tookSeconds = (performance.now() - startedAt) / 1000
  const cpuUsed = cpu() - cpuBefore
  await pool.close()
  return {
    requestsPerSecond: answered / tookSeconds,
    cpuMicrosecondsPerRequest: (cpuUsed / answered) * 1e6,
  }
}

async function ask(pool: Pool, { path, headers, body }: Target): Promise<string> {
  const { body: answer } = await pool.request({
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  return answer.text()
}

/** Returns the answer to one request. */
export async function answerOf(target: Target): Promise<string> {
  const pool = new Pool(target.origin)
  const answer = await ask(pool, target)
  await pool.close()
  return answer
}
