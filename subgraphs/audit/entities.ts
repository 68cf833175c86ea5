/** What the subgraph knows of its objects, and what a reference to one resolves to. */
import DataLoader from 'dataloader'
import { and, inArray } from 'drizzle-orm'
import { visibleActivity } from '../../drizzle/reads.ts'
import { activity } from '../../drizzle/tables/audit.ts'
import { type Context as BaseContext, type Reference, readsOfViewer } from '../../platform/context.ts'
import { isId } from '../../platform/db.ts'
import { isReader, isReaderOf } from '../../platform/viewer.ts'
import { activityEventConnection, activityLog } from './activity-log.ts'
import type { Resolvers } from './schema.types.ts'
import type { Context } from './subgraph.ts'

export type ActivityRow = typeof activity.$inferSelect

/** One request's reads, batched. The viewer's tenant is the only one that can be asked for, and of its events those they may see. */
export function loaders(context: Pick<BaseContext, 'db' | 'viewer'>) {
  const inTenant = readsOfViewer(context)
  const events = new DataLoader<string, ActivityRow | null>(async (ids) => {
    const rows = await inTenant((tx, only) =>
      tx
        .select()
        .from(activity)
        .where(and(inArray(activity.eventId, ids.filter(isId)), visibleActivity(only))),
    )
    const byId = new Map(rows.map((row) => [row.eventId, row]))
    return ids.map((id) => byId.get(id) ?? null)
  })
  return { inTenant, events }
}

export const entities: Pick<Resolvers, 'Tenant' | 'ActivityEvent' | 'ActivityEventConnection' | 'Actor'> = {
  Tenant: {
    __resolveReference: (reference: Reference, { viewer }: Context) => (isReaderOf(viewer, reference.id) ? { id: reference.id } : null),
    activityLog,
  },

  ActivityEventConnection: activityEventConnection,

  ActivityEvent: {
    __resolveReference: (reference: Reference, { viewer, loaders }: Context) =>
      isReader(viewer) ? loaders.events.load(reference.id) : null,
    id: (row) => row.eventId,
    tenant: (row) => ({ id: row.tenantId }),
    session: (row) => (row.sessionId === null ? null : { id: row.sessionId }),
    coalesced: (row) =>
      row.coalesced && { ...row.coalesced, firstAt: new Date(row.coalesced.firstAt), lastAt: new Date(row.coalesced.lastAt) },
  },

  Actor: { __resolveType: (actor) => actor.__typename },
}
