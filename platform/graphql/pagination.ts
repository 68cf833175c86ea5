/**
 * Relay connections (https://relay.dev/graphql/connections.htm) with keyset pagination: a page
 * costs the same at any depth, and cursors stay valid while rows are added.
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

/** A page to fetch, counted from the beginning of the list (`forward`) or from its end. */
export interface PageRequest {
  size: number
  forward: boolean
  /** The keys of the row after which the page begins. Null for the first page in that direction. */
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
 * The types of key columns. `accepts` validates a value from a cursor, because PostgreSQL fails on
 * an invalid one, and `cast` is the value's SQL type.
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
 * Whether the date exists. JavaScript parses February 30 as a day in March; PostgreSQL rejects it.
 */
function isCalendarTime(time: string): boolean {
  const date = new Date(time)
  return !Number.isNaN(date.getTime()) && date.toISOString() === time
}

/**
 * A column by which the list is sorted. The last column must be unique, so that the order is total.
 */
export interface KeyColumn<Row> {
  column: Column
  kind: KeyKind
  keyOf(row: Row): string
}

/**
 * Defines a list that is sorted by these columns.
 *
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
    /** @throws BAD_USER_INPUT as `pageRequest` does */
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
        /** The condition for rows after the cursor. Undefined on the first page. */
        condition,
        orderBy: keys.map(({ column }) => (isAscending ? asc(column) : desc(column))),
        /** One row more than the page size. The extra row shows that there is a next page. */
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
 * @throws BAD_USER_INPUT when a size is out of bounds, both directions are mixed, or the cursor
 * does not belong to this list
 */
export function pageRequest(
  { first, after, last, before }: PageArguments,
  kinds: KeyKind[],
): PageRequest {
  const backward = last != null || before != null
  if (backward && (first != null || after != null))
    throw badInput('Use either `first` and `after`, or `last` and `before`, not both.')
  const size = (backward ? last : first) ?? defaultPageSize
  if (size < 1 || size > maxPageSize)
    throw badInput(`\`${backward ? 'last' : 'first'}\` must be from 1 to ${maxPageSize}.`)
  const cursor = backward ? before : after
  return { size, forward: !backward, from: cursor == null ? null : decodeCursor(cursor, kinds) }
}

/**
 * Builds a connection from the rows of a page.
 * @param rows up to `size + 1` rows in the direction of the page; the extra row shows that there is
 * a next page
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
  throw badInput('The cursor is not valid for this list. Read the first page.')
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
