import type { Database, WriteTx } from '../postgres/database.ts'

/**
 * Runs a writing transaction that records no event. This is the only exception to the rule that
 * every change is recorded, and only for bookkeeping that changes nothing for users: last-seen
 * times, consumed token identifiers, rate limits, the mail queue, sealing and retention, coalesced
 * counts, and work that inserts its row itself.
 * @param _reason documents why no event is needed
 */
export const unaudited = <T>(
  db: Database,
  tenantId: string | null,
  _reason: string,
  work: (tx: WriteTx) => Promise<T>,
): Promise<T> => db.write(tenantId, work)
