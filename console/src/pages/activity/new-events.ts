/** Requests that find events which were added to the log after the shown pages were read. */
import { requestGraphql } from '../../app/graphql.ts'
import {
  ActivityCheckpointDocument,
  type ActivityFilter,
  ActivityTailDocument,
  type ActivityTailQuery,
} from './activity.graphql.ts'
import { type EventLine, fetchLogPage, type LogPage } from './use-activity-log.ts'

/** In place of a time: unknown, so that new events are looked for among the newest only. */
export const unknownTime = ''

/**
 * Returns a function that tells since when there are new events: the earliest `occurredAt` among
 * the events sequenced since its last call, `unknownTime`, or null for no new events. It follows
 * the log's sequence numbers, because a transaction that commits later can hold an earlier event.
 */
export function createTailReader(
  tenantId: string,
  signal: AbortSignal,
): () => Promise<string | null> {
  let sequence: number | null = null
  return async () => {
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
        // The database was restored to an earlier state, or this session may no longer tail the
        // log.
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
}

/** With more pages of new events than this, the list is read again from the start. */
const maxPages = 10

/**
 * Reads the log from its newest event until it meets known events and has passed `since`.
 * @returns the events that are not known; null if there are more than 10 pages of them
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
