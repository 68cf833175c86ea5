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
  /** A point in time in RFC 3339 format with the offset Z (UTC). */
  DateTime: { input: Date; output: Date; }
  /** An absolute URL (RFC 3986). */
  URL: { input: string; output: string; }
  /** A UUID (RFC 9562): upper or lower case in inputs, lower case in answers. Used only for identifiers that Microsoft assigns; identifiers of this service have the type ID. An input that is not a UUID gives a user error. */
  UUID: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
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

/** A credential with which a program reads one tenant's activity. */
export type ApiToken = {
  __typename?: 'ApiToken';
  /** When the token was created. */
  createdAt: Scalars['DateTime']['output'];
  /** The admin who created the token. */
  createdBy: Actor;
  /** When the token expires. */
  expiresAt: Scalars['DateTime']['output'];
  /** The id of the token. It is not the secret. */
  id: Scalars['ID']['output'];
  /** When the token was last used, with a precision of one minute. Null when it was never used. */
  lastUsedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The name of the token, which says what it is for. */
  name: Scalars['String']['output'];
};

/** A program that uses an API token. */
export type ApiTokenActor = Actor & {
  __typename?: 'ApiTokenActor';
  /** The name of the token. */
  displayName: Scalars['String']['output'];
  /** The text `token:` followed by the id of the token. */
  key: Scalars['String']['output'];
};

/** A page of API tokens. */
export type ApiTokenConnection = {
  __typename?: 'ApiTokenConnection';
  /** The entries with their cursors. */
  edges: Array<ApiTokenEdge>;
  /** The entries without their cursors. */
  nodes: Array<ApiToken>;
  /** The position of this page. */
  pageInfo: PageInfo;
};

/** An API token with its cursor. */
export type ApiTokenEdge = {
  __typename?: 'ApiTokenEdge';
  /** An opaque cursor for `after` or `before`. */
  cursor: Scalars['String']['output'];
  /** The entry of this edge. */
  node: ApiToken;
};

/** The result of one check of client authentication. */
export type ClientAuthenticationCheck = {
  __typename?: 'ClientAuthenticationCheck';
  /** What is wrong and how to correct it. Null unless the check failed. */
  message?: Maybe<Scalars['String']['output']>;
  /** The name of the check. */
  name: ClientAuthenticationCheckName;
  /** Whether the check passed. Null when an earlier failure made the check impossible. */
  passed?: Maybe<Scalars['Boolean']['output']>;
};

/** The checks of client authentication, in the order in which they run. */
export type ClientAuthenticationCheckName =
  /** `aud` is the issuer of this service. */
  | 'AUDIENCE'
  /** The token is a compact JWS in strict base64url, of at most 8 KiB. */
  | 'FORMAT'
  /** The header contains no forbidden parameter. */
  | 'HEADER'
  /** A registered or published key of the client in `iss` matches `kid` and `alg`. */
  | 'KEY'
  /** `iat`, `exp` and `nbf` allow the token to be used now. */
  | 'LIFETIME'
  /** All claims are present once, with the right types. */
  | 'MEMBERS'
  /** The `jti` was not used before. */
  | 'REPLAY'
  /** The signature is valid. */
  | 'SIGNATURE'
  /** `sub` is the client ID, like `iss`. */
  | 'SUBJECT'
  /** The header parameter `typ` is the `client_authentication_typ` of the discovery document. */
  | 'TYPE';

/** The input of `completeMicrosoftLogin`. */
export type CompleteMicrosoftLoginInput = {
  /** The complete URL to which Microsoft redirected the browser, with its query. */
  callbackUrl: Scalars['URL']['input'];
  /** The secret from `startMicrosoftLogin`. */
  transactionSecret: Scalars['String']['input'];
};

