import type { TermsCheck } from './check.ts'

export const feature: TermsCheck = {
  name: 'FEATURE',
  code: 'MICROSOFT_SIGN_IN_REQUIRED',
  checkTerms: ({ itCompleteLoginEnabled, access }) =>
    itCompleteLoginEnabled && access
      ? null
      : 'Login with IT Complete is off for this tenant. Sign in with Microsoft, or ask an admin of the tenant to turn it on.',
}
