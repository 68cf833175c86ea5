/** Reads one event of the Activity log with all its details. */
import { useQuery } from '@tanstack/react-query'
import { requestGraphql } from '../../app/graphql.ts'
import { ActivityEventStoryDocument, type ActivityEventStoryQuery } from './activity.graphql.ts'

export type EventDetails = NonNullable<ActivityEventStoryQuery['activityEvent']>

/** @param eventId the id of the event to read; undefined to read no event */
export const useEvent = (tenantId: string, eventId: string | undefined) =>
  useQuery({
    queryKey: ['activity', tenantId, 'event', eventId],
    queryFn: ({ signal }) =>
      eventId === undefined
        ? null
        : requestGraphql(tenantId, ActivityEventStoryDocument, { id: eventId }, signal).then(
            ({ activityEvent }) => activityEvent,
          ),
    enabled: eventId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
