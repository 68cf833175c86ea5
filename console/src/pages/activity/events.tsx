/** The list of events with the total number of events, live updates and pagination. */
import {
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
import { useEffect, useMemo, useRef, useState } from 'react'
import { formatCount } from '../../app/format.ts'
import { requestGraphql } from '../../app/graphql.ts'
import { type ActivityFilter, ActivityTotalDocument } from './activity.graphql.ts'
import { EventList } from './event-list.tsx'
import { useActivityLog } from './use-activity-log.ts'
import { useNewEvents } from './use-new-events.ts'

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
  // The fixed position prevents this button from moving the list.
  newEvents: {
    position: 'fixed',
    top: tokens.spacingVerticalM,
    left: '50%',
    transform: 'translateX(-50%)',
    zIndex: 1,
    boxShadow: tokens.shadow16,
  },
  empty: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
  },
  end: {
    display: 'flex',
    justifyContent: 'center',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    minHeight: '3rem',
  },
})

/** The maximum number of events that scrolling loads. A button loads more events. */
const maxAutoLoadedEvents = 1_000

interface Props {
  tenantId: string
  filter: ActivityFilter | null
  onClearFilters: () => void
}

export function Events({ tenantId, filter, onClearFilters }: Props) {
  const styles = useStyles()
  const [isLive, setLive] = useState(true)
  const log = useActivityLog(tenantId, filter)
  const { events, error, isPending } = log
  const { waitingEvents, lastShown, showWaiting, isFailing } = useNewEvents(
    tenantId,
    filter,
    isLive,
  )
  const newIds = useNewIds(events.map(({ id }) => id))
  useAnnounceNewEvents(waitingEvents.length, lastShown)

  if (isPending)
    return (
      <Skeleton aria-label="Loading events">
        {Array.from({ length: 8 }, (_, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the items are identical
          <SkeletonItem key={n} size={48} />
        ))}
      </Skeleton>
    )
  if (error && !events.length)
    return (
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>{error.message}</MessageBarBody>
        <Button onClick={() => void log.refetch()}>Try again</Button>
      </MessageBar>
    )
  return (
    <>
      <div className={styles.head}>
        <Total tenantId={tenantId} filter={filter} />
        <Switch
          className={styles.push}
          checked={isLive}
          label={isFailing ? 'Live updates (no connection, retrying)' : 'Live updates'}
          onChange={(_, { checked }) => setLive(checked)}
        />
      </div>
      {waitingEvents.length > 0 && (
        <Button
          className={styles.newEvents}
          appearance="primary"
          shape="circular"
          icon={<ArrowUpRegular />}
          onClick={() => {
            showWaiting()
            window.scrollTo({ top: 0 })
          }}
        >
          Show {formatCount(waitingEvents.length, 'new event')}
        </Button>
      )}
      {events.length === 0 ? (
        <div className={styles.empty}>
          <Body1>{filter ? 'No events match your filters.' : 'No events yet.'}</Body1>
          {filter && <Button onClick={onClearFilters}>Clear filters</Button>}
        </div>
      ) : (
        <EventList tenantId={tenantId} events={events} newIds={newIds} />
      )}
      <ListEnd log={log} isFiltered={filter !== null} />
    </>
  )
}

/** Announces new events to screen readers. */
function useAnnounceNewEvents(waitingCount: number, lastShown: { count: number } | null): void {
  const { announce } = useAnnounce()
  useEffect(() => {
    if (waitingCount)
      announce(`${formatCount(waitingCount, 'new event')}. Select the button above to show them.`, {
        polite: true,
      })
  }, [announce, waitingCount])
  useEffect(() => {
    if (lastShown) announce(formatCount(lastShown.count, 'new event'), { polite: true })
  }, [announce, lastShown])
}

function ListEnd({
  log,
  isFiltered,
}: {
  log: ReturnType<typeof useActivityLog>
  isFiltered: boolean
}) {
  const styles = useStyles()
  const { events, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = log
  if (isFetchingNextPage)
    return (
      <div className={styles.end}>
        <Spinner size="tiny" label="Loading more events" />
      </div>
    )
  if (!hasNextPage)
    return (
      <div className={styles.end}>
        {events.length > 0 && (
          <Caption1 className={styles.muted}>
            {isFiltered ? 'No more events' : 'Beginning of the log'}
          </Caption1>
        )}
      </div>
    )
  return (
    <div className={styles.end}>
      {isFetchNextPageError && <Caption1>More events could not be loaded.</Caption1>}
      <LoadMoreButton
        isAutomatic={events.length < maxAutoLoadedEvents && !isFetchNextPageError}
        onLoadMore={() => void fetchNextPage()}
      />
    </div>
  )
}

/**
 * @param isAutomatic true to load the next page when the button is within 600 px of the viewport
 */
function LoadMoreButton({
  isAutomatic,
  onLoadMore,
}: {
  isAutomatic: boolean
  onLoadMore: () => void
}) {
  const button = useRef<HTMLButtonElement>(null)
  const latestOnLoadMore = useRef(onLoadMore)
  latestOnLoadMore.current = onLoadMore
  useEffect(() => {
    if (!isAutomatic || !button.current) return
    const observer = new IntersectionObserver(
      (entries) =>
        entries.some(({ isIntersecting }) => isIntersecting) && latestOnLoadMore.current(),
      { rootMargin: '600px' },
    )
    observer.observe(button.current)
    return () => observer.disconnect()
  }, [isAutomatic])
  return (
    <Button ref={button} onClick={onLoadMore}>
      Load more
    </Button>
  )
}

function Total({ tenantId, filter }: { tenantId: string; filter: ActivityFilter | null }) {
  const styles = useStyles()
  const { data } = useQuery({
    queryKey: ['activity', tenantId, 'counts', 'total', filter],
    queryFn: ({ signal }) =>
      requestGraphql(tenantId, ActivityTotalDocument, { tenantId, filter }, signal),
    staleTime: 30_000,
    placeholderData: (before) => before,
  })
  const log = data?.tenant?.activityLog
  return (
    <Caption1 className={styles.muted}>
      {log?.totalCount == null
        ? ''
        : `${log.totalCountIsExact ? '' : 'At least '}${formatCount(log.totalCount, 'event')}`}
    </Caption1>
  )
}

/** Returns the ids of the new events, which are above the first event of the initial list. */
function useNewIds(ids: string[]): ReadonlySet<string> {
  const initialFirst = useRef<string | undefined>(undefined)
  initialFirst.current ??= ids[0]
  const end = initialFirst.current === undefined ? -1 : ids.indexOf(initialFirst.current)
  const key = ids.slice(0, Math.max(0, end)).join(' ')
  return useMemo(() => new Set(key.split(' ')), [key])
}
