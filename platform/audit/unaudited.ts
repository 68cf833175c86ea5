import type { Database, WriteTx } from '../postgres/database.ts'

/**
 * Runs a writing transaction that records no event. Use it only for bookkeeping that changes
 * nothing for users: last-seen times, consumed token identifiers, rate limits, the mail queue,
 * sealing, retention and coalesced counts, and for work that inserts its own row. All other changes
 * must be audited.
 * @param _reason documents why the transaction needs no event
 */
export const unaudited = <T>(
  db: Database,
  tenantId: string | null,
  _reason: string,
  work: (tx: WriteTx) => Promise<T>,
): Promise<T> => db.write(tenantId, work)
