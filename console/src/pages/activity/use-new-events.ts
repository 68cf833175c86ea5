/** Polls for new events while the user is active, and adds the new events to the list. */
import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { isSessionEnded } from '../../app/graphql.ts'
import { isUserActive } from '../../app/user-activity.ts'
import type { ActivityFilter } from './activity.graphql.ts'
import { createTailReader, fetchNewEvents, unknownTime } from './new-events.ts'
import {
  activityLogKey,
  type EventLine,
  type LogPage,
  mergeEvents,
  useCanReadWholeLog,
} from './use-activity-log.ts'

const pollIntervalMs = 3_000
const maxBackOffMs = 60_000
/** The minimum time between two queries for the event counts, in milliseconds. */
const recountIntervalMs = 10_000

/**
 * Adds new events to the list immediately if the page is scrolled to the top. Otherwise keeps new
 * events in `waitingEvents` until `showWaiting` is called, so that the list does not move while the
 * user reads.
 */
export function useNewEvents(tenantId: string, filter: ActivityFilter | null, isOn: boolean) {
  const client = useQueryClient()
  const canReadWholeLog = useCanReadWholeLog()
  const [waitingEvents, setWaitingEvents] = useState<EventLine[]>([])
  const [lastShown, setLastShown] = useState<{ count: number } | null>(null)
  const [isFailing, setFailing] = useState(false)
  const waiting = useRef<EventLine[]>([])
  // Every render creates a new filter object. Effects therefore depend on the JSON text of the
  // filter.
  const filterText = JSON.stringify(filter)

  const setWaiting = useCallback((events: EventLine[]) => {
    waiting.current = events
    setWaitingEvents(events)
  }, [])

  const showWaiting = useCallback(() => {
    const events = waiting.current
    setWaiting([])
    if (!events.length) return
    setLastShown({ count: events.length })
    addToFirstPage(client, activityLogKey(tenantId, JSON.parse(filterText)), events)
  }, [client, tenantId, filterText, setWaiting])

  useEffect(() => {
    const filter = JSON.parse(filterText) as ActivityFilter | null
    const key = activityLogKey(tenantId, filter)
    const controller = new AbortController()
    const { signal } = controller
    const tail = createTailReader(tenantId, signal)
    let timer: ReturnType<typeof setTimeout> | undefined
    let delayMs = pollIntervalMs
    let countedAt = Date.now()
    let areCountsStale = false
    setWaiting([])
    setFailing(false)

    /** Returns true if new events were found or the whole list was loaded again. */
    async function lookForEvents(): Promise<boolean> {
      if (!isUserActive() || client.getQueryData(key) === undefined) return false
      const since = canReadWholeLog ? await tail.read() : unknownTime
      const pages = client.getQueryData<InfiniteData<LogPage>>(key)?.pages
      if (since === null || !pages) return false
      const shown = pages.flatMap(({ nodes }) => nodes)
      const knownIds = new Set([...waiting.current, ...shown].map(({ id }) => id))
      const events = await fetchNewEvents(tenantId, filter, knownIds, since, signal)
      if (signal.aborted) return false
      tail.accept()
      if (events?.length === 0) return false
      if (events === null) await client.resetQueries({ queryKey: key, exact: true })
      else {
        setWaiting([...events, ...waiting.current])
        if (isAtTop()) showWaiting()
      }
      return true
    }

    async function poll(): Promise<void> {
      try {
        areCountsStale = (await lookForEvents()) || areCountsStale
        if (signal.aborted) return
        if (areCountsStale && Date.now() - countedAt > recountIntervalMs) {
          countedAt = Date.now()
          areCountsStale = false
          void client.invalidateQueries({ queryKey: ['activity', tenantId, 'counts'] })
        }
        delayMs = pollIntervalMs
        setFailing(false)
      } catch (error) {
        if (signal.aborted) return
        if (isSessionEnded(error)) return void client.invalidateQueries({ queryKey: ['viewer'] })
        delayMs = Math.min(delayMs * 2, maxBackOffMs)
        setFailing(true)
      }
      timer = setTimeout(poll, delayMs)
    }

    if (isOn) timer = setTimeout(poll, pollIntervalMs)
    return () => {
      controller.abort()
      clearTimeout(timer)
    }
  }, [client, tenantId, filterText, canReadWholeLog, isOn, showWaiting, setWaiting])

  return { waitingEvents, lastShown, showWaiting, isFailing }
}

function addToFirstPage(
  client: QueryClient,
  key: ReturnType<typeof activityLogKey>,
  events: EventLine[],
): void {
  client.setQueryData<InfiniteData<LogPage>>(key, (data) => {
    const [first, ...rest] = data?.pages ?? []
    if (!data || !first) return data
    return {
      ...data,
      pages: [{ ...first, nodes: mergeEvents([...events, ...first.nodes]) }, ...rest],
    }
  })
}

/**
 * Returns true if the page is scrolled to the top and no dialog is open. Only then may new events
 * move the list.
 */
const isAtTop = () => window.scrollY < 150 && !document.querySelector('[role="dialog"]')
