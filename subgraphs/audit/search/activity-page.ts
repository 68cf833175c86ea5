/** Builds Relay connections of the Activity Log, newest event first. */
import type { Activity } from '../../../drizzle/tables/views.ts'
import {
  connection,
  type PageArguments,
  type PageRequest,
  pageRequest,
} from '../../../platform/graphql/pagination.ts'
import type { ActivityPage } from '../mappers.ts'
import type { PageBounds } from './find-events.ts'

/** The maximum value of `totalCount`. The count is exact up to this number of events. */
export const maxTotalCount = 10_000

/**
 * The number of events at which counting stops: one more than the maximum, to detect an inexact
 * count.
 */
export const countLimit = maxTotalCount + 1

/** @throws BAD_USER_INPUT when a page size is out of bounds or a cursor belongs to another list */
export const activityPageRequest = (args: PageArguments): PageRequest =>
  pageRequest(args, ['time', 'id'])

/** Requests one event more than the page size, to detect whether there is a next page. */
export function pageBounds({ size, forward, from }: PageRequest): PageBounds {
  const [occurredAt, eventId] = from ?? []
  return {
    newestFirst: forward,
    limit: size + 1,
    from: occurredAt && eventId ? { occurredAt, eventId } : null,
  }
}

/**
 * Builds the connection of one page.
 * @param rows the events that were read with `pageBounds`, in the order of the page
 * @param count counts all matching events; called only when the client requests the count
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
