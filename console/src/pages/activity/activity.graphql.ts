/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The compression of an export. */
export type ActivityExportCompression =
  /** The file is compressed with gzip (RFC 1952). */
  | 'GZIP'
  /** The file is not compressed. */
  | 'NONE'
  /** The file is compressed with Zstandard (RFC 8878). */
  | 'ZSTD';

/** The file format of an export. */
export type ActivityExportFormat =
  /** Comma-separated values for spreadsheets; cells that a spreadsheet would evaluate as formulas are escaped. */
  | 'CSV'
  /** One JSON object per line; `npm run verify` reads this format. */
  | 'NDJSON'
  /** One event of the Open Cybersecurity Schema Framework 1.8 per line. */
  | 'OCSF';

/** Selects the events that match every field that is set. A list field matches any of its entries and holds at most 50. */
export type ActivityFilter = {
  /** Selects events by action: an exact name, or a prefix with a star at its end such as `handoff.*`. */
  actions?: Array<string> | null | undefined;
  /** Selects events by the `Actor.key` of the actor. */
  actors?: Array<string> | null | undefined;
  /** Selects events by the sign-in method of the actor's session. */
  methods?: Array<LoginMethod> | null | undefined;
  /** Selects events at or after this time. */
  occurredFrom?: string | null | undefined;
  /** Selects events before this time. */
  occurredTo?: string | null | undefined;
  /** Selects events by their outcome. */
  outcomes?: Array<ActivityOutcome> | null | undefined;
  /** Selects events of this session. */
  sessionId?: string | number | null | undefined;
  /**
   * Selects events with all of these words in the actor, the action, the target or the changes. Case and Unicode form do not matter. In
   * scripts without spaces between words, and in Korean, any part of a text is found. At most 200 characters.
   */
  text?: string | null | undefined;
};

/** A field by which events are counted. Periods are in UTC. */
export type ActivityGrouping =
  /** Counts by the action. */
  | 'ACTION'
  /** Counts by the actor. */
  | 'ACTOR'
  /** Counts by the day. */
  | 'DAY'
  /** Counts by the hour. */
  | 'HOUR'
  /** Counts by the sign-in method. */
  | 'METHOD'
  /** Counts by the month. */
  | 'MONTH'
  /** Counts by the outcome. */
  | 'OUTCOME';

/** The result of an action. */
export type ActivityOutcome =
  /** The actor was not allowed to perform the action. */
  | 'DENIED'
  /** The action was allowed but was not performed. */
  | 'FAILED'
  /** The action was performed. */
  | 'SUCCEEDED';

/** The role that makes a Microsoft user an admin of the tenant. */
export type AdminRole =
  /** Entra ID reported the Global Administrator role at sign-in. */
  | 'GLOBAL_ADMIN'
  /** An admin of this tenant granted the role. */
  | 'SPANNING_ADMIN';

/** The input of `createActivityExport`. */
export type CreateActivityExportInput = {
  /** Exports the events after this sequence number; 0 exports all. To continue a broken download, send the last sequence number that was received. */
  afterSequence?: number;
  /** The compression of the export. */
  compression?: ActivityExportCompression;
  /** The events to export; all events when it is absent. Every export proves each of its events; an export without a filter also proves that none is missing. */
  filter?: ActivityFilter | null | undefined;
  /** The file format of the export. */
  format: ActivityExportFormat;
  /** The id of the tenant; it must be the session's own. */
  tenantId: string | number;
};

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

/** Why a session was ended. */
export type SessionEndReason =
  /** The Spanning Admin role of its owner was revoked. */
  | 'ADMIN_REVOKED'
  /** Its association was ended, or its terms no longer allow it. */
  | 'ASSOCIATION_CHANGED'
  /** Login with IT Complete was turned off. */
  | 'FEATURE_DISABLED'
  /** The partner reported that the technician's session there has ended. */
  | 'PARTNER_SIGNAL'
  /** The partner instance was suspended, or the key that signed its assertion was revoked. */
  | 'PARTNER_SUSPENDED'
  /** An admin or its owner revoked it. */
  | 'REVOKED'
  /** Its owner signed out. */
  | 'SIGNED_OUT';

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

