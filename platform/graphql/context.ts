import type { AuditContext } from '../audit/event-row.ts'
import { isReader, partnerScope, type Viewer } from '../auth/viewer.ts'
import { denied } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Database, ReadTx } from '../postgres/database.ts'

/** The context that every resolver receives. */
export interface Context extends AuditContext {
  viewer: Viewer
  db: Database
  log: Log
  /**
   * The token of a session that a mutation created. The rest of the request runs as that session's
   * viewer.
   */
  newSession: { token?: string }
}

/** A reference by which another subgraph identifies an entity (Apollo Federation). */
export interface Reference {
  id: string
}

/**
 * Returns a function that runs a read-only transaction in the viewer's own tenant. The work must
 * restrict its result to `partnerScope`, the client id of a technician's partner instance; null
 * means no restriction.
 */
export function tenantReader({ db, viewer }: Pick<Context, 'db' | 'viewer'>) {
  return <T>(work: (tx: ReadTx, partnerScope: string | null) => Promise<T>): Promise<T> => {
    if (!isReader(viewer)) throw denied('UNAUTHENTICATED')
    return db.read(viewer.tenantId, (tx) => work(tx, partnerScope(viewer)))
  }
}
