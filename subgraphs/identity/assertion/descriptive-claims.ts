import { isPlainText, toPlainText } from '../../../platform/lib/text.ts'
import type { AssertionClaims } from './verified-assertion.ts'

/**
 * The optional claims that describe a sign-in, with their maximum lengths in UTF-16 code units.
 * They never cause a refusal, because the technician cannot correct them.
 */
const maxLengths = { name: 256, email: 254, reason: 500, ticket: 128 } as const

type DescriptiveClaim = keyof typeof maxLengths

/**
 * Returns the claims with plain descriptive texts. A text that cannot be made plain is removed, and
 * so is an invalid e-mail address, because a corrected one could be another person's address.
 */
export function withPlainDescriptions(claims: AssertionClaims): AssertionClaims {
  const { name, email, reason, ticket, ...others } = claims
  const plain = (claim: DescriptiveClaim, text: string | null | undefined) => {
    const value = text == null ? null : toPlainText(text, maxLengths[claim])
    return value === null ? {} : { [claim]: value }
  }
  return {
    ...others,
    ...plain('name', name),
    ...(email != null && isPlainText(email, maxLengths.email) && { email }),
    ...plain('reason', reason),
    ...plain('ticket', ticket),
  }
}
