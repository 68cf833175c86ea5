/** The permission rules of all fields. Access to a field without a rule is denied. */

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
    // These mutations authenticate the client themselves: with an assertion, a handoff code,
    // client authentication in the input, Microsoft's response, or the token of the session that
    // ends.
    createHandoff: anyoneButApiTokens,
    validateHandoff: anyoneButApiTokens,
    validateClientAuthentication: anyoneButApiTokens,
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

  // These types need no restriction. They are reachable only through a protected list, an entity
  // reference that the resolver checks, or the payload of a sign-in mutation.
  Session: { '*': anyone },
  Viewer: { '*': anyone },
  MicrosoftAdmin: { '*': anyone },
  PartnerTechnician: { '*': anyone },
  PartnerClient: { '*': anyone },
  ApiTokenActor: { '*': anyone },

  LoginOption: { '*': anyone },
  HandoffCheck: { '*': anyone },
  ClientAuthenticationCheck: { '*': anyone },
  PageInfo: { '*': anyone },
  UserError: { '*': anyone },
  CreateHandoffPayload: { '*': anyone },
  ValidateHandoffPayload: { '*': anyone },
  ValidateClientAuthenticationPayload: { '*': anyone },
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
 * The mutations that try to sign in. An operation may contain only one of these mutations, so that
 * the rate limit counts every attempt.
 */
export const singleUseMutations = [
  'createHandoff',
  'redeemHandoff',
  'validateHandoff',
  'validateClientAuthentication',
  'startMicrosoftLogin',
  'completeMicrosoftLogin',
]
