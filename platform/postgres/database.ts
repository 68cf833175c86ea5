/**
 * PostgreSQL through postgres.js under custody: a pool of single-connection clients, one borrowed for each transaction.
 * postgres.js's own pool does not survive connections that die under it (see docs/adr/0003-postgres-under-custody.md);
 * here a client that saw anything unusual is destroyed and never lent again, and every wait has a deadline.
 */
import { sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { createPool } from 'generic-pool'
import postgres from 'postgres'
import type { AuditCoalescer } from '../audit/coalescing.ts'
import { remainingMs } from '../lib/deadline.ts'
import { overloaded, PublicError, tooLate } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'

/** Where the database is, and as whom to be there. */
export interface DatabaseTarget {
  /** A `postgres://` address, or the folder of a Unix socket with the database's name. Both may name several servers; see `serversOf`. */
  at: { url: string } | { socketDir: string; database: string; user: string }
  /** The role that every connection takes on. Absent: whoever logged in (migrations only). */
  role?:
    | 'it_complete_app'
    | 'it_complete_operator'
    | 'it_complete_sealer'
    | 'it_complete_maintenance'
}

export interface DatabaseLimits {
  poolSize: number
  /** Waiting for a connection. */
  acquireTimeoutMs: number
  /** A whole transaction, seen from here; each statement has half of it at the server. */
  transactionTimeoutMs: number
}

export const defaultLimits: DatabaseLimits = {
  poolSize: 16,
  acquireTimeoutMs: 3_000,
  transactionTimeoutMs: 10_000,
}

/** What a reading transaction offers. */
export type ReadTx = Pick<PostgresJsDatabase, 'select' | 'selectDistinct' | 'execute' | '$count'>
/** What a writing transaction offers. Only platform/audit/audited.ts hands these out (test/house holds it). */
export type WriteTx = Pick<
  PostgresJsDatabase,
  'select' | 'selectDistinct' | 'execute' | '$count' | 'insert' | 'update' | 'delete'
>

/** The tenant in which a transaction lives; null: reference tables and the operators' log only. */
export type TenantScope = string | null

export interface Database {
  read<T>(tenantId: TenantScope, work: (tx: ReadTx) => Promise<T>): Promise<T>
  /** Not for use outside platform/audit/audited.ts. */
  write<T>(tenantId: TenantScope, work: (tx: WriteTx) => Promise<T>): Promise<T>
  /** Where refusals beyond a bound are counted; without it each of them is a row. */
  coalescer?: AuditCoalescer
  /** Whether the database answers, within a second. */
  ping(): Promise<Health>
  close(): Promise<void>
}

/** Whether something answers that this process needs, and by how much its clock is ahead of ours, where it told. */
export interface Health {
  answers: boolean
  clockDiffersBySeconds?: number
}

/** The database could not be reached, did not answer in time, or took nothing in. Nothing was changed, unless a commit was under way. */
export class DatabaseUnavailable extends PublicError {
  readonly reason: keyof typeof unavailable
  constructor(detail: unknown, reason: keyof typeof unavailable = 'unreachable') {
    super('INTERNAL_SERVER_ERROR', unavailable[reason], { detail })
    this.reason = reason
  }
}

const unavailable = {
  unreachable: 'The database cannot be reached at the moment. Nothing was changed.',
  full: 'The database has no room for more at the moment. Nothing was changed.',
  committing:
    'The database went away while the change was being saved: it may have happened. Read again before you repeat it.',
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a text is a UUID in lower case, the form of every id of ours. */
export const isUuid = (text: string) => uuidPattern.test(text)

/**
 * Of statements prepared on one connection, in characters; then there is another one in its place. An insert of so many rows is another
 * statement than one of one row more: without this, what seals the log would fill its own memory and its backends'.
 */
const maxPreparedLength = 500_000

/** Transactions that may wait for a connection, for each that there is. */
const waitingPerConnection = 32

export function openDatabase(
  target: DatabaseTarget,
  log: Log,
  limits: DatabaseLimits = defaultLimits,
): Database {
  const pool = createPool<Connection>(
    {
      create: connector(target, limits, log),
      destroy: async (connection) => connection.end(),
      validate: async (connection) => !connection.dead && connection.answeredAt >= suspectUntil,
    },
    {
      max: limits.poolSize,
      min: 0,
      testOnBorrow: true,
      acquireTimeoutMillis: limits.acquireTimeoutMs,
      maxWaitingClients: limits.poolSize * waitingPerConnection,
      evictionRunIntervalMillis: 30_000,
      idleTimeoutMillis: 300_000,
    },
  )

  /**
   * Where an answer did not come at all, the server may have gone without a word, and all that is connected to it with it. What has not
   * answered since is not lent: otherwise each of them would cost somebody the whole deadline.
   */
  let suspectUntil = Number.NEGATIVE_INFINITY

  async function transaction<T>(
    tenantId: TenantScope,
    mode: 'read only' | 'read write',
    work: (tx: WriteTx) => Promise<T>,
  ): Promise<T> {
    if (tenantId !== null && !isUuid(tenantId))
      throw new Error('a tenant scope is a UUID in lower case')
    if (remainingMs() === 0) throw tooLate()
    const connection = await Promise.resolve(pool.acquire()).catch((error) => {
      // Where all of them are lent, the database is there and busy; else there is none to be had.
      throw pool.borrowed >= limits.poolSize ? overloaded(error) : new DatabaseUnavailable(error)
    })
    const { tx, withdraw } = checkout(connection)
    const lentAt = performance.now()
    let healthy = false
    let committing = false
    const run = async () => {
      // One round trip for both; not awaited before the work's first query is sent after it on the same connection.
      const scope = tenantId === null ? '' : `; set local app.tenant_id = '${tenantId}'`
      const begun = connection.sql
        .unsafe(`begin ${mode}${scope}`)
        .simple()
        .execute()
        .catch(explainBegin)
      begun.catch(() => {})
      let result: T
      try {
        result = await work(tx)
        await begun
        // Whoever asked was told that it took too long: it is not to happen after that.
        if (remainingMs() === 0) throw tooLate()
      } catch (error) {
        withdraw()
        await begun // a failed begin explains what came after it
        if (!connection.dead && isOrderly(error)) {
          await connection.sql.unsafe('rollback').simple()
          healthy = true
        }
        throw error
      }
      withdraw()
      assertConnected(connection)
      committing = true
      const { command } = await connection.sql.unsafe('commit').simple()
      // PostgreSQL answers the commit of a failed transaction with a rollback, and calls that no error.
      if (command !== 'COMMIT')
        throw new Error('a statement failed, its error was swallowed, and nothing was committed')
      healthy = true
      return result
    }
    try {
      return await withDeadline(run(), Math.min(limits.transactionTimeoutMs, remainingMs()))
    } catch (error) {
      if (error instanceof DeadlineExceeded) {
        // What is still under way must not commit when it comes to it.
        connection.dead = true
        suspectUntil = Math.max(suspectUntil, lentAt)
      }
      // A timer may ring a moment before its time.
      if (error instanceof DeadlineExceeded && remainingMs() < 2 && !committing) throw tooLate()
      if (isLostConnection(error))
        throw new DatabaseUnavailable(
          error,
          committing && mode === 'read write' ? 'committing' : 'unreachable',
        )
      if (isFull(error)) throw new DatabaseUnavailable(error, 'full')
      throw error
    } finally {
      withdraw()
      const isSpent = connection.preparedLength > maxPreparedLength
      if (healthy && !connection.dead && !isSpent) {
        connection.answeredAt = performance.now()
        void pool.release(connection)
      } else void pool.destroy(connection).catch(() => {})
    }
  }

  return {
    read: (tenantId, work) => transaction(tenantId, 'read only', work),
    write: (tenantId, work) => transaction(tenantId, 'read write', work),
    async ping() {
      const clock = sql`select extract(epoch from clock_timestamp())::float8 as now`
      const asked = transaction(null, 'read only', async (tx): Promise<Health> => {
        const [row] = await tx.execute<{ now: number }>(clock)
        return { answers: true, clockDiffersBySeconds: row!.now - Date.now() / 1000 }
      }).catch(() => ({ answers: false }))
      const { promise: late, resolve } = Promise.withResolvers<Health>()
      const timer = setTimeout(resolve, 1_000, { answers: false })
      return Promise.race([asked, late]).finally(() => clearTimeout(timer))
    },
    async close() {
      await pool.drain()
      await pool.clear()
    },
  }
}

/** Whether the connection is in a known state after this error: the server answered, or a refusal of ours was thrown between queries. */
function isOrderly(error: unknown): boolean {
  return (
    error instanceof PublicError ||
    error instanceof Rollback ||
    (databaseErrorCode(error) !== undefined && !isLostConnection(error))
  )
}

/** Whether this error says that the connection is gone, or as good as gone. */
function isLostConnection(error: unknown): boolean {
  if (error instanceof DeadlineExceeded) return true
  const code = databaseErrorCode(error)
  return code === undefined
    ? /^(CONNECTION_|CONNECT_|EPIPE|ECONN|ENOENT|ETIMEDOUT)/.test(systemErrorCode(error))
    : /^57P0[123]$/.test(code)
}

/** PostgreSQL's class 53: no room on the disk, in memory, or for another connection. */
const isFull = (error: unknown) => databaseErrorCode(error)?.startsWith('53') === true

/** Thrown by a transaction's work to undo it in an orderly way. */
export class Rollback extends Error {
  override name = 'Rollback'
}

/** The SQLSTATE of an error, through Drizzle's wrapping, if it has one. */
export function databaseErrorCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code
    if (cause.name === 'PostgresError' && typeof code === 'string') return code
  }
  return undefined
}