export type EventLineFragment = { __typename: 'ActivityEvent', id: string, occurredAt: string, action: string, outcome: ActivityOutcome, reason: string | null, method: LoginMethod | null, ipAddress: string | null, actor:
    | { __typename: 'AnonymousActor', key: string, displayName: string }
    | { __typename: 'ApiTokenActor', key: string, displayName: string }
    | { __typename: 'MicrosoftAdmin', role: AdminRole, key: string, displayName: string }
    | { __typename: 'MicrosoftUser', key: string, displayName: string }
    | { __typename: 'OperatorActor', key: string, displayName: string }
    | { __typename: 'PartnerClient', key: string, displayName: string }
    | { __typename: 'PartnerTechnician', platform: PartnerPlatform, instance: string, key: string, displayName: string }
    | { __typename: 'SystemActor', key: string, displayName: string }
  , target: { type: string, id: string | null, displayName: string | null } | null, changes: Array<{ field: string, after: unknown }>, coalesced: { count: number, firstAt: string, lastAt: string } | null };

export type ActivityPageQueryVariables = Exact<{
  tenantId: string | number;
  filter?: ActivityFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type ActivityPageQuery = { tenant: { activityLog: { nodes: Array<{ __typename: 'ActivityEvent', id: string, occurredAt: string, action: string, outcome: ActivityOutcome, reason: string | null, method: LoginMethod | null, ipAddress: string | null, actor:
          | { __typename: 'AnonymousActor', key: string, displayName: string }
          | { __typename: 'ApiTokenActor', key: string, displayName: string }
          | { __typename: 'MicrosoftAdmin', role: AdminRole, key: string, displayName: string }
          | { __typename: 'MicrosoftUser', key: string, displayName: string }
          | { __typename: 'OperatorActor', key: string, displayName: string }
          | { __typename: 'PartnerClient', key: string, displayName: string }
          | { __typename: 'PartnerTechnician', platform: PartnerPlatform, instance: string, key: string, displayName: string }
          | { __typename: 'SystemActor', key: string, displayName: string }
        , target: { type: string, id: string | null, displayName: string | null } | null, changes: Array<{ field: string, after: unknown }>, coalesced: { count: number, firstAt: string, lastAt: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type ActivityTotalQueryVariables = Exact<{
  tenantId: string | number;
  filter?: ActivityFilter | null | undefined;
}>;


export type ActivityTotalQuery = { tenant: { activityLog: { totalCount: number | null, totalCountIsExact: boolean } | null } | null };

export type ActivityByPeriodQueryVariables = Exact<{
  tenantId: string | number;
  filter?: ActivityFilter | null | undefined;
  groupBy: Array<ActivityGrouping> | ActivityGrouping;
}>;


export type ActivityByPeriodQuery = { tenant: { activitySummary: { truncated: boolean, rows: Array<{ periodStart: string | null, outcome: ActivityOutcome | null, count: number }> } | null } | null };

export type ActivityActorsQueryVariables = Exact<{
  tenantId: string | number;
  filter?: ActivityFilter | null | undefined;
}>;


export type ActivityActorsQuery = { tenant: { activitySummary: { rows: Array<{ count: number, actor:
          | { __typename: 'AnonymousActor', key: string, displayName: string }
          | { __typename: 'ApiTokenActor', key: string, displayName: string }
          | { __typename: 'MicrosoftAdmin', key: string, displayName: string }
          | { __typename: 'MicrosoftUser', key: string, displayName: string }
          | { __typename: 'OperatorActor', key: string, displayName: string }
          | { __typename: 'PartnerClient', key: string, displayName: string }
          | { __typename: 'PartnerTechnician', key: string, displayName: string }
          | { __typename: 'SystemActor', key: string, displayName: string }
         | null }> } | null } | null };

export type ActivityTailQueryVariables = Exact<{
  tenantId: string | number;
  afterSequence: number;
}>;


export type ActivityTailQuery = { tenant: { activityTail: { lastSequence: number, hasMore: boolean, events: Array<{ id: string, occurredAt: string }> } | null } | null };

export type ActivityCheckpointQueryVariables = Exact<{
  tenantId: string | number;
}>;


export type ActivityCheckpointQuery = { tenant: { activityCheckpoint: { treeSize: number } | null } | null };

export type ActivityEventStoryQueryVariables = Exact<{
  id: string | number;
}>;


export type ActivityEventStoryQuery = { activityEvent: { id: string, occurredAt: string, action: string, outcome: ActivityOutcome, reason: string | null, method: LoginMethod | null, ipAddress: string | null, userAgent: string | null, requestId: string, traceId: string | null, actor:
      | { __typename: 'AnonymousActor', key: string, displayName: string }
      | { __typename: 'ApiTokenActor', key: string, displayName: string }
      | { __typename: 'MicrosoftAdmin', objectId: string, userPrincipalName: string, role: AdminRole, key: string, displayName: string }
      | { __typename: 'MicrosoftUser', objectId: string, userPrincipalName: string, key: string, displayName: string }
      | { __typename: 'OperatorActor', key: string, displayName: string }
      | { __typename: 'PartnerClient', platform: PartnerPlatform, key: string, displayName: string }
      | { __typename: 'PartnerTechnician', platform: PartnerPlatform, instance: string, subject: string, email: string | null, key: string, displayName: string }
      | { __typename: 'SystemActor', key: string, displayName: string }
    , tenant: { id: string } | null, target: { type: string, id: string | null, displayName: string | null } | null, changes: Array<{ field: string, before: unknown, after: unknown }>, session: { id: string } | null, coalesced: { count: number, firstAt: string, lastAt: string } | null } | null };

export type ActivityEventSessionQueryVariables = Exact<{
  id: string | number;
}>;


export type ActivityEventSessionQuery = { activityEvent: { session: { id: string, createdAt: string, lastSeenAt: string, revokedAt: string | null, revokedReason: SessionEndReason | null } | null } | null };

export type ActivityEventProofQueryVariables = Exact<{
  id: string | number;
}>;


export type ActivityEventProofQuery = { activityEvent: { id: string, integrity: { sequence: number, canonicalEvent: string, leafHash: string, inclusionPath: Array<string>, checkpoint: { treeSize: number, rootHash: string, note: string } } | null } | null };

export type ActivityConsistencyQueryVariables = Exact<{
  tenantId: string | number;
  treeSize: number;
  fromTreeSize: number;
}>;


export type ActivityConsistencyQuery = { tenant: { activityCheckpoint: { treeSize: number, rootHash: string, consistencyPath: Array<string> | null } | null } | null };

export type CreateActivityExportMutationVariables = Exact<{
  input: CreateActivityExportInput;
}>;


export type CreateActivityExportMutation = { createActivityExport: { export: { downloadUrl: string, expiresAt: string, eventCount: number | null, checkpoint: { treeSize: number } } | null, userErrors: Array<{ code: UserErrorCode, message: string }> } | null };

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
export const EventLineFragmentDoc = new TypedDocumentString(`
    fragment EventLine on ActivityEvent {
  __typename
  id
  occurredAt
  action
  outcome
  reason
  method
  actor {
    __typename
    key
    displayName
    ... on PartnerTechnician {
      platform
      instance
    }
    ... on MicrosoftAdmin {
      role
    }
  }
  target {
    type
    id
    displayName
  }
  changes {
    field
    after
  }
  ipAddress
  coalesced {
    count
    firstAt
    lastAt
  }
}
    `, {"fragmentName":"EventLine"}) as unknown as TypedDocumentString<EventLineFragment, unknown>;
export const ActivityPageDocument = new TypedDocumentString(`
    query ActivityPage($tenantId: ID!, $filter: ActivityFilter, $after: String) {
  tenant(id: $tenantId) {
    activityLog(filter: $filter, first: 50, after: $after) {
      nodes {
        ...EventLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment EventLine on ActivityEvent {
  __typename
  id
  occurredAt
  action
  outcome
  reason
  method
  actor {
    __typename
    key
    displayName
    ... on PartnerTechnician {
      platform
      instance
    }
    ... on MicrosoftAdmin {
      role
    }
  }
  target {
    type
    id
    displayName
  }
  changes {
    field
    after
  }
  ipAddress
  coalesced {
    count
    firstAt
    lastAt
  }
}`) as unknown as TypedDocumentString<ActivityPageQuery, ActivityPageQueryVariables>;
export const ActivityTotalDocument = new TypedDocumentString(`
    query ActivityTotal($tenantId: ID!, $filter: ActivityFilter) {
  tenant(id: $tenantId) {
    activityLog(filter: $filter, first: 1) {
      totalCount
      totalCountIsExact
    }
  }
}
    `) as unknown as TypedDocumentString<ActivityTotalQuery, ActivityTotalQueryVariables>;
export const ActivityByPeriodDocument = new TypedDocumentString(`
    query ActivityByPeriod($tenantId: ID!, $filter: ActivityFilter, $groupBy: [ActivityGrouping!]!) {
  tenant(id: $tenantId) {
    activitySummary(filter: $filter, groupBy: $groupBy) {
      rows {
        periodStart
        outcome
        count
      }
      truncated
    }
  }
}
    `) as unknown as TypedDocumentString<ActivityByPeriodQuery, ActivityByPeriodQueryVariables>;
export const ActivityActorsDocument = new TypedDocumentString(`
    query ActivityActors($tenantId: ID!, $filter: ActivityFilter) {
  tenant(id: $tenantId) {
    activitySummary(filter: $filter, groupBy: [ACTOR]) {
      rows {
        actor {
          __typename
          key
          displayName
        }
        count
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ActivityActorsQuery, ActivityActorsQueryVariables>;
export const ActivityTailDocument = new TypedDocumentString(`
    query ActivityTail($tenantId: ID!, $afterSequence: SafeInt!) {
  tenant(id: $tenantId) {
    activityTail(afterSequence: $afterSequence, first: 100) {
      events {
        id
        occurredAt
      }
      lastSequence
      hasMore
    }
  }
}
    `) as unknown as TypedDocumentString<ActivityTailQuery, ActivityTailQueryVariables>;
export const ActivityCheckpointDocument = new TypedDocumentString(`
    query ActivityCheckpoint($tenantId: ID!) {
  tenant(id: $tenantId) {
    activityCheckpoint {
      treeSize
    }
  }
}
    `) as unknown as TypedDocumentString<ActivityCheckpointQuery, ActivityCheckpointQueryVariables>;
export const ActivityEventStoryDocument = new TypedDocumentString(`
    query ActivityEventStory($id: ID!) {
  activityEvent(id: $id) {
    id
    occurredAt
    action
    outcome
    reason
    method
    actor {
      __typename
      key
      displayName
      ... on PartnerTechnician {
        platform
        instance
        subject
        email
      }
      ... on MicrosoftAdmin {
        objectId
        userPrincipalName
        role
      }
      ... on MicrosoftUser {
        objectId
        userPrincipalName
      }
      ... on PartnerClient {
        platform
      }
    }
    tenant {
      id
    }
    target {
      type
      id
      displayName
    }
    changes {
      field
      before
      after
    }
    session {
      id
    }
    ipAddress
    userAgent
    requestId
    traceId
    coalesced {
      count
      firstAt
      lastAt
    }
  }
}
    `) as unknown as TypedDocumentString<ActivityEventStoryQuery, ActivityEventStoryQueryVariables>;
export const ActivityEventSessionDocument = new TypedDocumentString(`
    query ActivityEventSession($id: ID!) {
  activityEvent(id: $id) {
    session {
      id
      createdAt
      lastSeenAt
      revokedAt
      revokedReason
    }
  }
}
    `) as unknown as TypedDocumentString<ActivityEventSessionQuery, ActivityEventSessionQueryVariables>;
export const ActivityEventProofDocument = new TypedDocumentString(`
    query ActivityEventProof($id: ID!) {
  activityEvent(id: $id) {
    id
    integrity {
      sequence
      canonicalEvent
      leafHash
      inclusionPath
      checkpoint {
        treeSize
        rootHash
        note
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ActivityEventProofQuery, ActivityEventProofQueryVariables>;
export const ActivityConsistencyDocument = new TypedDocumentString(`
    query ActivityConsistency($tenantId: ID!, $treeSize: SafeInt!, $fromTreeSize: SafeInt!) {
  tenant(id: $tenantId) {
    activityCheckpoint(treeSize: $treeSize) {
      treeSize
      rootHash
      consistencyPath(fromTreeSize: $fromTreeSize)
    }
  }
}
    `) as unknown as TypedDocumentString<ActivityConsistencyQuery, ActivityConsistencyQueryVariables>;
export const CreateActivityExportDocument = new TypedDocumentString(`
    mutation CreateActivityExport($input: CreateActivityExportInput!) {
  createActivityExport(input: $input) {
    export {
      downloadUrl
      expiresAt
      eventCount
      checkpoint {
        treeSize
      }
    }
    userErrors {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CreateActivityExportMutation, CreateActivityExportMutationVariables>;