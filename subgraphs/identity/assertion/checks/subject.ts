import { isPlainText, plainTextMessage } from '../../../../platform/lib/text.ts'
import type { AssertionClaims } from '../verified-assertion.ts'
import type { ClaimCheck } from './check.ts'

/**
 * Checks the identifiers `sub` (RFC 7523 §3 item 2) and `sid`. The Activity Log displays them, and
 * a corrected identifier could be another person's, so invisible characters are rejected.
 */
export const subject: ClaimCheck = {
  name: 'SUBJECT',
  code: 'ASSERTION_INVALID',
  check: ({ assertion: { claims } }) => subjectProblem(claims),
}

/** The maximum length of each identifier, in UTF-16 code units. */
const maxLength = 255

/** @returns null if both identifiers are valid, otherwise an error message for the partner */
export function subjectProblem({ sub, sid }: AssertionClaims): string | null {
  if (!isPlainText(sub, maxLength)) return plainTextMessage('`sub`', sub, maxLength)
  if (sid !== undefined && !isPlainText(sid, maxLength))
    return plainTextMessage('`sid`', sid, maxLength)
  return null
}