function systemErrorCode(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code
    if (typeof code === 'string') return code
  }
  return ''
}

class DeadlineExceeded extends Error {
  override name = 'DeadlineExceeded'
}

class ConnectionLost extends Error {
  override name = 'ConnectionLost'
  readonly code = 'CONNECTION_LOST'
}

/** Its late failure has been answered for already. */
function withDeadline<T>(promise: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new DeadlineExceeded(`no answer from the database within ${ms} ms`)),
    ms,
  )
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

interface Connection {
  sql: postgres.Sql
  dead: boolean
  /** When it was last heard of, on the clock of `performance.now()`. */
  answeredAt: number
  /** What is prepared on it: both sides keep each text for as long as the connection is there. */
  prepared: Set<string>
  preparedLength: number
  end(): Promise<void>
}

/** A server that takes no writes any more, or not yet: another may have its place by now. */
function explainBegin(error: unknown): never {
  throw databaseErrorCode(error) === '25006'
    ? new ConnectionLost('the server takes no writes')
    : error
}

/** postgres.js would connect anew and run what comes next there, outside of the transaction, whose `commit` would then say that it is done. */
function assertConnected({ dead }: Connection): void {
  if (dead) throw new ConnectionLost('the connection was lost between two statements')
}

/** A connection as one transaction may use it, and not after its end: then it is somebody else's, perhaps another tenant's. */
function checkout(connection: Connection): { tx: WriteTx; withdraw(): void } {
  const { sql } = connection
  let isOver = false
  const lent = Object.assign(Object.create(sql) as postgres.Sql, {
    // Drizzle sends everything unprepared, and what has no parameters as text that may hold several statements.
    // On a connection of our own, prepared statements are safe, cheaper, and one at a time.
    unsafe: (query: string, parameters?: never[]) => {
      if (isOver) throw new Error('this transaction has ended')
      assertConnected(connection)
      if (!connection.prepared.has(query)) {
        connection.prepared.add(query)
        connection.preparedLength += query.length
      }
      return sql.unsafe(query, parameters, {
        prepare: true,
        simple: false,
      } as postgres.UnsafeQueryOptions)
    },
  })
  return {
    tx: drizzle(lent),
    withdraw: () => {
      isOver = true
    },
  }
}

