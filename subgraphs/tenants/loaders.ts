import DataLoader from 'dataloader'
import { and, inArray, isNull } from 'drizzle-orm'
import { hasFederatedAccess } from '../../drizzle/reads/partner-instances.ts'
import { tenantName } from '../../drizzle/reads/tenants.ts'
import {
  partnerAssociation,
  partnerInstance,
  type Settings,
  settings,
  tenant,
} from '../../drizzle/tables/tenants.ts'
import { type Context as BaseContext, tenantReader } from '../../platform/graphql/context.ts'
import { denied } from '../../platform/lib/errors.ts'
import { mapConcurrently } from '../../platform/lib/map-concurrently.ts'
import { isUuid } from '../../platform/lib/uuid.ts'
import type { ReadTx } from '../../platform/postgres/database.ts'
import { hasActiveAssociation } from './associations/association-store.ts'
import type { Association } from './mappers.ts'

export type Loaders = ReturnType<typeof createLoaders>

/**
 * Creates the DataLoaders of one request. Each loader reads only the viewer's tenant. Row-level
 * security enforces the same restriction in the database.
 */
export function createLoaders(context: Pick<BaseContext, 'db' | 'viewer'>) {
  const inTenant = tenantReader(context)
  const byId = <Row>(
    idOf: (row: Row) => string,
    fetch: (tx: ReadTx, ids: string[]) => Promise<Row[]>,
  ) =>
    new DataLoader<string, Row | undefined>(async (ids) => {
      const rows = await inTenant((tx) => fetch(tx, [...ids]))
      const found = new Map(rows.map((row) => [idOf(row), row]))
      return ids.map((id) => found.get(id))
    })
  let isAssociated: Promise<boolean> | undefined
  return {
    inTenant,
    /** Whether the viewer's tenant has an active association. */
    isAssociated: () => (isAssociated ??= inTenant(hasActiveAssociation)),
    partnerTenantNames: partnerTenantNames(context),
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

/**
 * Loads tenant names for a partner client. Returns undefined if technicians of the partner instance
 * currently have no access to the tenant.
 */
function partnerTenantNames({ viewer, db }: Pick<BaseContext, 'db' | 'viewer'>) {
  return new DataLoader<string, string | undefined>((ids) => {
    if (viewer.kind !== 'partner-client') throw denied('FORBIDDEN')
    const nameIfOpen = async (tx: ReadTx) =>
      (await hasFederatedAccess(tx, viewer.clientId)) ? tenantName(tx) : undefined
    return mapConcurrently([...ids], async (id) =>
      isUuid(id) ? db.read(id, nameIfOpen) : undefined,
    )
  })
}
