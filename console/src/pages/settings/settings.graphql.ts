/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Input of `approvePartnerAssociation`. */
export type ApprovePartnerAssociationInput = {
  /** As in `associatePartner`. */
  allowedTechnicians?: Array<string> | null | undefined;
  /** The association. */
  associationId: string | number;
  /** As in `associatePartner`. */
  mfaMaxAgeMinutes?: number | null | undefined;
  /** The tenant. */
  tenantId: string | number;
};

/** Input of `associatePartner`. */
export type AssociatePartnerInput = {
  /** Subjects of the technicians who may come in, at most 1000; left out: every technician of the instance. */
  allowedTechnicians?: Array<string> | null | undefined;
  /** The partner instance's client id, as the MSP tells it. */
  clientId: string;
  /** What the partner calls this tenant. For people to read: nothing is ever looked up by it. */
  externalTenantId: string;
  /** See `PartnerAssociation.mfaMaxAgeMinutes`. */
  mfaMaxAgeMinutes?: number | null | undefined;
  /** The tenant. */
  tenantId: string | number;
};

/** Input of `createApiToken`. */
export type CreateApiTokenInput = {
  /** At most a year from now. */
  expiresAt: string;
  /** What it is for, 1 to 100 characters. */
  name: string;
  /** The tenant. */
  tenantId: string | number;
};

/** Input of `disableItCompleteLogin`. */
export type DisableItCompleteLoginInput = {
  /** Refuse with VERSION_CONFLICT if the settings are not at this version. Leave it out to turn it off come what may. */
  expectedVersion?: number | null | undefined;
  /** As in `enableItCompleteLogin`. */
  idempotencyKey?: string | null | undefined;
  /** The tenant. */
  tenantId: string | number;
};

/** Input of `dissociatePartner`. */
export type DissociatePartnerInput = {
  /** The association. */
  associationId: string | number;
  /** The tenant. */
  tenantId: string | number;
};

/** Input of `enableItCompleteLogin`. */
export type EnableItCompleteLoginInput = {
  /** Refuse with VERSION_CONFLICT if the settings are not at this version. */
  expectedVersion?: number | null | undefined;
  /** 1 to 64 characters, kept for a day: the same key with the same input gives the same answer and changes nothing twice. */
  idempotencyKey?: string | null | undefined;
  /** The tenant. */
  tenantId: string | number;
};

/** Input of `grantSpanningAdmin`. */
export type GrantSpanningAdminInput = {
  /** For people to read. */
  displayName: string;
  /** The person's object id in the tenant's Entra ID. */
  objectId: string;
  /** The tenant. */
  tenantId: string | number;
  /** For people to read. */
  userPrincipalName: string;
};

/** Why somebody cannot turn Login with IT Complete on. */
export type ItCompleteLoginBlocker =
  /** It takes a Global or Spanning Admin. */
  | 'NOT_AN_ADMIN'
  /** The caller's sign-in is too old for this: sign in again. */
  | 'STEP_UP_REQUIRED'
  /** No partner instance is associated with the tenant. */
  | 'TENANT_NOT_ASSOCIATED';

/** How often routine mail comes. */
export type NotificationFrequency =
  /** Once a day. */
  | 'DAILY'
  /** As it happens. */
  | 'IMMEDIATELY'
  /** Once a week. */
  | 'WEEKLY';

/** Whether an association counts yet. */
export type PartnerAssociationStatus =
  /** Made or approved by an admin. */
  | 'ACTIVE'
  /** Asked for by the partner: opens nothing. */
  | 'REQUESTED';

/** The product from which an MSP comes. */
export type PartnerPlatform =
  /** Kaseya VSA. */
  | 'KASEYA_VSA'
  /** Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** Input of `revokeApiToken`. */
export type RevokeApiTokenInput = {
  /** The token. */
  apiTokenId: string | number;
  /** The tenant. */
  tenantId: string | number;
};

/** Input of `revokeSpanningAdmin`. */
export type RevokeSpanningAdminInput = {
  /** The person's object id in the tenant's Entra ID. */
  objectId: string;
  /** The tenant. */
  tenantId: string | number;
};

/** Input of `updateNotificationSettings`. */
export type UpdateNotificationSettingsInput = {
  /** The version on which the change is based. */
  expectedVersion: number;
  /** How often routine mail comes. */
  frequency?: NotificationFrequency | null | undefined;
  /** As in `enableItCompleteLogin`. */
  idempotencyKey?: string | null | undefined;
  /** The whole new list, at most 20. */
  recipients?: Array<string> | null | undefined;
  /** The tenant. */
  tenantId: string | number;
};

