import type { Database, WriteTx } from '../postgres/database.ts'

/**
 * Runs a writing transaction that records nothing: the only exception to "no change without its
 * row", for bookkeeping that changes nothing for a user. Used for last-seen times, consumed token
 * identifiers, rate limits, the mail queue, sealing and retention, coalesced counts, and work that
 * inserts its row itself.
 * @param _reason why no row is needed, for the reader
 */
export const unaudited = <T>(
  db: Database,
  tenantId: string | null,
  _reason: string,
  work: (tx: WriteTx) => Promise<T>,
): Promise<T> => db.write(tenantId, work)
