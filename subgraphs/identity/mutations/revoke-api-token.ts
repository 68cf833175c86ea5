import { and, eq, sql } from 'drizzle-orm'
import { apiTokenWorks } from '../../../drizzle/reads/api-tokens.ts'
import { apiToken } from '../../../drizzle/tables/identity.ts'
import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import { apiTokenTarget } from '../api-tokens/token-target.ts'
import type { MutationResolvers } from '../schema.types.ts'

export const revokeApiToken: MutationResolvers['revokeApiToken'] = (
  _,
  { input: { apiTokenId } },
  context,
) =>
  audited(
    context,
    { action: 'api_token.revoked', target: apiTokenTarget(apiTokenId, null) },
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
          'The tenant has no working API token with this ID.',
          'apiTokenId',
        )
      return {
        payload: { apiTokenId },
        target: apiTokenTarget(apiTokenId, revoked.name),
        changes: [
          { field: 'name', before: revoked.name, after: null },
          { field: 'expiresAt', before: revoked.expiresAt.toISOString(), after: null },
        ],
        notify: {},
      }
    },
  )
