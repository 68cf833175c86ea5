/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The state of an association. */
export type PartnerAssociationStatus =
  /** An admin has created or approved it. */
  | 'ACTIVE'
  /** The partner has requested it. It grants no access before an admin approves it. */
  | 'REQUESTED';

export type PartnerRequestsQueryVariables = Exact<{
  tenantId: string | number;
}>;


export type PartnerRequestsQuery = { tenant: { partnerAssociations: Array<{ id: string, status: PartnerAssociationStatus }> | null } | null };

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

export const PartnerRequestsDocument = new TypedDocumentString(`
    query PartnerRequests($tenantId: ID!) {
  tenant(id: $tenantId) {
    partnerAssociations {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<PartnerRequestsQuery, PartnerRequestsQueryVariables>;