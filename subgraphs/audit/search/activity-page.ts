/** Pages of the Activity Log as Relay connections, newest event first. */
import type { Activity } from '../../../drizzle/tables/views.ts'
import {
  connection,
  type PageArguments,
  type PageRequest,
  pageRequest,
} from '../../../platform/graphql/pagination.ts'
import type { ActivityPage } from '../mappers.ts'
import type { PageBounds } from './find-events.ts'

/** `totalCount` is exact up to this number of events, and this number when there are more. */
export const maxTotalCount = 10_000

/** How far events are counted: one more than the maximum shows that the count is not exact. */
export const countLimit = maxTotalCount + 1

/** @throws BAD_USER_INPUT when a page size is out of bounds or a cursor is from another list */
export const activityPageRequest = (args: PageArguments): PageRequest =>
  pageRequest(args, ['time', 'id'])

/** Asks for one event more than the page shows, to learn whether there is a next page. */
export function pageBounds({ size, forward, from }: PageRequest): PageBounds {
  const [occurredAt, eventId] = from ?? []
  return {
    newestFirst: forward,
    limit: size + 1,
    from: occurredAt && eventId ? { occurredAt, eventId } : null,
  }
}

/**
 * @param rows the events that `pageBounds` asked for, in that order
 * @param count called at most once, and only when a client asks for `totalCount`
 */
export function activityPage(
  page: PageRequest,
  rows: Activity[],
  count: () => Promise<number>,
): ActivityPage {
  let counted: Promise<number> | undefined
  return {
    ...connection(
      page,
      rows,
      (row) => [row.occurredAt.toISOString(), row.eventId],
      (row) => row,
    ),
    count() {
      counted ??= count()
      return counted
    },
  }
}
