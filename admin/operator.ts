/** The common parts of all operator commands: the operator who runs them, and their errors. */

import type { Database } from '../platform/postgres/database.ts'
import { databaseErrorCode } from '../platform/postgres/errors.ts'

export interface Operator {
  db: Database
  /** The account name under which the command is recorded. */
  operator: string
}

/** Invalid input of an operator; the message says what to correct. */
export class OperatorInputError extends Error {
  override name = 'OperatorMistake'
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
