/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The method by which somebody signed in. */
export type LoginMethod =
  /** Login with IT Complete from Kaseya VSA. */
  | 'KASEYA_VSA'
  /** Sign-in with a Microsoft account. */
  | 'MICROSOFT'
  /** Login with IT Complete from Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** Identifies a tenant for a caller who is not signed in. Exactly one field must be set. */
export type TenantLocator = {
  /** One of the Microsoft 365 domains of the tenant, in Unicode or as A-labels (RFC 5890). */
  domain?: string | null | undefined;
  /** The id of the tenant, as in links that the tenant gave out. */
  id?: string | number | null | undefined;
};

export type SignInPageQueryVariables = Exact<{
  tenant: TenantLocator;
}>;


export type SignInPageQuery = { viewer: { actor:
      | { displayName: string }
      | { displayName: string }
      | { displayName: string }
      | { displayName: string }
      | { displayName: string }
      | { displayName: string }
      | { displayName: string }
      | { displayName: string }
     } | null, loginOptions: Array<{ method: LoginMethod, startUrl: string | null }> | null };

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

export const SignInPageDocument = new TypedDocumentString(`
    query SignInPage($tenant: TenantLocator!) {
  viewer {
    actor {
      displayName
    }
  }
  loginOptions(tenant: $tenant) {
    method
    startUrl
  }
}
    `) as unknown as TypedDocumentString<SignInPageQuery, SignInPageQueryVariables>;