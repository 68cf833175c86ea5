import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Reference } from '../../platform/graphql/context.ts';
import type { Activity } from '../../drizzle/tables/views.ts';
import type { ActivityPage, CheckpointRow, IntegrityReference, TailPage, Summary, SummaryRow } from './mappers.ts';
import type { UserError as UserErrorValue } from '../../platform/lib/errors.ts';
import type { Actor as ActorSnapshot } from '../../drizzle/tables/shared.ts';
import type { Context } from './context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** Bytes in standard base64 with padding (RFC 4648 section 4). */
  Base64: { input: Uint8Array; output: Uint8Array; }
  /** A point in time in RFC 3339 format with the offset Z (UTC). */
  DateTime: { input: Date; output: Date; }
  /** Any JSON value (RFC 8259). */
  JSON: { input: unknown; output: unknown; }
  /** A whole number from 0 to 2^53 - 1, sent as a JSON number. */
  SafeInt: { input: number; output: number; }
  /** An absolute URL (RFC 3986). */
  URL: { input: string; output: string; }
  /** A UUID (RFC 9562): upper or lower case in inputs, lower case in answers. Used only for identifiers that Microsoft assigns; identifiers of this service have the type ID. An input that is not a UUID gives a user error. */
  UUID: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** A signed statement of the number of events in a log and of its root hash. */
export type ActivityCheckpoint = {
  __typename?: 'ActivityCheckpoint';
  /** The proof that this log continues an earlier one (RFC 6962 section 2.1.2). Null when `fromTreeSize` is larger than this log. */
  consistencyPath?: Maybe<Array<Scalars['Base64']['output']>>;
  /** The signed note (C2SP tlog-checkpoint). Verify and keep it. */
  note: Scalars['String']['output'];
  /** The root hash of the Merkle tree (RFC 6962 section 2.1). */
  rootHash: Scalars['Base64']['output'];
  /** The number of events in the log. */
  treeSize: Scalars['SafeInt']['output'];
};


/** A signed statement of the number of events in a log and of its root hash. */
export type ActivityCheckpointConsistencyPathArgs = {
  fromTreeSize: Scalars['SafeInt']['input'];
};

/** One event of the Activity Log: something that was done, attempted or refused. Events never change. */
export type ActivityEvent = {
  __typename?: 'ActivityEvent';
  /** The action as `subject.verb`, for example it_complete_login.enabled, handoff.redeemed, authorization.denied. `docs/audit-actions.md` lists all actions. */
  action: Scalars['String']['output'];
  /** Who acted, as they were at that time. For a federated session this is the VSA or UniView identity. */
  actor: Actor;
  /** The changed fields with their values before and after. */
  changes: Array<FieldChange>;
  /** The number of similar attempts that this one event represents. Null for an event that represents one attempt. */
  coalesced?: Maybe<CoalescedAttempts>;
  /** The id of the event. */
  id: Scalars['ID']['output'];
  /** The proof that the event is in the log. Null until the event is sealed, which takes less than one second. */
  integrity?: Maybe<ActivityIntegrity>;
  /** The IP address of the client. Null when it is unknown. */
  ipAddress?: Maybe<Scalars['String']['output']>;
  /** The sign-in method of the actor's session. Null before sign-in and for programs. */
  method?: Maybe<LoginMethod>;
  /** When the event occurred. */
  occurredAt: Scalars['DateTime']['output'];
  /** Whether the action succeeded, was denied or failed. */
  outcome: ActivityOutcome;
  /** The code of the reason for a denied or failed action. Null when the action succeeded, unless another decision caused it. */
  reason?: Maybe<Scalars['String']['output']>;
  /** The id of the HTTP request, which is the support ID on error pages. */
  requestId: Scalars['String']['output'];
  /** The session in which the action was performed. Null when there was none. */
  session?: Maybe<Session>;
  /** The object of the action. Null when there is none. */
  target?: Maybe<ActivityTarget>;
  /** The tenant in which the event occurred. Null when no tenant was known. */
  tenant?: Maybe<Tenant>;
  /** The trace id from W3C Trace Context. Null when the client sent none. */
  traceId?: Maybe<Scalars['String']['output']>;
  /** The User-Agent header of the client. Null when there was none. */
  userAgent?: Maybe<Scalars['String']['output']>;
};

