import { PublicError } from '../lib/errors.ts'

const unavailableMessages = {
  unreachable: 'The database cannot be reached. Nothing was changed. Retry in a few seconds.',
  full: 'The database has no space left. Nothing was changed. Retry later.',
  committing:
    'The connection to the database was lost while the change was being saved, so it may have happened. Read the data again before you retry.',
}

/**
 * Thrown when the database is unreachable, does not respond in time, or is full. Unless `reason` is
 * `committing`, nothing was changed.
 */
export class DatabaseUnavailable extends PublicError {
  readonly reason: keyof typeof unavailableMessages
  constructor(detail: unknown, reason: keyof typeof unavailableMessages = 'unreachable') {
    super('INTERNAL_SERVER_ERROR', unavailableMessages[reason], { detail })
    this.reason = reason
  }
}

/**
 * Thrown when this version of the service cannot use the database. The message is for the operator
 * who started the process.
 */
export class UnusableDatabase extends Error {
  override name = 'UnusableDatabase'
}

/** Thrown inside a transaction to roll the transaction back without closing the connection. */
export class Rollback extends Error {
  override name = 'Rollback'
}

/** Thrown when a transaction or a connection attempt exceeds its time limit. */
export class NoAnswerInTime extends Error {
  override name = 'NoAnswerInTime'
}

export class ConnectionLost extends Error {
  override name = 'ConnectionLost'
  readonly code = 'CONNECTION_LOST'
}

/**
 * Returns the SQLSTATE of a PostgreSQL error, including an error that Drizzle wraps. Returns
 * undefined for other errors.
 */
export function databaseErrorCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code
    if (cause.name === 'PostgresError' && typeof code === 'string') return code
  }
  return undefined
}

/**
 * Returns the reason of a failed query in the server's own words, also for an error that Drizzle
 * wraps: `permission denied for schema public (SQLSTATE 42501)`.
 */
export function databaseReason(error: unknown): string {
  let innermost = error
  while (innermost instanceof Error && innermost.cause) innermost = innermost.cause
  // Node.js throws an AggregateError with an empty message when no address of a host answers.
  if (innermost instanceof AggregateError) return innermost.errors.map(databaseReason).join('; ')
  if (!(innermost instanceof Error)) return String(innermost)
  if (innermost.name !== 'PostgresError') return innermost.message
  const { message, code, detail, hint } = innermost as Error & Record<string, string | undefined>
  return [`${message} (SQLSTATE ${code})`, detail, hint].filter(Boolean).join('. ')
}

/**
 * Whether the connection can be used after this error. The connection can be used if the server
 * reported the error, or if our own code threw the error between two queries.
 */
export const leavesConnectionUsable = (error: unknown): boolean =>
  error instanceof PublicError ||
  error instanceof Rollback ||
  (databaseErrorCode(error) !== undefined && !isLostConnection(error))

/**
 * Whether the connection was lost or does not respond. SQLSTATE 57P01 to 57P03 mean that the server
 * is shutting down or starting.
 */
export function isLostConnection(error: unknown): boolean {
  if (error instanceof NoAnswerInTime) return true
  const code = databaseErrorCode(error)
  return code === undefined
    ? /^(CONNECTION_|CONNECT_|EPIPE|ECONN|ENOENT|ETIMEDOUT)/.test(systemErrorCode(error))
    : /^57P0[123]$/.test(code)
}

/**
 * Whether the error has SQLSTATE class 53 (insufficient resources: disk, memory or connections).
 */
export const isOutOfResources = (error: unknown): boolean =>
  databaseErrorCode(error)?.startsWith('53') === true

function systemErrorCode(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code
    if (typeof code === 'string') return code
  }
  return ''
}
