/** A tenant's Activity Log, newest first: filtered, keyset-paged, counted up to a bound. */
import { and, asc, desc, eq, gte, inArray, like, lt, or, type SQL, sql } from 'drizzle-orm'
import { visibleActivity } from '../../drizzle/reads.ts'
import { activity } from '../../drizzle/tables/audit.ts'
import { isId } from '../../platform/db.ts'
import { badInput } from '../../platform/errors.ts'
import { type Connection, connection, type PageArguments, pageRequest } from '../../platform/page.ts'
import type { ActivityRow } from './entities.ts'
import type { ActivityFilter } from './schema.types.ts'
import type { Context } from './subgraph.ts'

/** Beyond this many events, the total is a lower bound. */
const countBound = 10_000
const maxListLength = 50

/** A page, and the count of all of which it is a page; counted only when asked for, and once. */
export interface ActivityPage extends Connection<ActivityRow> {
  count(): Promise<number>
}

export async function activityLog(
  _tenant: unknown,
  { filter, ...args }: PageArguments & { filter?: ActivityFilter | null },
  { loaders }: Context,
): Promise<ActivityPage> {
  const page = pageRequest(args, ['time', 'id'])
  const matches = conditions(filter ?? {})
  const newestFirst = page.forward
  const rows = await loaders.inTenant((tx, only) =>
    tx
      .select()
      .from(activity)
      .where(and(matches, visibleActivity(only), page.from ? beyond(page.from, newestFirst) : undefined))
      .orderBy(...(newestFirst ? [desc(activity.occurredAt), desc(activity.eventId)] : [asc(activity.occurredAt), asc(activity.eventId)]))
      .limit(page.size + 1),
  )
  let counted: Promise<number> | undefined
  return {
    ...connection(
      page,
      rows,
      (row) => [row.occurredAt.toISOString(), row.eventId],
      (row) => row,
    ),
    count() {
      counted ??= loaders.inTenant((tx, only) => {
        const bounded = tx
          .select({ one: sql`1`.as('one') })
          .from(activity)
          .where(and(matches, visibleActivity(only)))
          .limit(countBound + 1)
        return tx.$count(bounded as never)
      })
      return counted
    },
  }
}

export const activityEventConnection = {
  totalCount: async (page: ActivityPage) => Math.min(await page.count(), countBound),
  totalCountIsExact: async (page: ActivityPage) => (await page.count()) <= countBound,
}

/** Those that match every member given; within a list, any of it. */
function conditions(filter: ActivityFilter): SQL | undefined {
  const { occurredFrom, occurredTo, actors, methods, actions, outcomes, sessionId } = filter
  for (const [name, list] of Object.entries({ actors, methods, actions, outcomes })) {
    if (list && list.length > maxListLength) throw badInput(`\`${name}\` holds at most ${maxListLength}.`)
  }
  if (sessionId != null && !isId(sessionId)) return sql`false`
  return and(
    occurredFrom ? gte(activity.occurredAt, moment(occurredFrom)) : undefined,
    occurredTo ? lt(activity.occurredAt, moment(occurredTo)) : undefined,
    actors ? inArray(activity.actorKey, actors.filter(isStorable)) : undefined,
    methods ? inArray(activity.method, [...methods]) : undefined,
    actions ? (or(...actions.filter(isStorable).map(actionMatches)) ?? sql`false`) : undefined,
    outcomes ? inArray(activity.outcome, [...outcomes]) : undefined,
    sessionId ? eq(activity.sessionId, sessionId) : undefined,
  )
}

/** The calendar of RFC 3339 begins with the year 0, PostgreSQL's with the year 1. */
const [firstMoment, lastMoment] = [new Date('0001-01-01T00:00:00Z'), new Date('9999-12-31T23:59:59.999Z')]
const moment = (date: Date) => (date < firstMoment ? firstMoment : date)

/** A text with a zero byte cannot stand in any row. */
const isStorable = (text: string) => !text.includes('\0')

/** Exact, or with a star at the end. */
function actionMatches(action: string): SQL {
  if (!action.endsWith('*')) return eq(activity.action, action)
  return like(activity.action, `${action.slice(0, -1).replace(/[\\%_]/g, '\\$&')}%`)
}

/** What comes after the row with these keys, in the direction of the page. */
function beyond([occurredAt, eventId]: string[], newestFirst: boolean): SQL | undefined {
  const at = new Date(occurredAt!)
  if (!(at >= firstMoment && at <= lastMoment) || !isId(eventId!)) throw badInput('A cursor comes from an earlier page of the same list.')
  return sql`(${activity.occurredAt}, ${activity.eventId}) ${sql.raw(newestFirst ? '<' : '>')} (${at.toISOString()}::timestamptz, ${eventId}::uuid)`
}