/** A page of events. */
export type ActivityEventConnection = {
  __typename?: 'ActivityEventConnection';
  /** The entries with their cursors. */
  edges: Array<ActivityEventEdge>;
  /** The entries without their cursors. */
  nodes: Array<ActivityEvent>;
  /** The position of this page. */
  pageInfo: PageInfo;
  /** The number of matching events, counted up to a limit. Null when counting took too long. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** False when the limit was reached: there are at least `totalCount` events. */
  totalCountIsExact: Scalars['Boolean']['output'];
};

/** An event with its cursor. */
export type ActivityEventEdge = {
  __typename?: 'ActivityEventEdge';
  /** An opaque cursor that stays valid while new events arrive. */
  cursor: Scalars['String']['output'];
  /** The entry of this edge. */
  node: ActivityEvent;
};

/** An export that is ready to be downloaded. Its content is fixed when it is created. */
export type ActivityExport = {
  __typename?: 'ActivityExport';
  /** The checkpoint of the log that is exported. */
  checkpoint: ActivityCheckpoint;
  /** The URL that streams the export to the caller who created it. The last line of the file is the manifest with the proofs. */
  downloadUrl: Scalars['URL']['output'];
  /** The number of events in the export, for a progress bar. Null when a filter makes it unknown. */
  eventCount?: Maybe<Scalars['SafeInt']['output']>;
  /** When the URL expires. */
  expiresAt: Scalars['DateTime']['output'];
};

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
  actions?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Selects events by the `Actor.key` of the actor. */
  actors?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Selects events by the sign-in method of the actor's session. */
  methods?: InputMaybe<Array<LoginMethod>>;
  /** Selects events at or after this time. */
  occurredFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Selects events before this time. */
  occurredTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Selects events by their outcome. */
  outcomes?: InputMaybe<Array<ActivityOutcome>>;
  /** Selects events of this session. */
  sessionId?: InputMaybe<Scalars['ID']['input']>;
  /**
   * Selects events with all of these words in the actor, the action, the target or the changes. Case and Unicode form do not matter. In
   * scripts without spaces between words, and in Korean, any part of a text is found. At most 200 characters.
   */
  text?: InputMaybe<Scalars['String']['input']>;
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

/** The position of an event in its tenant's Merkle log (RFC 6962), with the proof of inclusion. */
export type ActivityIntegrity = {
  __typename?: 'ActivityIntegrity';
  /** The bytes that were hashed: the event as canonical JSON (RFC 8785). */
  canonicalEvent: Scalars['String']['output'];
  /** The checkpoint whose root the path leads to. */
  checkpoint: ActivityCheckpoint;
  /** The audit path from the leaf to the checkpoint's root (RFC 6962 section 2.1.1). */
  inclusionPath: Array<Scalars['Base64']['output']>;
  /** The leaf hash of these bytes (RFC 6962 section 2.1). */
  leafHash: Scalars['Base64']['output'];
  /** The sequence number: 1 for the tenant's first event, without gaps. It is the leaf index plus one. */
  sequence: Scalars['SafeInt']['output'];
};

/** The result of an action. */
export type ActivityOutcome =
  /** The actor was not allowed to perform the action. */
  | 'DENIED'
  /** The action was allowed but was not performed. */
  | 'FAILED'
  /** The action was performed. */
  | 'SUCCEEDED';

/** Counts of events, grouped. */
export type ActivitySummary = {
  __typename?: 'ActivitySummary';
  /** At most 1000 counts, ordered by period, then by count with the largest first. */
  rows: Array<ActivitySummaryRow>;
  /** Whether rows were left out because there are more than 1000. */
  truncated: Scalars['Boolean']['output'];
};

/** One count. Fields that were not grouped by are null. */
export type ActivitySummaryRow = {
  __typename?: 'ActivitySummaryRow';
  /** The action as `subject.verb`. */
  action?: Maybe<Scalars['String']['output']>;
  /** The actor under its latest name. */
  actor?: Maybe<Actor>;
  /** The number of events. An event that represents several attempts counts as one. */
  count: Scalars['SafeInt']['output'];
  /** The sign-in method. It is null also for events that have none. */
  method?: Maybe<LoginMethod>;
  /** Whether the action succeeded, was denied or failed. */
  outcome?: Maybe<ActivityOutcome>;
  /** The start of the hour, day or month. */
  periodStart?: Maybe<Scalars['DateTime']['output']>;
};

