/**
 * Relay connections (https://relay.dev/graphql/connections.htm) with keyset pagination. All pages
 * of a list have the same cost, and cursors stay valid when rows are added.
 */
import { asc, type Column, desc, type SQL, sql } from 'drizzle-orm'
import { badInput } from '../lib/errors.ts'
import { isUuid } from '../lib/uuid.ts'

export interface PageArguments {
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
}

/**
 * The page to fetch. A `forward` page is counted from the start of the list, other pages from the
 * end.
 */
export interface PageRequest {
  size: number
  forward: boolean
  /**
   * The sort keys from the request's cursor. The page starts after the row with these keys. Null
   * for the first page.
   */
  from: string[] | null
}

export interface Connection<Node> {
  edges: { cursor: string; node: Node }[]
  nodes: Node[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
}

const defaultPageSize = 50
const maxPageSize = 100
const maxCursorLength = 1024

/**
 * The types of sort keys. `cast` is the SQL type. `accepts` validates a value from a cursor,
 * because an invalid value would cause an error in PostgreSQL.
 */
const keyKinds = {
  time: {
    cast: sql.raw('timestamptz'),
    accepts: (key: string) =>
      /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(key) && isCalendarTime(key),
  },
  id: { cast: sql.raw('uuid'), accepts: isUuid },
  text: {
    cast: sql.raw('text'),
    accepts: (key: string) => !key.includes('\0') && key.isWellFormed(),
  },
}
export type KeyKind = keyof typeof keyKinds

/**
 * Whether the date exists in the calendar. JavaScript changes February 30 to a day in March, but
 * PostgreSQL rejects February 30.
 */
function isCalendarTime(time: string): boolean {
  const date = new Date(time)
  return !Number.isNaN(date.getTime()) && date.toISOString() === time
}

/**
 * A column that determines the order of the list. The last column must be unique, so that two rows
 * never have the same position.
 */
export interface KeyColumn<Row> {
  column: Column
  kind: KeyKind
  keyOf(row: Row): string
}

/**
 * Defines a list that is sorted by the given columns. Example:
 *     const page = newestFirst.page(args)
 *     const rows = await tx.select().from(session).where(page.condition)
 *       .orderBy(...page.orderBy).limit(page.limit)
 *     return page.connection(rows)
 */
export function keyset<Row>(order: 'asc' | 'desc', keys: KeyColumn<Row>[]) {
  const columns = sql.join(
    keys.map(({ column }) => sql`${column}`),
    sql`, `,
  )
  return {
    /** @throws BAD_USER_INPUT when `pageRequest` rejects the arguments */
    page(args: PageArguments) {
      const request = pageRequest(
        args,
        keys.map(({ kind }) => kind),
      )
      const isAscending = (order === 'asc') === request.forward
      const values = request.from?.flatMap((value, index) => {
        const key = keys[index]
        return key ? [sql`${value}::${keyKinds[key.kind].cast}`] : []
      })
      const condition: SQL | undefined =
        values &&
        sql`(${columns}) ${sql.raw(isAscending ? '>' : '<')} (${sql.join(values, sql`, `)})`
      return {
        /** The SQL condition for the rows after the cursor. Undefined on the first page. */
        condition,
        orderBy: keys.map(({ column }) => (isAscending ? asc(column) : desc(column))),
        /** The page size plus one. If the query returns the extra row, there is a next page. */
        limit: request.size + 1,
        connection: (rows: Row[]): Connection<Row> =>
          connection(
            request,
            rows,
            (row) => keys.map(({ keyOf }) => keyOf(row)),
            (row) => row,
          ),
      }
    },
  }
}

/**
 * Validates the arguments of a page and decodes its cursor.
 * @throws BAD_USER_INPUT when the size is out of bounds, the arguments mix both directions, or the
 * cursor does not belong to this list
 */
export function pageRequest(
  { first, after, last, before }: PageArguments,
  kinds: KeyKind[],
): PageRequest {
  const backward = last != null || before != null
  if (backward && (first != null || after != null))
    throw badInput('Use `first` and `after`, or `last` and `before`, but do not combine them.')
  const size = (backward ? last : first) ?? defaultPageSize
  if (size < 1 || size > maxPageSize)
    throw badInput(`\`${backward ? 'last' : 'first'}\` must be between 1 and ${maxPageSize}.`)
  const cursor = backward ? before : after
  return { size, forward: !backward, from: cursor == null ? null : decodeCursor(cursor, kinds) }
}

/**
 * Builds a connection from the rows of a page.
 * @param rows at most `size + 1` rows in the direction of the page; the extra row means that there
 * is a next page
 */
export function connection<Row, Node>(
  page: PageRequest,
  rows: Row[],
  keysOf: (row: Row) => string[],
  nodeOf: (row: Row) => Node,
): Connection<Node> {
  const hasMore = rows.length > page.size
  const shown = rows.slice(0, page.size)
  if (!page.forward) shown.reverse()
  const edges = shown.map((row) => ({ cursor: encodeCursor(keysOf(row)), node: nodeOf(row) }))
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: page.forward ? hasMore : page.from !== null,
      hasPreviousPage: page.forward ? page.from !== null : hasMore,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

const encodeCursor = (keys: string[]) => Buffer.from(JSON.stringify(keys)).toString('base64url')

function decodeCursor(cursor: string, kinds: KeyKind[]): string[] {
  const keys = parseCursor(cursor)
  if (isKeyList(keys, kinds)) return keys
  throw badInput('The cursor is not valid for this list. Request the first page without a cursor.')
}

const isKeyList = (keys: unknown, kinds: KeyKind[]): keys is string[] =>
  Array.isArray(keys) &&
  keys.length === kinds.length &&
  kinds.every((kind, index) => {
    const key: unknown = keys[index]
    return typeof key === 'string' && keyKinds[kind].accepts(key)
  })

function parseCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor.slice(0, maxCursorLength), 'base64url').toString())
  } catch {
    return null
  }
}
