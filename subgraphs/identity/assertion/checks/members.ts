import { isPlainText } from '../../../../platform/lib/text.ts'
import { parseUuid } from '../../../../platform/lib/uuid.ts'
import type { Jws } from '../../jwt/jws.ts'
import { type DescriptiveClaim, withPlainDescriptions } from '../descriptive-claims.ts'
import type { AssertionClaims } from '../verified-assertion.ts'
import { CheckFailed, quoted } from './check.ts'

/**
 * Checks that the payload has no duplicate claims, that all required claims are present, and that
 * each claim has the right type. Makes descriptive claims plain, and returns the tenant's ID in
 * lower case. `validateClaims` checks the values of the other claims.
 */
export function checkMembers(jws: Jws): AssertionClaims {
  checkClaimTypes(jws, claimTypes)
  const checked = withPlainDescriptions(jws.claims as unknown as AssertionClaims)
  return { ...checked, tenant: parseUuid(checked.tenant) ?? checked.tenant }
}

/** Whether a claim is required, a predicate for its values, and the values for the message. */
export type ClaimType = [
  isRequired: boolean,
  accepts: (value: unknown) => boolean,
  expected: string,
]

/** Checks that no claim occurs twice, and that each claim in `types` has its type. */
export function checkClaimTypes(
  { claims, hasDuplicateMembers }: Jws,
  types: Readonly<Record<string, ClaimType>>,
): void {
  if (hasDuplicateMembers)
    throw new CheckFailed('No JSON object in the payload may contain the same member twice.')
  const wrong = Object.entries(types).filter(([name, [required, accepts]]) =>
    Object.hasOwn(claims, name) ? !accepts(claims[name]) : required,
  )
  if (wrong.length > 0) {
    const problems = wrong.map(([name, [, , expected]]) => {
      if (!Object.hasOwn(claims, name)) return `\`${name}\` is missing`
      const value = claims[name]
      // The quotes distinguish the text "1767225600" from the number.
      const shown = typeof value === 'string' ? `"${quoted(value)}"` : quoted(value)
      return `\`${name}\` must be ${expected}, but was \`${shown}\``
    })
    throw new CheckFailed(`Claims are missing or have the wrong type: ${problems.join('; ')}.`)
  }
}

const isText = (value: unknown) => typeof value === 'string'
const isSeconds = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
const maxAmrValues = 20
const maxAmrLength = 40
const isAmr = (value: unknown) =>
  Array.isArray(value) &&
  value.length <= maxAmrValues &&
  value.every((item) => typeof item === 'string' && item.length <= maxAmrLength)

const text = 'a string'
const seconds = 'a whole number of seconds since 1970'

/** The types of the claims that assertions and client assertions have in common (RFC 7523 §3). */
export const commonClaimTypes = {
  iss: [true, isText, text],
  sub: [true, isText, text],
  aud: [true, (value) => isText(value) || Array.isArray(value), text],
  jti: [
    true,
    (value) => typeof value === 'string' && isPlainText(value, 255),
    'one line of 1 to 255 characters',
  ],
  iat: [true, isSeconds, seconds],
  exp: [true, isSeconds, seconds],
  nbf: [false, isSeconds, seconds],
} satisfies Record<string, ClaimType>

const claimTypes: Record<Exclude<keyof AssertionClaims, DescriptiveClaim>, ClaimType> = {
  ...commonClaimTypes,
  client_id: [true, isText, text],
  tenant: [true, isText, text],
  binding: [true, (value) => value === 'browser' || value === 'client', '"browser" or "client"'],
  txn: [false, isText, text],
  auth_time: [false, isSeconds, seconds],
  amr: [
    false,
    isAmr,
    `a list of at most ${maxAmrValues} strings of at most ${maxAmrLength} characters`,
  ],
  sid: [false, isText, text],
}