/** Connects to that one of the target's servers which takes writes: first where one did the last time, then to the next. */
function connector(
  target: DatabaseTarget,
  limits: DatabaseLimits,
  log: Log,
): () => Promise<Connection> {
  const servers = serversOf(target)
  const withinMs = limits.acquireTimeoutMs / servers.length
  let best = 0
  return async () => {
    for (let n = 0; ; n++) {
      const server = (best + n) % servers.length
      try {
        const connection = await connect(servers[server]!, limits, withinMs)
        best = server
        return connection
      } catch (error) {
        log.warn({ err: error, server }, 'no connection to the database')
        if (n + 1 < servers.length) continue
        // generic-pool tries again at once, for as long as somebody waits: not in a tight loop.
        await new Promise((resolve) => setTimeout(resolve, 100))
        throw error
      }
    }
  }
}

async function connect(
  server: DatabaseTarget,
  limits: DatabaseLimits,
  withinMs: number,
): Promise<Connection> {
  const connection: Connection = {
    sql: undefined!,
    dead: false,
    answeredAt: performance.now(),
    prepared: new Set(),
    preparedLength: 0,
    end: async () => {},
  }
  const sql = openClient(server, {
    connect_timeout: Math.ceil(withinMs / 1000),
    onclose: () => {
      connection.dead = true
    },
    connection: {
      application_name: 'it-complete-login',
      statement_timeout: Math.ceil(limits.transactionTimeoutMs / 2),
      lock_timeout: Math.ceil(limits.transactionTimeoutMs / 2),
      idle_in_transaction_session_timeout: limits.transactionTimeoutMs,
      // Nothing is written but in a transaction that was begun for it, whatever postgres.js does with a query of a connection that died.
      default_transaction_read_only: true,
    },
  })
  connection.sql = sql
  connection.end = () => sql.end({ timeout: 1 }).catch(() => {})
  try {
    const ready = takesWrites(sql).then(() => sql.unsafe(transactionTimeout(limits)).simple())
    await withDeadline(ready, withinMs)
  } catch (error) {
    void connection.end()
    throw error
  }
  return connection
}

