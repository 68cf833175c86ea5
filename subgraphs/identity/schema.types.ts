import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Reference } from '../../platform/graphql/context.ts';
import type { ItCompleteLoginReference, SessionRow, ApiTokenRow } from './mappers.ts';
import type { UserError as UserErrorValue } from '../../platform/lib/errors.ts';
import type { Actor as ActorSnapshot } from '../../drizzle/tables/shared.ts';
import type { Viewer as ViewerValue } from '../../platform/auth/viewer.ts';
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
  /** RFC 3339 with offset Z. */
  DateTime: { input: Date; output: Date; }
  /** An absolute URL. */
  URL: { input: string; output: string; }
  /** A UUID in lower case. Only for identifiers that Microsoft hands out; our own are ID. */
  UUID: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
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

/** Reads one tenant's activity, for a program. */
export type ApiToken = {
  __typename?: 'ApiToken';
  /** When it was made. */
  createdAt: Scalars['DateTime']['output'];
  /** By whom. */
  createdBy: Actor;
  /** When it stops working. */
  expiresAt: Scalars['DateTime']['output'];
  /** Its id. Not the secret. */
  id: Scalars['ID']['output'];
  /** When it was last used, to the minute; null if never. */
  lastUsedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What it is for. */
  name: Scalars['String']['output'];
};

/** An analyst's API token. */
export type ApiTokenActor = Actor & {
  __typename?: 'ApiTokenActor';
  /** Name of the token. */
  displayName: Scalars['String']['output'];
  /** `token:` and the token's id. */
  key: Scalars['String']['output'];
};

/** A page of tokens. */
export type ApiTokenConnection = {
  __typename?: 'ApiTokenConnection';
  /** With cursors. */
  edges: Array<ApiTokenEdge>;
  /** Without. */
  nodes: Array<ApiToken>;
  /** Where the page lies. */
  pageInfo: PageInfo;
};

/** One entry of the page. */
export type ApiTokenEdge = {
  __typename?: 'ApiTokenEdge';
  /** Opaque. */
  cursor: Scalars['String']['output'];
  /** The entry. */
  node: ApiToken;
};

/** Input of `completeMicrosoftLogin`. */
export type CompleteMicrosoftLoginInput = {
  /** The whole address to which Microsoft sent the browser, query included. */
  callbackUrl: Scalars['URL']['input'];
  /** From `startMicrosoftLogin`. */
  transactionSecret: Scalars['String']['input'];
};

