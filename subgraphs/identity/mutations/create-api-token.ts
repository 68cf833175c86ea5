import { sql } from 'drizzle-orm'
import { apiTokenWorks } from '../../../drizzle/reads/api-tokens.ts'
import { apiToken } from '../../../drizzle/tables/identity.ts'
import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import { newToken } from '../../../platform/auth/tokens.ts'
import { isPlainText, plainTextMessage } from '../../../platform/lib/text.ts'
import type { ReadTx } from '../../../platform/postgres/database.ts'
import { apiTokenTarget } from '../api-tokens/token-target.ts'
import type { MutationResolvers } from '../schema.types.ts'

/** The maximum number of active API tokens per tenant. Expired and revoked tokens do not count. */
const maxApiTokens = 100

export const createApiToken: MutationResolvers['createApiToken'] = (
  _,
  { input: { name, expiresAt } },
  context,
) =>
  audited(
    context,
    { action: 'api_token.created', target: apiTokenTarget(null, null) },
    async (tx, { tenantId, actor: createdBy }) => {
      if (!isPlainText(name, 100))
        throwUserError('INVALID_VALUE', plainTextMessage('name', name, 100), 'name')
      if (!(await isWithinOneYear(tx, expiresAt)))
        throwUserError(
          'INVALID_VALUE',
          'expiresAt must be in the future and at most one year away.',
          'expiresAt',
        )
      if ((await tx.$count(apiToken, apiTokenWorks)) >= maxApiTokens)
        throwUserError(
          'LIMIT_EXCEEDED',
          `A tenant can have at most ${maxApiTokens} API tokens. Revoke one first.`,
        )
      const { token, hash } = newToken(tenantId)
      const [created] = await tx
        .insert(apiToken)
        .values({ tenantId, tokenHash: hash, name, createdBy, expiresAt })
        .returning()
      if (!created) throw new Error('The insert of the API token returned no row.')
      return {
        payload: { apiToken: created, secret: token },
        target: apiTokenTarget(created.tokenId, name),
        changes: [
          { field: 'name', before: null, after: name },
          { field: 'expiresAt', before: null, after: expiresAt.toISOString() },
        ],
        notify: {},
      }
    },
  )

/**
 * Returns true if the time is in the future and at most one year away. Uses the database clock,
 * because the same clock determines when the token expires.
 */
async function isWithinOneYear(tx: ReadTx, moment: Date): Promise<boolean> {
  const [clock] = await tx.execute<{ nowMs: number; latestMs: number }>(
    sql`select extract(epoch from now())::float8 * 1000 as "nowMs", extract(epoch from now() + interval '1 year')::float8 * 1000 as "latestMs"`,
  )
  return clock !== undefined && moment.getTime() > clock.nowMs && moment.getTime() <= clock.latestMs
}
