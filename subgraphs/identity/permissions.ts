/** Who may do what: a line per field. What has no line is denied. */
import {
  admin,
  adminOnly,
  allOf,
  anyone,
  federatedSession,
  itCompleteLoginOn,
  onOwnTenant,
  or,
  partnerClient,
  signedIn,
  when,
} from '../../platform/rules.ts'
import { isMember } from '../../platform/viewer.ts'

const itself = when((viewer, args) => (isMember(viewer) && args.input?.sessionId === viewer.sessionId) || 'FORBIDDEN')

export const permissions = {
  Query: {
    tenant: signedIn,
    viewer: anyone,
    loginOptions: anyone,
  },
  Mutation: {
    // Admitted on their own evidence: an assertion, an authenticated client's code, Microsoft's answer, the session itself.
    createHandoff: anyone,
    validateHandoff: anyone,
    redeemHandoff: partnerClient,
    startMicrosoftLogin: anyone,
    completeMicrosoftLogin: anyone,
    signOut: anyone,

    revokeSession: allOf(onOwnTenant, or(admin, allOf(federatedSession, itCompleteLoginOn, itself))),
    revokeFederatedSessions: adminOnly,
  },

  Tenant: { id: anyone, '*': signedIn },
  ItCompleteLogin: { '*': signedIn },
  DisableImpact: { '*': signedIn },
  EffectiveAccess: { '*': signedIn },
  PartnerAccess: { '*': signedIn },
  SessionConnection: { '*': signedIn },
  SessionEdge: { '*': signedIn },

  // Reached through a list of the caller's own tenant, through a reference that was checked, or as the session just begun.
  Session: { '*': anyone },
  Viewer: { '*': anyone },
  MicrosoftAdmin: { '*': anyone },
  PartnerTechnician: { '*': anyone },
  PartnerClient: { '*': anyone },

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
}
