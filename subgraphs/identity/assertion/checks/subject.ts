import { isPlainText } from '../../../../platform/lib/text.ts'
import type { AssertionClaims } from '../verified-assertion.ts'
import type { ClaimCheck } from './check.ts'

/**
 * Checks `sub` (RFC 7523 §3 item 2) and the optional text claims. The Activity Log stores and
 * displays these claims, so control characters and long texts are rejected.
 */
export const subject: ClaimCheck = {
  name: 'SUBJECT',
  code: 'ASSERTION_INVALID',
  check: ({ assertion: { claims } }) => subjectProblem(claims),
}

/** The maximum length of each text claim, in UTF-16 code units. */
const maxLengths = { sub: 255, name: 256, email: 254, reason: 500, ticket: 128, sid: 255 } as const

/** @returns null if all text claims are valid, otherwise an error message for the partner */
export function subjectProblem(claims: AssertionClaims): string | null {
  const wrong = Object.entries(maxLengths).filter(([name, maxLength]) => {
    const value = claims[name as keyof typeof maxLengths]
    return value !== undefined && !isPlainText(value, maxLength)
  })
  if (wrong.length === 0) return null
  const bounds = wrong.map(([name, maxLength]) => `\`${name}\` (at most ${maxLength} characters)`)
  return `These claims must be one line of text without control characters or surrounding spaces: ${bounds.join(', ')}.`
}
