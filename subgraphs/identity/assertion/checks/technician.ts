import type { TermsCheck } from './check.ts'

export const technician: TermsCheck = {
  name: 'TECHNICIAN',
  code: 'TECHNICIAN_NOT_ALLOWED',
  checkTerms: ({ allowedTechnicians }, { assertion }) =>
    allowedTechnicians === null || allowedTechnicians.includes(assertion.claims.sub)
      ? null
      : "`sub` is not on the tenant's list of allowed technicians. An admin of the tenant can add it.",
}