/** Consecutive events of the log. */
export type ActivityTail = {
  __typename?: 'ActivityTail';
  /** The sealed events in the order of their sequence numbers. */
  events: Array<ActivityEvent>;
  /** Whether more events can be read now. */
  hasMore: Scalars['Boolean']['output'];
  /** The value for `afterSequence` of the next call. It is unchanged when there were no new events. */
  lastSequence: Scalars['SafeInt']['output'];
};

/** The object of an action. */
export type ActivityTarget = {
  __typename?: 'ActivityTarget';
  /** The name of the object at that time. Null when it has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** The id of the object, assigned by this service or by Microsoft. Null when it is unknown. */
  id?: Maybe<Scalars['String']['output']>;
  /** The type of the object, for example `partner_association`. */
  type: Scalars['String']['output'];
};

/**
 * The person or program that did something, as it was at that moment. An actor is a snapshot, not an entity: later changes of name or role
 * do not alter it. It has a `key` and no `id`, because a client cache would merge snapshots that share an id.
 */
export type Actor = {
  /** The name of the actor, for display. */
  displayName: Scalars['String']['output'];
  /** A stable key of the person or program, whatever its name is. `ActivityFilter.actors` accepts it. */
  key: Scalars['String']['output'];
};

/** The role that makes a Microsoft user an admin of the tenant. */
export type AdminRole =
  /** Entra ID reported the Global Administrator role at sign-in. */
  | 'GLOBAL_ADMIN'
  /** An admin of this tenant granted the role. */
  | 'SPANNING_ADMIN';

/** A caller who did not prove an identity. */
export type AnonymousActor = Actor & {
  __typename?: 'AnonymousActor';
  /** A constant text that is the same for all anonymous callers. */
  displayName: Scalars['String']['output'];
  /** The constant text `anonymous`. */
  key: Scalars['String']['output'];
};

/** A program that uses an API token. */
export type ApiTokenActor = Actor & {
  __typename?: 'ApiTokenActor';
  /** The name of the token. */
  displayName: Scalars['String']['output'];
  /** The text `token:` followed by the id of the token. */
  key: Scalars['String']['output'];
};

/** Similar refused attempts within one minute that are recorded as one event. */
export type CoalescedAttempts = {
  __typename?: 'CoalescedAttempts';
  /** The number of attempts. */
  count: Scalars['Int']['output'];
  /** When the first attempt occurred. */
  firstAt: Scalars['DateTime']['output'];
  /** When the last attempt occurred. */
  lastAt: Scalars['DateTime']['output'];
};

