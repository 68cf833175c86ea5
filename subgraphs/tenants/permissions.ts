/** The permission rules of all fields. Access to a field without a rule is denied. */
import {
  admin,
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

  // Viewers can reach these types only through objects of their own tenant. API tokens and partner
  // clients may read the tenant's ID and name, because every Activity Log event contains both.
  Tenant: { id: readsEvents, name: readsEvents, partnerInstance: admin, '*': signedIn },
  TenantSettings: { '*': signedIn },
  ServiceSettings: { '*': signedIn },
  // A technician must not learn that nobody is notified of the technician's actions.
  NotificationSettings: { '*': signedIn, mailEnabled: admin },
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
 * The mutations that try to gain access to a tenant. An operation may contain only one of these
 * mutations, so that the rate limit counts every attempt.
 */
export const singleUseMutations = ['requestPartnerAssociation']
