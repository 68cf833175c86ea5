/** What the subgraph knows of its objects, and what a reference to one resolves to. */
import DataLoader from 'dataloader'
import { and, asc, eq, gt, inArray, isNull, or } from 'drizzle-orm'
import { hasFederatedAccess, tenantName } from '../../drizzle/reads.ts'
import {
  partnerAssociation,
  partnerInstance,
  type Settings,
  settings,
  spanningAdmin,
  tenant,
} from '../../drizzle/tables/tenants.ts'
import {
  isMember,
  isReaderOf,
  type Member,
  partnerScope,
  type Viewer,
} from '../../platform/auth/viewer.ts'
import {
  type Context as BaseContext,
  type Reference,
  tenantReader,
} from '../../platform/graphql/context.ts'
import { connection, pageRequest } from '../../platform/graphql/pagination.ts'
import { denied } from '../../platform/lib/errors.ts'
import { mapConcurrently } from '../../platform/lib/map-concurrently.ts'
import { isUuid, type ReadTx } from '../../platform/postgres/database.ts'
import type { ItCompleteLoginBlocker, Resolvers } from './schema.types.ts'
import type { Context } from './subgraph.ts'

export type Association = typeof partnerAssociation.$inferSelect

/** One request's reads, batched. The viewer's tenant is the only one that can be asked for. */
export function loaders(context: Pick<BaseContext, 'db' | 'viewer'>) {
  const inTenant = tenantReader(context)
  const byId = <Row>(
    idOf: (row: Row) => string,
    fetch: (tx: ReadTx, ids: string[]) => Promise<Row[]>,
  ) =>
    new DataLoader<string, Row | undefined>(async (ids) => {
      const rows = new Map(
        (await inTenant((tx) => fetch(tx, [...ids]))).map((row) => [idOf(row), row]),
      )
      return ids.map((id) => rows.get(id))
    })
  return {
    inTenant,
    /** For a partner instance: the names of the tenants that are open to its technicians, and of no other. */
    openTenantNames: new DataLoader<string, string | undefined>((ids) => {
      const { viewer, db } = context
      if (viewer.kind !== 'partner-client') throw denied('FORBIDDEN')
      const nameOf = (tx: ReadTx) =>
        hasFederatedAccess(tx, viewer.clientId).then((opens) =>
          opens ? tenantName(tx) : undefined,
        )
      return mapConcurrently(
        ids.map((id) => (isUuid(id) ? id : null)),
        async (id) => (id === null ? undefined : db.read(id, nameOf)),
      )
    }),
    tenants: byId(
      (row: typeof tenant.$inferSelect) => row.tenantId,
      (tx, ids) => tx.select().from(tenant).where(inArray(tenant.tenantId, ids)),
    ),
    settings: byId(
      (row: Settings) => row.tenantId,
      (tx, ids) => tx.select().from(settings).where(inArray(settings.tenantId, ids)),
    ),
    partnerInstances: byId(
      (row: typeof partnerInstance.$inferSelect) => row.clientId,
      (tx, ids) => tx.select().from(partnerInstance).where(inArray(partnerInstance.clientId, ids)),
    ),
    associations: byId(
      (row: Association) => row.associationId,
      (tx, ids) =>
        tx
          .select()
          .from(partnerAssociation)
          .where(
            and(inArray(partnerAssociation.associationId, ids), isNull(partnerAssociation.endedAt)),
          ),
    ),
  }
}

/** Whether some technician could come in, were the feature on. */
export async function hasActiveAssociation(tx: ReadTx): Promise<boolean> {
  const [row] = await tx
    .select({ id: partnerAssociation.associationId })
    .from(partnerAssociation)
    .innerJoin(
      partnerInstance,
      and(
        eq(partnerInstance.clientId, partnerAssociation.clientId),
        isNull(partnerInstance.removedAt),
      ),
    )
    .where(and(eq(partnerAssociation.status, 'ACTIVE'), isNull(partnerAssociation.endedAt)))
    .limit(1)
  return row !== undefined
}

export const entities: Pick<
  Resolvers,
  | 'Tenant'
  | 'TenantSettings'
  | 'ServiceSettings'
  | 'NotificationSettings'
  | 'ItCompleteLogin'
  | 'PartnerAssociation'
  | 'Actor'
  | 'Node'
