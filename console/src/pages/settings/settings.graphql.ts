/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The input of `approvePartnerAssociation`. */
export type ApprovePartnerAssociationInput = {
  /** The technician IDs (`sub`) that may sign in, at most 1000. Absent: all technicians of the instance may. */
  allowedTechnicians?: Array<string> | null | undefined;
  /** The id of the association. */
  associationId: string | number;
  /** The maximum age in minutes of the technician's multi-factor authentication, from 1 to 43200. Absent: MFA is not required. */
  mfaMaxAgeMinutes?: number | null | undefined;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The input of `associatePartner`. */
export type AssociatePartnerInput = {
  /** The technician IDs (`sub`) that may sign in, at most 1000. Absent: all technicians of the instance may. */
  allowedTechnicians?: Array<string> | null | undefined;
  /** The client ID of the partner instance, which the MSP gives to its customers. */
  clientId: string;
  /** The partner's own name for this tenant: one line of 1 to 200 characters, for display. */
  externalTenantId: string;
  /** The maximum age in minutes of the technician's multi-factor authentication, from 1 to 43200. Absent: MFA is not required. */
  mfaMaxAgeMinutes?: number | null | undefined;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The input of `createApiToken`. */
export type CreateApiTokenInput = {
  /** When the token expires. It must be in the future and at most one year away. */
  expiresAt: string;
  /** What the token is for: one line of 1 to 100 characters. */
  name: string;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The input of `disableItCompleteLogin`. */
export type DisableItCompleteLoginInput = {
  /** The version of the settings that the caller has read. Leave it out to turn the feature off whatever the version is. */
  expectedVersion?: number | null | undefined;
  /** A key of 1 to 64 characters, as for `enableItCompleteLogin`. */
  idempotencyKey?: string | null | undefined;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The input of `dissociatePartner`. */
export type DissociatePartnerInput = {
  /** The id of the association. */
  associationId: string | number;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The input of `enableItCompleteLogin`. */
export type EnableItCompleteLoginInput = {
  /** The version of the settings that the caller has read. The call fails with VERSION_CONFLICT when the settings have another version. Optional. */
  expectedVersion?: number | null | undefined;
  /** A key of 1 to 64 characters, kept for one day. The same key with the same input returns the same answer and changes nothing again. */
  idempotencyKey?: string | null | undefined;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The input of `grantSpanningAdmin`. */
export type GrantSpanningAdminInput = {
  /** The display name of the person: one line of 1 to 256 characters. */
  displayName: string;
  /** The person's object ID in the tenant's Entra ID. */
  objectId: string;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
  /** The user principal name of the person, for display: one line of 1 to 256 characters. */
  userPrincipalName: string;
};

/** A reason why the caller cannot turn Login with IT Complete on. */
export type ItCompleteLoginBlocker =
  /** The caller is not a Global or Spanning Admin. */
  | 'NOT_AN_ADMIN'
  /** The caller's sign-in is older than 10 minutes; a new sign-in with Microsoft is required. */
  | 'STEP_UP_REQUIRED'
  /** The tenant has no active association with a partner instance. */
  | 'TENANT_NOT_ASSOCIATED';

/** How often routine e-mail is sent. */
export type NotificationFrequency =
  /** A summary is sent once a day. */
  | 'DAILY'
  /** An e-mail is sent for each event. */
  | 'IMMEDIATELY'
  /** A summary is sent once a week. */
  | 'WEEKLY';

/** The state of an association. */
export type PartnerAssociationStatus =
  /** An admin has created or approved it. */
  | 'ACTIVE'
  /** The partner has requested it. It grants no access before an admin approves it. */
  | 'REQUESTED';

/** The MSP product that a partner instance belongs to. */
export type PartnerPlatform =
  /** The product is Kaseya VSA. */
  | 'KASEYA_VSA'
  /** The product is Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** The input of `revokeApiToken`. */
export type RevokeApiTokenInput = {
  /** The id of the token to revoke. */
  apiTokenId: string | number;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The input of `revokeSpanningAdmin`. */
export type RevokeSpanningAdminInput = {
  /** The person's object ID in the tenant's Entra ID. */
  objectId: string;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The input of `updateNotificationSettings`. */
export type UpdateNotificationSettingsInput = {
  /** The version of the settings that the caller has read. The call fails with VERSION_CONFLICT when the settings have another version. */
  expectedVersion: number;
  /** How often routine e-mail is sent. Absent keeps the value. */
  frequency?: NotificationFrequency | null | undefined;
  /** A key of 1 to 64 characters, as for `enableItCompleteLogin`. */
  idempotencyKey?: string | null | undefined;
  /** The complete new list of e-mail addresses, at most 20. Absent keeps the list. */
  recipients?: Array<string> | null | undefined;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The input of `updatePartnerAssociation`. */
export type UpdatePartnerAssociationInput = {
  /** The complete new list of technician IDs (`sub`), at most 1000. Null allows all technicians; absent keeps the list. */
  allowedTechnicians?: Array<string> | null | undefined;
  /** The id of the association. */
  associationId: string | number;
  /** The maximum age in minutes of the technician's multi-factor authentication, from 1 to 43200. Null requires no MFA; absent keeps the value. */
  mfaMaxAgeMinutes?: number | null | undefined;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The input of `updateServiceSettings`. */
export type UpdateServiceSettingsInput = {
  /** Whether calendars are backed up. Absent keeps the value. */
  calendar?: boolean | null | undefined;
  /** Whether contacts are backed up. Absent keeps the value. */
  contacts?: boolean | null | undefined;
  /** The version of the settings that the caller has read. The call fails with VERSION_CONFLICT when the settings have another version. */
  expectedVersion: number;
  /** A key of 1 to 64 characters, as for `enableItCompleteLogin`. */
  idempotencyKey?: string | null | undefined;
  /** Whether Exchange Online mailboxes are backed up. Absent keeps the value. */
  mail?: boolean | null | undefined;
  /** Whether OneDrive is backed up. Absent keeps the value. */
  oneDrive?: boolean | null | undefined;
  /** Whether SharePoint is backed up. Absent keeps the value. */
  sharePoint?: boolean | null | undefined;
  /** Whether Teams is backed up. Absent keeps the value. */
  teams?: boolean | null | undefined;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The codes of `UserError`. More values may be added. */
export type UserErrorCode =
  /** The partner instance is already associated with the tenant. */
  | 'ALREADY_ASSOCIATED'
  /** The assertion has expired, is not yet valid, or has a lifetime of more than 120 seconds. */
  | 'ASSERTION_EXPIRED'
  /** The assertion is malformed, or no registered key of its issuer signed it. */
  | 'ASSERTION_INVALID'
  /** The assertion was already used. */
  | 'ASSERTION_REPLAYED'
  /** The `aud` of the assertion is not this service. */
  | 'AUDIENCE_MISMATCH'
  /** The code or assertion belongs to another browser, transaction or client. */
  | 'BINDING_MISMATCH'
  /** The code was already used. */
  | 'HANDOFF_ALREADY_REDEEMED'
  /** The code has expired or was revoked. */
  | 'HANDOFF_EXPIRED'
  /** The code does not exist. */
  | 'HANDOFF_INVALID'
  /** The idempotency key was already used with another input. */
  | 'IDEMPOTENCY_KEY_CONFLICT'
  /** A value of the input is invalid. */
  | 'INVALID_VALUE'
  /** Only a Global Admin can remove the last Spanning Admin. */
  | 'LAST_ADMIN'
  /** The number of entries would exceed its limit. */
  | 'LIMIT_EXCEEDED'
  /** Microsoft refused the sign-in, or the answer does not belong to a sign-in that was started here. */
  | 'LOGIN_INVALID'
  /** The terms of the association require a more recent multi-factor authentication. */
  | 'MFA_REQUIRED'
  /** Login with IT Complete is off for this tenant. Sign in with Microsoft. */
  | 'MICROSOFT_SIGN_IN_REQUIRED'
  /** The tenant has no object with this id. */
  | 'NOT_FOUND'
  /** The instance is not associated with this tenant, or the tenant does not exist. */
  | 'PARTNER_NOT_ASSOCIATED'
  /** No partner instance is registered under this client ID. */
  | 'PARTNER_NOT_FOUND'
  /** The terms of the association do not allow this technician. */
  | 'TECHNICIAN_NOT_ALLOWED'
  /** The Microsoft account belongs to another tenant than the requested one. */
  | 'TENANT_MISMATCH'
  /** The tenant has no active association with a partner instance. */
  | 'TENANT_NOT_ASSOCIATED'
  /** The settings have changed since `expectedVersion`. Read them again and retry. */
  | 'VERSION_CONFLICT';

export type SettingsPageQueryVariables = Exact<{
  tenantId: string | number;
  isAdmin: boolean;
}>;


export type SettingsPageQuery = { tenant: { id: string, settings: { version: number, services: { mail: boolean, calendar: boolean, contacts: boolean, oneDrive: boolean, sharePoint: boolean, teams: boolean }, notifications: { recipients: Array<string>, frequency: NotificationFrequency, mailEnabled?: boolean | null }, itCompleteLogin: { enabled: boolean, changedAt: string | null, canEnable: boolean, blockers: Array<ItCompleteLoginBlocker>, changedBy:
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { instance: string, displayName: string }
          | { displayName: string }
         | null } } | null, partnerAssociations: Array<{ id: string, status: PartnerAssociationStatus, externalTenantId: string, allowedTechnicians?: Array<string> | null, mfaMaxAgeMinutes: number | null, createdAt: string, partner: { clientId: string, name: string, platform: PartnerPlatform, issuer: string } }> | null, spanningAdmins: { nodes: Array<{ objectId: string, userPrincipalName: string, displayName: string, grantedAt: string }>, pageInfo: { hasNextPage: boolean } } | null, apiTokens?: { nodes: Array<{ id: string, name: string, createdAt: string, expiresAt: string, lastUsedAt: string | null, createdBy:
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
         }>, pageInfo: { hasNextPage: boolean } } | null } | null };

export type DisableDialogQueryVariables = Exact<{
  tenantId: string | number;
}>;


export type DisableDialogQuery = { tenant: { id: string, settings: { version: number, itCompleteLogin: { disableImpact: { federatedSessionCount: number, pendingHandoffCount: number, remainingAdmins: Array<{ key: string, displayName: string, userPrincipalName: string }> } | null } } | null } | null };

export type PartnerLookupQueryVariables = Exact<{
  tenantId: string | number;
  clientId: string;
}>;


export type PartnerLookupQuery = { tenant: { id: string, partnerInstance: { clientId: string, name: string, platform: PartnerPlatform, issuer: string } | null } | null };

export type EnableMutationVariables = Exact<{
  input: EnableItCompleteLoginInput;
}>;


export type EnableMutation = { enableItCompleteLogin: { userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export type DisableMutationVariables = Exact<{
  input: DisableItCompleteLoginInput;
}>;


export type DisableMutation = { disableItCompleteLogin: { endedSessionCount: number | null, endedHandoffCount: number | null, userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export type UpdateServicesMutationVariables = Exact<{
  input: UpdateServiceSettingsInput;
}>;


export type UpdateServicesMutation = { updateServiceSettings: { userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export type UpdateNotificationsMutationVariables = Exact<{
  input: UpdateNotificationSettingsInput;
}>;


export type UpdateNotificationsMutation = { updateNotificationSettings: { userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export type AssociateMutationVariables = Exact<{
  input: AssociatePartnerInput;
}>;


export type AssociateMutation = { associatePartner: { userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export type ApproveMutationVariables = Exact<{
  input: ApprovePartnerAssociationInput;
}>;


export type ApproveMutation = { approvePartnerAssociation: { userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export type UpdateAssociationMutationVariables = Exact<{
  input: UpdatePartnerAssociationInput;
}>;


export type UpdateAssociationMutation = { updatePartnerAssociation: { endedSessionCount: number | null, userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export type DissociateMutationVariables = Exact<{
  input: DissociatePartnerInput;
}>;


export type DissociateMutation = { dissociatePartner: { endedSessionCount: number | null, userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export type GrantMutationVariables = Exact<{
  input: GrantSpanningAdminInput;
}>;


export type GrantMutation = { grantSpanningAdmin: { userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export type RevokeMutationVariables = Exact<{
  input: RevokeSpanningAdminInput;
}>;


export type RevokeMutation = { revokeSpanningAdmin: { endedSessionCount: number | null, userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export type CreateTokenMutationVariables = Exact<{
  input: CreateApiTokenInput;
}>;


export type CreateTokenMutation = { createApiToken: { secret: string | null, userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export type RevokeTokenMutationVariables = Exact<{
  input: RevokeApiTokenInput;
}>;


export type RevokeTokenMutation = { revokeApiToken: { userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string }> } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const SettingsPageDocument = new TypedDocumentString(`
    query SettingsPage($tenantId: ID!, $isAdmin: Boolean!) {
  tenant(id: $tenantId) {
    id
    settings {
      version
      services {
        mail
        calendar
        contacts
        oneDrive
        sharePoint
        teams
      }
      notifications {
        recipients
        frequency
        mailEnabled @include(if: $isAdmin)
      }
      itCompleteLogin {
        enabled
        changedAt
        changedBy {
          displayName
          ... on PartnerTechnician {
            instance
          }
        }
        canEnable
        blockers
      }
    }
    partnerAssociations {
      id
      status
      partner {
        clientId
        name
        platform
        issuer
      }
      externalTenantId
      allowedTechnicians @include(if: $isAdmin)
      mfaMaxAgeMinutes
      createdAt
    }
    spanningAdmins(first: 100) {
      nodes {
        objectId
        userPrincipalName
        displayName
        grantedAt
      }
      pageInfo {
        hasNextPage
      }
    }
    apiTokens(first: 100) @include(if: $isAdmin) {
      nodes {
        id
        name
        createdAt
        createdBy {
          displayName
        }
        expiresAt
        lastUsedAt
      }
      pageInfo {
        hasNextPage
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SettingsPageQuery, SettingsPageQueryVariables>;
export const DisableDialogDocument = new TypedDocumentString(`
    query DisableDialog($tenantId: ID!) {
  tenant(id: $tenantId) {
    id
    settings {
      version
      itCompleteLogin {
        disableImpact {
          federatedSessionCount
          pendingHandoffCount
          remainingAdmins {
            key
            displayName
            userPrincipalName
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<DisableDialogQuery, DisableDialogQueryVariables>;
export const PartnerLookupDocument = new TypedDocumentString(`
    query PartnerLookup($tenantId: ID!, $clientId: String!) {
  tenant(id: $tenantId) {
    id
    partnerInstance(clientId: $clientId) {
      clientId
      name
      platform
      issuer
    }
  }
}
    `) as unknown as TypedDocumentString<PartnerLookupQuery, PartnerLookupQueryVariables>;
export const EnableDocument = new TypedDocumentString(`
    mutation Enable($input: EnableItCompleteLoginInput!) {
  enableItCompleteLogin(input: $input) {
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<EnableMutation, EnableMutationVariables>;
export const DisableDocument = new TypedDocumentString(`
    mutation Disable($input: DisableItCompleteLoginInput!) {
  disableItCompleteLogin(input: $input) {
    endedSessionCount
    endedHandoffCount
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<DisableMutation, DisableMutationVariables>;
export const UpdateServicesDocument = new TypedDocumentString(`
    mutation UpdateServices($input: UpdateServiceSettingsInput!) {
  updateServiceSettings(input: $input) {
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateServicesMutation, UpdateServicesMutationVariables>;
export const UpdateNotificationsDocument = new TypedDocumentString(`
    mutation UpdateNotifications($input: UpdateNotificationSettingsInput!) {
  updateNotificationSettings(input: $input) {
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateNotificationsMutation, UpdateNotificationsMutationVariables>;
export const AssociateDocument = new TypedDocumentString(`
    mutation Associate($input: AssociatePartnerInput!) {
  associatePartner(input: $input) {
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<AssociateMutation, AssociateMutationVariables>;
export const ApproveDocument = new TypedDocumentString(`
    mutation Approve($input: ApprovePartnerAssociationInput!) {
  approvePartnerAssociation(input: $input) {
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ApproveMutation, ApproveMutationVariables>;
export const UpdateAssociationDocument = new TypedDocumentString(`
    mutation UpdateAssociation($input: UpdatePartnerAssociationInput!) {
  updatePartnerAssociation(input: $input) {
    endedSessionCount
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateAssociationMutation, UpdateAssociationMutationVariables>;
export const DissociateDocument = new TypedDocumentString(`
    mutation Dissociate($input: DissociatePartnerInput!) {
  dissociatePartner(input: $input) {
    endedSessionCount
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<DissociateMutation, DissociateMutationVariables>;
export const GrantDocument = new TypedDocumentString(`
    mutation Grant($input: GrantSpanningAdminInput!) {
  grantSpanningAdmin(input: $input) {
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<GrantMutation, GrantMutationVariables>;
export const RevokeDocument = new TypedDocumentString(`
    mutation Revoke($input: RevokeSpanningAdminInput!) {
  revokeSpanningAdmin(input: $input) {
    endedSessionCount
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeMutation, RevokeMutationVariables>;
export const CreateTokenDocument = new TypedDocumentString(`
    mutation CreateToken($input: CreateApiTokenInput!) {
  createApiToken(input: $input) {
    secret
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateTokenMutation, CreateTokenMutationVariables>;
export const RevokeTokenDocument = new TypedDocumentString(`
    mutation RevokeToken($input: RevokeApiTokenInput!) {
  revokeApiToken(input: $input) {
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeTokenMutation, RevokeTokenMutationVariables>;