/** The viewer: the person who is signed in to the tenant of the page, and what they may do. */
import { QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { createContext, use } from 'react'
import { ApiError, isSessionEnded, requestGraphql } from './graphql.ts'
import { pollWhileActive } from './user-activity.ts'
import { type Permission, ViewerDocument, type ViewerQuery } from './viewer.graphql.ts'

export type Viewer = NonNullable<ViewerQuery['viewer']>

const pollIntervalMs = 30_000

const viewerQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ['viewer', tenantId],
    queryFn: ({ signal }) =>
      requestGraphql(tenantId, ViewerDocument, {}, signal).then(({ viewer }) => viewer),
    // Polls, so that a person who only reads also sees that the session has ended.
    refetchInterval: pollWhileActive(pollIntervalMs),
    staleTime: 10_000,
  })

export const useViewerQuery = (tenantId: string) => useQuery(viewerQuery(tenantId))

const ViewerContext = createContext<Viewer | null>(null)
export const ViewerProvider = ViewerContext

/** The viewer. Use it only in pages below the tenant layout, which renders them after sign-in. */
export function useViewer(): Viewer {
  const viewer = use(ViewerContext)
  if (!viewer) throw new Error('useViewer must be used inside ViewerProvider.')
  return viewer
}

export const useHasPermission = (permission: Permission): boolean =>
  useViewer().permissions.includes(permission)

/**
 * A query client that reads the viewer again after an answer which says that the session has ended.
 */
export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) =>
          count < 2 &&
          error instanceof ApiError &&
          ['UNREACHABLE', 'OVERLOADED'].includes(error.code),
        refetchOnWindowFocus: true,
      },
    },
  })
  const onError = (error: unknown) => {
    if (isSessionEnded(error)) void client.invalidateQueries({ queryKey: ['viewer'] })
  }
  client.getQueryCache().config.onError = (error, query) => {
    if (query.queryKey[0] !== 'viewer') onError(error)
  }
  client.getMutationCache().config.onError = onError
  return client
}
