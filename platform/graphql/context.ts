/** What goes with a request through a subgraph. */

import { isReader, partnerScope, type RequestMetadata, type Viewer } from '../auth/viewer.ts'
import { denied } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Database, ReadTx } from '../postgres/database.ts'

/** What every resolver is given. */
export interface Context {
  viewer: Viewer
  request: RequestMetadata
  db: Database
  log: Log
  /** In a mutation: asks its own permission again, of the viewer as it stands under lock. Throws the refusal. */
  recheck?: (viewer: Viewer) => Promise<void>
  /** For the gateway alone: the token of a session begun in this request, as whose viewer the request goes on. */
  newSession: { token?: string }
}

/** An entity as another subgraph names it. */
export interface Reference {
  id: string
}

/** Reads in the viewer's own tenant, which is the only one that can be read; and, for a technician, no further than their own partner instance. */
export function tenantReader({ db, viewer }: Pick<Context, 'db' | 'viewer'>) {
  return <T>(work: (tx: ReadTx, onlyInstanceId: string | null) => Promise<T>): Promise<T> => {
    if (!isReader(viewer)) throw denied('UNAUTHENTICATED')
    return db.read(viewer.tenantId, (tx) => work(tx, partnerScope(viewer)))
  }
}
