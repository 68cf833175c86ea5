/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Packing of an export. */
export type ActivityExportCompression =
  /** Gzip. */
  | 'GZIP'
  /** None. */
  | 'NONE'
  /** Zstandard. */
  | 'ZSTD';

/** Form of an export. */
export type ActivityExportFormat =
  /** For spreadsheets; formulas are made harmless. */
  | 'CSV'
  /** One JSON object a line; what `verify` reads. */
  | 'NDJSON'
  /** OCSF 1.x events, one a line. */
  | 'OCSF';

/** Which events: those that match every member given. Within a list, any of it; lists hold at most 50. */
export type ActivityFilter = {
  /** Exact, or with a star at the end: `handoff.*`. */
  actions?: Array<string> | null | undefined;
  /** `Actor.key` of who did it. */
  actors?: Array<string> | null | undefined;
  /** By which door they had come in. */
  methods?: Array<LoginMethod> | null | undefined;
  /** Not before this. */
  occurredFrom?: string | null | undefined;
  /** Before this. */
  occurredTo?: string | null | undefined;
  /** How it went. */
  outcomes?: Array<ActivityOutcome> | null | undefined;
  /** In which session. */
  sessionId?: string | number | null | undefined;
  /** Words in the actor, the action, the target and the changes. */
  text?: string | null | undefined;
};

/** By what to count. Times are UTC. */
export type ActivityGrouping =
  /** By what. */
  | 'ACTION'
  /** By who. */
  | 'ACTOR'
  /** By day. */
  | 'DAY'
  /** By hour. */
  | 'HOUR'
  /** By door. */
  | 'METHOD'
  /** By month. */
  | 'MONTH'
  /** By how it went. */
  | 'OUTCOME';

/** How something went. */
export type ActivityOutcome =
  /** Not allowed. */
  | 'DENIED'
  /** Allowed, and did not work. */
  | 'FAILED'
  /** Done. */
  | 'SUCCEEDED';

/** What makes a Microsoft user an admin here. */
export type AdminRole =
  /** Entra ID says so at sign-in. */
  | 'GLOBAL_ADMIN'
  /** Granted in this tenant. */
  | 'SPANNING_ADMIN';

/** Input of `createActivityExport`. */
export type CreateActivityExportInput = {
  /** Events after this; 0 for all. To go on after a broken download, the last sequence that came. */
  afterSequence?: number;
  /** Packed how. */
  compression?: ActivityExportCompression;
  /** Which events; left out: all. Either export proves each event in it, one of all also that none is missing. */
  filter?: ActivityFilter | null | undefined;
  /** In which form. */
  format: ActivityExportFormat;
  /** The tenant. */
  tenantId: string | number;
};

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

/** Why a session was ended. */
export type SessionEndReason =
  /** Its Spanning Admin is one no longer. */
  | 'ADMIN_REVOKED'
  /** The association it came through was ended or narrowed. */
  | 'ASSOCIATION_CHANGED'
  /** Login with IT Complete was turned off. */
  | 'FEATURE_DISABLED'
  /** The partner told us that the technician's session there has ended. */
  | 'PARTNER_SIGNAL'
  /** The partner instance was suspended, or the key it came by was revoked. */
  | 'PARTNER_SUSPENDED'
  /** Somebody revoked it. */
  | 'REVOKED'
  /** Its owner signed out. */
  | 'SIGNED_OUT';

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

export type EventLineFragment = { __typename: 'ActivityEvent', id: string, occurredAt: string, action: string, outcome: ActivityOutcome, reason: string | null, method: LoginMethod | null, ipAddress: string | null, actor:
    | { __typename: 'AnonymousActor', key: string, displayName: string }
    | { __typename: 'ApiTokenActor', key: string, displayName: string }
    | { __typename: 'MicrosoftAdmin', key: string, displayName: string }
    | { __typename: 'MicrosoftUser', key: string, displayName: string }
    | { __typename: 'OperatorActor', key: string, displayName: string }
    | { __typename: 'PartnerClient', key: string, displayName: string }
    | { __typename: 'PartnerTechnician', platform: PartnerPlatform, instance: string, key: string, displayName: string }
    | { __typename: 'SystemActor', key: string, displayName: string }
  , target: { type: string, id: string | null, displayName: string | null } | null, changes: Array<{ field: string }>, coalesced: { count: number, firstAt: string, lastAt: string } | null };

export type ActivityPageQueryVariables = Exact<{
  tenantId: string | number;
  filter?: ActivityFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type ActivityPageQuery = { tenant: { activityLog: { nodes: Array<{ __typename: 'ActivityEvent', id: string, occurredAt: string, action: string, outcome: ActivityOutcome, reason: string | null, method: LoginMethod | null, ipAddress: string | null, actor:
          | { __typename: 'AnonymousActor', key: string, displayName: string }
          | { __typename: 'ApiTokenActor', key: string, displayName: string }
          | { __typename: 'MicrosoftAdmin', key: string, displayName: string }
          | { __typename: 'MicrosoftUser', key: string, displayName: string }
          | { __typename: 'OperatorActor', key: string, displayName: string }
          | { __typename: 'PartnerClient', key: string, displayName: string }
          | { __typename: 'PartnerTechnician', platform: PartnerPlatform, instance: string, key: string, displayName: string }
          | { __typename: 'SystemActor', key: string, displayName: string }
        , target: { type: string, id: string | null, displayName: string | null } | null, changes: Array<{ field: string }>, coalesced: { count: number, firstAt: string, lastAt: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

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
  }
  target {
    type
    id
    displayName
  }
  changes {
    field
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
  }
  target {
    type
    id
    displayName
  }
  changes {
    field
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