import { eq, sql } from 'drizzle-orm'
import { apiToken } from '../tables/identity.ts'
import type { Tx } from './tx.ts'

/** Whether an API token is neither revoked nor expired. */
export const apiTokenWorks = sql<boolean>`(${apiToken.revokedAt} is null and ${apiToken.expiresAt} > now())`

/** Finds an API token by its hash, including expired and revoked tokens. */
export async function apiTokenByHash(tx: Tx, tokenHash: string) {
  const [row] = await tx
    .select({
      tokenId: apiToken.tokenId,
      name: apiToken.name,
      works: apiTokenWorks,
      secondsSinceUsed: sql<
        number | null
      >`extract(epoch from now() - ${apiToken.lastUsedAt})::float8`,
      secondsSinceRefused: sql<
        number | null
      >`extract(epoch from now() - ${apiToken.refusedAt})::float8`,
    })
    .from(apiToken)
    .where(eq(apiToken.tokenHash, tokenHash))
  return row
}

/** Whether an API token is still valid. Downloads repeat this check while they run. */
export async function apiTokenStillWorks(tx: Tx, tokenId: string): Promise<boolean> {
  const [row] = await tx
    .select({ works: apiTokenWorks })
    .from(apiToken)
    .where(eq(apiToken.tokenId, tokenId))
  return row?.works === true
}
