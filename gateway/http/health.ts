/**
 * Health endpoints, without rate limits. `/healthz` responds with 200 if the process runs.
 * `/readyz` responds with 200 if the process can serve requests, and otherwise with 503.
 */
import type { RequestHandler } from 'express'
import type { Database, Health } from '../../platform/postgres/database.ts'
import type { SubgraphDataSource } from '../subgraphs/data-source.ts'

export interface ReadinessOptions {
  db: Database
  sources: Record<string, SubgraphDataSource>
  /** Whether the process is stopping. Load balancers must then send requests to another process. */
  isDraining(): boolean
}

/**
 * `/readyz` reports larger clock differences, because subgraphs then refuse the gateway's signed
 * tokens.
 */
const clockToleranceSeconds = 2

export const liveness: RequestHandler = (_request, response) => {
  response.json({ status: 'alive' })
}

export function readiness({ db, sources, isDraining }: ReadinessOptions): RequestHandler {
  return async (_request, response) => {
    if (isDraining()) return void response.status(503).json({ status: 'draining' })
    const health = await pingAll(db, sources)
    const waitingFor = health.flatMap(({ name, answers }) => (answers ? [] : name))
    const clocks = health.flatMap(({ name, clockDiffersBySeconds: seconds = 0 }) =>
      Math.abs(seconds) > clockToleranceSeconds ? [[name, Math.round(seconds)]] : [],
    )
    response.status(waitingFor.length ? 503 : 200).json({
      status: waitingFor.length ? 'not ready' : 'ready',
      ...(waitingFor.length && { waitingFor }),
      ...(clocks.length && { clockDiffersBySeconds: Object.fromEntries(clocks) }),
    })
  }
}

function pingAll(
  db: Database,
  sources: Record<string, SubgraphDataSource>,
): Promise<(Health & { name: string })[]> {
  const pings = {
    database: db.ping(),
    ...Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, source.ping()])),
  }
  return Promise.all(
    Object.entries(pings).map(async ([name, health]) => ({ name, ...(await health) })),
  )
}
