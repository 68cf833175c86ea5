/** Filters of the Activity log, kept in the URL, so that a link shows the same events. */
import { signInMethods } from '../../app/labels.ts'
import type { ActivityFilter, ActivityOutcome, LoginMethod } from './activity.graphql.ts'
import { outcomes } from './labels.ts'

export interface ActivitySearch {
  /** RFC 3339, inclusive. */
  from?: string | undefined
  /** RFC 3339, exclusive. */
  to?: string | undefined
  /** Actor keys. */
  actor?: string[] | undefined
  method?: LoginMethod[] | undefined
  /** Actions, or prefixes that end with ".*". */
  action?: string[] | undefined
  outcome?: ActivityOutcome[] | undefined
  session?: string | undefined
  text?: string | undefined
  /** Id of the event whose details are open. */
  event?: string | undefined
  /** Former name of `method`, which old links use. Always undefined after validation. */
  door?: undefined
  /** Former name of `text`, which old links use. Always undefined after validation. */
  words?: undefined
}

/** Bounds of the API: entries per list, characters of the search text, characters of a key. */
const [maxEntries, maxTextLength, maxKeyLength] = [50, 200, 500]

/** Takes whatever the URL holds and leaves out what is not valid. */
export const validateActivitySearch = (search: Record<string, unknown>): ActivitySearch => ({
  from: parseTime(search.from),
  to: parseTime(search.to),
  actor: parseList(search.actor),
  method: parseChoices(search.method ?? search.door, signInMethods),
  action: parseList(search.action),
  outcome: parseChoices(search.outcome, outcomes),
  session: parseText(search.session, maxKeyLength),
  text: parseText(search.text ?? search.words, maxTextLength),
  event: parseText(search.event, maxKeyLength),
  door: undefined,
  words: undefined,
})

/**
 * The router parses "1" and "true" in the URL as a number and a boolean, so these are turned back
 * into text.
 */
function parseText(value: unknown, maxLength: number): string | undefined {
  const isScalar =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  const trimmed = isScalar ? String(value).trim().slice(0, maxLength) : ''
  return trimmed === '' ? undefined : trimmed
}

function parseList(value: unknown): string[] | undefined {
  const items = (Array.isArray(value) ? value : [value])
    .map((item) => parseText(item, maxKeyLength))
    .filter((item) => item !== undefined)
  return items.length ? [...new Set(items)].slice(0, maxEntries) : undefined
}

function parseChoices<Choice extends string>(
  value: unknown,
  choices: Choice[],
): Choice[] | undefined {
  const items = parseList(value)?.filter((item): item is Choice => choices.includes(item as Choice))
  return items?.length ? items : undefined
}

function parseTime(value: unknown): string | undefined {
  const date = new Date(typeof value === 'string' ? value : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/** The filter as the API takes it; null if nothing is filtered. */
export function toActivityFilter(search: ActivitySearch): ActivityFilter | null {
  const filter: ActivityFilter = {
    occurredFrom: search.from,
    occurredTo: search.to,
    actors: search.actor,
    methods: search.method,
    actions: search.action,
    outcomes: search.outcome,
    sessionId: search.session,
    text: search.text,
  }
  return Object.values(filter).some((value) => value !== undefined) ? filter : null
}

/** Limits a selection to what the API accepts; undefined if it is empty. */
export const limitEntries = <Item>(items: Item[]): Item[] | undefined =>
  items.length ? items.slice(0, maxEntries) : undefined
