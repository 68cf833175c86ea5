import { clockSkewSeconds, isMilliseconds } from '../../jwt/clock.ts'
import type { TermsCheck } from './check.ts'

/**
 * Checks the claims `amr` (RFC 8176) and `auth_time` (OpenID Connect Core §2) if the partner
 * association requires a recent multi-factor authentication.
 */
export const authentication: TermsCheck = {
  name: 'AUTHENTICATION',
  code: 'MFA_REQUIRED',
  checkTerms({ mfaMaxAgeMinutes }, { assertion: { claims }, nowSeconds }) {
    if (mfaMaxAgeMinutes === null) return null
    const { auth_time: authTime, amr } = claims
    const ageSeconds = nowSeconds - (authTime ?? 0)
    const isRecent = ageSeconds <= mfaMaxAgeMinutes * 60 && ageSeconds >= -clockSkewSeconds
    if (isRecent && amr?.includes('mfa')) return null
    const problems = [
      ...(amr?.includes('mfa') ? [] : ['`amr` did not contain `mfa`']),
      ...(isRecent
        ? []
        : [authTime === undefined ? '`auth_time` was missing' : received(authTime, nowSeconds)]),
    ]
    return `The tenant requires \`mfa\` in \`amr\` and an \`auth_time\` within the last ${mfaMaxAgeMinutes} minutes; ${problems.join(' and ')}.`
  },
}

function received(authTime: number, nowSeconds: number): string {
  if (isMilliseconds(authTime)) return `\`auth_time\` was \`${authTime}\`, in milliseconds`
  const minutes = Math.ceil(Math.abs(nowSeconds - authTime) / 60)
  const unit = minutes === 1 ? 'minute' : 'minutes'
  return authTime > nowSeconds
    ? `\`auth_time\` was ${minutes} ${unit} in the future`
    : `\`auth_time\` was ${minutes} ${unit} ago`
}
