import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Reference } from '../../platform/graphql/context.ts';
import type { Activity } from '../../drizzle/tables/views.ts';
import type { ActivityPage } from './activity-log.ts';
import type { CheckpointRow, Integrity, Tail } from './proofs.ts';
import type { SummaryRow } from './summary.ts';
import type { UserError as UserErrorValue } from '../../platform/lib/errors.ts';
import type { Actor as ActorSnapshot } from '../../drizzle/tables/shared.ts';
import type { Context } from './subgraph.ts';
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
  /** Bytes in standard base64 with padding. */
  Base64: { input: Buffer; output: Buffer; }
  /** RFC 3339 with offset Z. */
  DateTime: { input: Date; output: Date; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
  /** A whole number from 0 to 2^53 - 1, as a JSON number. */
  SafeInt: { input: number; output: number; }
  /** An absolute URL. */
  URL: { input: string; output: string; }
  /** A UUID in lower case. Only for identifiers that Microsoft hands out; our own are ID. */
  UUID: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** A signed statement of how many events a log holds and of their root hash. */
export type ActivityCheckpoint = {
  __typename?: 'ActivityCheckpoint';
  /** RFC 6962 proof that this log is an earlier one continued. */
  consistencyPath?: Maybe<Array<Scalars['Base64']['output']>>;
  /** The signed note as C2SP tlog-checkpoint has it: what to verify and to keep. */
  note: Scalars['String']['output'];
  /** RFC 6962 root hash. */
  rootHash: Scalars['Base64']['output'];
  /** How many events. */
  treeSize: Scalars['SafeInt']['output'];
};


/** A signed statement of how many events a log holds and of their root hash. */
export type ActivityCheckpointConsistencyPathArgs = {
  fromTreeSize: Scalars['SafeInt']['input'];
};

/** Something that was done, tried or refused. Never changes. */
export type ActivityEvent = {
  __typename?: 'ActivityEvent';
  /** What, as subject.verb: it_complete_login.enabled, handoff.redeemed, authorization.denied. `docs/activity-log.md` lists them. */
  action: Scalars['String']['output'];
  /** Who, as they were at the time: for a federated session the VSA or UniView identity. */
  actor: Actor;
  /** What it changed. */
  changes: Array<FieldChange>;
  /** Set where this one event stands for a flood of refusals alike. */
  coalesced?: Maybe<CoalescedAttempts>;
  /** Its id. */
  id: Scalars['ID']['output'];
  /** Proof that it stands in the log; null until sealed, within a second. */
  integrity?: Maybe<ActivityIntegrity>;
  /** From where. */
  ipAddress?: Maybe<Scalars['String']['output']>;
  /** By which door they had come in; null before sign-in and for programs. */
  method?: Maybe<LoginMethod>;
  /** When. */
  occurredAt: Scalars['DateTime']['output'];
  /** How it went. */
  outcome: ActivityOutcome;
  /** Code of why it was denied or failed. */
  reason?: Maybe<Scalars['String']['output']>;
  /** Of the HTTP request; the support id that refusal pages show. */
  requestId: Scalars['String']['output'];
  /** In which session. */
  session?: Maybe<Session>;
  /** On what. */
  target?: Maybe<ActivityTarget>;
  /** In which tenant; null where none was known. */
  tenant?: Maybe<Tenant>;
  /** W3C trace id. */
  traceId?: Maybe<Scalars['String']['output']>;
  /** With what. */
  userAgent?: Maybe<Scalars['String']['output']>;
};

/** A page of events. */
export type ActivityEventConnection = {
  __typename?: 'ActivityEventConnection';
  /** With cursors. */
  edges: Array<ActivityEventEdge>;
  /** Without. */
  nodes: Array<ActivityEvent>;
  /** Where the page lies. */
  pageInfo: PageInfo;
  /** How many there are in all, counted up to a bound; null if counting took too long. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** False where the bound was reached: there are at least `totalCount`. */
  totalCountIsExact: Scalars['Boolean']['output'];
};

/** One entry of the page. */
export type ActivityEventEdge = {
  __typename?: 'ActivityEventEdge';
  /** Opaque; stays good while events come. */
  cursor: Scalars['String']['output'];
  /** The entry. */
  node: ActivityEvent;
};

/** An export, ready to be downloaded. What it holds was fixed when it was made. */
export type ActivityExport = {
  __typename?: 'ActivityExport';
  /** The log that it is taken from. */
  checkpoint: ActivityCheckpoint;
  /** Streams it, to the caller who made it. Its last line is the manifest, with the proofs. */
  downloadUrl: Scalars['URL']['output'];
  /** How many events it holds, for a progress bar; null where a filter makes that unknown. */
  eventCount?: Maybe<Scalars['SafeInt']['output']>;
  /** When the address stops working. */
  expiresAt: Scalars['DateTime']['output'];
};

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
  actions?: InputMaybe<Array<Scalars['String']['input']>>;
  /** `Actor.key` of who did it. */
  actors?: InputMaybe<Array<Scalars['String']['input']>>;
  /** By which door they had come in. */
  methods?: InputMaybe<Array<LoginMethod>>;
  /** Not before this. */
  occurredFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Before this. */
  occurredTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** How it went. */
  outcomes?: InputMaybe<Array<ActivityOutcome>>;
  /** In which session. */
  sessionId?: InputMaybe<Scalars['ID']['input']>;
  /** Words in the actor, the action, the target and the changes. */
  text?: InputMaybe<Scalars['String']['input']>;
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

/** Where an event stands in its tenant's Merkle log (RFC 6962), and the proof. */
export type ActivityIntegrity = {
  __typename?: 'ActivityIntegrity';
  /** The bytes that were hashed: the event in RFC 8785 JSON. */
  canonicalEvent: Scalars['String']['output'];
  /** The checkpoint that the path leads to. */
  checkpoint: ActivityCheckpoint;
  /** RFC 6962 audit path from the leaf to the checkpoint's root. */
  inclusionPath: Array<Scalars['Base64']['output']>;
  /** RFC 6962 leaf hash of them. */
  leafHash: Scalars['Base64']['output'];
  /** 1 for the tenant's first event, without gaps; leaf index plus one. */
  sequence: Scalars['SafeInt']['output'];
};

/** How something went. */
export type ActivityOutcome =
  /** Not allowed. */
  | 'DENIED'
  /** Allowed, and did not work. */
  | 'FAILED'
  /** Done. */
  | 'SUCCEEDED';

/** Counts of events. */
export type ActivitySummary = {
  __typename?: 'ActivitySummary';
  /** By period, then by count, biggest first; at most 1000. */
  rows: Array<ActivitySummaryRow>;
  /** Whether there would have been more rows. */
  truncated: Scalars['Boolean']['output'];
};

/** One count. What it was not grouped by is null. */
export type ActivitySummaryRow = {
  __typename?: 'ActivitySummaryRow';
  /** What. */
  action?: Maybe<Scalars['String']['output']>;
  /** Who, as last named. */
  actor?: Maybe<Actor>;
  /** How many events; a coalesced flood counts as one. */
  count: Scalars['SafeInt']['output'];
  /** By which door; null also for events without one. */
  method?: Maybe<LoginMethod>;
  /** How it went. */
  outcome?: Maybe<ActivityOutcome>;
  /** Start of the hour, day or month. */
  periodStart?: Maybe<Scalars['DateTime']['output']>;
};

/** A stretch of the log in sequence. */
export type ActivityTail = {
  __typename?: 'ActivityTail';
  /** In sequence, sealed. */
  events: Array<ActivityEvent>;
  /** Whether more is there already. */
  hasMore: Scalars['Boolean']['output'];
  /** For the next call's `afterSequence`. The same as was given where nothing came. */
  lastSequence: Scalars['SafeInt']['output'];
};

/** On what something was done. */
export type ActivityTarget = {
  __typename?: 'ActivityTarget';
  /** As it was called. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Its id, ours or Microsoft's. */
  id?: Maybe<Scalars['String']['output']>;
  /** Kind of thing, as in the first word of `action`. */
  type: Scalars['String']['output'];
};

/**
 * Who did something, as they were at that moment. A snapshot and no entity: later changes of name or role do not touch it,
 * which is why it has a `key` and no `id` (a client cache would merge snapshots that share an id).
 */
export type Actor = {
  /** For people to read. */
  displayName: Scalars['String']['output'];
  /** Stays the same for the same person or machine whatever they are called. `ActivityFilter.actors` takes it. */
  key: Scalars['String']['output'];
};

/** What makes a Microsoft user an admin here. */
export type AdminRole =
  /** Entra ID says so at sign-in. */
  | 'GLOBAL_ADMIN'
  /** Granted in this tenant. */
  | 'SPANNING_ADMIN';

/** Somebody who had not said, or not proven, who they are. */
export type AnonymousActor = Actor & {
  __typename?: 'AnonymousActor';
  /** The same for all. */
  displayName: Scalars['String']['output'];
  /** `anonymous` */
  key: Scalars['String']['output'];
};

/** An analyst's API token. */
export type ApiTokenActor = Actor & {
  __typename?: 'ApiTokenActor';
  /** Name of the token. */
  displayName: Scalars['String']['output'];
  /** `token:` and the token's id. */
  key: Scalars['String']['output'];
};

/** A flood of refusals alike, within a minute. */
export type CoalescedAttempts = {
  __typename?: 'CoalescedAttempts';
  /** How many. */
  count: Scalars['Int']['output'];
  /** The first. */
  firstAt: Scalars['DateTime']['output'];
  /** The last. */
  lastAt: Scalars['DateTime']['output'];
};

/** Input of `createActivityExport`. */
export type CreateActivityExportInput = {
  /** Events after this; 0 for all. To go on after a broken download, the last sequence that came. */
  afterSequence?: Scalars['SafeInt']['input'];
  /** Packed how. */
  compression?: ActivityExportCompression;
  /** Which events; left out: all. Either export proves each event in it, one of all also that none is missing. */
  filter?: InputMaybe<ActivityFilter>;
  /** In which form. */
  format: ActivityExportFormat;
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `createActivityExport`. */
export type CreateActivityExportPayload = {
  __typename?: 'CreateActivityExportPayload';
  /** The export; null if refused. */
  export?: Maybe<ActivityExport>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** One field, before and after. Secrets never. */
export type FieldChange = {
  __typename?: 'FieldChange';
  /** Null where there is nothing any more. */
  after?: Maybe<Scalars['JSON']['output']>;
  /** Null where there was nothing. */
  before?: Maybe<Scalars['JSON']['output']>;
  /** Path of the field within the target. */
  field: Scalars['String']['output'];
};

/** The door by which somebody came in. */
export type LoginMethod =
  /** Login with IT Complete from Kaseya VSA. */
  | 'KASEYA_VSA'
  /** Sign-in with Microsoft. */
  | 'MICROSOFT'
  /** Login with IT Complete from Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** A Global or Spanning Admin, signed in with Microsoft. */
export type MicrosoftAdmin = Actor & {
  __typename?: 'MicrosoftAdmin';
  /** As Entra ID gave it. */
  displayName: Scalars['String']['output'];
  /** `microsoft:` and the object id. */
  key: Scalars['String']['output'];
  /** The person's object id in the tenant's Entra ID. */
  objectId: Scalars['UUID']['output'];
  /** The role held then; for somebody with both, GLOBAL_ADMIN. */
  role: AdminRole;
  /** As Entra ID gave it. It may change hands: never key on it. */
  userPrincipalName: Scalars['String']['output'];
};

/** A Microsoft user of the tenant's organisation who is no admin: refused, and in the log as themselves. */
export type MicrosoftUser = Actor & {
  __typename?: 'MicrosoftUser';
  /** As Entra ID gave it. */
  displayName: Scalars['String']['output'];
  /** `microsoft:` and the object id. */
  key: Scalars['String']['output'];
  /** The person's object id in the tenant's Entra ID. */
  objectId: Scalars['UUID']['output'];
  /** As Entra ID gave it. It may change hands: never key on it. */
  userPrincipalName: Scalars['String']['output'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /** Prepares an export, itself in the log. Global or Spanning Admin. Codes: INVALID_VALUE. */
  createActivityExport?: Maybe<CreateActivityExportPayload>;
};


export type MutationCreateActivityExportArgs = {
  input: CreateActivityExportInput;
};

/** Somebody who runs this service, at its command line. */
export type OperatorActor = Actor & {
  __typename?: 'OperatorActor';
  /** The account. */
  displayName: Scalars['String']['output'];
  /** `operator:` and the account. */
  key: Scalars['String']['output'];
};

/** Where a page lies in its connection (Relay). */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Cursor of the last edge. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** More to be had with `after: endCursor`. */
  hasNextPage: Scalars['Boolean']['output'];
  /** More to be had with `before: startCursor`. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A VSA or UniView back end acting for itself. */
export type PartnerClient = Actor & {
  __typename?: 'PartnerClient';
  /** Name of the instance. */
  displayName: Scalars['String']['output'];
  /** `client:` and the client id. */
  key: Scalars['String']['output'];
  /** Its product. */
  platform: PartnerPlatform;
};

/** The product from which an MSP comes. */
export type PartnerPlatform =
  /** Kaseya VSA. */
  | 'KASEYA_VSA'
  /** Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** An MSP's technician, signed in through VSA or UniView. Acts under that identity and nobody else's. */
export type PartnerTechnician = Actor & {
  __typename?: 'PartnerTechnician';
  /** As the assertion gave it, else the subject. */
  displayName: Scalars['String']['output'];
  /** As the assertion gave it. */
  email?: Maybe<Scalars['String']['output']>;
  /** Name of the VSA server or UniView portal. */
  instance: Scalars['String']['output'];
  /** `partner:`, the instance's client id and the subject. */
  key: Scalars['String']['output'];
  /** The product from which the technician came. */
  platform: PartnerPlatform;
  /** The technician's stable id there. */
  subject: Scalars['String']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** One event. Null as for `tenant`. */
  activityEvent?: Maybe<ActivityEvent>;
  /** What the asking partner instance's own technicians did, newest first, in every tenant that has the feature on. Partner instance only. */
  partnerActivityLog?: Maybe<ActivityEventConnection>;
  /** The tenant. Null where it does not exist or the caller has no business there, which look the same. */
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

/** This service itself: retention, expiry, notifications. */
export type SystemActor = Actor & {
  __typename?: 'SystemActor';
  /** Which part of it. */
  displayName: Scalars['String']['output'];
  /** `system` */
  key: Scalars['String']['output'];
};

export type Tenant = {
  __typename?: 'Tenant';
  /** A signed statement of the whole log; null before the first. */
  activityCheckpoint?: Maybe<ActivityCheckpoint>;
  /** What happened, newest first. */
  activityLog?: Maybe<ActivityEventConnection>;
  /** How much happened, counted. */
  activitySummary?: Maybe<ActivitySummary>;
  /** What came since, oldest first, for collectors: no event is ever left out, one may come twice. */
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

/** Something that the caller can mend. What a caller may not do at all is a GraphQL error instead. */
export type UserError = {
  __typename?: 'UserError';
  /** For programs. Treat a value that you do not know as INVALID_VALUE. */
  code: UserErrorCode;
  /** Path into `input`; null where it concerns the whole of it. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** For people, in English. */
  message: Scalars['String']['output'];
};

/** Codes of `UserError`. More may come. */
export type UserErrorCode =
  /** A member of the input is not as it should be. */
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
  ActivityIntegrity: ResolverTypeWrapper<Integrity>;
  ActivityOutcome: ResolverTypeWrapper<Partial<ActivityOutcome>>;
  ActivitySummary: ResolverTypeWrapper<Partial<Omit<ActivitySummary, 'rows'> & { rows: Array<ResolversTypes['ActivitySummaryRow']> }>>;
  ActivitySummaryRow: ResolverTypeWrapper<SummaryRow>;
  ActivityTail: ResolverTypeWrapper<Tail>;
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
  ActivityIntegrity: Integrity;
  ActivitySummary: Partial<Omit<ActivitySummary, 'rows'> & { rows: Array<ResolversParentTypes['ActivitySummaryRow']> }>;
  ActivitySummaryRow: SummaryRow;
  ActivityTail: Tail;
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

