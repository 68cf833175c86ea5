/** A tenant's Activity Log, newest first: filtered, keyset-paged, counted up to a bound. */
import type { Activity } from '../../drizzle/tables/views.ts'
import {
  type Connection,
  connection,
  type PageArguments,
  type PageRequest,
  pageRequest,
} from '../../platform/graphql/pagination.ts'
import { badInput } from '../../platform/lib/errors.ts'
import { wantedBy } from './filter.ts'
import { countEvents, findEvents, type Stretch } from './find.ts'
import type { ActivityFilter } from './schema.types.ts'
import type { Context } from './subgraph.ts'

/** Beyond this many events, the total is a lower bound. */
export const countBound = 10_000

/** A page, and the count of all of which it is a page; counted only when asked for, and once. */
export interface ActivityPage extends Connection<Activity> {
  count(): Promise<number>
}

export async function activityLog(
  _tenant: unknown,
  { filter, ...args }: PageArguments & { filter?: ActivityFilter | null },
  { loaders }: Context,
): Promise<ActivityPage> {
  const page = pageRequest(args, ['time', 'id'])
  const stretch = stretchOf(page)
  const rows = await loaders.inTenant((tx, onlyInstance) =>
    findEvents(tx, wantedBy(filter ?? {}, { onlyInstance }), stretch),
  )
  let counted: Promise<number> | undefined
  return {
    ...pageOf(page, rows),
    count() {
      counted ??= loaders.inTenant((tx, onlyInstance) =>
        countEvents(tx, wantedBy(filter ?? {}, { onlyInstance }), countBound + 1),
      )
      return counted
    },
  }
}

export const activityEventConnection = {
  totalCount: async (page: ActivityPage) => Math.min(await page.count(), countBound),
  totalCountIsExact: async (page: ActivityPage) => (await page.count()) <= countBound,
}

/** The one event too many tells whether there is more. */
export function stretchOf({ size, forward, from }: PageRequest): Stretch {
  const [occurredAt, eventId] = from ?? []
  if (occurredAt !== undefined && occurredAt < '0001')
    throw badInput('A cursor comes from an earlier page of the same list.')
  return {
    newestFirst: forward,
    wanted: size + 1,
    from: from && { occurredAt: occurredAt!, eventId: eventId! },
  }
}

export const pageOf = (page: PageRequest, rows: Activity[]): Connection<Activity> =>
  connection(
    page,
    rows,
    (row) => [row.occurredAt.toISOString(), row.eventId],
    (row) => row,
  )