/** Answer of `completeMicrosoftLogin`. */
export type CompleteMicrosoftLoginPayload = {
  __typename?: 'CompleteMicrosoftLoginPayload';
  /** Bearer token, shown this once. */
  accessToken?: Maybe<Scalars['String']['output']>;
  /** The session; null if refused. */
  session?: Maybe<Session>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `createApiToken`. */
export type CreateApiTokenInput = {
  /** At most a year from now. */
  expiresAt: Scalars['DateTime']['input'];
  /** What it is for, 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `createApiToken`. */
export type CreateApiTokenPayload = {
  __typename?: 'CreateApiTokenPayload';
  /** The token; null if refused. */
  apiToken?: Maybe<ApiToken>;
  /** What to send as bearer token. Shown this once. */
  secret?: Maybe<Scalars['String']['output']>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `createHandoff`. */
export type CreateHandoffInput = {
  /** Compact JWS, at most 8 KiB. Its `binding` says who may redeem the code: the browser whose transaction it names, or the client that asks. */
  assertion: Scalars['String']['input'];
};

/** Answer of `createHandoff`. All null if refused. */
export type CreateHandoffPayload = {
  __typename?: 'CreateHandoffPayload';
  /** Good once. */
  code?: Maybe<Scalars['String']['output']>;
  /** Where to send the browser; null for a client-bound code. */
  connectUrl?: Maybe<Scalars['URL']['output']>;
  /** At most 60 s from now. */
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** What turning Login with IT Complete off would end, and who keeps access. */
export type DisableImpact = {
  __typename?: 'DisableImpact';
  /** Federated sessions live now. */
  federatedSessionCount: Scalars['Int']['output'];
  /** Codes made and not yet redeemed. */
  pendingHandoffCount: Scalars['Int']['output'];
  /** Spanning Admins, who keep access beside the Global Admins; the first 100. */
  remainingAdmins: Array<MicrosoftAdmin>;
};

/** Who could get in. Global Admins always can: Entra ID says at sign-in who they are. */
export type EffectiveAccess = {
  __typename?: 'EffectiveAccess';
  /** Technicians, over VSA or UniView. Empty while Login with IT Complete is off. */
  partners: Array<PartnerAccess>;
  /** Spanning Admins, over Microsoft; the first 100. */
  spanningAdmins: Array<MicrosoftAdmin>;
};

/** One check of an assertion. */
export type HandoffCheck = {
  __typename?: 'HandoffCheck';
  /** What `createHandoff` would answer with; null unless failed. */
  code?: Maybe<UserErrorCode>;
  /** What to mend; null unless failed. */
  message?: Maybe<Scalars['String']['output']>;
  /** Which. */
  name: HandoffCheckName;
  /** Null where an earlier failure left nothing to check. */
  passed?: Maybe<Scalars['Boolean']['output']>;
};

/** Checks of an assertion, in order. */
export type HandoffCheckName =
  /** `aud` is our issuer, as one string. */
  | 'AUDIENCE'
  /** `auth_time` and `amr` satisfy the association's terms. */
  | 'AUTHENTICATION'
  /** `browser`: the transaction is open, this instance's and this tenant's; `client`: no `txn`. */
  | 'BINDING'
  /** That tenant has Login with IT Complete on. */
  | 'FEATURE'
  /** Compact JWS in strict base64url, within the size bound. */
  | 'FORMAT'
  /** No `jku`, `jwk`, `x5u`, `x5c`, `crit`, `b64` or `zip`. */
  | 'HEADER'
  /** `iss` and `client_id` are the instance's. */
  | 'ISSUER'
  /** `alg` and `kid` name a key registered for the instance. */
  | 'KEY'
  /** `iat` and `exp` are at most 120 s apart and now lies between them, give or take 30 s. */
  | 'LIFETIME'
  /** Each member once, none missing, each of its type. */
  | 'MEMBERS'
  /** `jti` was not seen before. */
  | 'REPLAY'
  /** The signature verifies. */
  | 'SIGNATURE'
  /** `sub` is of bounded length, without control characters. */
  | 'SUBJECT'
  /** The technician is on the allow-list, if there is one. */
  | 'TECHNICIAN'
  /** `tenant` is one that the instance is associated with. */
  | 'TENANT'
  /** `typ` is ours. */
  | 'TYPE';

export type ItCompleteLogin = {
  __typename?: 'ItCompleteLogin';
  /** What turning it off now would end, and who keeps access. */
  disableImpact?: Maybe<DisableImpact>;
  tenantId: Scalars['ID']['output'];
};

/** The door by which somebody came in. */
export type LoginMethod =
  /** Login with IT Complete from Kaseya VSA. */
  | 'KASEYA_VSA'
  /** Sign-in with Microsoft. */
  | 'MICROSOFT'
  /** Login with IT Complete from Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** One door on the sign-in page. */
export type LoginOption = {
  __typename?: 'LoginOption';
  /** Which. */
  method: LoginMethod;
  /** Where a browser starts; null where one starts from the partner's own product. */
  startUrl?: Maybe<Scalars['URL']['output']>;
};

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

export type Mutation = {
  __typename?: 'Mutation';
  /** Ends it with a session. FORBIDDEN for somebody who is no admin of the tenant. Codes: LOGIN_INVALID, TENANT_MISMATCH. */
  completeMicrosoftLogin?: Maybe<CompleteMicrosoftLoginPayload>;
  /** Makes a token that reads the tenant's activity and nothing else. Global or Spanning Admin, recently signed in. Codes: INVALID_VALUE, LIMIT_EXCEEDED. */
  createApiToken?: Maybe<CreateApiTokenPayload>;
  /** Trades a signed assertion for a one-time code. Partner instance only. Codes: ASSERTION_INVALID, ASSERTION_EXPIRED, ASSERTION_REPLAYED, AUDIENCE_MISMATCH, TENANT_MISMATCH, BINDING_MISMATCH, PARTNER_NOT_ASSOCIATED, TECHNICIAN_NOT_ALLOWED, MFA_REQUIRED, MICROSOFT_SIGN_IN_REQUIRED. A lost answer takes a new assertion. */
  createHandoff?: Maybe<CreateHandoffPayload>;
  /** Trades a client-bound code for a bearer session, once. The same partner client only, authenticated. Browsers redeem theirs at the gateway's `/connect`. Codes: HANDOFF_INVALID, HANDOFF_EXPIRED, HANDOFF_ALREADY_REDEEMED, BINDING_MISMATCH, PARTNER_NOT_ASSOCIATED, MICROSOFT_SIGN_IN_REQUIRED. */
  redeemHandoff?: Maybe<RedeemHandoffPayload>;
  /** Ends a token at once. Global or Spanning Admin. Codes: NOT_FOUND. */
  revokeApiToken?: Maybe<RevokeApiTokenPayload>;
  /** Ends every federated session and pending handoff of the tenant; the feature stays on. Global or Spanning Admin. */
  revokeFederatedSessions?: Maybe<RevokeFederatedSessionsPayload>;
  /** Ends a session: a federated session only its own, a Global or Spanning Admin any of the tenant's. Codes: NOT_FOUND. */
  revokeSession?: Maybe<RevokeSessionPayload>;
  /** Ends the session that asks. Does nothing where nobody is signed in. */
  signOut?: Maybe<SignOutPayload>;
  /** Begins a sign-in with Microsoft, for clients without cookies; browsers go to the gateway's `/login/microsoft`. Answers alike whether or not there is such a tenant. Codes: INVALID_VALUE. */
  startMicrosoftLogin?: Maybe<StartMicrosoftLoginPayload>;
  /** Tries an assertion: every check by name, but no code, no session, and the `jti` is not used up. Partner instance only. */
  validateHandoff?: Maybe<ValidateHandoffPayload>;
};


export type MutationCompleteMicrosoftLoginArgs = {
  input: CompleteMicrosoftLoginInput;
};


export type MutationCreateApiTokenArgs = {
  input: CreateApiTokenInput;
};


export type MutationCreateHandoffArgs = {
  input: CreateHandoffInput;
};


export type MutationRedeemHandoffArgs = {
  input: RedeemHandoffInput;
};


export type MutationRevokeApiTokenArgs = {
  input: RevokeApiTokenInput;
};


export type MutationRevokeFederatedSessionsArgs = {
  input: RevokeFederatedSessionsInput;
};


export type MutationRevokeSessionArgs = {
  input: RevokeSessionInput;
};


export type MutationStartMicrosoftLoginArgs = {
  input: StartMicrosoftLoginInput;
};


export type MutationValidateHandoffArgs = {
  input: ValidateHandoffInput;
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

/** Who could get in from one partner instance. */
export type PartnerAccess = {
  __typename?: 'PartnerAccess';
  /** Subjects of the technicians who may; null: every technician of the instance. */
  allowedTechnicians?: Maybe<Array<Scalars['String']['output']>>;
  /** Name of the VSA server or UniView portal. */
  instance: Scalars['String']['output'];
  /** The door. */
  method: LoginMethod;
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

/** What a viewer may do. More may come. */
export type Permission =
  /** Turn it off. */
  | 'DISABLE_IT_COMPLETE_LOGIN'
  /** Turn Login with IT Complete on. */
  | 'ENABLE_IT_COMPLETE_LOGIN'
  /** Make and revoke API tokens. */
  | 'MANAGE_API_TOKENS'
  /** Choose who gets mail. */
  | 'MANAGE_NOTIFICATIONS'
  /** Make, approve, change and end associations. */
  | 'MANAGE_PARTNER_ASSOCIATIONS'
  /** End other people's sessions. */
  | 'MANAGE_SESSIONS'
  /** Grant and revoke Spanning Admins. */
  | 'MANAGE_SPANNING_ADMINS'
  /** Read and export activity. */
  | 'READ_ACTIVITY'
  /** Read settings, sessions and access. */
  | 'READ_TENANT'
  /** Change services. */
  | 'UPDATE_SETTINGS';

export type Query = {
  __typename?: 'Query';
  /**
   * Doors to show on the sign-in page. By domain, which can be guessed, every door, whatever the domain;
   * by id, which cannot, those of the tenant, and one that does not exist looks like one that has the feature off.
   */
  loginOptions?: Maybe<Array<LoginOption>>;
  /** The tenant. Null where it does not exist or the caller has no business there, which look the same. */
  tenant?: Maybe<Tenant>;
  /** Who is asking; null where nobody is signed in. */
  viewer?: Maybe<Viewer>;
};


export type QueryLoginOptionsArgs = {
  tenant: TenantLocator;
};


export type QueryTenantArgs = {
  id: Scalars['ID']['input'];
};

/** Input of `redeemHandoff`. */
export type RedeemHandoffInput = {
  /** The code. */
  code: Scalars['String']['input'];
};

/** Answer of `redeemHandoff`. */
export type RedeemHandoffPayload = {
  __typename?: 'RedeemHandoffPayload';
  /** Bearer token, shown this once. */
  accessToken?: Maybe<Scalars['String']['output']>;
  /** The session; null if refused. */
  session?: Maybe<Session>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `revokeApiToken`. */
export type RevokeApiTokenInput = {
  /** The token. */
  apiTokenId: Scalars['ID']['input'];
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `revokeApiToken`. */
export type RevokeApiTokenPayload = {
  __typename?: 'RevokeApiTokenPayload';
  /** The token that works no longer; null if refused. */
  apiTokenId?: Maybe<Scalars['ID']['output']>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `revokeFederatedSessions`. */
export type RevokeFederatedSessionsInput = {
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `revokeFederatedSessions`. */
export type RevokeFederatedSessionsPayload = {
  __typename?: 'RevokeFederatedSessionsPayload';
  /** Handoffs that this made worthless. */
  endedHandoffCount?: Maybe<Scalars['Int']['output']>;
  /** Sessions that this ended. */
  endedSessionCount?: Maybe<Scalars['Int']['output']>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `revokeSession`. */
export type RevokeSessionInput = {
  /** The session. */
  sessionId: Scalars['ID']['input'];
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `revokeSession`. */
export type RevokeSessionPayload = {
  __typename?: 'RevokeSessionPayload';
  /** As it ended; null if refused. */
  session?: Maybe<Session>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Somebody signed in to one tenant. */
export type Session = {
  __typename?: 'Session';
  /** Who. */
  actor: Actor;
  /** When they signed in. */
  createdAt: Scalars['DateTime']['output'];
  /** When it ends unless used. */
  expiresAt: Scalars['DateTime']['output'];
  /** Its id. Not the token. */
  id: Scalars['ID']['output'];
  /** From where they signed in. */
  ipAddress?: Maybe<Scalars['String']['output']>;
  /** When they last asked for something, to the minute. */
  lastSeenAt: Scalars['DateTime']['output'];
  /** By which door. */
  method: LoginMethod;
  /** When it was ended; null while it lives or if it ran out. */
  revokedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why it was ended. */
  revokedReason?: Maybe<SessionEndReason>;
  /** To which tenant. */
  tenant?: Maybe<Tenant>;
  /** With what they signed in. */
  userAgent?: Maybe<Scalars['String']['output']>;
};

/** A page of sessions. */
export type SessionConnection = {
  __typename?: 'SessionConnection';
  /** With cursors. */
  edges: Array<SessionEdge>;
  /** Without. */
  nodes: Array<Session>;
  /** Where the page lies. */
  pageInfo: PageInfo;
};

/** One entry of the page. */
export type SessionEdge = {
  __typename?: 'SessionEdge';
  /** Opaque. */
  cursor: Scalars['String']['output'];
  /** The entry. */
  node: Session;
};

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

/** Answer of `signOut`. */
export type SignOutPayload = {
  __typename?: 'SignOutPayload';
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `startMicrosoftLogin`. */
export type StartMicrosoftLoginInput = {
  /** Ask for credentials anew, so that `auth_time` is now: what STEP_UP_REQUIRED asks for. */
  stepUp?: Scalars['Boolean']['input'];
  /** Where to. */
  tenant: TenantLocator;
};

/** Answer of `startMicrosoftLogin`. */
export type StartMicrosoftLoginPayload = {
  __typename?: 'StartMicrosoftLoginPayload';
  /** Where to send the browser. */
  authorizationUrl?: Maybe<Scalars['URL']['output']>;
  /** Binds the answer to whoever began: keep it, and give it to `completeMicrosoftLogin`. */
  transactionSecret?: Maybe<Scalars['String']['output']>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

export type Tenant = {
  __typename?: 'Tenant';
  /** Tokens that work now, newest first. */
  apiTokens?: Maybe<ApiTokenConnection>;
  /** Who could get in now, and how; answered by the same rules that let them in. */
  effectiveAccess?: Maybe<EffectiveAccess>;
  id: Scalars['ID']['output'];
  /** Sessions, newest first. */
  sessions?: Maybe<SessionConnection>;
};


export type TenantApiTokensArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type TenantSessionsArgs = {
  active?: InputMaybe<Scalars['Boolean']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Names a tenant to somebody who is not signed in. Give exactly one member. */
export type TenantLocator = {
  /** One of its Microsoft 365 domains. */
  domain?: InputMaybe<Scalars['String']['input']>;
  /** Its id, as in links that the tenant gave out. */
  id?: InputMaybe<Scalars['ID']['input']>;
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
  /** A member of the input is not as it should be. */
  | 'INVALID_VALUE'
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
  /** The tenant's allow-list does not name this technician. */
  | 'TECHNICIAN_NOT_ALLOWED'
  /** The proof is for another tenant than the one asked for. */
  | 'TENANT_MISMATCH';

/** Input of `validateHandoff`. */
export type ValidateHandoffInput = {
  /** Compact JWS, at most 8 KiB. Its `binding` says who may redeem the code: the browser whose transaction it names, or the client that asks. */
  assertion: Scalars['String']['input'];
};

/** Answer of `validateHandoff`. */
export type ValidateHandoffPayload = {
  __typename?: 'ValidateHandoffPayload';
  /** In the order in which they are made. */
  checks: Array<HandoffCheck>;
  /** What to mend; what the checks found does not stand here again. */
  userErrors: Array<UserError>;
  /** Whether `createHandoff` would take it now. */
  valid: Scalars['Boolean']['output'];
};

/** Who is asking. */
export type Viewer = {
  __typename?: 'Viewer';
  /** As the log will name them. */
  actor: Actor;
  /** What they may do there now. For showing buttons: each operation checks for itself. */
  permissions: Array<Permission>;
  /** Their session; null for API tokens and partner clients. */
  session?: Maybe<Session>;
  /** Their tenant; null for partner clients. */
  tenant?: Maybe<Tenant>;
};



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
  ApiToken: ApiToken;
  ItCompleteLogin: ItCompleteLogin;
  Session: Session;
  Tenant: Tenant;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  ApiToken:
    ( { __typename: 'ApiToken' }
    & GraphQLRecursivePick<FederationTypes['ApiToken'], {"id":true}> );
  ItCompleteLogin:
    ( { __typename: 'ItCompleteLogin' }
    & GraphQLRecursivePick<FederationTypes['ItCompleteLogin'], {"tenantId":true}> );
  Session:
    ( { __typename: 'Session' }
    & GraphQLRecursivePick<FederationTypes['Session'], {"id":true}> );
  Tenant:
    ( { __typename: 'Tenant' }
    & GraphQLRecursivePick<FederationTypes['Tenant'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Actor: ResolverTypeWrapper<ActorSnapshot>;
  String: ResolverTypeWrapper<Partial<Scalars['String']['output']>>;
  AdminRole: ResolverTypeWrapper<Partial<AdminRole>>;
  ApiToken: ResolverTypeWrapper<ApiTokenRow>;
  ID: ResolverTypeWrapper<Partial<Scalars['ID']['output']>>;
  ApiTokenActor: ResolverTypeWrapper<Partial<ApiTokenActor>>;
  ApiTokenConnection: ResolverTypeWrapper<Partial<Omit<ApiTokenConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['ApiTokenEdge']>, nodes: Array<ResolversTypes['ApiToken']> }>>;
  ApiTokenEdge: ResolverTypeWrapper<Partial<Omit<ApiTokenEdge, 'node'> & { node: ResolversTypes['ApiToken'] }>>;
  CompleteMicrosoftLoginInput: ResolverTypeWrapper<Partial<CompleteMicrosoftLoginInput>>;
  CompleteMicrosoftLoginPayload: ResolverTypeWrapper<Partial<Omit<CompleteMicrosoftLoginPayload, 'session' | 'userErrors'> & { session?: Maybe<ResolversTypes['Session']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  CreateApiTokenInput: ResolverTypeWrapper<Partial<CreateApiTokenInput>>;
  CreateApiTokenPayload: ResolverTypeWrapper<Partial<Omit<CreateApiTokenPayload, 'apiToken' | 'userErrors'> & { apiToken?: Maybe<ResolversTypes['ApiToken']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  CreateHandoffInput: ResolverTypeWrapper<Partial<CreateHandoffInput>>;
  CreateHandoffPayload: ResolverTypeWrapper<Partial<Omit<CreateHandoffPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>>;
  DateTime: ResolverTypeWrapper<Partial<Scalars['DateTime']['output']>>;
  DisableImpact: ResolverTypeWrapper<Partial<DisableImpact>>;
  Int: ResolverTypeWrapper<Partial<Scalars['Int']['output']>>;
  EffectiveAccess: ResolverTypeWrapper<Partial<EffectiveAccess>>;
  HandoffCheck: ResolverTypeWrapper<Partial<HandoffCheck>>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  HandoffCheckName: ResolverTypeWrapper<Partial<HandoffCheckName>>;
  ItCompleteLogin: ResolverTypeWrapper<ItCompleteLoginReference>;
  LoginMethod: ResolverTypeWrapper<Partial<LoginMethod>>;
  LoginOption: ResolverTypeWrapper<Partial<LoginOption>>;
  MicrosoftAdmin: ResolverTypeWrapper<Partial<MicrosoftAdmin>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<Partial<PageInfo>>;
  PartnerAccess: ResolverTypeWrapper<Partial<PartnerAccess>>;
  PartnerClient: ResolverTypeWrapper<Partial<PartnerClient>>;
  PartnerPlatform: ResolverTypeWrapper<Partial<PartnerPlatform>>;
  PartnerTechnician: ResolverTypeWrapper<Partial<PartnerTechnician>>;
  Permission: ResolverTypeWrapper<Partial<Permission>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RedeemHandoffInput: ResolverTypeWrapper<Partial<RedeemHandoffInput>>;
  RedeemHandoffPayload: ResolverTypeWrapper<Partial<Omit<RedeemHandoffPayload, 'session' | 'userErrors'> & { session?: Maybe<ResolversTypes['Session']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  RevokeApiTokenInput: ResolverTypeWrapper<Partial<RevokeApiTokenInput>>;
  RevokeApiTokenPayload: ResolverTypeWrapper<Partial<Omit<RevokeApiTokenPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>>;
  RevokeFederatedSessionsInput: ResolverTypeWrapper<Partial<RevokeFederatedSessionsInput>>;
  RevokeFederatedSessionsPayload: ResolverTypeWrapper<Partial<Omit<RevokeFederatedSessionsPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>>;
  RevokeSessionInput: ResolverTypeWrapper<Partial<RevokeSessionInput>>;
  RevokeSessionPayload: ResolverTypeWrapper<Partial<Omit<RevokeSessionPayload, 'session' | 'userErrors'> & { session?: Maybe<ResolversTypes['Session']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  Session: ResolverTypeWrapper<SessionRow>;
  SessionConnection: ResolverTypeWrapper<Partial<Omit<SessionConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['SessionEdge']>, nodes: Array<ResolversTypes['Session']> }>>;
  SessionEdge: ResolverTypeWrapper<Partial<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>>;
  SessionEndReason: ResolverTypeWrapper<Partial<SessionEndReason>>;
  SignOutPayload: ResolverTypeWrapper<Partial<Omit<SignOutPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>>;
  StartMicrosoftLoginInput: ResolverTypeWrapper<Partial<StartMicrosoftLoginInput>>;
  StartMicrosoftLoginPayload: ResolverTypeWrapper<Partial<Omit<StartMicrosoftLoginPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>>;
  Tenant: ResolverTypeWrapper<Reference>;
  TenantLocator: ResolverTypeWrapper<Partial<TenantLocator>>;
  URL: ResolverTypeWrapper<Partial<Scalars['URL']['output']>>;
  UUID: ResolverTypeWrapper<Partial<Scalars['UUID']['output']>>;
  UserError: ResolverTypeWrapper<UserErrorValue>;
  UserErrorCode: ResolverTypeWrapper<Partial<UserErrorCode>>;
  ValidateHandoffInput: ResolverTypeWrapper<Partial<ValidateHandoffInput>>;
  ValidateHandoffPayload: ResolverTypeWrapper<Partial<Omit<ValidateHandoffPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>>;
  Viewer: ResolverTypeWrapper<ViewerValue>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Actor: ActorSnapshot;
  String: Partial<Scalars['String']['output']>;
  ApiToken: ApiTokenRow;
  ID: Partial<Scalars['ID']['output']>;
  ApiTokenActor: Partial<ApiTokenActor>;
  ApiTokenConnection: Partial<Omit<ApiTokenConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['ApiTokenEdge']>, nodes: Array<ResolversParentTypes['ApiToken']> }>;
  ApiTokenEdge: Partial<Omit<ApiTokenEdge, 'node'> & { node: ResolversParentTypes['ApiToken'] }>;
  CompleteMicrosoftLoginInput: Partial<CompleteMicrosoftLoginInput>;
  CompleteMicrosoftLoginPayload: Partial<Omit<CompleteMicrosoftLoginPayload, 'session' | 'userErrors'> & { session?: Maybe<ResolversParentTypes['Session']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  CreateApiTokenInput: Partial<CreateApiTokenInput>;
  CreateApiTokenPayload: Partial<Omit<CreateApiTokenPayload, 'apiToken' | 'userErrors'> & { apiToken?: Maybe<ResolversParentTypes['ApiToken']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  CreateHandoffInput: Partial<CreateHandoffInput>;
  CreateHandoffPayload: Partial<Omit<CreateHandoffPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> }>;
  DateTime: Partial<Scalars['DateTime']['output']>;
  DisableImpact: Partial<DisableImpact>;
  Int: Partial<Scalars['Int']['output']>;
  EffectiveAccess: Partial<EffectiveAccess>;
  HandoffCheck: Partial<HandoffCheck>;
  Boolean: Partial<Scalars['Boolean']['output']>;
  ItCompleteLogin: ItCompleteLoginReference;
  LoginOption: Partial<LoginOption>;
  MicrosoftAdmin: Partial<MicrosoftAdmin>;
  Mutation: Record<PropertyKey, never>;
  PageInfo: Partial<PageInfo>;
  PartnerAccess: Partial<PartnerAccess>;
  PartnerClient: Partial<PartnerClient>;
  PartnerTechnician: Partial<PartnerTechnician>;
  Query: Record<PropertyKey, never>;
  RedeemHandoffInput: Partial<RedeemHandoffInput>;
  RedeemHandoffPayload: Partial<Omit<RedeemHandoffPayload, 'session' | 'userErrors'> & { session?: Maybe<ResolversParentTypes['Session']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  RevokeApiTokenInput: Partial<RevokeApiTokenInput>;
  RevokeApiTokenPayload: Partial<Omit<RevokeApiTokenPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> }>;
  RevokeFederatedSessionsInput: Partial<RevokeFederatedSessionsInput>;
  RevokeFederatedSessionsPayload: Partial<Omit<RevokeFederatedSessionsPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> }>;
  RevokeSessionInput: Partial<RevokeSessionInput>;
  RevokeSessionPayload: Partial<Omit<RevokeSessionPayload, 'session' | 'userErrors'> & { session?: Maybe<ResolversParentTypes['Session']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  Session: SessionRow;
  SessionConnection: Partial<Omit<SessionConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['SessionEdge']>, nodes: Array<ResolversParentTypes['Session']> }>;
  SessionEdge: Partial<Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] }>;
  SignOutPayload: Partial<Omit<SignOutPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> }>;
  StartMicrosoftLoginInput: Partial<StartMicrosoftLoginInput>;
  StartMicrosoftLoginPayload: Partial<Omit<StartMicrosoftLoginPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> }>;
  Tenant: Reference;
  TenantLocator: Partial<TenantLocator>;
  URL: Partial<Scalars['URL']['output']>;
  UUID: Partial<Scalars['UUID']['output']>;
  UserError: UserErrorValue;
  ValidateHandoffInput: Partial<ValidateHandoffInput>;
  ValidateHandoffPayload: Partial<Omit<ValidateHandoffPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> }>;
  Viewer: ViewerValue;
};

export type ActorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Actor'] = ResolversParentTypes['Actor']> = {
  __resolveType: TypeResolveFn<'ApiTokenActor' | 'MicrosoftAdmin' | 'PartnerClient' | 'PartnerTechnician', ParentType, ContextType>;
};

export type ApiTokenResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiToken'] = ResolversParentTypes['ApiToken'], FederationReferenceType extends FederationReferenceTypes['ApiToken'] = FederationReferenceTypes['ApiToken']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ApiToken']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ApiTokenActorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiTokenActor'] = ResolversParentTypes['ApiTokenActor']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ApiTokenConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiTokenConnection'] = ResolversParentTypes['ApiTokenConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ApiTokenEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['ApiToken']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ApiTokenEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiTokenEdge'] = ResolversParentTypes['ApiTokenEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ApiToken'], ParentType, ContextType>;
};

export type CompleteMicrosoftLoginPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CompleteMicrosoftLoginPayload'] = ResolversParentTypes['CompleteMicrosoftLoginPayload']> = {
  accessToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateApiTokenPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateApiTokenPayload'] = ResolversParentTypes['CreateApiTokenPayload']> = {
  apiToken?: Resolver<Maybe<ResolversTypes['ApiToken']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateHandoffPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateHandoffPayload'] = ResolversParentTypes['CreateHandoffPayload']> = {
  code?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  connectUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DisableImpactResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DisableImpact'] = ResolversParentTypes['DisableImpact']> = {
  federatedSessionCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pendingHandoffCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  remainingAdmins?: Resolver<Array<ResolversTypes['MicrosoftAdmin']>, ParentType, ContextType>;
};

export type EffectiveAccessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EffectiveAccess'] = ResolversParentTypes['EffectiveAccess']> = {
  partners?: Resolver<Array<ResolversTypes['PartnerAccess']>, ParentType, ContextType>;
  spanningAdmins?: Resolver<Array<ResolversTypes['MicrosoftAdmin']>, ParentType, ContextType>;
};

export type HandoffCheckResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HandoffCheck'] = ResolversParentTypes['HandoffCheck']> = {
  code?: Resolver<Maybe<ResolversTypes['UserErrorCode']>, ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['HandoffCheckName'], ParentType, ContextType>;
  passed?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type ItCompleteLoginResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ItCompleteLogin'] = ResolversParentTypes['ItCompleteLogin'], FederationReferenceType extends FederationReferenceTypes['ItCompleteLogin'] = FederationReferenceTypes['ItCompleteLogin']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ItCompleteLogin']> | FederationReferenceType, FederationReferenceType, ContextType>;
  disableImpact?: Resolver<Maybe<ResolversTypes['DisableImpact']>, ParentType, ContextType>;
  tenantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type LoginOptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LoginOption'] = ResolversParentTypes['LoginOption']> = {
  method?: Resolver<ResolversTypes['LoginMethod'], ParentType, ContextType>;
  startUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
};

export type MicrosoftAdminResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MicrosoftAdmin'] = ResolversParentTypes['MicrosoftAdmin']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  objectId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['AdminRole'], ParentType, ContextType>;
  userPrincipalName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  completeMicrosoftLogin?: Resolver<Maybe<ResolversTypes['CompleteMicrosoftLoginPayload']>, ParentType, ContextType, RequireFields<MutationCompleteMicrosoftLoginArgs, 'input'>>;
  createApiToken?: Resolver<Maybe<ResolversTypes['CreateApiTokenPayload']>, ParentType, ContextType, RequireFields<MutationCreateApiTokenArgs, 'input'>>;
  createHandoff?: Resolver<Maybe<ResolversTypes['CreateHandoffPayload']>, ParentType, ContextType, RequireFields<MutationCreateHandoffArgs, 'input'>>;
  redeemHandoff?: Resolver<Maybe<ResolversTypes['RedeemHandoffPayload']>, ParentType, ContextType, RequireFields<MutationRedeemHandoffArgs, 'input'>>;
  revokeApiToken?: Resolver<Maybe<ResolversTypes['RevokeApiTokenPayload']>, ParentType, ContextType, RequireFields<MutationRevokeApiTokenArgs, 'input'>>;
  revokeFederatedSessions?: Resolver<Maybe<ResolversTypes['RevokeFederatedSessionsPayload']>, ParentType, ContextType, RequireFields<MutationRevokeFederatedSessionsArgs, 'input'>>;
  revokeSession?: Resolver<Maybe<ResolversTypes['RevokeSessionPayload']>, ParentType, ContextType, RequireFields<MutationRevokeSessionArgs, 'input'>>;
  signOut?: Resolver<Maybe<ResolversTypes['SignOutPayload']>, ParentType, ContextType>;
  startMicrosoftLogin?: Resolver<Maybe<ResolversTypes['StartMicrosoftLoginPayload']>, ParentType, ContextType, RequireFields<MutationStartMicrosoftLoginArgs, 'input'>>;
  validateHandoff?: Resolver<Maybe<ResolversTypes['ValidateHandoffPayload']>, ParentType, ContextType, RequireFields<MutationValidateHandoffArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PartnerAccessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PartnerAccess'] = ResolversParentTypes['PartnerAccess']> = {
  allowedTechnicians?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  instance?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  method?: Resolver<ResolversTypes['LoginMethod'], ParentType, ContextType>;
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
  loginOptions?: Resolver<Maybe<Array<ResolversTypes['LoginOption']>>, ParentType, ContextType, RequireFields<QueryLoginOptionsArgs, 'tenant'>>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType, RequireFields<QueryTenantArgs, 'id'>>;
  viewer?: Resolver<Maybe<ResolversTypes['Viewer']>, ParentType, ContextType>;
};

export type RedeemHandoffPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RedeemHandoffPayload'] = ResolversParentTypes['RedeemHandoffPayload']> = {
  accessToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeApiTokenPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevokeApiTokenPayload'] = ResolversParentTypes['RevokeApiTokenPayload']> = {
  apiTokenId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeFederatedSessionsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevokeFederatedSessionsPayload'] = ResolversParentTypes['RevokeFederatedSessionsPayload']> = {
  endedHandoffCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  endedSessionCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeSessionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevokeSessionPayload'] = ResolversParentTypes['RevokeSessionPayload']> = {
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session'], FederationReferenceType extends FederationReferenceTypes['Session'] = FederationReferenceTypes['Session']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Session']> | FederationReferenceType, FederationReferenceType, ContextType>;
  actor?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ipAddress?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  method?: Resolver<ResolversTypes['LoginMethod'], ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  revokedReason?: Resolver<Maybe<ResolversTypes['SessionEndReason']>, ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  userAgent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Session']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type SignOutPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignOutPayload'] = ResolversParentTypes['SignOutPayload']> = {
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type StartMicrosoftLoginPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StartMicrosoftLoginPayload'] = ResolversParentTypes['StartMicrosoftLoginPayload']> = {
  authorizationUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  transactionSecret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type TenantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant'], FederationReferenceType extends FederationReferenceTypes['Tenant'] = FederationReferenceTypes['Tenant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tenant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  apiTokens?: Resolver<Maybe<ResolversTypes['ApiTokenConnection']>, ParentType, ContextType, Partial<TenantApiTokensArgs>>;
  effectiveAccess?: Resolver<Maybe<ResolversTypes['EffectiveAccess']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sessions?: Resolver<Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<TenantSessionsArgs, 'active'>>;
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

export type ValidateHandoffPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ValidateHandoffPayload'] = ResolversParentTypes['ValidateHandoffPayload']> = {
  checks?: Resolver<Array<ResolversTypes['HandoffCheck']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  valid?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ViewerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  actor?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  permissions?: Resolver<Array<ResolversTypes['Permission']>, ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Actor?: ActorResolvers<ContextType>;
  ApiToken?: ApiTokenResolvers<ContextType>;
  ApiTokenActor?: ApiTokenActorResolvers<ContextType>;
  ApiTokenConnection?: ApiTokenConnectionResolvers<ContextType>;
  ApiTokenEdge?: ApiTokenEdgeResolvers<ContextType>;
  CompleteMicrosoftLoginPayload?: CompleteMicrosoftLoginPayloadResolvers<ContextType>;
  CreateApiTokenPayload?: CreateApiTokenPayloadResolvers<ContextType>;
  CreateHandoffPayload?: CreateHandoffPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DisableImpact?: DisableImpactResolvers<ContextType>;
  EffectiveAccess?: EffectiveAccessResolvers<ContextType>;
  HandoffCheck?: HandoffCheckResolvers<ContextType>;
  ItCompleteLogin?: ItCompleteLoginResolvers<ContextType>;
  LoginOption?: LoginOptionResolvers<ContextType>;
  MicrosoftAdmin?: MicrosoftAdminResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PartnerAccess?: PartnerAccessResolvers<ContextType>;
  PartnerClient?: PartnerClientResolvers<ContextType>;
  PartnerTechnician?: PartnerTechnicianResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RedeemHandoffPayload?: RedeemHandoffPayloadResolvers<ContextType>;
  RevokeApiTokenPayload?: RevokeApiTokenPayloadResolvers<ContextType>;
  RevokeFederatedSessionsPayload?: RevokeFederatedSessionsPayloadResolvers<ContextType>;
  RevokeSessionPayload?: RevokeSessionPayloadResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  SignOutPayload?: SignOutPayloadResolvers<ContextType>;
  StartMicrosoftLoginPayload?: StartMicrosoftLoginPayloadResolvers<ContextType>;
  Tenant?: TenantResolvers<ContextType>;
  URL?: GraphQLScalarType;
  UUID?: GraphQLScalarType;
  UserError?: UserErrorResolvers<ContextType>;
  ValidateHandoffPayload?: ValidateHandoffPayloadResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
};

