import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Reference } from '../../platform/graphql/context.ts';
import type { Settings } from '../../drizzle/tables/tenants.ts';
import type { Association } from './mappers.ts';
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
  /** A point in time in RFC 3339 format with the offset Z (UTC). */
  DateTime: { input: Date; output: Date; }
  /** An e-mail address (RFC 5321) of at most 254 characters. Inputs can have an internationalized domain in Unicode or as A-labels (RFC 5890), which counts as A-labels; answers have it in Unicode. An input that is not an address gives a user error. */
  EmailAddress: { input: string; output: string; }
  /** An absolute URL (RFC 3986). */
  URL: { input: string; output: string; }
  /** A UUID (RFC 9562): upper or lower case in inputs, lower case in answers. Used only for identifiers that Microsoft assigns; identifiers of this service have the type ID. An input that is not a UUID gives a user error. */
  UUID: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

export type ActivityEvent = Node & {
  __typename?: 'ActivityEvent';
  id: Scalars['ID']['output'];
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

export type ApiToken = Node & {
  __typename?: 'ApiToken';
  id: Scalars['ID']['output'];
};

/** The input of `approvePartnerAssociation`. */
export type ApprovePartnerAssociationInput = {
  /** The technician IDs (`sub`) that may sign in, at most 1000. Absent: all technicians of the instance may. */
  allowedTechnicians?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The id of the association. */
  associationId: Scalars['ID']['input'];
  /** The maximum age in minutes of the technician's multi-factor authentication, from 1 to 43200. Absent: MFA is not required. */
  mfaMaxAgeMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `approvePartnerAssociation`. */
export type ApprovePartnerAssociationPayload = {
  __typename?: 'ApprovePartnerAssociationPayload';
  /** The association after the change. Null when the call was refused. */
  association?: Maybe<PartnerAssociation>;
  /** The tenant after the change. Null when the call was refused. */
  tenant?: Maybe<Tenant>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `associatePartner`. */
export type AssociatePartnerInput = {
  /** The technician IDs (`sub`) that may sign in, at most 1000. Absent: all technicians of the instance may. */
  allowedTechnicians?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The client ID of the partner instance, which the MSP gives to its customers. */
  clientId: Scalars['String']['input'];
  /** The partner's own name for this tenant: one line of 1 to 200 characters, for display. */
  externalTenantId: Scalars['String']['input'];
  /** The maximum age in minutes of the technician's multi-factor authentication, from 1 to 43200. Absent: MFA is not required. */
  mfaMaxAgeMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `associatePartner`. */
export type AssociatePartnerPayload = {
  __typename?: 'AssociatePartnerPayload';
  /** The association after the change. Null when the call was refused. */
  association?: Maybe<PartnerAssociation>;
  /** The tenant after the change. Null when the call was refused. */
  tenant?: Maybe<Tenant>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `disableItCompleteLogin`. */
export type DisableItCompleteLoginInput = {
  /** The version of the settings that the caller has read. Leave it out to turn the feature off whatever the version is. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** A key of 1 to 64 characters, as for `enableItCompleteLogin`. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `disableItCompleteLogin`. */
export type DisableItCompleteLoginPayload = {
  __typename?: 'DisableItCompleteLoginPayload';
  /** The number of pending handoffs that this call ended. Null when the call was refused. */
  endedHandoffCount?: Maybe<Scalars['Int']['output']>;
  /** The number of sessions that this call ended. Null when the call was refused. */
  endedSessionCount?: Maybe<Scalars['Int']['output']>;
  /** The tenant after the change. Null when the call was refused. */
  tenant?: Maybe<Tenant>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `dissociatePartner`. */
export type DissociatePartnerInput = {
  /** The id of the association. */
  associationId: Scalars['ID']['input'];
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `dissociatePartner`. */
export type DissociatePartnerPayload = {
  __typename?: 'DissociatePartnerPayload';
  /** The number of pending handoffs that this call ended. Null when the call was refused. */
  endedHandoffCount?: Maybe<Scalars['Int']['output']>;
  /** The number of sessions that this call ended. Null when the call was refused. */
  endedSessionCount?: Maybe<Scalars['Int']['output']>;
  /** The tenant after the change. Null when the call was refused. */
  tenant?: Maybe<Tenant>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `enableItCompleteLogin`. */
export type EnableItCompleteLoginInput = {
  /** The version of the settings that the caller has read. The call fails with VERSION_CONFLICT when the settings have another version. Optional. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** A key of 1 to 64 characters, kept for one day. The same key with the same input returns the same answer and changes nothing again. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `enableItCompleteLogin`. */
export type EnableItCompleteLoginPayload = {
  __typename?: 'EnableItCompleteLoginPayload';
  /** The tenant after the change. Null when the call was refused. */
  tenant?: Maybe<Tenant>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `grantSpanningAdmin`. */
export type GrantSpanningAdminInput = {
  /** The display name of the person: one line of 1 to 256 characters. */
  displayName: Scalars['String']['input'];
  /** The person's object ID in the tenant's Entra ID. */
  objectId: Scalars['UUID']['input'];
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
  /** The user principal name of the person, for display: one line of 1 to 256 characters. */
  userPrincipalName: Scalars['String']['input'];
};

/** The answer of `grantSpanningAdmin`. */
export type GrantSpanningAdminPayload = {
  __typename?: 'GrantSpanningAdminPayload';
  /** The Spanning Admin. Null when the call was refused. */
  spanningAdmin?: Maybe<SpanningAdmin>;
  /** The tenant after the change. Null when the call was refused. */
  tenant?: Maybe<Tenant>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The state of the Login with IT Complete feature. */
export type ItCompleteLogin = {
  __typename?: 'ItCompleteLogin';
  /** The reasons why the caller cannot turn the feature on now. */
  blockers: Array<ItCompleteLoginBlocker>;
  /** Whether the caller could turn the feature on now: true when `blockers` is empty. */
  canEnable: Scalars['Boolean']['output'];
  /** When the feature was last turned on or off. Null when it was never changed. */
  changedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Who last turned the feature on or off. Null when it was never changed. */
  changedBy?: Maybe<Actor>;
  /** Whether Login with IT Complete is on. */
  enabled: Scalars['Boolean']['output'];
  tenantId: Scalars['ID']['output'];
};

/** A reason why the caller cannot turn Login with IT Complete on. */
export type ItCompleteLoginBlocker =
  /** The caller is not a Global or Spanning Admin. */
  | 'NOT_AN_ADMIN'
  /** The caller's sign-in is older than 10 minutes; a new sign-in with Microsoft is required. */
  | 'STEP_UP_REQUIRED'
  /** The tenant has no active association with a partner instance. */
  | 'TENANT_NOT_ASSOCIATED';

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

/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type Mutation = {
  __typename?: 'Mutation';
  /** Approves a partner's request. Requires a Global or Spanning Admin who signed in during the last 10 minutes. Codes: NOT_FOUND, INVALID_VALUE. */
  approvePartnerAssociation?: Maybe<ApprovePartnerAssociationPayload>;
  /** Associates the tenant with a partner instance. Requires a Global or Spanning Admin who signed in during the last 10 minutes. Codes: PARTNER_NOT_FOUND, ALREADY_ASSOCIATED, INVALID_VALUE, LIMIT_EXCEEDED. */
  associatePartner?: Maybe<AssociatePartnerPayload>;
  /** Turns Login with IT Complete off. All federated sessions and pending handoffs of the tenant end when this commits. Codes: VERSION_CONFLICT, IDEMPOTENCY_KEY_CONFLICT. */
  disableItCompleteLogin?: Maybe<DisableItCompleteLoginPayload>;
  /** Ends an association with its sessions and handoffs, or declines a request. Requires a Global or Spanning Admin. Codes: NOT_FOUND. */
  dissociatePartner?: Maybe<DissociatePartnerPayload>;
  /** Turns Login with IT Complete on. Requires a Global or Spanning Admin who signed in during the last 10 minutes. Codes: TENANT_NOT_ASSOCIATED, VERSION_CONFLICT, IDEMPOTENCY_KEY_CONFLICT. */
  enableItCompleteLogin?: Maybe<EnableItCompleteLoginPayload>;
  /** Makes a Microsoft user a Spanning Admin. A grant that exists already is returned unchanged. Requires a Global or Spanning Admin who signed in during the last 10 minutes. Codes: INVALID_VALUE, LIMIT_EXCEEDED. */
  grantSpanningAdmin?: Maybe<GrantSpanningAdminPayload>;
  /** Requests an association, which an admin of the tenant approves or declines. The answer is the same whether or not the tenant exists. Partner clients only. Codes: INVALID_VALUE. */
  requestPartnerAssociation?: Maybe<RequestPartnerAssociationPayload>;
  /** Removes a Spanning Admin and ends the person's sessions. Requires a Global or Spanning Admin who signed in during the last 10 minutes. Codes: NOT_FOUND, LAST_ADMIN. */
  revokeSpanningAdmin?: Maybe<RevokeSpanningAdminPayload>;
  /** Changes who gets e-mail and how often. Removed recipients are notified too. Requires a Global or Spanning Admin. Codes: INVALID_VALUE, LIMIT_EXCEEDED, VERSION_CONFLICT, IDEMPOTENCY_KEY_CONFLICT. */
  updateNotificationSettings?: Maybe<UpdateNotificationSettingsPayload>;
  /** Changes the terms of an association. A narrower allow-list ends the sessions and handoffs of the technicians who are not on it; a lower maximum age of multi-factor authentication ends all. Requires a Global or Spanning Admin who signed in during the last 10 minutes. Codes: NOT_FOUND, INVALID_VALUE. */
  updatePartnerAssociation?: Maybe<UpdatePartnerAssociationPayload>;
  /** Chooses which services are backed up. Codes: VERSION_CONFLICT, IDEMPOTENCY_KEY_CONFLICT. */
  updateServiceSettings?: Maybe<UpdateServiceSettingsPayload>;
};


/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type MutationApprovePartnerAssociationArgs = {
  input: ApprovePartnerAssociationInput;
};


/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type MutationAssociatePartnerArgs = {
  input: AssociatePartnerInput;
};


/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type MutationDisableItCompleteLoginArgs = {
  input: DisableItCompleteLoginInput;
};


/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type MutationDissociatePartnerArgs = {
  input: DissociatePartnerInput;
};


/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type MutationEnableItCompleteLoginArgs = {
  input: EnableItCompleteLoginInput;
};


/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type MutationGrantSpanningAdminArgs = {
  input: GrantSpanningAdminInput;
};


/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type MutationRequestPartnerAssociationArgs = {
  input: RequestPartnerAssociationInput;
};


/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type MutationRevokeSpanningAdminArgs = {
  input: RevokeSpanningAdminInput;
};


/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type MutationUpdateNotificationSettingsArgs = {
  input: UpdateNotificationSettingsInput;
};


/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type MutationUpdatePartnerAssociationArgs = {
  input: UpdatePartnerAssociationInput;
};


/**
 * Mutations. Each call by an authenticated caller is recorded in the Activity Log, refused calls included. Errors that the caller can correct
 * are in `userErrors`; nothing was changed then. A call that the caller may not make gives an error with a code as for queries, and the field is null.
 */
export type MutationUpdateServiceSettingsArgs = {
  input: UpdateServiceSettingsInput;
};

/** An object that has an id of its own (Relay). */
export type Node = {
  /** An opaque id of at most 128 characters, unique across all types. Do not parse or construct it. */
  id: Scalars['ID']['output'];
};

/** How often routine e-mail is sent. */
export type NotificationFrequency =
  /** A summary is sent once a day. */
  | 'DAILY'
  /** An e-mail is sent for each event. */
  | 'IMMEDIATELY'
  /** A summary is sent once a week. */
  | 'WEEKLY';

/** The recipients and the frequency of e-mail. */
export type NotificationSettings = {
  __typename?: 'NotificationSettings';
  /** How often routine e-mail is sent. E-mail about access to the tenant is always sent immediately. */
  frequency: NotificationFrequency;
  /** Whether the operator of the service has configured a mail server. When false, nobody gets e-mail. Global and Spanning Admins only. */
  mailEnabled?: Maybe<Scalars['Boolean']['output']>;
  /** The e-mail addresses that are notified; at most 20. */
  recipients: Array<Scalars['EmailAddress']['output']>;
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

/** The association of a tenant with a partner instance, or a request for one. */
export type PartnerAssociation = Node & {
  __typename?: 'PartnerAssociation';
  /** The technician IDs (`sub`) that may sign in. Null when all technicians of the instance may. */
  allowedTechnicians?: Maybe<Array<Scalars['String']['output']>>;
  /** When the association was created or requested. */
  createdAt: Scalars['DateTime']['output'];
  /** The partner's own name for this tenant. It is a label for display; nothing is looked up by it. */
  externalTenantId: Scalars['String']['output'];
  /** The id of the association. */
  id: Scalars['ID']['output'];
  /** The maximum age in minutes of the technician's multi-factor authentication at the partner, from 1 to 43200. Null when MFA is not required. */
  mfaMaxAgeMinutes?: Maybe<Scalars['Int']['output']>;
  /** The partner instance of the association. */
  partner: PartnerInstance;
  /** Whether the association is active or pending approval. */
  status: PartnerAssociationStatus;
};

/** The state of an association. */
export type PartnerAssociationStatus =
  /** An admin has created or approved it. */
  | 'ACTIVE'
  /** The partner has requested it. It grants no access before an admin approves it. */
  | 'REQUESTED';

/** One VSA server or UniView portal of one MSP. */
export type PartnerInstance = {
  __typename?: 'PartnerInstance';
  /** The client ID under which the instance is registered. The MSP gives it to its customers. */
  clientId: Scalars['String']['output'];
  /** The issuer (`iss`) of the instance's assertions. */
  issuer: Scalars['URL']['output'];
  /** The name of the instance, for display. */
  name: Scalars['String']['output'];
  /** The product of the instance. */
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

/**
 * Queries. An object that does not exist and an object that the caller may not read give the same answer: null.
 * A field that the caller may not read is null, with an error whose `extensions.code` is one of UNAUTHENTICATED, FORBIDDEN,
 * MICROSOFT_SIGN_IN_REQUIRED, STEP_UP_REQUIRED, RATE_LIMITED, OVERLOADED, TIMEOUT, BAD_USER_INPUT, INTERNAL_SERVER_ERROR.
 */
export type Query = {
  __typename?: 'Query';
  /** Any object that has an id of its own (Relay). Null under the same conditions as `tenant`. */
  node?: Maybe<Node>;
  /** The tenant with this id. Null when it does not exist or the caller may not read it; the two cases look the same. */
  tenant?: Maybe<Tenant>;
};


/**
 * Queries. An object that does not exist and an object that the caller may not read give the same answer: null.
 * A field that the caller may not read is null, with an error whose `extensions.code` is one of UNAUTHENTICATED, FORBIDDEN,
 * MICROSOFT_SIGN_IN_REQUIRED, STEP_UP_REQUIRED, RATE_LIMITED, OVERLOADED, TIMEOUT, BAD_USER_INPUT, INTERNAL_SERVER_ERROR.
 */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Queries. An object that does not exist and an object that the caller may not read give the same answer: null.
 * A field that the caller may not read is null, with an error whose `extensions.code` is one of UNAUTHENTICATED, FORBIDDEN,
 * MICROSOFT_SIGN_IN_REQUIRED, STEP_UP_REQUIRED, RATE_LIMITED, OVERLOADED, TIMEOUT, BAD_USER_INPUT, INTERNAL_SERVER_ERROR.
 */
export type QueryTenantArgs = {
  id: Scalars['ID']['input'];
};

/** The input of `requestPartnerAssociation`. */
export type RequestPartnerAssociationInput = {
  /** The partner's own name for this tenant: one line of 1 to 200 characters, for display. */
  externalTenantId: Scalars['String']['input'];
  /** The tenant whose admins are asked. */
  tenant: TenantLocator;
};

/** The answer of `requestPartnerAssociation`. The result of `validateHandoff` shows when a request was approved. */
export type RequestPartnerAssociationPayload = {
  __typename?: 'RequestPartnerAssociationPayload';
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `revokeSpanningAdmin`. */
export type RevokeSpanningAdminInput = {
  /** The person's object ID in the tenant's Entra ID. */
  objectId: Scalars['UUID']['input'];
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `revokeSpanningAdmin`. */
export type RevokeSpanningAdminPayload = {
  __typename?: 'RevokeSpanningAdminPayload';
  /** The number of sessions that this call ended. Null when the call was refused. */
  endedSessionCount?: Maybe<Scalars['Int']['output']>;
  /** The tenant after the change. Null when the call was refused. */
  tenant?: Maybe<Tenant>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The Microsoft 365 services that are backed up. */
export type ServiceSettings = {
  __typename?: 'ServiceSettings';
  /** Whether calendars are backed up. */
  calendar: Scalars['Boolean']['output'];
  /** Whether contacts are backed up. */
  contacts: Scalars['Boolean']['output'];
  /** Whether Exchange Online mailboxes are backed up. */
  mail: Scalars['Boolean']['output'];
  /** Whether OneDrive is backed up. */
  oneDrive: Scalars['Boolean']['output'];
  /** Whether SharePoint is backed up. */
  sharePoint: Scalars['Boolean']['output'];
  /** Whether Teams is backed up. */
  teams: Scalars['Boolean']['output'];
};

export type Session = Node & {
  __typename?: 'Session';
  id: Scalars['ID']['output'];
};

/** A Microsoft user who was granted the Spanning Admin role in the tenant. */
export type SpanningAdmin = {
  __typename?: 'SpanningAdmin';
  /** The display name as it was given with the grant. */
  displayName: Scalars['String']['output'];
  /** When the role was granted. */
  grantedAt: Scalars['DateTime']['output'];
  /** The person's object ID in the tenant's Entra ID, which identifies the grant. */
  objectId: Scalars['UUID']['output'];
  /** The user principal name as it was given with the grant. */
  userPrincipalName: Scalars['String']['output'];
};

/** A page of Spanning Admins, ordered by name. */
export type SpanningAdminConnection = {
  __typename?: 'SpanningAdminConnection';
  /** The entries with their cursors. */
  edges: Array<SpanningAdminEdge>;
  /** The entries without their cursors. */
  nodes: Array<SpanningAdmin>;
  /** The position of this page. */
  pageInfo: PageInfo;
};

/** A Spanning Admin with its cursor. */
export type SpanningAdminEdge = {
  __typename?: 'SpanningAdminEdge';
  /** An opaque cursor for `after` or `before`. */
  cursor: Scalars['String']['output'];
  /** The entry of this edge. */
  node: SpanningAdmin;
};

/** One Microsoft 365 organisation. A field that the caller may not read is null, with an error. */
export type Tenant = Node & {
  __typename?: 'Tenant';
  /** The id of the tenant. */
  id: Scalars['ID']['output'];
  /** The organisation's tenant ID in Entra ID (the `tid` claim). */
  microsoftTenantId: Scalars['UUID']['output'];
  /** The name of the tenant, for display. */
  name: Scalars['String']['output'];
  /** The associations with partner instances, pending requests included; at most 100. */
  partnerAssociations?: Maybe<Array<PartnerAssociation>>;
  /** The partner instance that is registered under this client ID, so that an admin sees who gets access before associating it. Null when there is none. For admins only. */
  partnerInstance?: Maybe<PartnerInstance>;
  /** The organisation's default Microsoft 365 domain, in Unicode. */
  primaryDomain: Scalars['String']['output'];
  /** The tenant's settings. */
  settings?: Maybe<TenantSettings>;
  /** The Spanning Admins, ordered by name. Global Admins are not listed, because Entra ID manages them. */
  spanningAdmins?: Maybe<SpanningAdminConnection>;
};


/** One Microsoft 365 organisation. A field that the caller may not read is null, with an error. */
export type TenantPartnerInstanceArgs = {
  clientId: Scalars['String']['input'];
};


/** One Microsoft 365 organisation. A field that the caller may not read is null, with an error. */
export type TenantSpanningAdminsArgs = {
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

/** The settings of a tenant. */
export type TenantSettings = {
  __typename?: 'TenantSettings';
  /** The Login with IT Complete feature: whether MSP technicians can sign in from VSA or UniView. */
  itCompleteLogin: ItCompleteLogin;
  /** Who gets e-mail, and how often. */
  notifications: NotificationSettings;
  /** The services that are backed up. */
  services: ServiceSettings;
  /** A number that rises with every change. Send it as `expectedVersion`. */
  version: Scalars['Int']['output'];
};

/** The input of `updateNotificationSettings`. */
export type UpdateNotificationSettingsInput = {
  /** The version of the settings that the caller has read. The call fails with VERSION_CONFLICT when the settings have another version. */
  expectedVersion: Scalars['Int']['input'];
  /** How often routine e-mail is sent. Absent keeps the value. */
  frequency?: InputMaybe<NotificationFrequency>;
  /** A key of 1 to 64 characters, as for `enableItCompleteLogin`. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The complete new list of e-mail addresses, at most 20. Absent keeps the list. */
  recipients?: InputMaybe<Array<Scalars['EmailAddress']['input']>>;
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `updateNotificationSettings`. */
export type UpdateNotificationSettingsPayload = {
  __typename?: 'UpdateNotificationSettingsPayload';
  /** The tenant after the change. Null when the call was refused. */
  tenant?: Maybe<Tenant>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `updatePartnerAssociation`. */
export type UpdatePartnerAssociationInput = {
  /** The complete new list of technician IDs (`sub`), at most 1000. Null allows all technicians; absent keeps the list. */
  allowedTechnicians?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The id of the association. */
  associationId: Scalars['ID']['input'];
  /** The maximum age in minutes of the technician's multi-factor authentication, from 1 to 43200. Null requires no MFA; absent keeps the value. */
  mfaMaxAgeMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `updatePartnerAssociation`. */
export type UpdatePartnerAssociationPayload = {
  __typename?: 'UpdatePartnerAssociationPayload';
  /** The association after the change. Null when the call was refused. */
  association?: Maybe<PartnerAssociation>;
  /** The number of pending handoffs that this call ended. Null when the call was refused. */
  endedHandoffCount?: Maybe<Scalars['Int']['output']>;
  /** The number of sessions that this call ended. Null when the call was refused. */
  endedSessionCount?: Maybe<Scalars['Int']['output']>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
};

/** The input of `updateServiceSettings`. */
export type UpdateServiceSettingsInput = {
  /** Whether calendars are backed up. Absent keeps the value. */
  calendar?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether contacts are backed up. Absent keeps the value. */
  contacts?: InputMaybe<Scalars['Boolean']['input']>;
  /** The version of the settings that the caller has read. The call fails with VERSION_CONFLICT when the settings have another version. */
  expectedVersion: Scalars['Int']['input'];
  /** A key of 1 to 64 characters, as for `enableItCompleteLogin`. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Whether Exchange Online mailboxes are backed up. Absent keeps the value. */
  mail?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether OneDrive is backed up. Absent keeps the value. */
  oneDrive?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether SharePoint is backed up. Absent keeps the value. */
  sharePoint?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether Teams is backed up. Absent keeps the value. */
  teams?: InputMaybe<Scalars['Boolean']['input']>;
  /** The id of the tenant; it must be the session's own. */
  tenantId: Scalars['ID']['input'];
};

/** The answer of `updateServiceSettings`. */
export type UpdateServiceSettingsPayload = {
  __typename?: 'UpdateServiceSettingsPayload';
  /** The tenant after the change. Null when the call was refused. */
  tenant?: Maybe<Tenant>;
  /** Errors in the input that the caller can correct. Empty when the call succeeded. */
  userErrors: Array<UserError>;
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
  /** The partner instance is already associated with the tenant. */
  | 'ALREADY_ASSOCIATED'
  /** The idempotency key was already used with another input. */
  | 'IDEMPOTENCY_KEY_CONFLICT'
  /** A value of the input is invalid. */
  | 'INVALID_VALUE'
  /** Only a Global Admin can remove the last Spanning Admin. */
  | 'LAST_ADMIN'
  /** The number of entries would exceed its limit. */
  | 'LIMIT_EXCEEDED'
  /** The tenant has no object with this id. */
  | 'NOT_FOUND'
  /** No partner instance is registered under this client ID. */
  | 'PARTNER_NOT_FOUND'
  /** The tenant has no active association with a partner instance. */
  | 'TENANT_NOT_ASSOCIATED'
  /** The settings have changed since `expectedVersion`. Read them again and retry. */
  | 'VERSION_CONFLICT';



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
  Tenant: Tenant;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Tenant:
    ( { __typename: 'Tenant' }
    & GraphQLRecursivePick<FederationTypes['Tenant'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Actor:
    | ( Partial<MicrosoftAdmin> )
    | ( Partial<PartnerTechnician> )
  ;
  Node:
    | ( Reference )
    | ( Reference )
    | ( Association )
    | ( Reference )
    | ( Reference )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ActivityEvent: ResolverTypeWrapper<Reference>;
  ID: ResolverTypeWrapper<Partial<Scalars['ID']['output']>>;
  Actor: ResolverTypeWrapper<ActorSnapshot>;
  String: ResolverTypeWrapper<Partial<Scalars['String']['output']>>;
  AdminRole: ResolverTypeWrapper<Partial<AdminRole>>;
  ApiToken: ResolverTypeWrapper<Reference>;
  ApprovePartnerAssociationInput: ResolverTypeWrapper<Partial<ApprovePartnerAssociationInput>>;
  Int: ResolverTypeWrapper<Partial<Scalars['Int']['output']>>;
  ApprovePartnerAssociationPayload: ResolverTypeWrapper<Partial<Omit<ApprovePartnerAssociationPayload, 'association' | 'tenant' | 'userErrors'> & { association?: Maybe<ResolversTypes['PartnerAssociation']>, tenant?: Maybe<ResolversTypes['Tenant']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  AssociatePartnerInput: ResolverTypeWrapper<Partial<AssociatePartnerInput>>;
  AssociatePartnerPayload: ResolverTypeWrapper<Partial<Omit<AssociatePartnerPayload, 'association' | 'tenant' | 'userErrors'> & { association?: Maybe<ResolversTypes['PartnerAssociation']>, tenant?: Maybe<ResolversTypes['Tenant']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  DateTime: ResolverTypeWrapper<Partial<Scalars['DateTime']['output']>>;
  DisableItCompleteLoginInput: ResolverTypeWrapper<Partial<DisableItCompleteLoginInput>>;
  DisableItCompleteLoginPayload: ResolverTypeWrapper<Partial<Omit<DisableItCompleteLoginPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversTypes['Tenant']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  DissociatePartnerInput: ResolverTypeWrapper<Partial<DissociatePartnerInput>>;
  DissociatePartnerPayload: ResolverTypeWrapper<Partial<Omit<DissociatePartnerPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversTypes['Tenant']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  EmailAddress: ResolverTypeWrapper<Partial<Scalars['EmailAddress']['output']>>;
  EnableItCompleteLoginInput: ResolverTypeWrapper<Partial<EnableItCompleteLoginInput>>;
  EnableItCompleteLoginPayload: ResolverTypeWrapper<Partial<Omit<EnableItCompleteLoginPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversTypes['Tenant']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  GrantSpanningAdminInput: ResolverTypeWrapper<Partial<GrantSpanningAdminInput>>;
  GrantSpanningAdminPayload: ResolverTypeWrapper<Partial<Omit<GrantSpanningAdminPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversTypes['Tenant']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  ItCompleteLogin: ResolverTypeWrapper<Settings>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  ItCompleteLoginBlocker: ResolverTypeWrapper<Partial<ItCompleteLoginBlocker>>;
  MicrosoftAdmin: ResolverTypeWrapper<Partial<MicrosoftAdmin>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  NotificationFrequency: ResolverTypeWrapper<Partial<NotificationFrequency>>;
  NotificationSettings: ResolverTypeWrapper<Partial<NotificationSettings>>;
  PageInfo: ResolverTypeWrapper<Partial<PageInfo>>;
  PartnerAssociation: ResolverTypeWrapper<Association>;
  PartnerAssociationStatus: ResolverTypeWrapper<Partial<PartnerAssociationStatus>>;
  PartnerInstance: ResolverTypeWrapper<Partial<PartnerInstance>>;
  PartnerPlatform: ResolverTypeWrapper<Partial<PartnerPlatform>>;
  PartnerTechnician: ResolverTypeWrapper<Partial<PartnerTechnician>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RequestPartnerAssociationInput: ResolverTypeWrapper<Partial<RequestPartnerAssociationInput>>;
  RequestPartnerAssociationPayload: ResolverTypeWrapper<Partial<Omit<RequestPartnerAssociationPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>>;
  RevokeSpanningAdminInput: ResolverTypeWrapper<Partial<RevokeSpanningAdminInput>>;
  RevokeSpanningAdminPayload: ResolverTypeWrapper<Partial<Omit<RevokeSpanningAdminPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversTypes['Tenant']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  ServiceSettings: ResolverTypeWrapper<Partial<ServiceSettings>>;
  Session: ResolverTypeWrapper<Reference>;
  SpanningAdmin: ResolverTypeWrapper<Partial<SpanningAdmin>>;
  SpanningAdminConnection: ResolverTypeWrapper<Partial<SpanningAdminConnection>>;
  SpanningAdminEdge: ResolverTypeWrapper<Partial<SpanningAdminEdge>>;
  Tenant: ResolverTypeWrapper<Reference>;
  TenantLocator: ResolverTypeWrapper<Partial<TenantLocator>>;
  TenantSettings: ResolverTypeWrapper<Settings>;
  URL: ResolverTypeWrapper<Partial<Scalars['URL']['output']>>;
  UUID: ResolverTypeWrapper<Partial<Scalars['UUID']['output']>>;
  UpdateNotificationSettingsInput: ResolverTypeWrapper<Partial<UpdateNotificationSettingsInput>>;
  UpdateNotificationSettingsPayload: ResolverTypeWrapper<Partial<Omit<UpdateNotificationSettingsPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversTypes['Tenant']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  UpdatePartnerAssociationInput: ResolverTypeWrapper<Partial<UpdatePartnerAssociationInput>>;
  UpdatePartnerAssociationPayload: ResolverTypeWrapper<Partial<Omit<UpdatePartnerAssociationPayload, 'association' | 'userErrors'> & { association?: Maybe<ResolversTypes['PartnerAssociation']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  UpdateServiceSettingsInput: ResolverTypeWrapper<Partial<UpdateServiceSettingsInput>>;
  UpdateServiceSettingsPayload: ResolverTypeWrapper<Partial<Omit<UpdateServiceSettingsPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversTypes['Tenant']>, userErrors: Array<ResolversTypes['UserError']> }>>;
  UserError: ResolverTypeWrapper<UserErrorValue>;
  UserErrorCode: ResolverTypeWrapper<Partial<UserErrorCode>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ActivityEvent: Reference;
  ID: Partial<Scalars['ID']['output']>;
  Actor: ActorSnapshot;
  String: Partial<Scalars['String']['output']>;
  ApiToken: Reference;
  ApprovePartnerAssociationInput: Partial<ApprovePartnerAssociationInput>;
  Int: Partial<Scalars['Int']['output']>;
  ApprovePartnerAssociationPayload: Partial<Omit<ApprovePartnerAssociationPayload, 'association' | 'tenant' | 'userErrors'> & { association?: Maybe<ResolversParentTypes['PartnerAssociation']>, tenant?: Maybe<ResolversParentTypes['Tenant']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  AssociatePartnerInput: Partial<AssociatePartnerInput>;
  AssociatePartnerPayload: Partial<Omit<AssociatePartnerPayload, 'association' | 'tenant' | 'userErrors'> & { association?: Maybe<ResolversParentTypes['PartnerAssociation']>, tenant?: Maybe<ResolversParentTypes['Tenant']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  DateTime: Partial<Scalars['DateTime']['output']>;
  DisableItCompleteLoginInput: Partial<DisableItCompleteLoginInput>;
  DisableItCompleteLoginPayload: Partial<Omit<DisableItCompleteLoginPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversParentTypes['Tenant']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  DissociatePartnerInput: Partial<DissociatePartnerInput>;
  DissociatePartnerPayload: Partial<Omit<DissociatePartnerPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversParentTypes['Tenant']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  EmailAddress: Partial<Scalars['EmailAddress']['output']>;
  EnableItCompleteLoginInput: Partial<EnableItCompleteLoginInput>;
  EnableItCompleteLoginPayload: Partial<Omit<EnableItCompleteLoginPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversParentTypes['Tenant']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  GrantSpanningAdminInput: Partial<GrantSpanningAdminInput>;
  GrantSpanningAdminPayload: Partial<Omit<GrantSpanningAdminPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversParentTypes['Tenant']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  ItCompleteLogin: Settings;
  Boolean: Partial<Scalars['Boolean']['output']>;
  MicrosoftAdmin: Partial<MicrosoftAdmin>;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  NotificationSettings: Partial<NotificationSettings>;
  PageInfo: Partial<PageInfo>;
  PartnerAssociation: Association;
  PartnerInstance: Partial<PartnerInstance>;
  PartnerTechnician: Partial<PartnerTechnician>;
  Query: Record<PropertyKey, never>;
  RequestPartnerAssociationInput: Partial<RequestPartnerAssociationInput>;
  RequestPartnerAssociationPayload: Partial<Omit<RequestPartnerAssociationPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> }>;
  RevokeSpanningAdminInput: Partial<RevokeSpanningAdminInput>;
  RevokeSpanningAdminPayload: Partial<Omit<RevokeSpanningAdminPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversParentTypes['Tenant']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  ServiceSettings: Partial<ServiceSettings>;
  Session: Reference;
  SpanningAdmin: Partial<SpanningAdmin>;
  SpanningAdminConnection: Partial<SpanningAdminConnection>;
  SpanningAdminEdge: Partial<SpanningAdminEdge>;
  Tenant: Reference;
  TenantLocator: Partial<TenantLocator>;
  TenantSettings: Settings;
  URL: Partial<Scalars['URL']['output']>;
  UUID: Partial<Scalars['UUID']['output']>;
  UpdateNotificationSettingsInput: Partial<UpdateNotificationSettingsInput>;
  UpdateNotificationSettingsPayload: Partial<Omit<UpdateNotificationSettingsPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversParentTypes['Tenant']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  UpdatePartnerAssociationInput: Partial<UpdatePartnerAssociationInput>;
  UpdatePartnerAssociationPayload: Partial<Omit<UpdatePartnerAssociationPayload, 'association' | 'userErrors'> & { association?: Maybe<ResolversParentTypes['PartnerAssociation']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  UpdateServiceSettingsInput: Partial<UpdateServiceSettingsInput>;
  UpdateServiceSettingsPayload: Partial<Omit<UpdateServiceSettingsPayload, 'tenant' | 'userErrors'> & { tenant?: Maybe<ResolversParentTypes['Tenant']>, userErrors: Array<ResolversParentTypes['UserError']> }>;
  UserError: UserErrorValue;
};

export type ActivityEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ActivityEvent'] = ResolversParentTypes['ActivityEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ActorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Actor'] = ResolversParentTypes['Actor']> = {
  __resolveType: TypeResolveFn<'MicrosoftAdmin' | 'PartnerTechnician', ParentType, ContextType>;
};

export type ApiTokenResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiToken'] = ResolversParentTypes['ApiToken']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ApprovePartnerAssociationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApprovePartnerAssociationPayload'] = ResolversParentTypes['ApprovePartnerAssociationPayload']> = {
  association?: Resolver<Maybe<ResolversTypes['PartnerAssociation']>, ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AssociatePartnerPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AssociatePartnerPayload'] = ResolversParentTypes['AssociatePartnerPayload']> = {
  association?: Resolver<Maybe<ResolversTypes['PartnerAssociation']>, ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DisableItCompleteLoginPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DisableItCompleteLoginPayload'] = ResolversParentTypes['DisableItCompleteLoginPayload']> = {
  endedHandoffCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  endedSessionCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DissociatePartnerPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DissociatePartnerPayload'] = ResolversParentTypes['DissociatePartnerPayload']> = {
  endedHandoffCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  endedSessionCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EmailAddress'], any> {
  name: 'EmailAddress';
}

export type EnableItCompleteLoginPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EnableItCompleteLoginPayload'] = ResolversParentTypes['EnableItCompleteLoginPayload']> = {
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type GrantSpanningAdminPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GrantSpanningAdminPayload'] = ResolversParentTypes['GrantSpanningAdminPayload']> = {
  spanningAdmin?: Resolver<Maybe<ResolversTypes['SpanningAdmin']>, ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ItCompleteLoginResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ItCompleteLogin'] = ResolversParentTypes['ItCompleteLogin']> = {
  blockers?: Resolver<Array<ResolversTypes['ItCompleteLoginBlocker']>, ParentType, ContextType>;
  canEnable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  changedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  changedBy?: Resolver<Maybe<ResolversTypes['Actor']>, ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  tenantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
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
  approvePartnerAssociation?: Resolver<Maybe<ResolversTypes['ApprovePartnerAssociationPayload']>, ParentType, ContextType, RequireFields<MutationApprovePartnerAssociationArgs, 'input'>>;
  associatePartner?: Resolver<Maybe<ResolversTypes['AssociatePartnerPayload']>, ParentType, ContextType, RequireFields<MutationAssociatePartnerArgs, 'input'>>;
  disableItCompleteLogin?: Resolver<Maybe<ResolversTypes['DisableItCompleteLoginPayload']>, ParentType, ContextType, RequireFields<MutationDisableItCompleteLoginArgs, 'input'>>;
  dissociatePartner?: Resolver<Maybe<ResolversTypes['DissociatePartnerPayload']>, ParentType, ContextType, RequireFields<MutationDissociatePartnerArgs, 'input'>>;
  enableItCompleteLogin?: Resolver<Maybe<ResolversTypes['EnableItCompleteLoginPayload']>, ParentType, ContextType, RequireFields<MutationEnableItCompleteLoginArgs, 'input'>>;
  grantSpanningAdmin?: Resolver<Maybe<ResolversTypes['GrantSpanningAdminPayload']>, ParentType, ContextType, RequireFields<MutationGrantSpanningAdminArgs, 'input'>>;
  requestPartnerAssociation?: Resolver<Maybe<ResolversTypes['RequestPartnerAssociationPayload']>, ParentType, ContextType, RequireFields<MutationRequestPartnerAssociationArgs, 'input'>>;
  revokeSpanningAdmin?: Resolver<Maybe<ResolversTypes['RevokeSpanningAdminPayload']>, ParentType, ContextType, RequireFields<MutationRevokeSpanningAdminArgs, 'input'>>;
  updateNotificationSettings?: Resolver<Maybe<ResolversTypes['UpdateNotificationSettingsPayload']>, ParentType, ContextType, RequireFields<MutationUpdateNotificationSettingsArgs, 'input'>>;
  updatePartnerAssociation?: Resolver<Maybe<ResolversTypes['UpdatePartnerAssociationPayload']>, ParentType, ContextType, RequireFields<MutationUpdatePartnerAssociationArgs, 'input'>>;
  updateServiceSettings?: Resolver<Maybe<ResolversTypes['UpdateServiceSettingsPayload']>, ParentType, ContextType, RequireFields<MutationUpdateServiceSettingsArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'ActivityEvent' | 'ApiToken' | 'PartnerAssociation' | 'Session' | 'Tenant', ParentType, ContextType>;
};

export type NotificationSettingsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotificationSettings'] = ResolversParentTypes['NotificationSettings']> = {
  frequency?: Resolver<ResolversTypes['NotificationFrequency'], ParentType, ContextType>;
  mailEnabled?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  recipients?: Resolver<Array<ResolversTypes['EmailAddress']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PartnerAssociationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PartnerAssociation'] = ResolversParentTypes['PartnerAssociation']> = {
  allowedTechnicians?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  externalTenantId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  mfaMaxAgeMinutes?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  partner?: Resolver<ResolversTypes['PartnerInstance'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PartnerAssociationStatus'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PartnerInstanceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PartnerInstance'] = ResolversParentTypes['PartnerInstance']> = {
  clientId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  issuer?: Resolver<ResolversTypes['URL'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  platform?: Resolver<ResolversTypes['PartnerPlatform'], ParentType, ContextType>;
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
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType, RequireFields<QueryTenantArgs, 'id'>>;
};

export type RequestPartnerAssociationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RequestPartnerAssociationPayload'] = ResolversParentTypes['RequestPartnerAssociationPayload']> = {
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeSpanningAdminPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevokeSpanningAdminPayload'] = ResolversParentTypes['RevokeSpanningAdminPayload']> = {
  endedSessionCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ServiceSettingsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ServiceSettings'] = ResolversParentTypes['ServiceSettings']> = {
  calendar?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  contacts?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  mail?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  oneDrive?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  sharePoint?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  teams?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SpanningAdminResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SpanningAdmin'] = ResolversParentTypes['SpanningAdmin']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  grantedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  objectId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  userPrincipalName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SpanningAdminConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SpanningAdminConnection'] = ResolversParentTypes['SpanningAdminConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SpanningAdminEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['SpanningAdmin']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SpanningAdminEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SpanningAdminEdge'] = ResolversParentTypes['SpanningAdminEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['SpanningAdmin'], ParentType, ContextType>;
};

export type TenantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant'], FederationReferenceType extends FederationReferenceTypes['Tenant'] = FederationReferenceTypes['Tenant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tenant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  microsoftTenantId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  partnerAssociations?: Resolver<Maybe<Array<ResolversTypes['PartnerAssociation']>>, ParentType, ContextType>;
  partnerInstance?: Resolver<Maybe<ResolversTypes['PartnerInstance']>, ParentType, ContextType, RequireFields<TenantPartnerInstanceArgs, 'clientId'>>;
  primaryDomain?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  settings?: Resolver<Maybe<ResolversTypes['TenantSettings']>, ParentType, ContextType>;
  spanningAdmins?: Resolver<Maybe<ResolversTypes['SpanningAdminConnection']>, ParentType, ContextType, Partial<TenantSpanningAdminsArgs>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TenantSettingsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TenantSettings'] = ResolversParentTypes['TenantSettings']> = {
  itCompleteLogin?: Resolver<ResolversTypes['ItCompleteLogin'], ParentType, ContextType>;
  notifications?: Resolver<ResolversTypes['NotificationSettings'], ParentType, ContextType>;
  services?: Resolver<ResolversTypes['ServiceSettings'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export interface UrlScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['URL'], any> {
  name: 'URL';
}

export interface UuidScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['UUID'], any> {
  name: 'UUID';
}

export type UpdateNotificationSettingsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateNotificationSettingsPayload'] = ResolversParentTypes['UpdateNotificationSettingsPayload']> = {
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UpdatePartnerAssociationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdatePartnerAssociationPayload'] = ResolversParentTypes['UpdatePartnerAssociationPayload']> = {
  association?: Resolver<Maybe<ResolversTypes['PartnerAssociation']>, ParentType, ContextType>;
  endedHandoffCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  endedSessionCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UpdateServiceSettingsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateServiceSettingsPayload'] = ResolversParentTypes['UpdateServiceSettingsPayload']> = {
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  ActivityEvent?: ActivityEventResolvers<ContextType>;
  Actor?: ActorResolvers<ContextType>;
  ApiToken?: ApiTokenResolvers<ContextType>;
  ApprovePartnerAssociationPayload?: ApprovePartnerAssociationPayloadResolvers<ContextType>;
  AssociatePartnerPayload?: AssociatePartnerPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DisableItCompleteLoginPayload?: DisableItCompleteLoginPayloadResolvers<ContextType>;
  DissociatePartnerPayload?: DissociatePartnerPayloadResolvers<ContextType>;
  EmailAddress?: GraphQLScalarType;
  EnableItCompleteLoginPayload?: EnableItCompleteLoginPayloadResolvers<ContextType>;
  GrantSpanningAdminPayload?: GrantSpanningAdminPayloadResolvers<ContextType>;
  ItCompleteLogin?: ItCompleteLoginResolvers<ContextType>;
  MicrosoftAdmin?: MicrosoftAdminResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  NotificationSettings?: NotificationSettingsResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PartnerAssociation?: PartnerAssociationResolvers<ContextType>;
  PartnerInstance?: PartnerInstanceResolvers<ContextType>;
  PartnerTechnician?: PartnerTechnicianResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RequestPartnerAssociationPayload?: RequestPartnerAssociationPayloadResolvers<ContextType>;
  RevokeSpanningAdminPayload?: RevokeSpanningAdminPayloadResolvers<ContextType>;
  ServiceSettings?: ServiceSettingsResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SpanningAdmin?: SpanningAdminResolvers<ContextType>;
  SpanningAdminConnection?: SpanningAdminConnectionResolvers<ContextType>;
  SpanningAdminEdge?: SpanningAdminEdgeResolvers<ContextType>;
  Tenant?: TenantResolvers<ContextType>;
  TenantSettings?: TenantSettingsResolvers<ContextType>;
  URL?: GraphQLScalarType;
  UUID?: GraphQLScalarType;
  UpdateNotificationSettingsPayload?: UpdateNotificationSettingsPayloadResolvers<ContextType>;
  UpdatePartnerAssociationPayload?: UpdatePartnerAssociationPayloadResolvers<ContextType>;
  UpdateServiceSettingsPayload?: UpdateServiceSettingsPayloadResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

