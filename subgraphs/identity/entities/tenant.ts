import { and, asc, type Column, desc, eq, sql } from 'drizzle-orm'
import { apiTokenWorks, visibleSession } from '../../../drizzle/reads.ts'
import { apiToken } from '../../../drizzle/tables/identity.ts'
import { federatedAccess, sessionStatus } from '../../../drizzle/tables/views.ts'
import { isReaderOf } from '../../../platform/auth/viewer.ts'
import type { Reference } from '../../../platform/graphql/context.ts'
import { connection, pageRequest } from '../../../platform/graphql/pagination.ts'
import type { Context } from '../context.ts'
import type { TenantResolvers } from '../schema.types.ts'
import { firstSpanningAdmins } from './spanning-admins.ts'

const maxPartners = 100

export const tenant: TenantResolvers = {
  __resolveReference: ({ id }: Reference, { viewer }: Context) =>
    isReaderOf(viewer, id) ? { id } : null,

  async sessions(_, { active, ...args }, { loaders }) {
    const page = pageRequest(args, ['time', 'id'])
    const rows = await loaders.inTenant((tx, onlyInstance) =>
      tx
        .select()
        .from(sessionStatus)
        .where(
          and(
            visibleSession(onlyInstance),
            active == null ? undefined : eq(sessionStatus.live, active),
            olderThan(page.from, sessionStatus.createdAt, sessionStatus.sessionId),
          ),
        )
        .orderBy(desc(sessionStatus.createdAt), desc(sessionStatus.sessionId))
        .limit(page.size + 1),
    )
    return connection(
      page,
      rows,
      (row) => [row.createdAt.toISOString(), row.sessionId],
      (row) => row,
    )
  },

  effectiveAccess: (_, __, { loaders }) =>
    loaders.inTenant(async (tx, onlyInstance) => {
      const partners = await tx
        .select()
        .from(federatedAccess)
        .where(onlyInstance === null ? undefined : eq(federatedAccess.clientId, onlyInstance))
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
    const page = pageRequest(args, ['time', 'id'])
    const rows = await loaders.inTenant((tx) =>
      tx
        .select()
        .from(apiToken)
        .where(and(apiTokenWorks, olderThan(page.from, apiToken.createdAt, apiToken.tokenId)))
        .orderBy(desc(apiToken.createdAt), desc(apiToken.tokenId))
        .limit(page.size + 1),
    )
    return connection(
      page,
      rows,
      (row) => [row.createdAt.toISOString(), row.tokenId],
      (row) => row,
    )
  },
}

/** SQL condition of keyset pagination, newest first. Undefined on the first page. */
const olderThan = (cursor: string[] | null, createdAt: Column, id: Column) =>
  cursor ? sql`(${createdAt}, ${id}) < (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)` : undefined
