/** Types and errors that all operator commands use. */

import type { Database } from '../platform/postgres/database.ts'
import { databaseErrorCode } from '../platform/postgres/errors.ts'

export interface Operator {
  db: Database
  /** The account name under which the command is recorded. */
  operator: string
}

/** The operator's input is invalid. The message says what to correct. */
export class OperatorInputError extends Error {
  override name = 'OperatorInputError'
}

export function onUniqueViolation(sentence: string) {
  return (error: unknown): never => {
    if (databaseErrorCode(error) === '23505') invalid(sentence)
    throw error
  }
}

export function invalid(sentence: string): never {
  throw new OperatorInputError(sentence)
}
