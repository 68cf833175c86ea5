import DataLoader from 'dataloader'
import { and, inArray } from 'drizzle-orm'
import { apiTokenWorks } from '../../drizzle/reads/api-tokens.ts'
import { visibleSession } from '../../drizzle/reads/nodes.ts'
import { apiToken } from '../../drizzle/tables/identity.ts'
import { sessionStatus } from '../../drizzle/tables/views.ts'
import { type Context as BaseContext, tenantReader } from '../../platform/graphql/context.ts'
import { isUuid } from '../../platform/lib/uuid.ts'
import type { ReadTx } from '../../platform/postgres/database.ts'
import type { ApiTokenRow, SessionRow } from './mappers.ts'

export interface Loaders {
  /**
   * Runs a read transaction in the viewer's tenant.
   * @throws UNAUTHENTICATED if the viewer has no tenant
   */
  inTenant: ReturnType<typeof tenantReader>
  /**
   * Loads sessions by ID. Returns null for a session that does not exist or that the viewer may not
   * read.
   */
  sessions: DataLoader<string, SessionRow | null>
  /**
   * Loads API tokens by ID. Returns null for a token that does not exist, has expired or was
   * revoked.
   */
  apiTokens: DataLoader<string, ApiTokenRow | null>
}

/** Creates the DataLoaders of one request. The loaders read only the viewer's tenant. */
export function createLoaders(context: Pick<BaseContext, 'db' | 'viewer'>): Loaders {
  const inTenant = tenantReader(context)
  const byId = <Row>(
    idOf: (row: Row) => string,
    fetch: (tx: ReadTx, ids: string[], partnerScope: string | null) => Promise<Row[]>,
  ) =>
    new DataLoader<string, Row | null>(async (ids) => {
      const rows = await inTenant((tx, partnerScope) => fetch(tx, ids.filter(isUuid), partnerScope))
      const found = new Map(rows.map((row) => [idOf(row), row]))
      return ids.map((id) => found.get(id) ?? null)
    })
  return {
    inTenant,
    sessions: byId(
      (row: SessionRow) => row.sessionId,
      (tx, ids, partnerScope) =>
        tx
          .select()
          .from(sessionStatus)
          .where(and(inArray(sessionStatus.sessionId, ids), visibleSession(partnerScope))),
    ),
    apiTokens: byId(
      (row: ApiTokenRow) => row.tokenId,
      (tx, ids) =>
        tx
          .select()
          .from(apiToken)
          .where(and(inArray(apiToken.tokenId, ids), apiTokenWorks)),
    ),
  }
}
