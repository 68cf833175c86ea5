/** Validates an ActivityFilter and translates it into an EventQuery. */
import { badInput } from '../../../platform/lib/errors.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { ActivityFilter } from '../schema.types.ts'
import { facetConditions, textQuery, unsealedCondition } from './conditions.ts'
import type { EventQuery, Visibility } from './event-query.ts'
import { isStorable, parseText } from './parse-text.ts'

const maxListLength = 50

/**
 * Returns the query for a filter, restricted to the events that the viewer may read.
 * @throws BAD_USER_INPUT when a list or the text is too long
 */
export function parseFilter(filter: ActivityFilter, visibility: Visibility): EventQuery {
  const { methods, outcomes, sessionId = null } = filter
  const lists = { actors: filter.actors, methods, actions: filter.actions, outcomes }
  for (const [name, list] of Object.entries(lists)) {
    if (list && list.length > maxListLength)
      throw badInput(`\`${name}\` must have at most ${maxListLength} entries.`)
  }
  const searched = parseText(filter.text)
  const actors = filter.actors?.filter(isStorable)
  const actions = filter.actions?.filter(isStorable)
  const since = filter.occurredFrom ? clampToCalendar(filter.occurredFrom) : null
  const until = filter.occurredTo ? clampToCalendar(filter.occurredTo) : null
  const text = searched === null ? null : textQuery(searched)
  const conditions = { ...visibility, actors, methods, actions, outcomes }
  return {
    since: since?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
    sessionId,
    text,
    ...facetConditions(conditions),
    unsealedCondition: unsealedCondition({ ...conditions, since, until, sessionId, text }),
    matchesNothing:
      (sessionId !== null && !isUuid(sessionId)) ||
      (searched !== null && !isStorable(searched)) ||
      Object.values(lists).some((list) => list?.length === 0),
  }
}

/**
 * The earliest time in PostgreSQL's calendar, which begins with the year 1. RFC 3339 also allows
 * the year 0.
 */
const firstTime = new Date('0001-01-01T00:00:00Z')
const clampToCalendar = (time: Date) => (time < firstTime ? firstTime : time)
