/** API tokens: made by admins for programs that read the tenant's activity, and revoked by them. What one may read, the rules say. */
import { and, desc, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { apiTokenWorks } from '../../drizzle/reads.ts'
import type { Target } from '../../drizzle/tables/audit.ts'
import { apiToken } from '../../drizzle/tables/identity.ts'
import {
  audited,
  recordRefusedSignIn,
  throwUserError,
  unaudited,
} from '../../platform/audit/audited.ts'
import { newToken } from '../../platform/auth/tokens.ts'
import type { ApiToken } from '../../platform/auth/viewer.ts'
import type { Context as BaseContext } from '../../platform/graphql/context.ts'
import { connection, pageRequest } from '../../platform/graphql/pagination.ts'
import { isPlainText } from '../../platform/lib/text.ts'
import { type Database, isUuid, type ReadTx } from '../../platform/postgres/database.ts'
import type { MutationResolvers, TenantResolvers } from './schema.types.ts'
import type { Context } from './subgraph.ts'

export type ApiTokenRow = typeof apiToken.$inferSelect

/** So many work at a time in a tenant. */
const maxApiTokens = 100

export const apiTokenMutations: Pick<
  MutationResolvers<Context>,
  'createApiToken' | 'revokeApiToken'
> = {
  createApiToken(_, { input: { name, expiresAt } }, context) {
    return audited(
      context,
      { action: 'api_token.created', target: target(null, null) },
      async (tx, viewer) => {
        if (!isPlainText(name, 100))
          throwUserError('INVALID_VALUE', 'One line of 1 to 100 characters.', 'name')
        if (!(await isWithinAYear(tx, expiresAt)))
          throwUserError('INVALID_VALUE', 'A moment to come, at most a year from now.', 'expiresAt')
        if ((await tx.$count(apiToken, apiTokenWorks)) >= maxApiTokens)
          throwUserError('LIMIT_EXCEEDED', `At most ${maxApiTokens} API tokens.`)
        const { tenantId, actor: createdBy } = viewer
        const { token, hash } = newToken(tenantId)
        const [created] = await tx
          .insert(apiToken)
          .values({ tenantId, tokenHash: hash, name, createdBy, expiresAt })
          .returning()
        return {
          payload: { apiToken: created!, secret: token },
          target: target(created!.tokenId, name),
          changes: [
            { field: 'name', before: null, after: name },
            { field: 'expiresAt', before: null, after: expiresAt.toISOString() },
          ],
          notify: {},
        }
      },
    )
  },

  revokeApiToken(_, { input: { apiTokenId } }, context) {
    return audited(
      context,
      { action: 'api_token.revoked', target: target(apiTokenId, null) },
      async (tx) => {
        const [revoked] = isUuid(apiTokenId)
          ? await tx
              .update(apiToken)
              .set({ revokedAt: sql`clock_timestamp()` })
              .where(and(eq(apiToken.tokenId, apiTokenId), apiTokenWorks))
              .returning()
          : []
        if (!revoked)
          throwUserError(
            'NOT_FOUND',
            'There is no such token, or it works no longer.',
            'apiTokenId',
          )
        return {
          payload: { apiTokenId },
          target: target(apiTokenId, revoked.name),
          changes: [
            { field: 'name', before: revoked.name, after: null },
            { field: 'expiresAt', before: revoked.expiresAt.toISOString(), after: null },
          ],
          notify: {},
        }
      },
    )
  },
}

/** Those that work now, newest first. */
export const apiTokens: TenantResolvers<Context>['apiTokens'] = async (_, args, { loaders }) => {
  const page = pageRequest(args, ['time', 'id'])
  const [createdAt, tokenId] = page.from ?? []
  const rows = await loaders.inTenant((tx) =>
    tx
      .select()
      .from(apiToken)
      .where(
        and(
          apiTokenWorks,
          createdAt && tokenId
            ? sql`(${apiToken.createdAt}, ${apiToken.tokenId}) < (${createdAt}::timestamptz, ${tokenId}::uuid)`
            : undefined,
        ),
      )
      .orderBy(desc(apiToken.createdAt), desc(apiToken.tokenId))
      .limit(page.size + 1),
  )
  return connection(
    page,
    rows,
    (row) => [row.createdAt.toISOString(), row.tokenId],
    (row) => row,
  )
}

/** Notes that a token is in use. */
export const noteTokenUsed = (db: Database, { tenantId, tokenId }: ApiToken): Promise<void> =>
  unaudited(
    db,
    tenantId,
    'it says that a token is in use, which its requests say better',
    async (tx) => {
      await tx.update(apiToken).set({ lastUsedAt: sql`now()` }).where(eq(apiToken.tokenId, tokenId))
    },
  )

/** Tells the tenant that a token was presented that works no longer: whoever holds it may not know yet, or may have stolen it. */
export const recordTokenRefused = (
  context: Pick<BaseContext, 'db' | 'request'>,
  { tenantId, tokenId, actor }: ApiToken,
): Promise<void> =>
  recordRefusedSignIn(
    context,
    { tenantId, actor, method: null, clientId: null },
    {
      action: 'api_token.refused',
      reason: 'UNAUTHENTICATED',
      target: target(tokenId, actor.displayName),
    },
    async (tx) => {
      const longAgo = lt(
        apiToken.refusedAt,
        sql`now() - make_interval(secs => ${tokenRefusedEverySeconds})`,
      )
      const told = await tx
        .update(apiToken)
        .set({ refusedAt: sql`now()` })
        .where(and(eq(apiToken.tokenId, tokenId), or(isNull(apiToken.refusedAt), longAgo)))
        .returning()
      return told.length === 1
    },
  )

/** The log tells at most this often of one token that it was refused: a program that was forgotten goes on asking. */
export const tokenRefusedEverySeconds = 3_600

const target = (id: string | null, displayName: string | null): Target => ({
  type: 'api_token',
  id,
  displayName,
})

/** By the database's clock, which also decides when the token stops working. */
async function isWithinAYear(tx: ReadTx, moment: Date): Promise<boolean> {
  const [clock] = await tx.execute<{ now: number; latest: number }>(
    sql`select extract(epoch from now())::float8 * 1000 as now, extract(epoch from now() + interval '1 year')::float8 * 1000 as latest`,
  )
  return moment.getTime() > clock!.now && moment.getTime() <= clock!.latest
}
