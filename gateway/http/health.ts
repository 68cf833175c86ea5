/**
 * `/healthz` answers 200 while the process runs, `/readyz` while it can serve requests. Neither is
 * rate-limited.
 */
import type { RequestHandler } from 'express'
import type { Database, Health } from '../../platform/postgres/database.ts'
import type { SubgraphDataSource } from '../subgraphs/data-source.ts'

export interface ReadinessOptions {
  db: Database
  sources: Record<string, SubgraphDataSource>
  /** Whether the process is stopping, so that load balancers must use another process. */
  isDraining(): boolean
}

/**
 * Clock differences above this tolerance are reported, because subgraphs then refuse the gateway's
 * signatures.
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
