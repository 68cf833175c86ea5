import { and, asc, eq } from 'drizzle-orm'
import { apiTokenWorks } from '../../../drizzle/reads/api-tokens.ts'
import { visibleSession } from '../../../drizzle/reads/nodes.ts'
import { apiToken } from '../../../drizzle/tables/identity.ts'
import { federatedAccess, sessionStatus } from '../../../drizzle/tables/views.ts'
import { isReaderOf } from '../../../platform/auth/viewer.ts'
import type { Reference } from '../../../platform/graphql/context.ts'
import { keyset } from '../../../platform/graphql/pagination.ts'
import type { Context } from '../context.ts'
import type { TenantResolvers } from '../schema.types.ts'
import { firstSpanningAdmins } from './spanning-admins.ts'

const maxPartners = 100

const newestSessions = keyset<typeof sessionStatus.$inferSelect>('desc', [
  {
    kind: 'time',
    column: sessionStatus.createdAt,
    keyOf: ({ createdAt }) => createdAt.toISOString(),
  },
  { kind: 'id', column: sessionStatus.sessionId, keyOf: ({ sessionId }) => sessionId },
])
const newestApiTokens = keyset<typeof apiToken.$inferSelect>('desc', [
  { kind: 'time', column: apiToken.createdAt, keyOf: ({ createdAt }) => createdAt.toISOString() },
  { kind: 'id', column: apiToken.tokenId, keyOf: ({ tokenId }) => tokenId },
])

export const tenant: TenantResolvers = {
  __resolveReference: ({ id }: Reference, { viewer }: Context) =>
    isReaderOf(viewer, id) ? { id } : null,

  async sessions(_, { active, ...args }, { loaders }) {
    const page = newestSessions.page(args)
    const rows = await loaders.inTenant((tx, partnerScope) =>
      tx
        .select()
        .from(sessionStatus)
        .where(
          and(
            visibleSession(partnerScope),
            active == null ? undefined : eq(sessionStatus.live, active),
            page.condition,
          ),
        )
        .orderBy(...page.orderBy)
        .limit(page.limit),
    )
    return page.connection(rows)
  },

  effectiveAccess: (_, __, { loaders }) =>
    loaders.inTenant(async (tx, partnerScope) => {
      const partners = await tx
        .select()
        .from(federatedAccess)
        .where(partnerScope === null ? undefined : eq(federatedAccess.clientId, partnerScope))
        .orderBy(asc(federatedAccess.instanceName), asc(federatedAccess.associationId))
        .limit(maxPartners)
      return {
        spanningAdmins: await firstSpanningAdmins(tx),
        partners: partners.map(({ platform, instanceName, allowedTechnicians }) => ({
          method: platform,
          instance: instanceName,
          allowedTechnicians,
        })),
      }
    }),

  async apiTokens(_, args, { loaders }) {
    const page = newestApiTokens.page(args)
    const rows = await loaders.inTenant((tx) =>
      tx
        .select()
        .from(apiToken)
        .where(and(apiTokenWorks, page.condition))
        .orderBy(...page.orderBy)
        .limit(page.limit),
    )
    return page.connection(rows)
  },
}
