/** The Activity log: what happened in the tenant, newest first. */
import {
  AriaLiveAnnouncer,
  Body1,
  Button,
  Caption1,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Skeleton,
  SkeletonItem,
  Spinner,
  Switch,
  tokens,
  useAnnounce,
} from '@fluentui/react-components'
import { ArrowUpRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { ask } from '../../app/graphql.ts'
import { Page } from '../../components/page.tsx'
import { type ActivityFilter, ActivityTotalDocument } from './activity.graphql.ts'
import { Chart } from './chart.tsx'
import { ExportButton } from './export-dialog.tsx'
import { Filters } from './filters.tsx'
import { EventList } from './event-list.tsx'
import { useArrivals, useLog, useSeesWholeLog } from './use-activity-log.ts'
import { type ActivitySearch, filterOf } from './search-params.ts'
import { counted } from './labels.ts'

const useStyles = makeStyles({
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    minHeight: '2rem',
  },
  push: { marginInlineStart: 'auto' },
  muted: { color: tokens.colorNeutralForeground2 },
  // Over the list, so that it moves nothing.
  pill: {
    position: 'fixed',
    top: tokens.spacingVerticalM,
    left: '50%',
    transform: 'translateX(-50%)',
    zIndex: 1,
    boxShadow: tokens.shadow16,
  },
  more: {
    display: 'flex',
    justifyContent: 'center',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    minHeight: '3rem',
  },
})

// Stories are not sent to whoever reads the list alone.
const EventDrawer = lazy(() =>
  import('./event-details.tsx').then((module) => ({ default: module.EventDrawer })),
)

const route = getRouteApi('/t/$tenantId/activity')

export function ActivityPage() {
  return (
    <AriaLiveAnnouncer>
      <ActivityLog />
    </AriaLiveAnnouncer>
  )
}

