/**
 * The filters of the Activity log. The URL contains the filters, so that users can share links to
 * filtered events.
 */
import { signInMethods } from '../../app/labels.ts'
import type { ActivityFilter, ActivityOutcome, LoginMethod } from './activity.graphql.ts'
import { outcomes } from './labels.ts'

export interface ActivitySearch {
  /** The start of the time range, in RFC 3339 format, inclusive. */
  from?: string | undefined
  /** The end of the time range, in RFC 3339 format, exclusive. */
  to?: string | undefined
  /** The keys of the selected actors. */
  actor?: string[] | undefined
  method?: LoginMethod[] | undefined
  /** Codes of actions, or prefixes that end with ".*". */
  action?: string[] | undefined
  outcome?: ActivityOutcome[] | undefined
  session?: string | undefined
  text?: string | undefined
  /** The id of the event whose details are open. */
  event?: string | undefined
  /** The former name of `method` in old links. Always undefined after validation. */
  door?: undefined
  /** The former name of `text` in old links. Always undefined after validation. */
  words?: undefined
}

/** The limits of the API: list entries, characters of the search text, and characters of a key. */
const [maxEntries, maxTextLength, maxKeyLength] = [50, 200, 500]

/** Parses the search parameters and drops invalid values. */
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
 * Converts a search parameter to text. The router parses "1" in the URL as a number and "true" as a
 * boolean.
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

/** Parses a time in the years 0 to 9999, which is the range of RFC 3339 and of the API. */
export function parseTime(value: unknown): string | undefined {
  const date = new Date(typeof value === 'string' ? value : Number.NaN)
  const iso = Number.isNaN(date.getTime()) ? undefined : date.toISOString()
  return iso && /^\d{4}-/.test(iso) ? iso : undefined
}

/** Converts the search parameters to the API's filter. Returns null if no filter is set. */
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

/**
 * Limits a selection to the number of entries that the API accepts. Returns undefined if the
 * selection is empty.
 */
export const limitEntries = <Item>(items: Item[]): Item[] | undefined =>
  items.length ? items.slice(0, maxEntries) : undefined
