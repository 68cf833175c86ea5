/** Reads the Activity log page by page, newest event first. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { ApiError, requestGraphql } from '../../app/graphql.ts'
import { useIsAdmin } from '../../app/session.ts'
import {
  type ActivityFilter,
  ActivityPageDocument,
  type ActivityPageQuery,
} from './activity.graphql.ts'

export type LogPage = NonNullable<NonNullable<ActivityPageQuery['tenant']>['activityLog']>
export type EventLine = LogPage['nodes'][number]

/**
 * Only admins may export the Activity log and read its tail and proofs, because the export, the
 * tail and the proofs contain the events of all users.
 */
export const useCanReadWholeLog = useIsAdmin

export const activityLogKey = (tenantId: string, filter: ActivityFilter | null) =>
  ['activity', tenantId, 'log', filter] as const

/** @param after the cursor of the previous page; null for the first page */
export async function fetchLogPage(
  tenantId: string,
  filter: ActivityFilter | null,
  after: string | null,
  signal?: AbortSignal,
): Promise<LogPage> {
  const { tenant } = await requestGraphql(
    tenantId,
    ActivityPageDocument,
    { tenantId, filter, after },
    signal,
  )
  if (!tenant?.activityLog)
    throw new ApiError(
      'BAD_USER_INPUT',
      'The Activity log could not be read with these filters. Remove a filter and try again.',
    )
  return tenant.activityLog
}

export function useActivityLog(tenantId: string, filter: ActivityFilter | null) {
  const query = useInfiniteQuery({
    queryKey: activityLogKey(tenantId, filter),
    queryFn: ({ pageParam, signal }) => fetchLogPage(tenantId, filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
    // Never refetches a page, because events never change and useNewEvents adds new events.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  return { ...query, events: mergeEvents(query.data?.pages.flatMap(({ nodes }) => nodes) ?? []) }
}

/** Removes duplicate events and sorts the events by time and id, newest first. */
export const mergeEvents = (events: EventLine[]): EventLine[] =>
  [...new Map(events.map((event) => [event.id, event])).values()].sort((a, b) =>
    a.occurredAt === b.occurredAt ? (a.id < b.id ? 1 : -1) : a.occurredAt < b.occurredAt ? 1 : -1,
  )
