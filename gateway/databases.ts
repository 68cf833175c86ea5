/** The database connections of one process. Each database role has its own pool and timeouts. */

import type { Log } from '../platform/lib/log.ts'
import type { DatabaseLimits } from '../platform/postgres/connection.ts'
import { type Database, defaultLimits, openDatabase } from '../platform/postgres/database.ts'
import { openDatabaseTarget } from '../platform/postgres/database-target.ts'
import { checkDatabase, checkRole, migrate } from '../platform/postgres/migrations.ts'
import type { DatabaseTarget } from '../platform/postgres/servers.ts'
import type { Config } from './config.ts'
import { rateLimitDatabaseLimits } from './http/rate-limit-store.ts'

export interface Databases {
  /** The database role that can migrate the schema. Only the demo uses this role. */
  owner: DatabaseTarget
  service: Database
  /** Null in processes that do not serve the audit subgraph. */
  sequencer: Database | null
  /** Null in processes that do not serve the audit subgraph. */
  retention: Database | null
  /** Null in processes without a gateway, and if each node counts its requests separately. */
  rateLimits: Database | null
}

/**
 * Limits of the sequencer's pool, with four connections for sequencing and two connections for the
 * witness. The timeout ensures that a hanging process blocks other sequencers for at most 4
 * seconds.
 */
export const sealerLimits: DatabaseLimits = {
  poolSize: 6,
  acquireTimeoutMs: 3_000,
  transactionTimeoutMs: 4_000,
}

const retentionLimits: DatabaseLimits = {
  poolSize: 1,
  acquireTimeoutMs: 3_000,
  transactionTimeoutMs: 30_000,
}

/**
 * Starts the embedded database unless DATABASE_URL is set. Then checks the schema and the roles,
 * and opens the connection pools that this process needs.
 * @param onOpen is called with a close function after each pool or server is opened, so that a
 *   signal during startup can close everything
 * @throws UnusableDatabase when the database does not respond, or its schema or a role is wrong
 */
export async function openDatabases(
  config: Config,
  log: Log,
  onOpen: (close: () => Promise<void>) => void,
): Promise<Databases> {
  const target = await openDatabaseTarget(config)
  onOpen(target.stop)
  const open = (role: DatabaseTarget, limits: DatabaseLimits): Database => {
    const db = openDatabase(role, log, limits)
    onOpen(db.close)
    return db
  }
  if (target.isEmbedded) await migrate(target.owner)
  const { loginIsUnbounded } = await checkDatabase(target.service, { demo: config.DEMO })
  if (loginIsUnbounded && !target.isEmbedded)
    log.warn(
      'The database login is a superuser or bypasses row-level security. Use a login that is a plain member of it_complete_app.',
    )
  const servesAudit = config.only === null || config.only === 'audit'
  const servesGateway = config.only === null || config.only === 'gateway'
  const countsTogether = servesGateway && config.RATE_LIMIT_STORE === 'postgresql'
  if (servesAudit) for (const role of [target.sealer, target.maintenance]) await checkRole(role)
  return {
    owner: target.owner,
    service: open(target.service, { ...defaultLimits, poolSize: config.DATABASE_POOL_SIZE }),
    sequencer: servesAudit ? open(target.sealer, sealerLimits) : null,
    retention: servesAudit ? open(target.maintenance, retentionLimits) : null,
    rateLimits: countsTogether ? open(target.service, rateLimitDatabaseLimits) : null,
  }
}
