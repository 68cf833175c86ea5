/** Who is signed in to the tenant of this page. */
import { QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { createContext, use } from 'react'
import { ApiError, ask, endsSession } from './graphql.ts'
import { isPersonActive } from './user-activity.ts'
import { type Permission, ViewerDocument, type ViewerQuery } from './viewer.graphql.ts'

export type Viewer = NonNullable<ViewerQuery['viewer']>

const lookEveryMs = 30_000

export const viewerQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ['viewer', tenantId],
    queryFn: ({ signal }) => ask(tenantId, ViewerDocument, {}, signal).then(({ viewer }) => viewer),
    // A session that ends meanwhile is noticed by a person who is only reading, too.
    refetchInterval: () => (isPersonActive() ? lookEveryMs : false),
    staleTime: 10_000,
  })

export const useViewerQuery = (tenantId: string) => useQuery(viewerQuery(tenantId))

const ViewerContext = createContext<Viewer | null>(null)
export const ViewerProvider = ViewerContext

/** Who is signed in; within a tenant's pages, where somebody is. */
export function useViewer(): Viewer {
  const viewer = use(ViewerContext)
  if (!viewer) throw new Error('nobody is signed in here')
  return viewer
}

export const useMay = (permission: Permission): boolean =>
  useViewer().permissions.includes(permission)

/** A refusal that says that nobody is signed in any more makes the page look who is. */
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
    if (endsSession(error)) void client.invalidateQueries({ queryKey: ['viewer'] })
  }
  client.getQueryCache().config.onError = (error, query) => {
    if (query.queryKey[0] !== 'viewer') onError(error)
  }
  client.getMutationCache().config.onError = onError
  return client
}
