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
   * The token of a session that the current mutation created. The rest of the request runs with the
   * viewer of the new session.
   */
  newSession: { token?: string }
}

/** The key of an entity that belongs to another subgraph (Apollo Federation). */
export interface Reference {
  id: string
}

/**
 * Returns a function that runs a read-only transaction in the viewer's own tenant. If
 * `partnerScope` is not null, `work` must return only data of the partner instance with this client
 * id.
 */
export function tenantReader({ db, viewer }: Pick<Context, 'db' | 'viewer'>) {
  return <T>(work: (tx: ReadTx, partnerScope: string | null) => Promise<T>): Promise<T> => {
    if (!isReader(viewer)) throw denied('UNAUTHENTICATED')
    return db.read(viewer.tenantId, (tx) => work(tx, partnerScope(viewer)))
  }
}
