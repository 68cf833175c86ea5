/** The permission of each field. A field without a rule is denied. */
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

  // Types are reached only through an object of the caller's own tenant. API tokens and partner
  // clients read the id and name of the tenant, because these are part of every activity event.
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
 * Attempts to gain access: an operation may contain only one, so that rate limits count each of
 * them.
 */
export const singleUseMutations = ['requestPartnerAssociation']
