import { useQuery } from '@tanstack/react-query'
import { requestGraphql } from '../../app/graphql.ts'
import { ActivityActorsDocument } from './activity.graphql.ts'
import { type ActivitySearch, toActivityFilter } from './search-params.ts'

/**
 * Reads the actors with events in the filter's time range. The actors with the most events come
 * first.
 */
export function useActors(tenantId: string, search: ActivitySearch, enabled = true) {
  const filter = toActivityFilter({ from: search.from, to: search.to })
  const { data } = useQuery({
    queryKey: ['activity', tenantId, 'counts', 'actors', filter],
    queryFn: ({ signal }) =>
      requestGraphql(tenantId, ActivityActorsDocument, { tenantId, filter }, signal),
    staleTime: 60_000,
    enabled,
  })
  const rows = data?.tenant?.activitySummary?.rows ?? []
  return rows.map(({ actor }) => actor).filter((actor) => actor !== null)
}
