/** Filters of the Activity log, as they stand in the address bar: what is shown can be sent to somebody else. */
import type { ActivityFilter, ActivityOutcome, LoginMethod } from './activity.graphql.ts'
import { doors, outcomes } from './labels.ts'

export interface ActivitySearch {
  /** RFC 3339: not before, and before. */
  from?: string | undefined
  to?: string | undefined
  /** Keys of actors. */
  actor?: string[] | undefined
  door?: LoginMethod[] | undefined
  /** Exact, or with a star at the end. */
  action?: string[] | undefined
  outcome?: ActivityOutcome[] | undefined
  session?: string | undefined
  words?: string | undefined
  /** The event whose story is open. */
  event?: string | undefined
}

/** What the API takes at most. */
const [maxList, maxText, maxKey] = [50, 200, 500]

/** Whatever somebody may have typed there; what cannot be meant is left out. */
export const validateActivitySearch = (search: Record<string, unknown>): ActivitySearch => ({
  from: moment(search.from),
  to: moment(search.to),
  actor: list(search.actor),
  door: chosen(search.door, doors),
  action: list(search.action),
  outcome: chosen(search.outcome, outcomes),
  session: text(search.session, maxKey),
  words: text(search.words, maxText),
  event: text(search.event, maxKey),
})

/** The router reads numbers and booleans out of addresses where people wrote words. */
function text(value: unknown, maxLength: number): string | undefined {
  const isScalar =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  const trimmed = isScalar ? String(value).trim().slice(0, maxLength) : ''
  return trimmed === '' ? undefined : trimmed
}

function list(value: unknown): string[] | undefined {
  const all = (Array.isArray(value) ? value : [value])
    .map((item) => text(item, maxKey))
    .filter((item) => item !== undefined)
  return all.length ? [...new Set(all)].slice(0, maxList) : undefined
}

function chosen<Choice extends string>(value: unknown, choices: Choice[]): Choice[] | undefined {
  const all = list(value)?.filter((item): item is Choice => choices.includes(item as Choice))
  return all?.length ? all : undefined
}

function moment(value: unknown): string | undefined {
  const date = new Date(typeof value === 'string' ? value : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/** Null where nothing is filtered. */
export function filterOf({
  from,
  to,
  actor,
  door,
  action,
  outcome,
  session,
  words,
}: ActivitySearch): ActivityFilter | null {
  const filter: ActivityFilter = {
    occurredFrom: from,
    occurredTo: to,
    actors: actor,
    methods: door,
    actions: action,
    outcomes: outcome,
    sessionId: session,
    text: words,
  }
  return Object.values(filter).some((value) => value !== undefined) ? filter : null
}
