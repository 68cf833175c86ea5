/** Which events a filter means, as questions that an index answers whatever its members are. */
import { and, eq, gte, inArray, isNotNull, isNull, like, lt, or, type SQL, sql } from 'drizzle-orm'
import { facet, unsealed } from '../../drizzle/tables/audit.ts'
import { badInput } from '../../platform/lib/errors.ts'
import { isUuid } from '../../platform/postgres/database.ts'
import type { ActivityFilter } from './schema.types.ts'

const maxListLength = 50
const maxTextLength = 200

/** A filter that was looked at, with whose events may be read at all. */
export interface Wanted {
  /** RFC 3339. */
  since: string | null
  before: string | null
  sessionId: string | null
  /** Words, each the words of one word of the text, which stand in this order; null: any. */
  phrases: string[] | null
  /** Facets or kinds (drizzle/tables/audit.ts) in which the events are; null: in any. */
  combinations: { column: 'facet_id' | 'kind_id'; where: SQL } | null
  /** Facets in which the events are, each with its actor. */
  facets: SQL | undefined
  /** The same, of events that are not sealed yet. */
  unsealed: SQL | undefined
  /** No event can match. */
  nothing: boolean
}

/** The bound on what is read besides the filter. */
export interface Visibility {
  /** Only events of admins and of this partner instance's technicians; null: all. */
  onlyInstance: string | null
  /** Only what this partner instance's technicians did. */
  techniciansOf?: string
}

/** @throws PublicError BAD_USER_INPUT for lists and texts that are too long. */
export function wantedBy(
  filter: ActivityFilter,
  { onlyInstance, techniciansOf }: Visibility,
): Wanted {
  const { actors, methods, actions, outcomes } = filter
  for (const [name, list] of Object.entries({ actors, methods, actions, outcomes })) {
    if (list && list.length > maxListLength)
      throw badInput(`\`${name}\` holds at most ${maxListLength}.`)
  }
  const phrases = phrasesOf(filter.text)
  const sessionId = filter.sessionId ?? null
  const since = filter.occurredFrom ? moment(filter.occurredFrom).toISOString() : null
  const before = filter.occurredTo ? moment(filter.occurredTo).toISOString() : null
  const whole = (of: typeof facet | typeof unsealed) =>
    and(
      methods ? inArray(of.method, [...methods]) : undefined,
      actions
        ? (or(...actions.filter(isStorable).map((action) => actionMatches(of.action, action))) ??
            sql`false`)
        : undefined,
      outcomes ? inArray(of.outcome, [...outcomes]) : undefined,
      onlyInstance === null ? undefined : or(isNull(of.clientId), eq(of.clientId, onlyInstance)),
      techniciansOf === undefined ? undefined : eq(of.clientId, techniciansOf),
    )
  // By key, since an instance's own acts have its door and its client id too.
  const ofActors = (of: typeof facet | typeof unsealed) =>
    and(
      actors ? inArray(of.actorKey, actors.filter(isStorable)) : undefined,
      techniciansOf === undefined
        ? undefined
        : sql`starts_with(${of.actorKey}, ${`partner:${techniciansOf}:`})`,
    )
  const restriction = whole(facet)
  const ofActor = ofActors(facet)
  return {
    since,
    before,
    sessionId,
    phrases,
    combinations:
      ofActor || restriction
        ? {
            column: ofActor ? 'facet_id' : 'kind_id',
            where: and(ofActor ?? isNull(facet.actorKey), restriction)!,
          }
        : null,
    facets: and(isNotNull(facet.actorKey), ofActor, restriction),
    unsealed: and(
      since ? gte(unsealed.occurredAt, new Date(since)) : undefined,
      before ? lt(unsealed.occurredAt, new Date(before)) : undefined,
      sessionId && isUuid(sessionId) ? eq(unsealed.sessionId, sessionId) : undefined,
      ofActors(unsealed),
      whole(unsealed),
      phrases
        ? sql`audit.words_of(${unsealed.action}, ${unsealed.actor}, ${unsealed.target}, ${unsealed.changes}) @@ ${queryOf(phrases)}`
        : undefined,
    ),
    nothing:
      (sessionId !== null && !isUuid(sessionId)) ||
      phrases?.length === 0 ||
      [actors, methods, actions, outcomes].some((list) => list?.length === 0),
  }
}

/** All words are wanted; what punctuation divides must stand together, as in an address. */
export function queryOf(phrases: string[]): SQL {
  const all = phrases.map((phrase) => sql`phraseto_tsquery('pg_catalog.simple', ${phrase})`)
  return sql`(${sql.join(all, sql` && `)})`
}

function phrasesOf(text: string | null | undefined): string[] | null {
  if (text == null || text.trim() === '') return null
  if (text.length > maxTextLength)
    throw badInput(`\`text\` holds at most ${maxTextLength} characters.`)
  if (!isStorable(text)) return []
  const words = text.normalize('NFKC').split(/\s+/)
  return words.map((word) => word.replaceAll(signs, ' ').trim()).filter(Boolean)
}

/** What divides words: the same, in the same form, as for audit.words (drizzle/migrations/0010_find_sealed.sql). */
const signs =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they divide words like any other sign
  /[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2000-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u3030\ufeff\u{1f000}-\u{1faff}\u{e0000}-\u{e007f}]+|[\ufe00-\ufe0f]+/gu

/** The calendar of RFC 3339 begins with the year 0, PostgreSQL's with the year 1. */
const firstMoment = new Date('0001-01-01T00:00:00Z')
const moment = (date: Date) => (date < firstMoment ? firstMoment : date)

/** A text with a zero byte, or half a character, cannot stand in any row. */
export const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed()

/** Exact, or with a star at the end. */
function actionMatches(column: typeof facet.action | typeof unsealed.action, action: string): SQL {
  if (!action.endsWith('*')) return eq(column, action)
  return like(column, `${action.slice(0, -1).replace(/[\\%_]/g, '\\$&')}%`)
}
