import { quoted, type TermsCheck } from './check.ts'

export const technician: TermsCheck = {
  name: 'TECHNICIAN',
  code: 'TECHNICIAN_NOT_ALLOWED',
  checkTerms: ({ allowedTechnicians }, { assertion }) =>
    allowedTechnicians === null || allowedTechnicians.includes(assertion.claims.sub)
      ? null
      : `\`sub\` must be on the tenant's list of allowed technicians; it was \`${quoted(assertion.claims.sub)}\`. An admin of the tenant can add it.`,
}