/** Input of `updatePartnerAssociation`. */
export type UpdatePartnerAssociationInput = {
  /** The whole new list; null: every technician of the instance. */
  allowedTechnicians?: Array<string> | null | undefined;
  /** The association. */
  associationId: string | number;
  /** See `PartnerAssociation.mfaMaxAgeMinutes`. */
  mfaMaxAgeMinutes?: number | null | undefined;
  /** The tenant. */
  tenantId: string | number;
};

/** Input of `updateServiceSettings`. */
export type UpdateServiceSettingsInput = {
  /** Calendars. */
  calendar?: boolean | null | undefined;
  /** Contacts. */
  contacts?: boolean | null | undefined;
  /** The version on which the change is based. */
  expectedVersion: number;
  /** As in `enableItCompleteLogin`. */
  idempotencyKey?: string | null | undefined;
  /** Mailboxes. */
  mail?: boolean | null | undefined;
  /** OneDrive. */
  oneDrive?: boolean | null | undefined;
  /** SharePoint. */
  sharePoint?: boolean | null | undefined;
  /** Teams. */
  teams?: boolean | null | undefined;
  /** The tenant. */
  tenantId: string | number;
};

/** Codes of `UserError`. More may come. */
export type UserErrorCode =
  /** This partner instance is associated already. */
  | 'ALREADY_ASSOCIATED'
  /** The assertion's time has passed, has not come, or is too long. */
  | 'ASSERTION_EXPIRED'
  /** The assertion is malformed, or not signed by a registered key of its issuer. */
  | 'ASSERTION_INVALID'
  /** The assertion was used already. */
  | 'ASSERTION_REPLAYED'
  /** The assertion was made for somebody else than us. */
  | 'AUDIENCE_MISMATCH'
  /** The code or assertion belongs to another browser, transaction or client. */
  | 'BINDING_MISMATCH'
  /** The code was used already. */
  | 'HANDOFF_ALREADY_REDEEMED'
  /** The code's time has passed, or something ended it. */
  | 'HANDOFF_EXPIRED'
  /** There is no such code. */
  | 'HANDOFF_INVALID'
  /** This key was used with another input. */
  | 'IDEMPOTENCY_KEY_CONFLICT'
  /** A member of the input is not as it should be. */
  | 'INVALID_VALUE'
  /** The last way in cannot be removed. */
  | 'LAST_ADMIN'
  /** A list is full. */
  | 'LIMIT_EXCEEDED'
  /** Microsoft refused, or its answer does not belong to a sign-in begun here. */
  | 'LOGIN_INVALID'
  /** The association's terms ask for a more recent multi-factor authentication. */
  | 'MFA_REQUIRED'
  /** Login with IT Complete is off for this tenant: only Microsoft sign-in is left. */
  | 'MICROSOFT_SIGN_IN_REQUIRED'
  /** There is no such thing in this tenant. */
  | 'NOT_FOUND'
  /** The instance is not associated with this tenant, or there is no such tenant. */
  | 'PARTNER_NOT_ASSOCIATED'
  /** No partner instance is registered under this client id. */
  | 'PARTNER_NOT_FOUND'
  /** The tenant's allow-list does not name this technician. */
  | 'TECHNICIAN_NOT_ALLOWED'
  /** The proof is for another tenant than the one asked for. */
  | 'TENANT_MISMATCH'
  /** The tenant has no partner associated. */
  | 'TENANT_NOT_ASSOCIATED'
  /** Somebody else changed the settings meanwhile: read them again. */
  | 'VERSION_CONFLICT';

export type SettingsPageQueryVariables = Exact<{
  tenantId: string | number;
}>;


export type SettingsPageQuery = { tenant: { id: string, settings: { version: number, services: { mail: boolean, calendar: boolean, contacts: boolean, oneDrive: boolean, sharePoint: boolean, teams: boolean }, notifications: { recipients: Array<string>, frequency: NotificationFrequency }, itCompleteLogin: { enabled: boolean, changedAt: string | null, canEnable: boolean, blockers: Array<ItCompleteLoginBlocker>, changedBy:
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { displayName: string }
          | { instance: string, displayName: string }
          | { displayName: string }
         | null } } | null, partnerAssociations: Array<{ id: string, status: PartnerAssociationStatus, externalTenantId: string, allowedTechnicians: Array<string> | null, mfaMaxAgeMinutes: number | null, createdAt: string, partner: { clientId: string, name: string, platform: PartnerPlatform } }> | null, spanningAdmins: { nodes: Array<{ objectId: string, userPrincipalName: string, displayName: string, grantedAt: string }>, pageInfo: { hasNextPage: boolean } } | null, apiTokens: { nodes: Array<{ id: string, name: string, createdAt: string, expiresAt: string, lastUsedAt: string | null, createdBy:
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
    query SettingsPage($tenantId: ID!) {
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
      }
      externalTenantId
      allowedTechnicians
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
    apiTokens(first: 100) {
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