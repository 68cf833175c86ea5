/** Queries the viewer, which is the signed-in user with the permissions of this user. */
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
    // Polls the viewer, so that the page detects the end of the session without user input. After
    // the end, each further query would be recorded as a refused attempt of the user.
    refetchInterval: ({ state }) =>
      isSessionEnded(state.error) ? false : pollWhileActive(pollIntervalMs)(),
    refetchOnWindowFocus: ({ state }) => !isSessionEnded(state.error),
    refetchOnReconnect: ({ state }) => !isSessionEnded(state.error),
    staleTime: 10_000,
  })

export const useViewerQuery = (tenantId: string) => useQuery(viewerQuery(tenantId))

const ViewerContext = createContext<Viewer | null>(null)
export const ViewerProvider = ViewerContext

/** Returns the viewer. Call this hook only inside the tenant layout, which provides the viewer. */
export function useViewer(): Viewer {
  const viewer = use(ViewerContext)
  if (!viewer) throw new Error('useViewer must be used inside ViewerProvider.')
  return viewer
}

/** Returns true for Global and Spanning Admins, who may read more fields than technicians. */
export const useIsAdmin = (): boolean => useViewer().actor.__typename === 'MicrosoftAdmin'

export const useHasPermission = (permission: Permission): boolean =>
  useViewer().permissions.includes(permission)

/**
 * Creates a query client. When a response reports that the session has ended, this client queries
 * the viewer again.
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
