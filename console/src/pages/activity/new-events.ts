/** Finds events that were added to the Activity log after the list was loaded. */
import { requestGraphql } from '../../app/graphql.ts'
import {
  ActivityCheckpointDocument,
  type ActivityFilter,
  ActivityTailDocument,
  type ActivityTailQuery,
} from './activity.graphql.ts'
import { type EventLine, fetchLogPage, type LogPage } from './use-activity-log.ts'

/**
 * The value for an unknown time of the earliest new event. `fetchNewEvents` then stops at the first
 * page that contains a known event.
 */
export const unknownTime = ''

/** Finds the events that were sequenced since the last call of `accept`. */
export interface TailReader {
  /**
   * Returns the earliest `occurredAt` of these events. Returns null if there are no such events,
   * and `unknownTime` on the first call or when the tail is not available.
   */
  read(): Promise<string | null>
  /** Marks the events of the last `read` as known. Without this call, they are found again. */
  accept(): void
}

/**
 * Queries events by sequence number, because a transaction that commits late can add an event with
 * an earlier `occurredAt` than known events.
 */
export function createTailReader(tenantId: string, signal: AbortSignal): TailReader {
  let accepted: number | null = null
  let sequence: number | null = null
  const read = async () => {
    sequence = accepted
    if (sequence === null) {
      const { tenant } = await requestGraphql(
        tenantId,
        ActivityCheckpointDocument,
        { tenantId },
        signal,
      )
      sequence = tenant?.activityCheckpoint?.treeSize ?? 0
      return unknownTime
    }
    let last: number = sequence
    let earliest: string | null = null
    for (let hasMore = true; hasMore; ) {
      const answer: ActivityTailQuery = await requestGraphql(
        tenantId,
        ActivityTailDocument,
        { tenantId, afterSequence: last },
        signal,
      )
      const tail = answer.tenant?.activityTail
      if (!tail) {
        // The tail is null if the database was restored to an earlier state or the user is no
        // longer allowed to read the tail.
        sequence = null
        return unknownTime
      }
      for (const { occurredAt } of tail.events)
        if (earliest === null || occurredAt < earliest) earliest = occurredAt
      last = tail.lastSequence
      hasMore = tail.hasMore
    }
    sequence = last
    return earliest
  }
  return {
    read,
    accept() {
      accepted = sequence
    },
  }
}

/**
 * The maximum number of pages to read. If all events on these pages are new, the whole list is
 * loaded again.
 */
const maxPages = 10

/**
 * Reads at most 10 pages of the Activity log, newest event first. Stops when a known event was
 * found and the last event of the page is not newer than `since`.
 * @returns the events that are not in `knownIds`; null if 10 pages contain no known event
 */
export async function fetchNewEvents(
  tenantId: string,
  filter: ActivityFilter | null,
  knownIds: ReadonlySet<string>,
  since: string,
  signal: AbortSignal,
): Promise<EventLine[] | null> {
  const found: EventLine[] = []
  let hasMetKnown = false
  let after: string | null = null
  for (let pages = 0; pages < maxPages; pages++) {
    const page: LogPage = await fetchLogPage(tenantId, filter, after, signal)
    const unknown = page.nodes.filter(({ id }) => !knownIds.has(id))
    found.push(...unknown)
    hasMetKnown ||= unknown.length < page.nodes.length
    const hasPassedSince = since === unknownTime || (page.nodes.at(-1)?.occurredAt ?? '') <= since
    if (!page.pageInfo.hasNextPage || (hasMetKnown && hasPassedSince)) return found
    after = page.pageInfo.endCursor
  }
  return hasMetKnown ? found : null
}