/** The input of `createActivityExport`. */
export type CreateActivityExportInput = {
  /** Exports the events after this sequence number; 0 exports all. To continue a broken download, send the last sequence number that was received. */
  afterSequence?: Scalars['SafeInt']['input'];
  /** The compression of the export. */
  compression?: ActivityExportCompression;
  /** The events to export; all events when it is absent. Every export proves each of its events; an export without a filter also proves that none is missing. */
  filter?: InputMaybe<ActivityFilter>;
  /** The file format of the export. */
  format: ActivityExportFormat;
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `createActivityExport`. */
export type CreateActivityExportPayload = {
  __typename?: 'CreateActivityExportPayload';
  /** The export. Null when the call was refused. */
  export?: Maybe<ActivityExport>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** A changed field with its values before and after. Secrets are redacted. */
export type FieldChange = {
  __typename?: 'FieldChange';
  /** The value after the change. Null when there is none. */
  after?: Maybe<Scalars['JSON']['output']>;
  /** The value before the change. Null when there was none. */
  before?: Maybe<Scalars['JSON']['output']>;
  /** The path of the field within the target. */
  field: Scalars['String']['output'];
};

/** The method by which somebody signed in. */
export type LoginMethod =
  /** Login with IT Complete from Kaseya VSA. */
  | 'KASEYA_VSA'
  /** Sign-in with a Microsoft account. */
  | 'MICROSOFT'
  /** Login with IT Complete from Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** A Global or Spanning Admin who signed in with Microsoft. */
export type MicrosoftAdmin = Actor & {
  __typename?: 'MicrosoftAdmin';
  /** The display name that Entra ID sent at sign-in. */
  displayName: Scalars['String']['output'];
  /** The text `microsoft:` followed by the object ID. */
  key: Scalars['String']['output'];
  /** The person's object ID in the tenant's Entra ID. */
  objectId: Scalars['UUID']['output'];
  /** The role at that moment. GLOBAL_ADMIN for a person who has both roles. */
  role: AdminRole;
  /** The user principal name that Entra ID sent. It can be reassigned to another person, so do not use it as a key. */
  userPrincipalName: Scalars['String']['output'];
};

/** A user of the tenant's organisation who is not an admin and was refused. */
export type MicrosoftUser = Actor & {
  __typename?: 'MicrosoftUser';
  /** The display name that Entra ID sent at sign-in. */
  displayName: Scalars['String']['output'];
  /** The text `microsoft:` followed by the object ID. */
  key: Scalars['String']['output'];
  /** The person's object ID in the tenant's Entra ID. */
  objectId: Scalars['UUID']['output'];
  /** The user principal name that Entra ID sent. It can be reassigned to another person, so do not use it as a key. */
  userPrincipalName: Scalars['String']['output'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /** Prepares an export of the Activity Log; the export is recorded in the log. Requires a Global or Spanning Admin. Codes: INVALID_VALUE. */
  createActivityExport?: Maybe<CreateActivityExportPayload>;
};


export type MutationCreateActivityExportArgs = {
  input: CreateActivityExportInput;
};

/** A person who operates this service and used its command line. */
export type OperatorActor = Actor & {
  __typename?: 'OperatorActor';
  /** The account name of the operator. */
  displayName: Scalars['String']['output'];
  /** The text `operator:` followed by the account. */
  key: Scalars['String']['output'];
};

/** The position of a page in its connection (Relay). */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the last entry. Null for an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether `after: endCursor` gives more entries. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether `before: startCursor` gives more entries. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first entry. Null for an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A VSA or UniView back end that acts for itself. */
export type PartnerClient = Actor & {
  __typename?: 'PartnerClient';
  /** The name of the partner instance. */
  displayName: Scalars['String']['output'];
  /** The text `client:` followed by the client ID. */
  key: Scalars['String']['output'];
  /** The product of the partner instance. */
  platform: PartnerPlatform;
};

/** The MSP product that a partner instance belongs to. */
export type PartnerPlatform =
  /** The product is Kaseya VSA. */
  | 'KASEYA_VSA'
  /** The product is Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** A technician of an MSP who signed in from VSA or UniView and acts under that identity. */
export type PartnerTechnician = Actor & {
  __typename?: 'PartnerTechnician';
  /** The name from the assertion, or the technician ID if the assertion has none. */
  displayName: Scalars['String']['output'];
  /** The e-mail address from the assertion. Null if the assertion has none. */
  email?: Maybe<Scalars['String']['output']>;
  /** The name of the VSA server or UniView portal. */
  instance: Scalars['String']['output'];
  /** The text `partner:`, the client ID of the instance, a colon and the technician ID. */
  key: Scalars['String']['output'];
  /** The product from which the technician signed in. */
  platform: PartnerPlatform;
  /** The stable ID of the technician at the partner (`sub` of the assertion). */
  subject: Scalars['String']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** The event with this id. Null under the same conditions as `tenant`. */
  activityEvent?: Maybe<ActivityEvent>;
  /** The activity of the calling partner instance's technicians in every tenant that has the feature on, newest first. Partner clients only. */
  partnerActivityLog?: Maybe<ActivityEventConnection>;
  /** The tenant with this id. Null when it does not exist or the caller may not read it; the two cases look the same. */
  tenant?: Maybe<Tenant>;
};


export type QueryActivityEventArgs = {
  id: Scalars['ID']['input'];
};


export type QueryPartnerActivityLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ActivityFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryTenantArgs = {
  id: Scalars['ID']['input'];
};

export type Session = {
  __typename?: 'Session';
  id: Scalars['ID']['output'];
};

/** This service itself, for example its retention or notification worker. */
export type SystemActor = Actor & {
  __typename?: 'SystemActor';
  /** The part of the service that acted. */
  displayName: Scalars['String']['output'];
  /** The constant text `system`. */
  key: Scalars['String']['output'];
};

export type Tenant = {
  __typename?: 'Tenant';
  /** A signed statement of the size and root hash of the whole log. Null before the first event is sealed. */
  activityCheckpoint?: Maybe<ActivityCheckpoint>;
  /** The events of the Activity Log, newest first. */
  activityLog?: Maybe<ActivityEventConnection>;
  /** The number of events, grouped. */
  activitySummary?: Maybe<ActivitySummary>;
  /** The events after a sequence number, oldest first, for collectors. No event is left out; after a retry an event can come twice. */
  activityTail?: Maybe<ActivityTail>;
  id: Scalars['ID']['output'];
};


export type TenantActivityCheckpointArgs = {
  treeSize?: InputMaybe<Scalars['SafeInt']['input']>;
};


export type TenantActivityLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ActivityFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


export type TenantActivitySummaryArgs = {
  filter?: InputMaybe<ActivityFilter>;
  groupBy: Array<ActivityGrouping>;
};


export type TenantActivityTailArgs = {
  afterSequence?: Scalars['SafeInt']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** An error in the input that the caller can correct. A call that the caller may not make gives a GraphQL error instead. */
export type UserError = {
  __typename?: 'UserError';
  /** A stable code for programs. Treat a value that you do not know as INVALID_VALUE. */
  code: UserErrorCode;
  /** The path of the field in `input`. Null when the error concerns the whole input. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** What is wrong and how to correct it, in English. */
  message: Scalars['String']['output'];
};

/** The codes of `UserError`. More values may be added. */
export type UserErrorCode =
  /** A value of the input is invalid. */
  | 'INVALID_VALUE';



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  ActivityEvent: ActivityEvent;
  Tenant: Tenant;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  ActivityEvent:
    ( { __typename: 'ActivityEvent' }
    & GraphQLRecursivePick<FederationTypes['ActivityEvent'], {"id":true}> );
  Tenant:
    ( { __typename: 'Tenant' }
    & GraphQLRecursivePick<FederationTypes['Tenant'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ActivityCheckpoint: ResolverTypeWrapper<CheckpointRow>;
  String: ResolverTypeWrapper<Partial<Scalars['String']['output']>>;
  ActivityEvent: ResolverTypeWrapper<Activity>;
  ID: ResolverTypeWrapper<Partial<Scalars['ID']['output']>>;
  ActivityEventConnection: ResolverTypeWrapper<ActivityPage>;
  Int: ResolverTypeWrapper<Partial<Scalars['Int']['output']>>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  ActivityEventEdge: ResolverTypeWrapper<Partial<Omit<ActivityEventEdge, 'node'> & { node: ResolversTypes['ActivityEvent'] }>>;
  ActivityExport: ResolverTypeWrapper<Partial<Omit<ActivityExport, 'checkpoint'> & { checkpoint: ResolversTypes['ActivityCheckpoint'] }>>;
  ActivityExportCompression: ResolverTypeWrapper<Partial<ActivityExportCompression>>;
  ActivityExportFormat: ResolverTypeWrapper<Partial<ActivityExportFormat>>;
  ActivityFilter: ResolverTypeWrapper<Partial<ActivityFilter>>;
  ActivityGrouping: ResolverTypeWrapper<Partial<ActivityGrouping>>;
  ActivityIntegrity: ResolverTypeWrapper<IntegrityReference>;
  ActivityOutcome: ResolverTypeWrapper<Partial<ActivityOutcome>>;
  ActivitySummary: ResolverTypeWrapper<Summary>;
  ActivitySummaryRow: ResolverTypeWrapper<SummaryRow>;
  ActivityTail: ResolverTypeWrapper<TailPage>;
  ActivityTarget: ResolverTypeWrapper<Partial<ActivityTarget>>;
  Actor: ResolverTypeWrapper<ActorSnapshot>;
  AdminRole: ResolverTypeWrapper<Partial<AdminRole>>;
  AnonymousActor: ResolverTypeWrapper<Partial<AnonymousActor>>;
  ApiTokenActor: ResolverTypeWrapper<Partial<ApiTokenActor>>;
  Base64: ResolverTypeWrapper<Partial<Scalars['Base64']['output']>>;
  CoalescedAttempts: ResolverTypeWrapper<Partial<CoalescedAttempts>>;
  CreateActivityExportInput: ResolverTypeWrapper<Partial<CreateActivityExportInput>>;
  CreateActivityExportPayload: ResolverTypeWrapper<Partial<Omit<CreateActivityExportPayload, 'export' | 'userErrors'> & { export?: Maybe<ResolversTypes['ActivityExport']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  DateTime: ResolverTypeWrapper<Partial<Scalars['DateTime']['output']>>;
  FieldChange: ResolverTypeWrapper<Partial<FieldChange>>;
  JSON: ResolverTypeWrapper<Partial<Scalars['JSON']['output']>>;
  LoginMethod: ResolverTypeWrapper<Partial<LoginMethod>>;
  MicrosoftAdmin: ResolverTypeWrapper<Partial<MicrosoftAdmin>>;
  MicrosoftUser: ResolverTypeWrapper<Partial<MicrosoftUser>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  OperatorActor: ResolverTypeWrapper<Partial<OperatorActor>>;
  PageInfo: ResolverTypeWrapper<Partial<PageInfo>>;
  PartnerClient: ResolverTypeWrapper<Partial<PartnerClient>>;
  PartnerPlatform: ResolverTypeWrapper<Partial<PartnerPlatform>>;
  PartnerTechnician: ResolverTypeWrapper<Partial<PartnerTechnician>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SafeInt: ResolverTypeWrapper<Partial<Scalars['SafeInt']['output']>>;
  Session: ResolverTypeWrapper<Reference>;
  SystemActor: ResolverTypeWrapper<Partial<SystemActor>>;
  Tenant: ResolverTypeWrapper<Reference>;
  URL: ResolverTypeWrapper<Partial<Scalars['URL']['output']>>;
  UUID: ResolverTypeWrapper<Partial<Scalars['UUID']['output']>>;
  UserError: ResolverTypeWrapper<UserErrorValue>;
  UserErrorCode: ResolverTypeWrapper<Partial<UserErrorCode>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ActivityCheckpoint: CheckpointRow;
  String: Partial<Scalars['String']['output']>;
  ActivityEvent: Activity;
  ID: Partial<Scalars['ID']['output']>;
  ActivityEventConnection: ActivityPage;
  Int: Partial<Scalars['Int']['output']>;
  Boolean: Partial<Scalars['Boolean']['output']>;
  ActivityEventEdge: Partial<Omit<ActivityEventEdge, 'node'> & { node: ResolversParentTypes['ActivityEvent'] }>;
  ActivityExport: Partial<Omit<ActivityExport, 'checkpoint'> & { checkpoint: ResolversParentTypes['ActivityCheckpoint'] }>;
  ActivityFilter: Partial<ActivityFilter>;
  ActivityIntegrity: IntegrityReference;
  ActivitySummary: Summary;
  ActivitySummaryRow: SummaryRow;
  ActivityTail: TailPage;
  ActivityTarget: Partial<ActivityTarget>;
  Actor: ActorSnapshot;
  AnonymousActor: Partial<AnonymousActor>;
  ApiTokenActor: Partial<ApiTokenActor>;
  Base64: Partial<Scalars['Base64']['output']>;
  CoalescedAttempts: Partial<CoalescedAttempts>;
  CreateActivityExportInput: Partial<CreateActivityExportInput>;
  CreateActivityExportPayload: Partial<Omit<CreateActivityExportPayload, 'export' | 'userErrors'> & { export?: Maybe<ResolversParentTypes['ActivityExport']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  DateTime: Partial<Scalars['DateTime']['output']>;
  FieldChange: Partial<FieldChange>;
  JSON: Partial<Scalars['JSON']['output']>;
  MicrosoftAdmin: Partial<MicrosoftAdmin>;
  MicrosoftUser: Partial<MicrosoftUser>;
  Mutation: Record<PropertyKey, never>;
  OperatorActor: Partial<OperatorActor>;
  PageInfo: Partial<PageInfo>;
  PartnerClient: Partial<PartnerClient>;
  PartnerTechnician: Partial<PartnerTechnician>;
  Query: Record<PropertyKey, never>;
  SafeInt: Partial<Scalars['SafeInt']['output']>;
  Session: Reference;
  SystemActor: Partial<SystemActor>;
  Tenant: Reference;
  URL: Partial<Scalars['URL']['output']>;
  UUID: Partial<Scalars['UUID']['output']>;
  UserError: UserErrorValue;
};

export type ActivityCheckpointResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivityCheckpoint'] = ResolversParentTypes['ActivityCheckpoint']> = {
  consistencyPath?: Resolver<Maybe<Array<ResolversTypes['Base64']>>, ParentType, ContextType, RequireFields<ActivityCheckpointConsistencyPathArgs, 'fromTreeSize'>>;
  note?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rootHash?: Resolver<ResolversTypes['Base64'], ParentType, ContextType>;
  treeSize?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type ActivityEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivityEvent'] = ResolversParentTypes['ActivityEvent'], FederationReferenceType extends FederationReferenceTypes['ActivityEvent'] = FederationReferenceTypes['ActivityEvent']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ActivityEvent']> | FederationReferenceType, FederationReferenceType, ContextType>;
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  actor?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  changes?: Resolver<Array<ResolversTypes['FieldChange']>, ParentType, ContextType>;
  coalesced?: Resolver<Maybe<ResolversTypes['CoalescedAttempts']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  integrity?: Resolver<Maybe<ResolversTypes['ActivityIntegrity']>, ParentType, ContextType>;
  ipAddress?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  method?: Resolver<Maybe<ResolversTypes['LoginMethod']>, ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['ActivityOutcome'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requestId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  target?: Resolver<Maybe<ResolversTypes['ActivityTarget']>, ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  traceId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userAgent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ActivityEventConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivityEventConnection'] = ResolversParentTypes['ActivityEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ActivityEventEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['ActivityEvent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  totalCountIsExact?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ActivityEventEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivityEventEdge'] = ResolversParentTypes['ActivityEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ActivityEvent'], ParentType, ContextType>;
};

export type ActivityExportResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivityExport'] = ResolversParentTypes['ActivityExport']> = {
  checkpoint?: Resolver<ResolversTypes['ActivityCheckpoint'], ParentType, ContextType>;
  downloadUrl?: Resolver<ResolversTypes['URL'], ParentType, ContextType>;
  eventCount?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ActivityIntegrityResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivityIntegrity'] = ResolversParentTypes['ActivityIntegrity']> = {
  canonicalEvent?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  checkpoint?: Resolver<ResolversTypes['ActivityCheckpoint'], ParentType, ContextType>;
  inclusionPath?: Resolver<Array<ResolversTypes['Base64']>, ParentType, ContextType>;
  leafHash?: Resolver<ResolversTypes['Base64'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type ActivitySummaryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivitySummary'] = ResolversParentTypes['ActivitySummary']> = {
  rows?: Resolver<Array<ResolversTypes['ActivitySummaryRow']>, ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ActivitySummaryRowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivitySummaryRow'] = ResolversParentTypes['ActivitySummaryRow']> = {
  action?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  actor?: Resolver<Maybe<ResolversTypes['Actor']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  method?: Resolver<Maybe<ResolversTypes['LoginMethod']>, ParentType, ContextType>;
  outcome?: Resolver<Maybe<ResolversTypes['ActivityOutcome']>, ParentType, ContextType>;
  periodStart?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ActivityTailResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivityTail'] = ResolversParentTypes['ActivityTail']> = {
  events?: Resolver<Array<ResolversTypes['ActivityEvent']>, ParentType, ContextType>;
  hasMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lastSequence?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type ActivityTargetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivityTarget'] = ResolversParentTypes['ActivityTarget']> = {
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ActorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Actor'] = ResolversParentTypes['Actor']> = {
  __resolveType: TypeResolveFn<'AnonymousActor' | 'ApiTokenActor' | 'MicrosoftAdmin' | 'MicrosoftUser' | 'OperatorActor' | 'PartnerClient' | 'PartnerTechnician' | 'SystemActor', ParentType, ContextType>;
};

export type AnonymousActorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnonymousActor'] = ResolversParentTypes['AnonymousActor']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ApiTokenActorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiTokenActor'] = ResolversParentTypes['ApiTokenActor']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface Base64ScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Base64'], any> {
  name: 'Base64';
}

export type CoalescedAttemptsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CoalescedAttempts'] = ResolversParentTypes['CoalescedAttempts']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  firstAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type CreateActivityExportPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateActivityExportPayload'] = ResolversParentTypes['CreateActivityExportPayload']> = {
  export?: Resolver<Maybe<ResolversTypes['ActivityExport']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type FieldChangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FieldChange'] = ResolversParentTypes['FieldChange']> = {
  after?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type MicrosoftAdminResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MicrosoftAdmin'] = ResolversParentTypes['MicrosoftAdmin']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  objectId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['AdminRole'], ParentType, ContextType>;
  userPrincipalName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MicrosoftUserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MicrosoftUser'] = ResolversParentTypes['MicrosoftUser']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  objectId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  userPrincipalName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createActivityExport?: Resolver<Maybe<ResolversTypes['CreateActivityExportPayload']>, ParentType, ContextType, RequireFields<MutationCreateActivityExportArgs, 'input'>>;
};

export type OperatorActorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OperatorActor'] = ResolversParentTypes['OperatorActor']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PartnerClientResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PartnerClient'] = ResolversParentTypes['PartnerClient']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  platform?: Resolver<ResolversTypes['PartnerPlatform'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PartnerTechnicianResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PartnerTechnician'] = ResolversParentTypes['PartnerTechnician']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  instance?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  platform?: Resolver<ResolversTypes['PartnerPlatform'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  activityEvent?: Resolver<Maybe<ResolversTypes['ActivityEvent']>, ParentType, ContextType, RequireFields<QueryActivityEventArgs, 'id'>>;
  partnerActivityLog?: Resolver<Maybe<ResolversTypes['ActivityEventConnection']>, ParentType, ContextType, Partial<QueryPartnerActivityLogArgs>>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType, RequireFields<QueryTenantArgs, 'id'>>;
};

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type SystemActorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SystemActor'] = ResolversParentTypes['SystemActor']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TenantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant'], FederationReferenceType extends FederationReferenceTypes['Tenant'] = FederationReferenceTypes['Tenant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tenant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  activityCheckpoint?: Resolver<Maybe<ResolversTypes['ActivityCheckpoint']>, ParentType, ContextType, Partial<TenantActivityCheckpointArgs>>;
  activityLog?: Resolver<Maybe<ResolversTypes['ActivityEventConnection']>, ParentType, ContextType, Partial<TenantActivityLogArgs>>;
  activitySummary?: Resolver<Maybe<ResolversTypes['ActivitySummary']>, ParentType, ContextType, RequireFields<TenantActivitySummaryArgs, 'groupBy'>>;
  activityTail?: Resolver<Maybe<ResolversTypes['ActivityTail']>, ParentType, ContextType, RequireFields<TenantActivityTailArgs, 'afterSequence' | 'first'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export interface UrlScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['URL'], any> {
  name: 'URL';
}

export interface UuidScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['UUID'], any> {
  name: 'UUID';
}

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  ActivityCheckpoint?: ActivityCheckpointResolvers<ContextType>;
  ActivityEvent?: ActivityEventResolvers<ContextType>;
  ActivityEventConnection?: ActivityEventConnectionResolvers<ContextType>;
  ActivityEventEdge?: ActivityEventEdgeResolvers<ContextType>;
  ActivityExport?: ActivityExportResolvers<ContextType>;
  ActivityIntegrity?: ActivityIntegrityResolvers<ContextType>;
  ActivitySummary?: ActivitySummaryResolvers<ContextType>;
  ActivitySummaryRow?: ActivitySummaryRowResolvers<ContextType>;
  ActivityTail?: ActivityTailResolvers<ContextType>;
  ActivityTarget?: ActivityTargetResolvers<ContextType>;
  Actor?: ActorResolvers<ContextType>;
  AnonymousActor?: AnonymousActorResolvers<ContextType>;
  ApiTokenActor?: ApiTokenActorResolvers<ContextType>;
  Base64?: GraphQLScalarType;
  CoalescedAttempts?: CoalescedAttemptsResolvers<ContextType>;
  CreateActivityExportPayload?: CreateActivityExportPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  FieldChange?: FieldChangeResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  MicrosoftAdmin?: MicrosoftAdminResolvers<ContextType>;
  MicrosoftUser?: MicrosoftUserResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  OperatorActor?: OperatorActorResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PartnerClient?: PartnerClientResolvers<ContextType>;
  PartnerTechnician?: PartnerTechnicianResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  SafeInt?: GraphQLScalarType;
  Session?: SessionResolvers<ContextType>;
  SystemActor?: SystemActorResolvers<ContextType>;
  Tenant?: TenantResolvers<ContextType>;
  URL?: GraphQLScalarType;
  UUID?: GraphQLScalarType;
  UserError?: UserErrorResolvers<ContextType>;
};