function ActivityLog() {
  const { tenantId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const seesWholeLog = useSeesWholeLog()
  const { event, ...filters } = search
  const [wasOpened, setOpened] = useState(false)
  if (event !== undefined && !wasOpened) setOpened(true)
  const filter = filterOf(filters)
  const onFilter = (change: Partial<ActivitySearch>) =>
    void navigate({
      search: (before: ActivitySearch) => ({ ...before, ...change, event: undefined }),
      resetScroll: false,
    })
  return (
    <Page
      title="Activity log"
      actions={seesWholeLog && <ExportButton tenantId={tenantId} filter={filter} />}
    >
      {!seesWholeLog && (
        <MessageBar layout="multiline">
          <MessageBarBody>
            You see what the tenant’s admins see, but for other partners’ technicians. Exports and
            proofs are for the admins; that you read here is logged.
          </MessageBarBody>
        </MessageBar>
      )}
      <Filters tenantId={tenantId} search={filters} onFilter={onFilter} />
      <Chart tenantId={tenantId} search={filters} onFilter={onFilter} />
      <Events key={JSON.stringify(filter)} tenantId={tenantId} filter={filter} />
      {wasOpened && (
        <Suspense fallback={null}>
          <EventDrawer
            tenantId={tenantId}
            eventId={event}
            onClose={() =>
              void navigate({
                search: (before: ActivitySearch) => ({ ...before, event: undefined }),
                resetScroll: false,
              })
            }
          />
        </Suspense>
      )}
    </Page>
  )
}

/** So many events come by themselves when the end of the list is in sight; beyond, one asks for them. */
const maxByThemselves = 1_000

function Events({ tenantId, filter }: { tenantId: string; filter: ActivityFilter | null }) {
  const styles = useStyles()
  const [isLive, setLive] = useState(true)
  const {
    events,
    error,
    isPending,
    hasNextPage,
    isFetchingNextPage,
    isFetchNextPageError,
    fetchNextPage,
    refetch,
  } = useLog(tenantId, filter)
  const { arrivals, accepted, accept, isFailing } = useArrivals(tenantId, filter, isLive)
  const newIds = useNewIds(events.map(({ id }) => id))
  const { announce } = useAnnounce()
  const waiting = arrivals.length
  useEffect(() => {
    if (waiting)
      announce(`${counted(waiting, 'new event')}. Use the button above the list to show them.`, {
        polite: true,
      })
  }, [announce, waiting])
  useEffect(() => {
    if (accepted) announce(counted(accepted.count, 'new event'), { polite: true })
  }, [announce, accepted])

  if (isPending)
    return (
      <Skeleton aria-label="Reading the log">
        {Array.from({ length: 8 }, (_, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: all alike
          <SkeletonItem key={n} size={48} />
        ))}
      </Skeleton>
    )
  if (error && !events.length)
    return (
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>{error.message}</MessageBarBody>
        <Button onClick={() => void refetch()}>Try again</Button>
      </MessageBar>
    )
  return (
    <>
      <div className={styles.head}>
        <Total tenantId={tenantId} filter={filter} />
        <Switch
          className={styles.push}
          checked={isLive}
          label={isFailing ? 'Live (not reached, trying again)' : 'Live'}
          onChange={(_, { checked }) => setLive(checked)}
        />
      </div>
      {waiting > 0 && (
        <Button
          className={styles.pill}
          appearance="primary"
          shape="circular"
          icon={<ArrowUpRegular />}
          onClick={() => {
            accept()
            window.scrollTo({ top: 0 })
          }}
        >
          {counted(waiting, 'new event')}
        </Button>
      )}
      {events.length === 0 ? (
        <Body1>
          {filter
            ? 'No event is like that. Take a filter away to see more.'
            : 'Nothing has happened yet.'}
        </Body1>
      ) : (
        <EventList tenantId={tenantId} events={events} newIds={newIds} />
      )}
      <div className={styles.more}>
        {isFetchingNextPage ? (
          <Spinner size="tiny" label="Reading more" />
        ) : hasNextPage ? (
          <>
            {isFetchNextPageError && <Caption1>That did not work.</Caption1>}
            <LoadMore
              byItself={events.length < maxByThemselves && !isFetchNextPageError}
              onMore={() => void fetchNextPage()}
            />
          </>
        ) : (
          events.length > 0 && (
            <Caption1 className={styles.muted}>That is all: the log begins here.</Caption1>
          )
        )}
      </div>
    </>
  )
}

function LoadMore({ byItself, onMore }: { byItself: boolean; onMore: () => void }) {
  const button = useRef<HTMLButtonElement>(null)
  const more = useRef(onMore)
  more.current = onMore
  useEffect(() => {
    if (!byItself || !button.current) return
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && more.current(),
      {
        rootMargin: '600px',
      },
    )
    observer.observe(button.current)
    return () => observer.disconnect()
  }, [byItself])
  return (
    <Button ref={button} onClick={onMore}>
      Load more
    </Button>
  )
}

function Total({ tenantId, filter }: { tenantId: string; filter: ActivityFilter | null }) {
  const styles = useStyles()
  const { data } = useQuery({
    queryKey: ['activity', tenantId, 'counts', 'total', filter],
    queryFn: ({ signal }) => ask(tenantId, ActivityTotalDocument, { tenantId, filter }, signal),
    staleTime: 30_000,
    placeholderData: (before) => before,
  })
  const log = data?.tenant?.activityLog
  return (
    <Caption1 className={styles.muted}>
      {log?.totalCount == null
        ? ''
        : `${log.totalCountIsExact ? '' : 'At least '}${counted(log.totalCount, 'event')}`}
    </Caption1>
  )
}

/** Those that came after the list was first shown, above what was its first. */
function useNewIds(ids: string[]): ReadonlySet<string> {
  const first = useRef<string | undefined>(undefined)
  first.current ??= ids[0]
  const end = first.current === undefined ? -1 : ids.indexOf(first.current)
  const key = ids.slice(0, Math.max(0, end)).join(' ')
  return useMemo(() => new Set(key.split(' ')), [key])
}
