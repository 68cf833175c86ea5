/** What the subgraph knows of its objects, and what a reference to one resolves to. */
import DataLoader from 'dataloader'
import { and, asc, desc, eq, inArray, isNull, lt, or } from 'drizzle-orm'
import { apiTokenWorks, federatedPresence, visibleSession } from '../../drizzle/reads.ts'
import { apiToken } from '../../drizzle/tables/identity.ts'
import { spanningAdmin } from '../../drizzle/tables/tenants.ts'
import { federatedAccess, sessionStatus } from '../../drizzle/tables/views.ts'
import {
  isMember,
  isMemberOf,
  isReader,
  isReaderOf,
  type Viewer,
} from '../../platform/auth/viewer.ts'
import {
  type Context as BaseContext,
  type Reference,
  tenantReader,
} from '../../platform/graphql/context.ts'
import { connection, pageRequest } from '../../platform/graphql/pagination.ts'
import { isUuid, type ReadTx } from '../../platform/postgres/database.ts'
import { type ApiTokenRow, apiTokens } from './api-tokens.ts'
import type { Permission, Resolvers } from './schema.types.ts'
import type { Context } from './subgraph.ts'

export type SessionRow = typeof sessionStatus.$inferSelect
export interface ItCompleteLoginReference {
  tenantId: string
}

/** One request's reads, batched. The viewer's tenant is the only one that can be asked for, and of its sessions those they may see. */
export function loaders(context: Pick<BaseContext, 'db' | 'viewer'>) {
  const inTenant = tenantReader(context)
  const sessions = new DataLoader<string, SessionRow | null>(async (ids) => {
    const rows = await inTenant((tx, only) =>
      tx
        .select()
        .from(sessionStatus)
        .where(and(inArray(sessionStatus.sessionId, ids.filter(isUuid)), visibleSession(only))),
    )
    const byId = new Map(rows.map((row) => [row.sessionId, row]))
    return ids.map((id) => byId.get(id) ?? null)
  })
  const tokens = new DataLoader<string, ApiTokenRow | null>(async (ids) => {
    const rows = await inTenant((tx) =>
      tx
        .select()
        .from(apiToken)
        .where(and(inArray(apiToken.tokenId, ids.filter(isUuid)), apiTokenWorks)),
    )
    const byId = new Map(rows.map((row) => [row.tokenId, row]))
    return ids.map((id) => byId.get(id) ?? null)
  })
  return { inTenant, sessions, tokens }
}

export const entities: Pick<
  Resolvers,
  'Tenant' | 'ItCompleteLogin' | 'Session' | 'ApiToken' | 'Viewer' | 'Actor'
> = {
  Tenant: {
    __resolveReference: (reference: Reference, { viewer }: Context) =>
      isReaderOf(viewer, reference.id) ? { id: reference.id } : null,

    sessions: async (_, { active, ...args }, { loaders }) => {
      const page = pageRequest(args, ['time', 'id'])
      const [createdAt, sessionId] = page.from ?? []
      const rows = await loaders.inTenant((tx, only) =>
        tx
          .select()
          .from(sessionStatus)
          .where(
            and(
              visibleSession(only),
              active == null ? undefined : eq(sessionStatus.live, active),
              createdAt && sessionId
                ? or(
                    lt(sessionStatus.createdAt, new Date(createdAt)),
                    and(
                      eq(sessionStatus.createdAt, new Date(createdAt)),
                      lt(sessionStatus.sessionId, sessionId),
                    ),
                  )
                : undefined,
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
      loaders.inTenant(async (tx, only) => ({
        spanningAdmins: await firstSpanningAdmins(tx),
        partners: (
          await tx
            .select()
            .from(federatedAccess)
            .where(only === null ? undefined : eq(federatedAccess.clientId, only))
            .orderBy(asc(federatedAccess.instanceName), asc(federatedAccess.associationId))
            .limit(100)
        ).map((row) => ({
          method: row.platform,
          instance: row.instanceName,
          allowedTechnicians: row.allowedTechnicians,
        })),
      })),

    apiTokens,
  },

  ItCompleteLogin: {
    __resolveReference: (reference: ItCompleteLoginReference, { viewer }: Context) =>
      isMemberOf(viewer, reference.tenantId) ? reference : null,
    disableImpact: (_, __, { loaders }) =>
      loaders.inTenant(async (tx, only) => {
        const { sessionCount, handoffCount } = await federatedPresence(tx, { clientId: only })
        return {
          federatedSessionCount: sessionCount,
          pendingHandoffCount: handoffCount,
          remainingAdmins: await firstSpanningAdmins(tx),
        }
      }),
  },

  Session: {
    __resolveReference: (reference: Reference, { viewer, loaders }: Context) =>
      isMember(viewer) ? loaders.sessions.load(reference.id) : null,
    id: (row) => row.sessionId,
    tenant: (row) => ({ id: row.tenantId }),
    revokedAt: (row) => row.endedAt,
    revokedReason: (row) => row.endReason,
  },

  ApiToken: {
    __resolveReference: (reference: Reference, { viewer, loaders }: Context) =>
      viewer.kind === 'admin' ? loaders.tokens.load(reference.id) : null,
    id: (row) => row.tokenId,
  },

  Viewer: {
    actor: (viewer) => (viewer as Extract<Viewer, { actor: unknown }>).actor,
    session: (viewer, _, { loaders }) =>
      isMember(viewer) ? loaders.sessions.load(viewer.sessionId) : null,
    tenant: (viewer) => (isReader(viewer) ? { id: viewer.tenantId } : null),
    permissions: permissionsOf,
  },

  Actor: {
    __resolveType: (actor) =>
      actor.__typename as
        | 'MicrosoftAdmin'
        | 'PartnerTechnician'
        | 'PartnerClient'
        | 'ApiTokenActor',
  },
}

/** What buttons to show. The rules decide; test/house holds this against them. */
export function permissionsOf(viewer: Viewer): Permission[] {
  if (viewer.kind === 'api-token') return ['READ_ACTIVITY']
  if (!isMember(viewer)) return []
  const everybody: Permission[] = [
    'READ_TENANT',
    'READ_ACTIVITY',
    'UPDATE_SETTINGS',
    'DISABLE_IT_COMPLETE_LOGIN',
  ]
  const admins: Permission[] = [
    'MANAGE_NOTIFICATIONS',
    'ENABLE_IT_COMPLETE_LOGIN',
    'MANAGE_SPANNING_ADMINS',
    'MANAGE_PARTNER_ASSOCIATIONS',
    'MANAGE_SESSIONS',
    'MANAGE_API_TOKENS',
  ]
  return viewer.kind === 'admin' ? [...everybody, ...admins] : everybody
}

async function firstSpanningAdmins(tx: ReadTx) {
  const rows = await tx
    .select()
    .from(spanningAdmin)
    .where(isNull(spanningAdmin.revokedAt))
    .orderBy(asc(spanningAdmin.displayName), asc(spanningAdmin.grantId))
    .limit(100)
  return rows.map(({ objectId, displayName, userPrincipalName }) => ({
    __typename: 'MicrosoftAdmin' as const,
    key: `microsoft:${objectId}`,
    displayName,
    objectId,
    userPrincipalName,
    role: 'SPANNING_ADMIN' as const,
  }))
}
