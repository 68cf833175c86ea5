import { isPlainText } from '../../../../platform/lib/text.ts'
import { parseUuid } from '../../../../platform/lib/uuid.ts'
import type { Jws } from '../../jwt/jws.ts'
import { withPlainDescriptions } from '../descriptive-claims.ts'
import type { AssertionClaims } from '../verified-assertion.ts'
import { CheckFailed } from './check.ts'

/**
 * Checks that the payload has no duplicate claims, that all required claims are present, and that
 * each claim has the right type. Makes descriptive claims plain, and returns the tenant's ID in
 * lower case. `validateClaims` checks the values of the other claims.
 */
export function checkMembers({ claims, hasDuplicateMembers }: Jws): AssertionClaims {
  if (hasDuplicateMembers)
    throw new CheckFailed('No JSON object in the payload may contain the same member twice.')
  const wrong = Object.entries(claimTypes).filter(([name, [required, accepts]]) =>
    Object.hasOwn(claims, name) ? !accepts(claims[name]) : required,
  )
  if (wrong.length > 0) {
    const names = wrong.map(([name]) => `\`${name}\``).join(', ')
    throw new CheckFailed(`These claims are missing or have the wrong type: ${names}.`)
  }
  const checked = withPlainDescriptions(claims as unknown as AssertionClaims)
  return { ...checked, tenant: parseUuid(checked.tenant) ?? checked.tenant }
}

const isText = (value: unknown) => typeof value === 'string'
/** Many programs send null for a text that they do not have. */
const isTextOrNull = (value: unknown) => value === null || isText(value)
const isSeconds = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
const maxAmrValues = 20
const maxAmrLength = 40
const isAmr = (value: unknown) =>
  Array.isArray(value) &&
  value.length <= maxAmrValues &&
  value.every((item) => typeof item === 'string' && item.length <= maxAmrLength)

type ClaimType = [isRequired: boolean, accepts: (value: unknown) => boolean]

const claimTypes: Record<keyof AssertionClaims, ClaimType> = {
  iss: [true, isText],
  client_id: [true, isText],
  aud: [true, (value) => isText(value) || Array.isArray(value)],
  sub: [true, isText],
  tenant: [true, isText],
  binding: [true, (value) => value === 'browser' || value === 'client'],
  txn: [false, isText],
  jti: [true, (value) => typeof value === 'string' && isPlainText(value, 255)],
  iat: [true, isSeconds],
  exp: [true, isSeconds],
  nbf: [false, isSeconds],
  auth_time: [false, isSeconds],
  amr: [false, isAmr],
  name: [false, isTextOrNull],
  email: [false, isTextOrNull],
  reason: [false, isTextOrNull],
  ticket: [false, isTextOrNull],
  sid: [false, isText],
}
