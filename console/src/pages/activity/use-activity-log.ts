/** The log page by page, and what comes in while somebody looks at it. */
import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiError, ask, endsSession } from '../../app/graphql.ts'
import { isPersonActive } from '../../app/user-activity.ts'
import { useViewer } from '../../app/session.ts'
import {
  ActivityCheckpointDocument,
  type ActivityFilter,
  ActivityPageDocument,
  type ActivityPageQuery,
  ActivityTailDocument,
  type ActivityTailQuery,
} from './activity.graphql.ts'

type Page = NonNullable<NonNullable<ActivityPageQuery['tenant']>['activityLog']>
export type EventLine = Page['nodes'][number]

/** Admins see the whole of a log: only they tail it, export it and are given proofs. */
export const useSeesWholeLog = (): boolean => useViewer().actor.__typename === 'MicrosoftAdmin'

export const logKey = (tenantId: string, filter: ActivityFilter | null) =>
  ['activity', tenantId, 'log', filter] as const

async function pageOf(
  tenantId: string,
  filter: ActivityFilter | null,
  after: string | null,
  signal?: AbortSignal,
): Promise<Page> {
  const { tenant } = await ask(tenantId, ActivityPageDocument, { tenantId, filter, after }, signal)
  if (!tenant?.activityLog)
    throw new ApiError('BAD_USER_INPUT', 'The log could not be read with this filter.')
  return tenant.activityLog
}

export function useLog(tenantId: string, filter: ActivityFilter | null) {
  const query = useInfiniteQuery({
    queryKey: logKey(tenantId, filter),
    queryFn: ({ pageParam, signal }) => pageOf(tenantId, filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
    // Events never change, and new ones are put in by useArrivals.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  return {
    ...query,
    events: once(query.data?.pages.flatMap(({ nodes }) => nodes) ?? []).sort(newestFirst),
  }
}

const once = (events: EventLine[]): EventLine[] => [
  ...new Map(events.map((event) => [event.id, event])).values(),
]
const newestFirst = (a: EventLine, b: EventLine) =>
  a.occurredAt === b.occurredAt ? (a.id < b.id ? 1 : -1) : a.occurredAt < b.occurredAt ? 1 : -1

const [lookEveryMs, waitAtMostMs, countAgainAfterMs] = [3_000, 60_000, 10_000]
/** Beyond so many pages of new events at once the list begins anew. */
const maxPages = 10
const newest = ''

/**
 * Looks for new events while a person is there. At the top of the page they are put into the list at once; where somebody reads further
 * down, they wait in `arrivals` until `accept`, so that nothing moves under the reader's eyes.
 */
export function useArrivals(tenantId: string, filter: ActivityFilter | null, isOn: boolean) {
  const client = useQueryClient()
  const seesWholeLog = useSeesWholeLog()
  const [arrivals, setArrivals] = useState<EventLine[]>([])
  const [accepted, setAccepted] = useState<{ count: number } | null>(null)
  const [isFailing, setFailing] = useState(false)
  const waiting = useRef<EventLine[]>([])
  const filterText = JSON.stringify(filter)

  const accept = useCallback(() => {
    const key = logKey(tenantId, JSON.parse(filterText))
    const events = waiting.current
    waiting.current = []
    setArrivals([])
    if (!events.length) return
    setAccepted({ count: events.length })
    client.setQueryData<InfiniteData<Page>>(key, (data) => {
      const [first, ...rest] = data?.pages ?? []
      if (!data || !first) return data
      return {
        ...data,
        pages: [{ ...first, nodes: once([...events, ...first.nodes]).sort(newestFirst) }, ...rest],
      }
    })
  }, [client, tenantId, filterText])

  useEffect(() => {
    const filter = JSON.parse(filterText) as ActivityFilter | null
    const key = logKey(tenantId, filter)
    const stop = new AbortController()
    const { signal } = stop
    let timer: ReturnType<typeof setTimeout> | undefined
    let sequence: number | null = null
    let delay = lookEveryMs
    let [countedAt, isCounted] = [Date.now(), true]
    waiting.current = []
    setArrivals([])
    setFailing(false)

    /**
     * Since when there are new events, if there are any, by the log's own sequence: of two transactions the later may have the earlier
     * event, and none is left out. An empty text: not known, look at the newest.
     */
    async function grownSince(): Promise<string | null> {
      if (sequence === null) {
        const { tenant } = await ask(tenantId, ActivityCheckpointDocument, { tenantId }, signal)
        sequence = tenant?.activityCheckpoint?.treeSize ?? 0
        return newest
      }
      let last: number = sequence
      let since: string | null = null
      for (let hasMore = true; hasMore; ) {
        const answer: ActivityTailQuery = await ask(
          tenantId,
          ActivityTailDocument,
          { tenantId, afterSequence: last },
          signal,
        )
        const tail = answer.tenant?.activityTail
        if (!tail) {
          // The log was set back, or the right to tail it has ended.
          sequence = null
          return newest
        }
        for (const { occurredAt } of tail.events)
          if (since === null || occurredAt < since) since = occurredAt
        last = tail.lastSequence
        hasMore = tail.hasMore
      }
      sequence = last
      return since
    }

    /** Null where there are too many. */
    async function newEvents(since: string): Promise<EventLine[] | null> {
      const data = client.getQueryData<InfiniteData<Page>>(key)
      if (!data) return []
      const known = new Set(
        [...waiting.current, ...data.pages.flatMap(({ nodes }) => nodes)].map(({ id }) => id),
      )
      const found: EventLine[] = []
      let isJoined = false
      let after: string | null = null
      for (let pages = 0; pages < maxPages; pages++) {
        const page: Page = await pageOf(tenantId, filter, after, signal)
        const unknown = page.nodes.filter(({ id }) => !known.has(id))
        found.push(...unknown)
        isJoined ||= unknown.length < page.nodes.length
        const isFarEnough = since === newest || (page.nodes.at(-1)?.occurredAt ?? '') <= since
        if (!page.pageInfo.hasNextPage || (isJoined && isFarEnough)) return found
        after = page.pageInfo.endCursor
      }
      return isJoined ? found : null
    }

    async function look(): Promise<void> {
      try {
        const isAsked = isPersonActive() && client.getQueryData(key) !== undefined
        const since = isAsked ? (seesWholeLog ? await grownSince() : newest) : null
        if (since !== null) {
          const events = await newEvents(since)
          if (signal.aborted) return
          if (events === null) await client.resetQueries({ queryKey: key, exact: true })
          else if (events.length) {
            waiting.current = [...events, ...waiting.current]
            setArrivals(waiting.current)
            if (isAtTop()) accept()
          }
          if (events?.length !== 0) isCounted = false
        }
        if (!isCounted && Date.now() - countedAt > countAgainAfterMs) {
          ;[countedAt, isCounted] = [Date.now(), true]
          void client.invalidateQueries({ queryKey: ['activity', tenantId, 'counts'] })
        }
        delay = lookEveryMs
        setFailing(false)
      } catch (error) {
        if (signal.aborted) return
        if (endsSession(error)) return void client.invalidateQueries({ queryKey: ['viewer'] })
        delay = Math.min(delay * 2, waitAtMostMs)
        setFailing(true)
      }
      if (!signal.aborted) timer = setTimeout(look, delay)
    }

    if (isOn) timer = setTimeout(look, lookEveryMs)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [client, tenantId, filterText, seesWholeLog, isOn, accept])

  return { arrivals, accepted, accept, isFailing }
}

/** Nobody reads further down, and nothing lies over the list. */
const isAtTop = () => window.scrollY < 150 && !document.querySelector('[role="dialog"]')
