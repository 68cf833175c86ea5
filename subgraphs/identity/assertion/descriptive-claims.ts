import { isPlainText, toPlainText } from '../../../platform/lib/text.ts'
import type { AssertionClaims } from './verified-assertion.ts'

/**
 * The optional claims that describe a sign-in, with their maximum lengths in UTF-16 code units.
 * They never cause a refusal, because the technician cannot correct them.
 */
const maxLengths = { name: 256, email: 254, reason: 500, ticket: 128 } as const

export type DescriptiveClaim = keyof typeof maxLengths

/** The claims whose types the MEMBERS check has validated, and descriptive claims of any type. */
type Unchecked = Omit<AssertionClaims, DescriptiveClaim> &
  Partial<Record<DescriptiveClaim, unknown>>

/**
 * Returns the claims with plain descriptive texts. A value that is no text, or cannot be made
 * plain, is removed. So is an invalid e-mail address, because a corrected one could be another
 * person's.
 */
export function withPlainDescriptions(claims: Unchecked): AssertionClaims {
  const { name, email, reason, ticket, ...others } = claims
  const plain = (claim: DescriptiveClaim, text: unknown) => {
    const value = typeof text === 'string' ? toPlainText(text, maxLengths[claim]) : null
    return value === null ? {} : { [claim]: value }
  }
  return {
    ...others,
    ...plain('name', name),
    ...(typeof email === 'string' && isPlainText(email, maxLengths.email) && { email }),
    ...plain('reason', reason),
    ...plain('ticket', ticket),
  }
}