/** The answer of `completeMicrosoftLogin`. */
export type CompleteMicrosoftLoginPayload = {
  __typename?: 'CompleteMicrosoftLoginPayload';
  /** The bearer token of the session. It is shown only in this answer. Null when the call was refused. */
  accessToken?: Maybe<Scalars['String']['output']>;
  /** The session. Null when the call was refused. */
  session?: Maybe<Session>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `createApiToken`. */
export type CreateApiTokenInput = {
  /** When the token expires. It must be in the future and at most one year away. */
  expiresAt: Scalars['DateTime']['input'];
  /** What the token is for: one line of 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `createApiToken`. */
export type CreateApiTokenPayload = {
  __typename?: 'CreateApiTokenPayload';
  /** The created token. Null when the call was refused. */
  apiToken?: Maybe<ApiToken>;
  /** The bearer token to send. It is shown only in this answer. Null when the call was refused. */
  secret?: Maybe<Scalars['String']['output']>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `createHandoff`. */
export type CreateHandoffInput = {
  /** A compact JWS (RFC 7515) of at most 8 KiB. Its `binding` decides who may redeem the code: the browser of the transaction in `txn`, or the calling client. */
  assertion: Scalars['String']['input'];
};

/** The answer of `createHandoff`. */
export type CreateHandoffPayload = {
  __typename?: 'CreateHandoffPayload';
  /** The one-time code. Null when the call was refused. */
  code?: Maybe<Scalars['String']['output']>;
  /** The URL to which the browser is redirected. Null for a code with `binding: client`, or when the call was refused. */
  connectUrl?: Maybe<Scalars['URL']['output']>;
  /** When the code expires, at most 60 seconds from now. Null when the call was refused. */
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** What ends when Login with IT Complete is turned off, and who keeps access. */
export type DisableImpact = {
  __typename?: 'DisableImpact';
  /** The number of federated sessions that are active now. */
  federatedSessionCount: Scalars['Int']['output'];
  /** The number of codes that were created and not yet redeemed. */
  pendingHandoffCount: Scalars['Int']['output'];
  /** The Spanning Admins, who keep access besides the Global Admins; at most the first 100. */
  remainingAdmins: Array<MicrosoftAdmin>;
};

/** Who has access to the tenant. Global Admins always have it; Entra ID names them at sign-in. */
export type EffectiveAccess = {
  __typename?: 'EffectiveAccess';
  /** The technicians who can sign in from VSA or UniView. Empty while Login with IT Complete is off. */
  partners: Array<PartnerAccess>;
  /** The Spanning Admins, who sign in with Microsoft; at most the first 100. */
  spanningAdmins: Array<MicrosoftAdmin>;
};

/** The result of one check of an assertion. */
export type HandoffCheck = {
  __typename?: 'HandoffCheck';
  /** The code that `createHandoff` would return. Null unless the check failed. */
  code?: Maybe<UserErrorCode>;
  /** What is wrong and how to correct it. Null unless the check failed. */
  message?: Maybe<Scalars['String']['output']>;
  /** The name of the check. */
  name: HandoffCheckName;
  /** Whether the check passed. Null when an earlier failure made the check impossible. */
  passed?: Maybe<Scalars['Boolean']['output']>;
};

/** The checks of an assertion, in the order in which they run. */
export type HandoffCheckName =
  /** The claim `aud` is this service's issuer, as one string. */
  | 'AUDIENCE'
  /** The claims `auth_time` and `amr` satisfy the terms of the association. */
  | 'AUTHENTICATION'
  /** With `binding: browser`, `txn` is an open transaction of this instance and tenant. With `binding: client`, there is no `txn`. */
  | 'BINDING'
  /** The tenant has Login with IT Complete on. */
  | 'FEATURE'
  /** The assertion is a compact JWS in strict base64url, of at most 8 KiB. */
  | 'FORMAT'
  /** The header contains none of `jku`, `jwk`, `x5u`, `x5c`, `crit`, `b64`, `zip`. */
  | 'HEADER'
  /** The claims `iss` and `client_id` belong to the same instance. */
  | 'ISSUER'
  /** The header `alg` and `kid` identify a key that is registered for the instance. */
  | 'KEY'
  /** The time is between `iat` and `exp`, with 30 seconds of tolerance, and these are at most 120 seconds apart. */
  | 'LIFETIME'
  /** Each required claim is present once and has the right type. */
  | 'MEMBERS'
  /** The `jti` was not used before. */
  | 'REPLAY'
  /** The signature is valid for that key. */
  | 'SIGNATURE'
  /** The claim `sub` has 1 to 255 characters and no control characters. */
  | 'SUBJECT'
  /** The technician is allowed by the terms of the association. */
  | 'TECHNICIAN'
  /** The instance is associated with the tenant in the claim `tenant`. */
  | 'TENANT'
  /** The header `typ` is `oauth-id-jag+jwt`. */
  | 'TYPE';

export type ItCompleteLogin = {
  __typename?: 'ItCompleteLogin';
  /** What would end if the feature were turned off now, and who would keep access. */
  disableImpact?: Maybe<DisableImpact>;
  tenantId: Scalars['ID']['output'];
};

/** The method by which somebody signed in. */
export type LoginMethod =
  /** Login with IT Complete from Kaseya VSA. */
  | 'KASEYA_VSA'
  /** Sign-in with a Microsoft account. */
  | 'MICROSOFT'
  /** Login with IT Complete from Unitrends UniView. */
  | 'UNITRENDS_UNIVIEW';

/** One sign-in method on the sign-in page. */
export type LoginOption = {
  __typename?: 'LoginOption';
  /** The sign-in method. */
  method: LoginMethod;
  /** The URL that a browser opens to sign in. Null when the sign-in starts in the partner's product. */
  startUrl?: Maybe<Scalars['URL']['output']>;
};

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

export type Mutation = {
  __typename?: 'Mutation';
  /** Completes a sign-in with Microsoft and creates a session. The error is FORBIDDEN when the user is not an admin of the tenant. Codes: LOGIN_INVALID, TENANT_MISMATCH. */
  completeMicrosoftLogin?: Maybe<CompleteMicrosoftLoginPayload>;
  /** Creates a token that can read the tenant's activity and nothing else. Requires a Global or Spanning Admin who signed in during the last 10 minutes. Codes: INVALID_VALUE, LIMIT_EXCEEDED. */
  createApiToken?: Maybe<CreateApiTokenPayload>;
  /** Exchanges a signed assertion for a one-time code. Partner clients only. When the answer is lost, sign a new assertion. Codes: ASSERTION_INVALID, ASSERTION_EXPIRED, ASSERTION_REPLAYED, AUDIENCE_MISMATCH, BINDING_MISMATCH, PARTNER_NOT_ASSOCIATED, TECHNICIAN_NOT_ALLOWED, MFA_REQUIRED, MICROSOFT_SIGN_IN_REQUIRED. */
  createHandoff?: Maybe<CreateHandoffPayload>;
  /** Exchanges a code with `binding: client` for a bearer session, once. Requires the same partner client. Browsers redeem their codes at `/connect`. Codes: HANDOFF_INVALID, HANDOFF_EXPIRED, HANDOFF_ALREADY_REDEEMED, BINDING_MISMATCH, PARTNER_NOT_ASSOCIATED, MICROSOFT_SIGN_IN_REQUIRED. */
  redeemHandoff?: Maybe<RedeemHandoffPayload>;
  /** Revokes an API token; it stops working when this commits. Requires a Global or Spanning Admin. Codes: NOT_FOUND. */
  revokeApiToken?: Maybe<RevokeApiTokenPayload>;
  /** Ends all federated sessions and pending handoffs of the tenant; the feature stays on. Requires a Global or Spanning Admin. */
  revokeFederatedSessions?: Maybe<RevokeFederatedSessionsPayload>;
  /** Ends a session. A federated session can end only itself; a Global or Spanning Admin can end any session of the tenant. Codes: NOT_FOUND. */
  revokeSession?: Maybe<RevokeSessionPayload>;
  /** Ends the session that sends this request. It does nothing when the caller is not signed in. */
  signOut?: Maybe<SignOutPayload>;
  /** Starts a sign-in with Microsoft for clients without cookies; browsers open `/login/microsoft` instead. The answer is the same whether or not the tenant exists. Codes: INVALID_VALUE. */
  startMicrosoftLogin?: Maybe<StartMicrosoftLoginPayload>;
  /** Runs all checks of client authentication (RFC 7523 §3), without consuming the token. The attempt is recorded in the operators' log. */
  validateClientAuthentication?: Maybe<ValidateClientAuthenticationPayload>;
  /** Runs every check of `createHandoff` on an assertion and returns the results by name. It creates no code and no session, and does not consume the `jti`. Partner clients only. */
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


export type MutationValidateClientAuthenticationArgs = {
  input: ValidateClientAuthenticationInput;
};


export type MutationValidateHandoffArgs = {
  input: ValidateHandoffInput;
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

/** The technicians of one partner instance who have access. */
export type PartnerAccess = {
  __typename?: 'PartnerAccess';
  /** The technician IDs (`sub`) that are allowed. Null when all technicians of the instance are allowed. */
  allowedTechnicians?: Maybe<Array<Scalars['String']['output']>>;
  /** The name of the VSA server or UniView portal. */
  instance: Scalars['String']['output'];
  /** The sign-in method of these technicians. */
  method: LoginMethod;
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

export type Query = {
  __typename?: 'Query';
  /**
   * The sign-in methods to show on the sign-in page. By domain, which can be guessed, the answer lists every method for any domain.
   * By id, which cannot be guessed, it lists the methods of the tenant; an unknown id gives the same answer as a tenant with the feature off.
   */
  loginOptions?: Maybe<Array<LoginOption>>;
  /** The tenant with this id. Null when it does not exist or the caller may not read it; the two cases look the same. */
  tenant?: Maybe<Tenant>;
  /** The caller. Null when the request carries no valid credential. */
  viewer?: Maybe<Viewer>;
};


export type QueryLoginOptionsArgs = {
  tenant: TenantLocator;
};


export type QueryTenantArgs = {
  id: Scalars['ID']['input'];
};

/** The input of `redeemHandoff`. */
export type RedeemHandoffInput = {
  /** The code from `createHandoff`. */
  code: Scalars['String']['input'];
};

/** The answer of `redeemHandoff`. */
export type RedeemHandoffPayload = {
  __typename?: 'RedeemHandoffPayload';
  /** The bearer token of the session. It is shown only in this answer. Null when the call was refused. */
  accessToken?: Maybe<Scalars['String']['output']>;
  /** The session. Null when the call was refused. */
  session?: Maybe<Session>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `revokeApiToken`. */
export type RevokeApiTokenInput = {
  /** The id of the token to revoke. */
  apiTokenId: Scalars['ID']['input'];
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `revokeApiToken`. */
export type RevokeApiTokenPayload = {
  __typename?: 'RevokeApiTokenPayload';
  /** The id of the revoked token. Null when the call was refused. */
  apiTokenId?: Maybe<Scalars['ID']['output']>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `revokeFederatedSessions`. */
export type RevokeFederatedSessionsInput = {
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `revokeFederatedSessions`. */
export type RevokeFederatedSessionsPayload = {
  __typename?: 'RevokeFederatedSessionsPayload';
  /** The number of pending handoffs that this call ended. Null when the call was refused. */
  endedHandoffCount?: Maybe<Scalars['Int']['output']>;
  /** The number of sessions that this call ended. Null when the call was refused. */
  endedSessionCount?: Maybe<Scalars['Int']['output']>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `revokeSession`. */
export type RevokeSessionInput = {
  /** The id of the session to end. */
  sessionId: Scalars['ID']['input'];
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `revokeSession`. */
export type RevokeSessionPayload = {
  __typename?: 'RevokeSessionPayload';
  /** The session after it was ended. Null when the call was refused. */
  session?: Maybe<Session>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** A sign-in of one person to one tenant. */
export type Session = {
  __typename?: 'Session';
  /** The person who signed in. */
  actor: Actor;
  /** When the person signed in. */
  createdAt: Scalars['DateTime']['output'];
  /** When the session expires if it is not used before. */
  expiresAt: Scalars['DateTime']['output'];
  /** The id of the session. It is not the token. */
  id: Scalars['ID']['output'];
  /** The IP address from which the person signed in. Null when it is unknown. */
  ipAddress?: Maybe<Scalars['String']['output']>;
  /** When the session was last used, with a precision of one minute. */
  lastSeenAt: Scalars['DateTime']['output'];
  /** The sign-in method of the session. */
  method: LoginMethod;
  /** When the session was ended. Null while it is active, or when it expired. */
  revokedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why the session was ended. Null while it is active, or when it expired. */
  revokedReason?: Maybe<SessionEndReason>;
  /** The tenant of the session. */
  tenant?: Maybe<Tenant>;
  /** The User-Agent header of the sign-in. Null when there was none. */
  userAgent?: Maybe<Scalars['String']['output']>;
};

/** A page of sessions. */
export type SessionConnection = {
  __typename?: 'SessionConnection';
  /** The entries with their cursors. */
  edges: Array<SessionEdge>;
  /** The entries without their cursors. */
  nodes: Array<Session>;
  /** The position of this page. */
  pageInfo: PageInfo;
};

/** A session with its cursor. */
export type SessionEdge = {
  __typename?: 'SessionEdge';
  /** An opaque cursor for `after` or `before`. */
  cursor: Scalars['String']['output'];
  /** The entry of this edge. */
  node: Session;
};

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

/** The answer of `signOut`. */
export type SignOutPayload = {
  __typename?: 'SignOutPayload';
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `startMicrosoftLogin`. */
export type StartMicrosoftLoginInput = {
  /** Makes Microsoft ask for credentials again, so that `auth_time` is current. Set it after STEP_UP_REQUIRED. */
  stepUp?: Scalars['Boolean']['input'];
  /** The tenant to sign in to. */
  tenant: TenantLocator;
};

/** The answer of `startMicrosoftLogin`. */
export type StartMicrosoftLoginPayload = {
  __typename?: 'StartMicrosoftLoginPayload';
  /** The URL that the browser opens. Null when the call was refused. */
  authorizationUrl?: Maybe<Scalars['URL']['output']>;
  /** Binds the sign-in to this client. Keep it and send it to `completeMicrosoftLogin`. Null when the call was refused. */
  transactionSecret?: Maybe<Scalars['String']['output']>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

export type Tenant = {
  __typename?: 'Tenant';
  /** The API tokens that work now, newest first. */
  apiTokens?: Maybe<ApiTokenConnection>;
  /** Who has access now and by which method, computed by the same rules that decide about each sign-in. */
  effectiveAccess?: Maybe<EffectiveAccess>;
  id: Scalars['ID']['output'];
  /** The sessions of the tenant, newest first. */
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

/** Identifies a tenant for a caller who is not signed in. Exactly one field must be set. */
export type TenantLocator = {
  /** One of the Microsoft 365 domains of the tenant, in Unicode or as A-labels (RFC 5890). */
  domain?: InputMaybe<Scalars['String']['input']>;
  /** The id of the tenant, as in links that the tenant gave out. */
  id?: InputMaybe<Scalars['ID']['input']>;
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
  /** A value of the input is invalid. */
  | 'INVALID_VALUE'
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
  /** The terms of the association do not allow this technician. */
  | 'TECHNICIAN_NOT_ALLOWED'
  /** The Microsoft account belongs to another tenant than the requested one. */
  | 'TENANT_MISMATCH';

/** The input of `validateClientAuthentication`. */
export type ValidateClientAuthenticationInput = {
  /** A compact JWS (RFC 7515) of at most 8 KiB, as a partner's back end sends it in the Authorization header. */
  token: Scalars['String']['input'];
};

/** The answer of `validateClientAuthentication`. */
export type ValidateClientAuthenticationPayload = {
  __typename?: 'ValidateClientAuthenticationPayload';
  /** The result of each check, in the order in which the checks run. */
  checks: Array<ClientAuthenticationCheck>;
  /** Errors in the input that the caller can correct. Failed checks are in `checks` and are not repeated here. */
  userErrors: Array<UserError>;
  /** Whether a request with this token in its Authorization header would be authenticated now. */
  valid: Scalars['Boolean']['output'];
};

/** The input of `validateHandoff`. */
export type ValidateHandoffInput = {
  /** A compact JWS (RFC 7515) of at most 8 KiB, as for `createHandoff`. */
  assertion: Scalars['String']['input'];
};

/** The answer of `validateHandoff`. */
export type ValidateHandoffPayload = {
  __typename?: 'ValidateHandoffPayload';
  /** The result of each check, in the order in which the checks run. */
  checks: Array<HandoffCheck>;
  /** Errors in the input that the caller can correct. Failed checks are in `checks` and are not repeated here. */
  userErrors: Array<UserError>;
  /** Whether `createHandoff` would accept the assertion now. */
  valid: Scalars['Boolean']['output'];
};

/** The caller of this request. */
export type Viewer = {
  __typename?: 'Viewer';
  /** The caller as the Activity Log names it. */
  actor: Actor;
  /** What the caller may do now. Use it to show or hide buttons; each operation checks for itself. */
  permissions: Array<Permission>;
  /** The caller's session. Null for API tokens and partner clients. */
  session?: Maybe<Session>;
  /** The caller's tenant. Null for partner clients. */
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
  ClientAuthenticationCheck: ResolverTypeWrapper<Partial<ClientAuthenticationCheck>>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  ClientAuthenticationCheckName: ResolverTypeWrapper<Partial<ClientAuthenticationCheckName>>;
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
  ValidateClientAuthenticationInput: ResolverTypeWrapper<Partial<ValidateClientAuthenticationInput>>;
  ValidateClientAuthenticationPayload: ResolverTypeWrapper<Partial<Omit<ValidateClientAuthenticationPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>>;
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
  ClientAuthenticationCheck: Partial<ClientAuthenticationCheck>;
  Boolean: Partial<Scalars['Boolean']['output']>;
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
  ValidateClientAuthenticationInput: Partial<ValidateClientAuthenticationInput>;
  ValidateClientAuthenticationPayload: Partial<Omit<ValidateClientAuthenticationPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> }>;
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

export type ClientAuthenticationCheckResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ClientAuthenticationCheck'] = ResolversParentTypes['ClientAuthenticationCheck']> = {
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['ClientAuthenticationCheckName'], ParentType, ContextType>;
  passed?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
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
  validateClientAuthentication?: Resolver<Maybe<ResolversTypes['ValidateClientAuthenticationPayload']>, ParentType, ContextType, RequireFields<MutationValidateClientAuthenticationArgs, 'input'>>;
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

export type ValidateClientAuthenticationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ValidateClientAuthenticationPayload'] = ResolversParentTypes['ValidateClientAuthenticationPayload']> = {
  checks?: Resolver<Array<ResolversTypes['ClientAuthenticationCheck']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  valid?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
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
  ClientAuthenticationCheck?: ClientAuthenticationCheckResolvers<ContextType>;
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
  ValidateClientAuthenticationPayload?: ValidateClientAuthenticationPayloadResolvers<ContextType>;
  ValidateHandoffPayload?: ValidateHandoffPayloadResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
};