> = {
  Tenant: {
    async __resolveReference({ id }: Reference, { viewer, loaders }: Context) {
      if (viewer.kind === 'partner-client')
        return (await loaders.openTenantNames.load(id)) === undefined ? null : { id }
      return isReaderOf(viewer, id) ? { id } : null
    },
    name: async ({ id }, _, { viewer, loaders }) =>
      present(
        viewer.kind === 'partner-client'
          ? await loaders.openTenantNames.load(id)
          : (await loaders.tenants.load(id))?.name,
      ),
    microsoftTenantId: async ({ id }, _, { loaders }) =>
      present(await loaders.tenants.load(id)).microsoftTenantId,
    primaryDomain: async ({ id }, _, { loaders }) =>
      present(await loaders.tenants.load(id)).primaryDomain,
    settings: async ({ id }, _, { loaders }) => present(await loaders.settings.load(id)),
    partnerAssociations: (_, __, { loaders }) =>
      loaders.inTenant((tx) =>
        tx
          .select()
          .from(partnerAssociation)
          .where(isNull(partnerAssociation.endedAt))
          .orderBy(asc(partnerAssociation.createdAt), asc(partnerAssociation.associationId))
          .limit(maxAssociations),
      ),
    spanningAdmins: async (_, args, { loaders }) => {
      const page = pageRequest(args, ['text', 'id'])
      const [name, grantId] = page.from ?? []
      const rows = await loaders.inTenant((tx) =>
        tx
          .select()
          .from(spanningAdmin)
          .where(
            and(
              isNull(spanningAdmin.revokedAt),
              name === undefined || grantId === undefined
                ? undefined
                : or(
                    gt(spanningAdmin.displayName, name),
                    and(eq(spanningAdmin.displayName, name), gt(spanningAdmin.grantId, grantId)),
                  ),
            ),
          )
          .orderBy(asc(spanningAdmin.displayName), asc(spanningAdmin.grantId))
          .limit(page.size + 1),
      )
      return connection(
        page,
        rows,
        (row) => [row.displayName, row.grantId],
        (row) => row,
      )
    },
  },

  TenantSettings: {
    services: (row) => row,
    notifications: (row) => row,
    itCompleteLogin: (row) => row,
  },
  ServiceSettings: {},
  NotificationSettings: {},

  ItCompleteLogin: {
    enabled: (row) => row.itCompleteLoginEnabled,
    changedAt: (row) => row.itCompleteLoginChangedAt,
    changedBy: (row, _, { viewer }) => {
      const by = row.itCompleteLoginChangedBy
      if (by?.__typename === 'PartnerTechnician' && !mayKnowTechnician(viewer, by.key))
        throw denied('FORBIDDEN')
      return by
    },
    canEnable: async (_, __, context) => (await blockers(context)).length === 0,
    blockers: (_, __, context) => blockers(context),
  },

  PartnerAssociation: {
    id: (row) => row.associationId,
    partner: async ({ clientId }, _, { loaders }) =>
      present(await loaders.partnerInstances.load(clientId)),
    allowedTechnicians: (row, _, { viewer }) => {
      if (
        isMember(viewer) &&
        partnerScope(viewer) !== null &&
        partnerScope(viewer) !== row.clientId
      )
        throw denied('FORBIDDEN')
      return row.allowedTechnicians
    },
  },

  Actor: { __resolveType: (actor) => actor.__typename as 'MicrosoftAdmin' | 'PartnerTechnician' },
  Node: { __resolveType: (node) => (node as unknown as { __typename: 'Tenant' }).__typename },
}

/** A tenant has at most this many associations, requests included. */
export const maxAssociations = 100

async function blockers({ viewer, loaders }: Context): Promise<ItCompleteLoginBlocker[]> {
  const associated = await loaders.inTenant(hasActiveAssociation)
  return [
    ...(associated ? [] : (['TENANT_NOT_ASSOCIATED'] as const)),
    ...(viewer.kind === 'admin'
      ? viewer.recentlySignedIn
        ? []
        : (['STEP_UP_REQUIRED'] as const)
      : (['NOT_AN_ADMIN'] as const)),
  ]
}

/** A technician does not get to know other partner instances' technicians. */
const mayKnowTechnician = (viewer: Viewer, actorKey: string) =>
  isMember(viewer) &&
  (partnerScope(viewer as Member) === null ||
    actorKey.startsWith(`partner:${partnerScope(viewer as Member)}:`))

function present<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('a row that another row promises is not there')
  return row
}
