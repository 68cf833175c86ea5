/** The page with the active sessions of the tenant and an overview of the users with access. */
import {
  Body1,
  Button,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Skeleton,
  SkeletonItem,
  Subtitle1,
  tokens,
} from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ApiError, requestGraphql } from '../../app/graphql.ts'
import { useHasPermission, useViewer } from '../../app/session.ts'
import { pollWhileActive } from '../../app/user-activity.ts'
import { Page } from '../../components/page.tsx'
import { AccessOverview } from './access-overview.tsx'
import { SessionCard } from './session-card.tsx'
import { SessionsPageDocument } from './sessions.graphql.ts'
import { SignOutAllTechnicians } from './sign-out-dialog.tsx'

const useStyles = makeStyles({
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
  },
  title: { margin: 0 },
  muted: { color: tokens.colorNeutralForeground2 },
})

const pollIntervalMs = 5_000
const route = getRouteApi('/t/$tenantId/sessions')

export function SessionsPage() {
  const styles = useStyles()
  const { tenantId } = route.useParams()
  const mayManage = useHasPermission('MANAGE_SESSIONS')
  const { actor } = useViewer()
  const { data, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useSessions(tenantId)
  const sessions = data?.pages.flatMap(({ nodes }) => nodes) ?? []
  const technicianSessions = sessions.filter(({ method }) => method !== 'MICROSOFT')
  return (
    <Page
      title="Sessions"
      actions={
        mayManage && (
          <SignOutAllTechnicians tenantId={tenantId} listedCount={technicianSessions.length} />
        )
      }
    >
      <Subtitle1 as="h2" className={styles.title}>
        Active sessions
      </Subtitle1>
      {actor.__typename === 'PartnerTechnician' && (
        <Body1 className={styles.muted}>
          You see the tenant’s admins and the technicians of {actor.instance}, but not the
          technicians of other partners. Only the tenant’s admins can sign out other people.
        </Body1>
      )}
      {error && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{error.message}</MessageBarBody>
          <Button onClick={() => void refetch()}>Try again</Button>
        </MessageBar>
      )}
      {isPending && (
        <Skeleton aria-label="Loading sessions">
          <SkeletonItem size={72} />
        </Skeleton>
      )}
      <ul className={styles.list}>
        {sessions.map((session) => (
          <SessionCard key={session.id} tenantId={tenantId} session={session} />
        ))}
      </ul>
      {data && !sessions.length && <Body1>No active sessions.</Body1>}
      {hasNextPage && (
        <div>
          <Button disabledFocusable={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
      <AccessOverview tenantId={tenantId} />
    </Page>
  )
}

const useSessions = (tenantId: string) =>
  useInfiniteQuery({
    queryKey: ['sessions', tenantId],
    queryFn: async ({ pageParam, signal }) => {
      const { tenant } = await requestGraphql(
        tenantId,
        SessionsPageDocument,
        { tenantId, after: pageParam },
        signal,
      )
      if (!tenant?.sessions)
        throw new ApiError('FORBIDDEN', 'You don’t have access to the sessions of this tenant.')
      return tenant.sessions
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
    refetchInterval: pollWhileActive(pollIntervalMs),
  })
