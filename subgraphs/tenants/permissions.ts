/** The permission rule of each field. A field without a rule is denied. */
import {
  adminOnly,
  adminOrFederatedSession,
  adminRecentlySignedIn,
  anyone,
  partnerClient,
  readsActivity,
  readsEvents,
  signedIn,
} from '../../platform/graphql/rules.ts'

export const permissions = {
  Query: {
    tenant: readsActivity,
    node: signedIn,
  },
  Mutation: {
    enableItCompleteLogin: adminRecentlySignedIn,
    disableItCompleteLogin: adminOrFederatedSession,
    updateServiceSettings: adminOrFederatedSession,
    updateNotificationSettings: adminOnly,
    grantSpanningAdmin: adminRecentlySignedIn,
    revokeSpanningAdmin: adminRecentlySignedIn,
    associatePartner: adminRecentlySignedIn,
    requestPartnerAssociation: partnerClient,
    approvePartnerAssociation: adminRecentlySignedIn,
    updatePartnerAssociation: adminRecentlySignedIn,
    dissociatePartner: adminOnly,
  },

  // These types are reachable only through an object of the caller's own tenant. API tokens and
  // partner clients may read the tenant's ID and name, because every activity event contains them.
  Tenant: { id: readsEvents, name: readsEvents, '*': signedIn },
  TenantSettings: { '*': signedIn },
  ServiceSettings: { '*': signedIn },
  NotificationSettings: { '*': signedIn },
  ItCompleteLogin: { '*': signedIn },
  PartnerAssociation: { '*': signedIn },
  PartnerInstance: { '*': signedIn },
  SpanningAdmin: { '*': signedIn },
  SpanningAdminConnection: { '*': signedIn },
  SpanningAdminEdge: { '*': signedIn },
  MicrosoftAdmin: { '*': signedIn },
  PartnerTechnician: { '*': signedIn },
  Session: { id: signedIn },
  ApiToken: { id: signedIn },
  ActivityEvent: { id: signedIn },
  PageInfo: { '*': anyone },
  UserError: { '*': anyone },
  EnableItCompleteLoginPayload: { '*': anyone },
  DisableItCompleteLoginPayload: { '*': anyone },
  UpdateServiceSettingsPayload: { '*': anyone },
  UpdateNotificationSettingsPayload: { '*': anyone },
  GrantSpanningAdminPayload: { '*': anyone },
  RevokeSpanningAdminPayload: { '*': anyone },
  AssociatePartnerPayload: { '*': anyone },
  RequestPartnerAssociationPayload: { '*': anyone },
  ApprovePartnerAssociationPayload: { '*': anyone },
  UpdatePartnerAssociationPayload: { '*': anyone },
  DissociatePartnerPayload: { '*': anyone },
}

/**
 * The mutations that attempt to gain access. An operation may contain only one of them, so that the
 * rate limit counts every attempt.
 */
export const singleUseMutations = ['requestPartnerAssociation']
