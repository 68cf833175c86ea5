/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What makes a Microsoft user an admin here. */
export type AdminRole =
  /** Entra ID says so at sign-in. */
  | 'GLOBAL_ADMIN'
  /** Granted in this tenant. */
  | 'SPANNING_ADMIN';

/** The door by which somebody came in. */
export type LoginMethod =
  /** Login with IT Complete from Kaseya VSA. */
  | 'KASEYA_VSA'
  /** Sign-in with Microsoft. */
  | 'MICROSOFT'
  /** Login with IT Complete from Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** The product from which an MSP comes. */
export type PartnerPlatform =
  /** Kaseya VSA. */
  | 'KASEYA_VSA'
  /** Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** Input of `revokeFederatedSessions`. */
export type RevokeFederatedSessionsInput = {
  /** The tenant. */
  tenantId: string | number;
};

/** Input of `revokeSession`. */
export type RevokeSessionInput = {
  /** The session. */
  sessionId: string | number;
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