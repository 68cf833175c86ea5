/** The permission rule of each field. A field without a rule is denied. */

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

const ownSession = when(
  (viewer, args) => (isMember(viewer) && args.input?.sessionId === viewer.sessionId) || 'FORBIDDEN',
)

export const permissions = {
  Query: {
    tenant: readsActivity,
    viewer: anyone,
    loginOptions: anyoneButApiTokens,
  },
  Mutation: {
    // Each of these mutations authenticates its caller itself: by an assertion, by the code of a
    // partner client, by Microsoft's response, or by the session that is to end.
    createHandoff: anyoneButApiTokens,
    validateHandoff: anyoneButApiTokens,
    redeemHandoff: partnerClient,
    startMicrosoftLogin: anyoneButApiTokens,
    completeMicrosoftLogin: anyoneButApiTokens,
    signOut: anyoneButApiTokens,

    revokeSession: allOf(
      onOwnTenant,
      or(admin, allOf(federatedSession, itCompleteLoginOn, ownSession)),
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

  // Everyone may read these types, because they are reachable only through a list of the caller's
  // tenant, an entity reference that the resolver checks, or the payload of a sign-in.
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

/**
 * The mutations that attempt a sign-in. An operation may contain only one of them, so that the
 * rate limit counts every attempt.
 */
export const singleUseMutations = [
  'createHandoff',
  'redeemHandoff',
  'validateHandoff',
  'startMicrosoftLogin',
  'completeMicrosoftLogin',
]
