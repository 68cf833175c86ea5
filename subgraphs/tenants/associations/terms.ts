/** The terms of an association: which technicians may sign in, and the maximum age of their MFA. */
import { throwUserError } from '../../../platform/audit/audited.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import type { Association } from '../mappers.ts'

export type Terms = Pick<Association, 'allowedTechnicians' | 'mfaMaxAgeMinutes'>

export const noTerms: Terms = { allowedTechnicians: null, mfaMaxAgeMinutes: null }

export interface TermsInput {
  allowedTechnicians?: readonly string[] | null
  mfaMaxAgeMinutes?: number | null
}

const maxTechnicians = 1_000
const maxMfaAgeMinutes = 60 * 24 * 30

/**
 * Validates the input and merges it into the current terms. Keeps the current value of each field
 * that is not in the input.
 * @param tooManyCode the user error code for more than 1,000 technicians
 * @throws user error INVALID_VALUE or `tooManyCode`
 */
export function parseTerms(
  current: Terms,
  input: TermsInput,
  tooManyCode: 'LIMIT_EXCEEDED' | 'INVALID_VALUE' = 'INVALID_VALUE',
): Terms {
  const {
    allowedTechnicians = current.allowedTechnicians,
    mfaMaxAgeMinutes = current.mfaMaxAgeMinutes,
  } = input
  if (allowedTechnicians && allowedTechnicians.length > maxTechnicians)
    throwUserError(
      tooManyCode,
      `allowedTechnicians must have at most ${maxTechnicians} entries.`,
      'allowedTechnicians',
    )
  if (allowedTechnicians?.some((subject) => !isPlainText(subject, 255)))
    throwUserError(
      'INVALID_VALUE',
      'Each technician ID must be one line of 1 to 255 characters.',
      'allowedTechnicians',
    )
  if (mfaMaxAgeMinutes !== null && (mfaMaxAgeMinutes < 1 || mfaMaxAgeMinutes > maxMfaAgeMinutes))
    throwUserError(
      'INVALID_VALUE',
      `mfaMaxAgeMinutes must be between 1 and ${maxMfaAgeMinutes}.`,
      'mfaMaxAgeMinutes',
    )
  return {
    allowedTechnicians: allowedTechnicians && [...new Set(allowedTechnicians)],
    mfaMaxAgeMinutes,
  }
}

/**
 * Returns whose sessions the new terms end: everybody's, if they require a more recent multi-factor
 * authentication, or those of the technicians whom a new allow-list excludes.
 */
export function endedBy(before: Terms, after: Terms): 'all' | 'excluded' | 'none' {
  const maxAge = ({ mfaMaxAgeMinutes }: Terms) => mfaMaxAgeMinutes ?? Number.POSITIVE_INFINITY
  if (maxAge(after) < maxAge(before)) return 'all'
  return removesTechnicians(before.allowedTechnicians, after.allowedTechnicians)
    ? 'excluded'
    : 'none'
}

/**
 * Returns true if `after` excludes a technician of `before`. A null list allows all technicians.
 */
function removesTechnicians(before: string[] | null, after: string[] | null): boolean {
  if (after === null) return false
  return before === null || before.some((subject) => !after.includes(subject))
}
