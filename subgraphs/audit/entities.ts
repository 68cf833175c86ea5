/** What the subgraph knows of its objects, and what a reference to one resolves to. */
import DataLoader from 'dataloader'
import { and, inArray } from 'drizzle-orm'
import { visibleActivity } from '../../drizzle/reads.ts'
import { type Activity, activity } from '../../drizzle/tables/views.ts'
import { isReader, isReaderOf } from '../../platform/auth/viewer.ts'
import {
  type Context as BaseContext,
  type Reference,
  tenantReader,
} from '../../platform/graphql/context.ts'
import { isUuid } from '../../platform/postgres/database.ts'
import { activityEventConnection, activityLog } from './activity-log.ts'
import {
  activityCheckpoint,
  activityCheckpointFields,
  activityTail,
  integrityLoader,
} from './proofs.ts'
import type { Resolvers } from './schema.types.ts'
import type { Context } from './subgraph.ts'
import { activitySummary, activitySummaryRow, lastNamedLoader } from './summary.ts'

/** One request's reads, batched. The viewer's tenant is the only one that can be asked for, and of its events those they may see. */
export function loaders(context: Pick<BaseContext, 'db' | 'viewer'>) {
  const inTenant = tenantReader(context)
  const events = new DataLoader<string, Activity | null>(async (ids) => {
    const rows = await inTenant((tx, only) =>
      tx
        .select()
        .from(activity)
        .where(and(inArray(activity.eventId, ids.filter(isUuid)), visibleActivity(only))),
    )
    const byId = new Map(rows.map((row) => [row.eventId, row]))
    return ids.map((id) => byId.get(id) ?? null)
  })
  return {
    inTenant,
    events,
    integrity: integrityLoader({ inTenant }),
    lastNamed: lastNamedLoader({ inTenant }),
  }
}

export const entities: Pick<
  Resolvers,
  | 'Tenant'
  | 'ActivityEvent'
  | 'ActivityEventConnection'
  | 'ActivitySummaryRow'
  | 'ActivityCheckpoint'
  | 'Actor'
> = {
  Tenant: {
    __resolveReference: (reference: Reference, { viewer }: Context) =>
      isReaderOf(viewer, reference.id) ? { id: reference.id } : null,
    activityLog,
    activitySummary,
    activityTail,
    activityCheckpoint,
  },

  ActivityEventConnection: activityEventConnection,
  ActivitySummaryRow: activitySummaryRow,
  ActivityCheckpoint: activityCheckpointFields,

  ActivityEvent: {
    __resolveReference: (reference: Reference, { viewer, loaders }: Context) =>
      isReader(viewer) ? loaders.events.load(reference.id) : null,
    id: (row) => row.eventId,
    tenant: (row) => ({ id: row.tenantId }),
    session: (row) => (row.sessionId === null ? null : { id: row.sessionId }),
    coalesced: (row) =>
      row.coalesced && {
        ...row.coalesced,
        firstAt: new Date(row.coalesced.firstAt),
        lastAt: new Date(row.coalesced.lastAt),
      },
    integrity: (row, _, { loaders }) =>
      row.sequence === null ? null : loaders.integrity.load(row.sequence),
  },

  Actor: { __resolveType: (actor) => actor.__typename },
}