/** PostgreSQL has it from 17 on, and refuses a connection that brings settings it does not know. A moment later than the deadline here. */
const transactionTimeout = ({ transactionTimeoutMs }: DatabaseLimits) =>
  `select set_config(name, '${transactionTimeoutMs + 500}', false) from pg_settings where name = 'transaction_timeout'`

/** A standby answers reads, of a past that may be seconds old: to us it is no server. */
async function takesWrites(sql: postgres.Sql): Promise<void> {
  const [row] = await sql.unsafe('select pg_is_in_recovery() as is_standby').simple()
  if (row?.is_standby !== 'f' && row?.is_standby !== false)
    throw new ConnectionLost('the server is a standby, and takes no writes')
}

/** A client of that one of the target's servers which takes writes, for what is done once. */
export async function openPrimary(
  target: DatabaseTarget,
  options: postgres.Options<Record<string, never>> = {},
): Promise<postgres.Sql> {
  let reason: unknown
  for (const server of serversOf(target)) {
    const sql = openClient(server, options)
    try {
      await takesWrites(sql)
      return sql
    } catch (error) {
      reason = error
      void sql.end({ timeout: 1 })
    }
  }
  throw reason
}

/** As libpq has it, an address names several servers by commas between its hosts, or between the folders of `?host=`. */
export function serversOf({ at, role }: DatabaseTarget): DatabaseTarget[] {
  if ('socketDir' in at)
    return at.socketDir.split(',').map((socketDir) => ({ at: { ...at, socketDir }, role }))
  const [, before = '', hosts = '', after = ''] =
    /^(\w+:\/\/(?:[^@/?]*@)?)([^/?]*)(.*)$/s.exec(at.url) ?? []
  return hosts.split(',').flatMap((host) => {
    if (!URL.canParse(before + host + after)) return { at, role }
    const url = new URL(before + host + after)
    const folders = url.searchParams.get('host')?.split(',') ?? [null]
    return folders.map((folder) => {
      if (folder !== null) url.searchParams.set('host', folder)
      return { at: { url: url.href }, role }
    })
  })
}

/** A bare client of one connection. */
export function openClient(
  target: DatabaseTarget,
  options: postgres.Options<Record<string, never>> = {},
): postgres.Sql {
  const common = {
    max: 1,
    fetch_types: false,
    max_lifetime: null,
    onnotice: () => {},
    ...options,
  } as postgres.Options<Record<string, never>>
  if (target.role) common.connection = { ...options.connection, role: target.role }
  if ('socketDir' in target.at)
    return postgres({
      host: target.at.socketDir,
      port: 5432,
      database: target.at.database,
      user: target.at.user,
      ...common,
    })
  // As libpq has it, `?host=/folder` names a Unix socket; postgres.js would send it to the server as a setting.
  const url = new URL(target.at.url)
  const socketDir = url.searchParams.get('host')
  url.searchParams.delete('host')
  return postgres(url.href, { ...common, ...(socketDir && { host: socketDir }) })
}
