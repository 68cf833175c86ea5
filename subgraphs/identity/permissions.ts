/** Who may do what: a line per field. What has no line is denied. */

import { isMember } from '../../platform/auth/viewer.ts'
import {
  admin,
  adminOnly,
  adminRecentlySignedIn,
  allOf,
  anyone,
  anyoneButApiTokens,
  federatedSession,
  itCompleteLoginOn,
  onOwnTenant,
  or,
  partnerClient,
  readsActivity,
  signedIn,
  when,
} from '../../platform/graphql/rules.ts'

const itself = when(
  (viewer, args) => (isMember(viewer) && args.input?.sessionId === viewer.sessionId) || 'FORBIDDEN',
)

export const permissions = {
  Query: {
    tenant: readsActivity,
    viewer: anyone,
    loginOptions: anyoneButApiTokens,
  },
  Mutation: {
    // Admitted on their own evidence: an assertion, an authenticated client's code, Microsoft's answer, the session itself.
    createHandoff: anyoneButApiTokens,
    validateHandoff: anyoneButApiTokens,
    redeemHandoff: partnerClient,
    startMicrosoftLogin: anyoneButApiTokens,
    completeMicrosoftLogin: anyoneButApiTokens,
    signOut: anyoneButApiTokens,

    revokeSession: allOf(
      onOwnTenant,
      or(admin, allOf(federatedSession, itCompleteLoginOn, itself)),
    ),
    revokeFederatedSessions: adminOnly,

    createApiToken: adminRecentlySignedIn,
    revokeApiToken: adminOnly,
  },

  Tenant: { id: anyone, apiTokens: admin, '*': signedIn },
  ItCompleteLogin: { '*': signedIn },
  DisableImpact: { '*': signedIn },
  EffectiveAccess: { '*': signedIn },
  PartnerAccess: { '*': signedIn },
  SessionConnection: { '*': signedIn },
  SessionEdge: { '*': signedIn },
  ApiToken: { '*': admin },
  ApiTokenConnection: { '*': admin },
  ApiTokenEdge: { '*': admin },

  // Reached through a list of the caller's own tenant, through a reference that was checked, or as the session just begun.
  Session: { '*': anyone },
  Viewer: { '*': anyone },
  MicrosoftAdmin: { '*': anyone },
  PartnerTechnician: { '*': anyone },
  PartnerClient: { '*': anyone },
  ApiTokenActor: { '*': anyone },

  LoginOption: { '*': anyone },
  HandoffCheck: { '*': anyone },
  PageInfo: { '*': anyone },
  UserError: { '*': anyone },
  CreateHandoffPayload: { '*': anyone },
  ValidateHandoffPayload: { '*': anyone },
  RedeemHandoffPayload: { '*': anyone },
  StartMicrosoftLoginPayload: { '*': anyone },
  CompleteMicrosoftLoginPayload: { '*': anyone },
  SignOutPayload: { '*': anyone },
  RevokeSessionPayload: { '*': anyone },
  RevokeFederatedSessionsPayload: { '*': anyone },
  CreateApiTokenPayload: { '*': anyone },
  RevokeApiTokenPayload: { '*': anyone },
}

/** Attempts to sign in: an operation may contain only one, so that rate limits count each of them. */
export const singleUseMutations = [
  'createHandoff',
  'redeemHandoff',
  'validateHandoff',
  'startMicrosoftLogin',
  'completeMicrosoftLogin',
]
