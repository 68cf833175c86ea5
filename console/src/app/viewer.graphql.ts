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

/** A permission of the caller. More values may be added. */
export type Permission =
  /** Turn Login with IT Complete off. */
  | 'DISABLE_IT_COMPLETE_LOGIN'
  /** Turn Login with IT Complete on. */
  | 'ENABLE_IT_COMPLETE_LOGIN'
  /** Create and revoke API tokens. */
  | 'MANAGE_API_TOKENS'
  /** Change the notification recipients. */
  | 'MANAGE_NOTIFICATIONS'
  /** Create, approve, change and end partner associations. */
  | 'MANAGE_PARTNER_ASSOCIATIONS'
  /** End sessions of other people. */
  | 'MANAGE_SESSIONS'
  /** Grant and revoke the Spanning Admin role. */
  | 'MANAGE_SPANNING_ADMINS'
  /** Read the Activity Log, and export it where the role allows. */
  | 'READ_ACTIVITY'
  /** Read settings, sessions and access. */
  | 'READ_TENANT'
  /** Change which services are backed up. */
  | 'UPDATE_SETTINGS';

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { permissions: Array<Permission>, actor:
      | { __typename: 'AnonymousActor', key: string, displayName: string }
      | { __typename: 'ApiTokenActor', key: string, displayName: string }
      | { __typename: 'MicrosoftAdmin', userPrincipalName: string, role: AdminRole, key: string, displayName: string }
      | { __typename: 'MicrosoftUser', key: string, displayName: string }
      | { __typename: 'OperatorActor', key: string, displayName: string }
      | { __typename: 'PartnerClient', key: string, displayName: string }
      | { __typename: 'PartnerTechnician', platform: PartnerPlatform, instance: string, email: string | null, key: string, displayName: string }
      | { __typename: 'SystemActor', key: string, displayName: string }
    , session: { id: string, method: LoginMethod, createdAt: string, expiresAt: string } | null, tenant: { id: string, name: string, primaryDomain: string } | null } | null };

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

export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
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
        userPrincipalName
        role
      }
    }
    session {
      id
      method
      createdAt
      expiresAt
    }
    tenant {
      id
      name
      primaryDomain
    }
    permissions
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;