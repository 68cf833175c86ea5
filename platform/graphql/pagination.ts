/** Relay connections, keyset-paged: a page costs the same at any depth, and cursors stay good while rows come. */

import { badInput } from '../lib/errors.ts'
import { isUuid } from '../lib/uuid.ts'

export interface PageArguments {
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
}

/** A page to fetch, in the list's own order (`forward`) or from its end. */
export interface PageRequest {
  size: number
  forward: boolean
  /** Keys of the row beyond which the page begins; null: at the edge. */
  from: string[] | null
}

const defaultPageSize = 50
const maxPageSize = 100

/** What a key of a list is: a cursor that holds anything else is not of that list, and the database would stumble over it. */
const keyKinds = {
  time: (key: string) =>
    /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(key) && isOfCalendar(key),
  id: isUuid,
  text: (key: string) => !key.includes('\0') && key.isWellFormed(),
}
export type KeyKind = keyof typeof keyKinds

/** JavaScript takes the 30th of February for a day in March; the database does not. */
function isOfCalendar(time: string): boolean {
  const date = new Date(time)
  return !Number.isNaN(date.getTime()) && date.toISOString() === time
}

/** @throws PublicError BAD_USER_INPUT for sizes out of bounds, mixed directions and cursors that are not ours. */
export function pageRequest(
  { first, after, last, before }: PageArguments,
  keys: KeyKind[],
): PageRequest {
  const backward = last != null || before != null
  if (backward && (first != null || after != null))
    throw badInput('Page with `first` and `after`, or with `last` and `before`, not both.')
  const size = (backward ? last : first) ?? defaultPageSize
  if (size < 1 || size > maxPageSize)
    throw badInput(`\`${backward ? 'last' : 'first'}\` lies between 1 and ${maxPageSize}.`)
  const cursor = backward ? before : after
  return { size, forward: !backward, from: cursor == null ? null : decodeCursor(cursor, keys) }
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

/** Makes a connection of up to `size + 1` rows, fetched in the direction of the page; the one too many tells whether there is more. */
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
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor.slice(0, 1024), 'base64url').toString())
    const isKey = (key: unknown, index: number) =>
      typeof key === 'string' && keyKinds[kinds[index]!](key)
    if (Array.isArray(keys) && keys.length === kinds.length && keys.every(isKey)) return keys
  } catch {
    // falls through: not ours
  }
  throw badInput('A cursor comes from an earlier page of the same list.')
}
