/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The role that makes a Microsoft user an admin of the tenant. */
export type AdminRole =
  /** Entra ID reported the Global Administrator role at sign-in. */
  | 'GLOBAL_ADMIN'
  /** An admin of this tenant granted the role. */
  | 'SPANNING_ADMIN';

/** The method by which somebody signed in. */
export type LoginMethod =
  /** Login with IT Complete from Kaseya VSA. */
  | 'KASEYA_VSA'
  /** Sign-in with a Microsoft account. */
  | 'MICROSOFT'
  /** Login with IT Complete from Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** The MSP product that a partner instance belongs to. */
export type PartnerPlatform =
  /** The product is Kaseya VSA. */
  | 'KASEYA_VSA'
  /** The product is Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** The input of `revokeFederatedSessions`. */
export type RevokeFederatedSessionsInput = {
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

/** The input of `revokeSession`. */
export type RevokeSessionInput = {
  /** The id of the session to end. */
  sessionId: string | number;
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

export type SessionsPageQueryVariables = Exact<{
  tenantId: string | number;
  after?: string | null | undefined;
}>;


export type SessionsPageQuery = { tenant: { sessions: { nodes: Array<{ id: string, method: LoginMethod, createdAt: string, lastSeenAt: string, expiresAt: string, ipAddress: string | null, userAgent: string | null, actor:
          | { __typename: 'AnonymousActor', key: string, displayName: string }
          | { __typename: 'ApiTokenActor', key: string, displayName: string }
          | { __typename: 'MicrosoftAdmin', role: AdminRole, userPrincipalName: string, key: string, displayName: string }
          | { __typename: 'MicrosoftUser', key: string, displayName: string }
          | { __typename: 'OperatorActor', key: string, displayName: string }
          | { __typename: 'PartnerClient', key: string, displayName: string }
          | { __typename: 'PartnerTechnician', platform: PartnerPlatform, instance: string, email: string | null, key: string, displayName: string }
          | { __typename: 'SystemActor', key: string, displayName: string }
         }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type WhoCouldGetInQueryVariables = Exact<{
  tenantId: string | number;
}>;


export type WhoCouldGetInQuery = { tenant: { effectiveAccess: { spanningAdmins: Array<{ displayName: string, userPrincipalName: string }>, partners: Array<{ method: LoginMethod, instance: string, allowedTechnicians: Array<string> | null }> } | null } | null };

export type RevokeSessionMutationVariables = Exact<{
  input: RevokeSessionInput;
}>;


export type RevokeSessionMutation = { revokeSession: { session: { id: string, revokedAt: string | null } | null, userErrors: Array<{ code: UserErrorCode, message: string }> } | null };

export type RevokeFederatedSessionsMutationVariables = Exact<{
  input: RevokeFederatedSessionsInput;
}>;


export type RevokeFederatedSessionsMutation = { revokeFederatedSessions: { endedSessionCount: number | null, endedHandoffCount: number | null, userErrors: Array<{ code: UserErrorCode, message: string }> } | null };

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

export const SessionsPageDocument = new TypedDocumentString(`
    query SessionsPage($tenantId: ID!, $after: String) {
  tenant(id: $tenantId) {
    sessions(first: 50, after: $after) {
      nodes {
        id
        actor {
          __typename
          key
          displayName
          ... on PartnerTechnician {
            platform
            instance
            email
          }
          ... on MicrosoftAdmin {
            role
            userPrincipalName
          }
        }
        method
        createdAt
        lastSeenAt
        expiresAt
        ipAddress
        userAgent
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SessionsPageQuery, SessionsPageQueryVariables>;
export const WhoCouldGetInDocument = new TypedDocumentString(`
    query WhoCouldGetIn($tenantId: ID!) {
  tenant(id: $tenantId) {
    effectiveAccess {
      spanningAdmins {
        displayName
        userPrincipalName
      }
      partners {
        method
        instance
        allowedTechnicians
      }
    }
  }
}
    `) as unknown as TypedDocumentString<WhoCouldGetInQuery, WhoCouldGetInQueryVariables>;
export const RevokeSessionDocument = new TypedDocumentString(`
    mutation RevokeSession($input: RevokeSessionInput!) {
  revokeSession(input: $input) {
    session {
      id
      revokedAt
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeSessionMutation, RevokeSessionMutationVariables>;
export const RevokeFederatedSessionsDocument = new TypedDocumentString(`
    mutation RevokeFederatedSessions($input: RevokeFederatedSessionsInput!) {
  revokeFederatedSessions(input: $input) {
    endedSessionCount
    endedHandoffCount
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeFederatedSessionsMutation, RevokeFederatedSessionsMutationVariables>;