import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { apiToken } from '../../../drizzle/tables/identity.ts'
import { recordRefusedSignIn } from '../../../platform/audit/refusals.ts'
import { unaudited } from '../../../platform/audit/unaudited.ts'
import type { ApiToken } from '../../../platform/auth/viewer.ts'
import type { Context as BaseContext } from '../../../platform/graphql/context.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { apiTokenTarget } from './token-target.ts'

/**
 * Updates the `lastUsedAt` of an API token. The gateway calls this function at most once per minute
 * for each token.
 */
export const touchApiToken = (db: Database, { tenantId, tokenId }: ApiToken): Promise<void> =>
  unaudited(db, tenantId, 'each request is recorded in the Activity Log', async (tx) => {
    await tx.update(apiToken).set({ lastUsedAt: sql`now()` }).where(eq(apiToken.tokenId, tokenId))
  })

/**
 * The minimum time between two `api_token.refused` events of one token. Without this limit, a
 * program that keeps sending a revoked token could fill the Activity Log.
 */
export const refusalIntervalSeconds = 3_600

/**
 * Records in the tenant's Activity Log that a revoked or expired API token was used. Such use can
 * mean that the token was stolen.
 */
export const recordRefusedApiToken = (
  context: Pick<BaseContext, 'db' | 'request'>,
  { tenantId, tokenId, actor }: ApiToken,
): Promise<void> =>
  recordRefusedSignIn(
    context,
    { tenantId, actor, method: null, clientId: null },
    {
      action: 'api_token.refused',
      reason: 'UNAUTHENTICATED',
      target: apiTokenTarget(tokenId, actor.displayName),
    },
    async (tx) => {
      const isIntervalOver = lt(
        apiToken.refusedAt,
        sql`now() - make_interval(secs => ${refusalIntervalSeconds})`,
      )
      const updated = await tx
        .update(apiToken)
        .set({ refusedAt: sql`now()` })
        .where(and(eq(apiToken.tokenId, tokenId), or(isNull(apiToken.refusedAt), isIntervalOver)))
        .returning()
      return updated.length === 1
    },
  )
