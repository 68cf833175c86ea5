/**
 * The files of this folder have all queries that read a table of another subgraph, so that the
 * dependencies between subgraphs are visible. Each query runs in the caller's transaction, and
 * row-level security limits the result to the caller's tenant.
 */
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'

export type Tx = Pick<PostgresJsDatabase, 'select' | 'execute' | '$count'>
