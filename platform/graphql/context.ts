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
   * Set by mutations that create a session. The rest of the request then runs as that session's
   * viewer.
   */
  newSession: { token?: string }
}

/** A reference by which another subgraph identifies an entity (Apollo Federation). */
export interface Reference {
  id: string
}

/**
 * Returns a function that runs a reading transaction in the viewer's own tenant, the only one that
 * can be read. Its work receives the client id to which it must restrict what it returns: a
 * technician's own partner instance; null: no restriction.
 */
export function tenantReader({ db, viewer }: Pick<Context, 'db' | 'viewer'>) {
  return <T>(work: (tx: ReadTx, partnerScope: string | null) => Promise<T>): Promise<T> => {
    if (!isReader(viewer)) throw denied('UNAUTHENTICATED')
    return db.read(viewer.tenantId, (tx) => work(tx, partnerScope(viewer)))
  }
}
