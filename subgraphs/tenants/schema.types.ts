import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Reference } from '../../platform/graphql/context.ts';
import type { Settings } from '../../drizzle/tables/tenants.ts';
import type { Association } from './entities.ts';
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
  /** RFC 3339 with offset Z. */
  DateTime: { input: Date; output: Date; }
  /** An e-mail address, as RFC 5321 has it, at most 254 characters. */
  EmailAddress: { input: string; output: string; }
  /** An absolute URL. */
  URL: { input: string; output: string; }
  /** A UUID in lower case. Only for identifiers that Microsoft hands out; our own are ID. */
  UUID: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

export type ActivityEvent = Node & {
  __typename?: 'ActivityEvent';
  id: Scalars['ID']['output'];
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

export type ApiToken = Node & {
  __typename?: 'ApiToken';
  id: Scalars['ID']['output'];
};

/** Input of `approvePartnerAssociation`. */
export type ApprovePartnerAssociationInput = {
  /** As in `associatePartner`. */
  allowedTechnicians?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The association. */
  associationId: Scalars['ID']['input'];
  /** As in `associatePartner`. */
  mfaMaxAgeMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `approvePartnerAssociation`. */
export type ApprovePartnerAssociationPayload = {
  __typename?: 'ApprovePartnerAssociationPayload';
  /** The association; null if refused. */
  association?: Maybe<PartnerAssociation>;
  /** The tenant; null if refused. */
  tenant?: Maybe<Tenant>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `associatePartner`. */
export type AssociatePartnerInput = {
  /** Subjects of the technicians who may come in, at most 1000; left out: every technician of the instance. */
  allowedTechnicians?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The partner instance's client id, as the MSP tells it. */
  clientId: Scalars['String']['input'];
  /** What the partner calls this tenant. For people to read: nothing is ever looked up by it. */
  externalTenantId: Scalars['String']['input'];
  /** See `PartnerAssociation.mfaMaxAgeMinutes`. */
  mfaMaxAgeMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `associatePartner`. */
export type AssociatePartnerPayload = {
  __typename?: 'AssociatePartnerPayload';
  /** The association; null if refused. */
  association?: Maybe<PartnerAssociation>;
  /** The tenant; null if refused. */
  tenant?: Maybe<Tenant>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `disableItCompleteLogin`. */
export type DisableItCompleteLoginInput = {
  /** Refuse with VERSION_CONFLICT if the settings are not at this version. Leave it out to turn it off come what may. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** As in `enableItCompleteLogin`. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `disableItCompleteLogin`. */
export type DisableItCompleteLoginPayload = {
  __typename?: 'DisableItCompleteLoginPayload';
  /** Handoffs that this made worthless. */
  endedHandoffCount?: Maybe<Scalars['Int']['output']>;
  /** Federated sessions that this ended. */
  endedSessionCount?: Maybe<Scalars['Int']['output']>;
  /** As it is now; null if refused. */
  tenant?: Maybe<Tenant>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `dissociatePartner`. */
export type DissociatePartnerInput = {
  /** The association. */
  associationId: Scalars['ID']['input'];
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `dissociatePartner`. */
export type DissociatePartnerPayload = {
  __typename?: 'DissociatePartnerPayload';
  /** Handoffs that this made worthless. */
  endedHandoffCount?: Maybe<Scalars['Int']['output']>;
  /** Federated sessions that this ended. */
  endedSessionCount?: Maybe<Scalars['Int']['output']>;
  /** As it is now; null if refused. */
  tenant?: Maybe<Tenant>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `enableItCompleteLogin`. */
export type EnableItCompleteLoginInput = {
  /** Refuse with VERSION_CONFLICT if the settings are not at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 64 characters, kept for a day: the same key with the same input gives the same answer and changes nothing twice. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `enableItCompleteLogin`. */
export type EnableItCompleteLoginPayload = {
  __typename?: 'EnableItCompleteLoginPayload';
  /** As it is now; null if refused. */
  tenant?: Maybe<Tenant>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `grantSpanningAdmin`. */
export type GrantSpanningAdminInput = {
  /** For people to read. */
  displayName: Scalars['String']['input'];
  /** The person's object id in the tenant's Entra ID. */
  objectId: Scalars['UUID']['input'];
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
  /** For people to read. */
  userPrincipalName: Scalars['String']['input'];
};

/** Answer of `grantSpanningAdmin`. */
export type GrantSpanningAdminPayload = {
  __typename?: 'GrantSpanningAdminPayload';
  /** The admin; null if refused. */
  spanningAdmin?: Maybe<SpanningAdmin>;
  /** The tenant; null if refused. */
  tenant?: Maybe<Tenant>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** The Login with IT Complete switch. */
export type ItCompleteLogin = {
  __typename?: 'ItCompleteLogin';
  /** Why the caller could not turn it on now. */
  blockers: Array<ItCompleteLoginBlocker>;
  /** Whether the caller could turn it on now: true while `blockers` is empty. */
  canEnable: Scalars['Boolean']['output'];
  /** When it was last turned on or off; null if never. */
  changedAt?: Maybe<Scalars['DateTime']['output']>;
  /** By whom. */
  changedBy?: Maybe<Actor>;
  /** Whether it is on. */
  enabled: Scalars['Boolean']['output'];
  tenantId: Scalars['ID']['output'];
};

/** Why somebody cannot turn Login with IT Complete on. */
export type ItCompleteLoginBlocker =
  /** It takes a Global or Spanning Admin. */
  | 'NOT_AN_ADMIN'
  /** The caller's sign-in is too old for this: sign in again. */
  | 'STEP_UP_REQUIRED'
  /** No partner instance is associated with the tenant. */
  | 'TENANT_NOT_ASSOCIATED';

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

/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type Mutation = {
  __typename?: 'Mutation';
  /** Grants such a request. Global or Spanning Admin, recently signed in. Codes: NOT_FOUND, INVALID_VALUE. */
  approvePartnerAssociation?: Maybe<ApprovePartnerAssociationPayload>;
  /** Joins the tenant to a partner instance. Global or Spanning Admin, recently signed in. Codes: PARTNER_NOT_FOUND, ALREADY_ASSOCIATED, INVALID_VALUE, LIMIT_EXCEEDED. */
  associatePartner?: Maybe<AssociatePartnerPayload>;
  /** Turns it off and ends, at once, every federated session and pending handoff. Codes: VERSION_CONFLICT, IDEMPOTENCY_KEY_CONFLICT. */
  disableItCompleteLogin?: Maybe<DisableItCompleteLoginPayload>;
  /** Ends an association and its sessions, or turns a request down. Global or Spanning Admin. Codes: NOT_FOUND. */
  dissociatePartner?: Maybe<DissociatePartnerPayload>;
  /** Turns Login with IT Complete on. Global or Spanning Admin, recently signed in. Codes: TENANT_NOT_ASSOCIATED, VERSION_CONFLICT, IDEMPOTENCY_KEY_CONFLICT. */
  enableItCompleteLogin?: Maybe<EnableItCompleteLoginPayload>;
  /** Makes a Microsoft user a Spanning Admin. Global or Spanning Admin, recently signed in. Granting twice changes nothing. Codes: INVALID_VALUE, LIMIT_EXCEEDED. */
  grantSpanningAdmin?: Maybe<GrantSpanningAdminPayload>;
  /** Asks a tenant's admins for an association. Partner instance only. Answers alike whether or not there is such a tenant. Codes: INVALID_VALUE. */
  requestPartnerAssociation?: Maybe<RequestPartnerAssociationPayload>;
  /** Takes that back, and ends the person's sessions. Global or Spanning Admin, recently signed in. Codes: NOT_FOUND, LAST_ADMIN. */
  revokeSpanningAdmin?: Maybe<RevokeSpanningAdminPayload>;
  /** Chooses who gets mail, and how often; the recipients so far hear of it too. Global or Spanning Admin. Codes: INVALID_VALUE, LIMIT_EXCEEDED, VERSION_CONFLICT, IDEMPOTENCY_KEY_CONFLICT. */
  updateNotificationSettings?: Maybe<UpdateNotificationSettingsPayload>;
  /** Changes the terms of an association. Global or Spanning Admin, recently signed in. Codes: NOT_FOUND, INVALID_VALUE. */
  updatePartnerAssociation?: Maybe<UpdatePartnerAssociationPayload>;
  /** Chooses what is backed up. Codes: VERSION_CONFLICT, IDEMPOTENCY_KEY_CONFLICT. */
  updateServiceSettings?: Maybe<UpdateServiceSettingsPayload>;
};


/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type MutationApprovePartnerAssociationArgs = {
  input: ApprovePartnerAssociationInput;
};


/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type MutationAssociatePartnerArgs = {
  input: AssociatePartnerInput;
};


/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type MutationDisableItCompleteLoginArgs = {
  input: DisableItCompleteLoginInput;
};


/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type MutationDissociatePartnerArgs = {
  input: DissociatePartnerInput;
};


/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type MutationEnableItCompleteLoginArgs = {
  input: EnableItCompleteLoginInput;
};


/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type MutationGrantSpanningAdminArgs = {
  input: GrantSpanningAdminInput;
};


/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type MutationRequestPartnerAssociationArgs = {
  input: RequestPartnerAssociationInput;
};


/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type MutationRevokeSpanningAdminArgs = {
  input: RevokeSpanningAdminInput;
};


/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type MutationUpdateNotificationSettingsArgs = {
  input: UpdateNotificationSettingsInput;
};


/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type MutationUpdatePartnerAssociationArgs = {
  input: UpdatePartnerAssociationInput;
};


/**
 * Changing. Every authenticated one is in the activity log, refused ones too. What the caller can mend stands in `userErrors`, and then nothing was changed;
 * what the caller may not do is an error with a code as for reading, and the field is null.
 */
export type MutationUpdateServiceSettingsArgs = {
  input: UpdateServiceSettingsInput;
};

/** Whatever has an id of its own. */
export type Node = {
  /** Opaque, at most 128 characters, unique across types. Never parse it, never build one. */
  id: Scalars['ID']['output'];
};

/** How often routine mail comes. */
export type NotificationFrequency =
  /** Once a day. */
  | 'DAILY'
  /** As it happens. */
  | 'IMMEDIATELY'
  /** Once a week. */
  | 'WEEKLY';

/** Who gets mail. */
export type NotificationSettings = {
  __typename?: 'NotificationSettings';
  /** How often the routine mail comes. What concerns access to the tenant is always sent at once. */
  frequency: NotificationFrequency;
  /** At most 20. */
  recipients: Array<Scalars['EmailAddress']['output']>;
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

/** A tenant joined to a partner instance, or asked to be. */
export type PartnerAssociation = Node & {
  __typename?: 'PartnerAssociation';
  /** Subjects of the technicians who may come in; null: every technician of the instance. */
  allowedTechnicians?: Maybe<Array<Scalars['String']['output']>>;
  /** When it was made or asked for. */
  createdAt: Scalars['DateTime']['output'];
  /** What the partner calls this tenant. For people to read: nothing is ever looked up by it. */
  externalTenantId: Scalars['String']['output'];
  /** Its id. */
  id: Scalars['ID']['output'];
  /** How long ago, at most, a technician must have passed multi-factor authentication at the partner; null: it is not asked for. */
  mfaMaxAgeMinutes?: Maybe<Scalars['Int']['output']>;
  /** The other side. */
  partner: PartnerInstance;
  /** Whether it counts yet. */
  status: PartnerAssociationStatus;
};

/** Whether an association counts yet. */
export type PartnerAssociationStatus =
  /** Made or approved by an admin. */
  | 'ACTIVE'
  /** Asked for by the partner: opens nothing. */
  | 'REQUESTED';

/** One VSA server or UniView portal of one MSP. */
export type PartnerInstance = {
  __typename?: 'PartnerInstance';
  /** The id under which it is registered with us. An MSP tells it to its customers. */
  clientId: Scalars['String']['output'];
  /** Issuer of its assertions. */
  issuer: Scalars['URL']['output'];
  /** For people to read. */
  name: Scalars['String']['output'];
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

/**
 * Reading. An object that does not exist and one in which the caller has no business look the same: null.
 * A field that the caller may not read is null with an error beside it, whose `extensions.code` is one of UNAUTHENTICATED, FORBIDDEN,
 * MICROSOFT_SIGN_IN_REQUIRED, STEP_UP_REQUIRED, RATE_LIMITED, OVERLOADED, TIMEOUT, BAD_USER_INPUT, INTERNAL_SERVER_ERROR.
 */
export type Query = {
  __typename?: 'Query';
  /** Any object by its id. Null as for `tenant`. */
  node?: Maybe<Node>;
  /** The tenant. Null where it does not exist or the caller has no business there, which look the same. */
  tenant?: Maybe<Tenant>;
};


/**
 * Reading. An object that does not exist and one in which the caller has no business look the same: null.
 * A field that the caller may not read is null with an error beside it, whose `extensions.code` is one of UNAUTHENTICATED, FORBIDDEN,
 * MICROSOFT_SIGN_IN_REQUIRED, STEP_UP_REQUIRED, RATE_LIMITED, OVERLOADED, TIMEOUT, BAD_USER_INPUT, INTERNAL_SERVER_ERROR.
 */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Reading. An object that does not exist and one in which the caller has no business look the same: null.
 * A field that the caller may not read is null with an error beside it, whose `extensions.code` is one of UNAUTHENTICATED, FORBIDDEN,
 * MICROSOFT_SIGN_IN_REQUIRED, STEP_UP_REQUIRED, RATE_LIMITED, OVERLOADED, TIMEOUT, BAD_USER_INPUT, INTERNAL_SERVER_ERROR.
 */
export type QueryTenantArgs = {
  id: Scalars['ID']['input'];
};

/** Input of `requestPartnerAssociation`. */
export type RequestPartnerAssociationInput = {
  /** What the partner calls it. For people to read. */
  externalTenantId: Scalars['String']['input'];
  /** The tenant. */
  tenant: TenantLocator;
};

/** Answer of `requestPartnerAssociation`. An approval shows in `validateHandoff`. */
export type RequestPartnerAssociationPayload = {
  __typename?: 'RequestPartnerAssociationPayload';
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `revokeSpanningAdmin`. */
export type RevokeSpanningAdminInput = {
  /** The person's object id in the tenant's Entra ID. */
  objectId: Scalars['UUID']['input'];
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `revokeSpanningAdmin`. */
export type RevokeSpanningAdminPayload = {
  __typename?: 'RevokeSpanningAdminPayload';
  /** The person's sessions that this ended. */
  endedSessionCount?: Maybe<Scalars['Int']['output']>;
  /** As it is now; null if refused. */
  tenant?: Maybe<Tenant>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** What is backed up. */
export type ServiceSettings = {
  __typename?: 'ServiceSettings';
  /** Calendars. */
  calendar: Scalars['Boolean']['output'];
  /** Contacts. */
  contacts: Scalars['Boolean']['output'];
  /** Mailboxes. */
  mail: Scalars['Boolean']['output'];
  /** OneDrive. */
  oneDrive: Scalars['Boolean']['output'];
  /** SharePoint. */
  sharePoint: Scalars['Boolean']['output'];
  /** Teams. */
  teams: Scalars['Boolean']['output'];
};

export type Session = Node & {
  __typename?: 'Session';
  id: Scalars['ID']['output'];
};

/** Somebody who was made an admin of the tenant. */
export type SpanningAdmin = {
  __typename?: 'SpanningAdmin';
  /** As it was when granted. */
  displayName: Scalars['String']['output'];
  /** When it was granted. */
  grantedAt: Scalars['DateTime']['output'];
  /** The person's object id in the tenant's Entra ID: the key. */
  objectId: Scalars['UUID']['output'];
  /** As it was when granted. */
  userPrincipalName: Scalars['String']['output'];
};

/** A page of Spanning Admins, by name. */
export type SpanningAdminConnection = {
  __typename?: 'SpanningAdminConnection';
  /** With cursors. */
  edges: Array<SpanningAdminEdge>;
  /** Without. */
  nodes: Array<SpanningAdmin>;
  /** Where the page lies. */
  pageInfo: PageInfo;
};

/** One entry of the page. */
export type SpanningAdminEdge = {
  __typename?: 'SpanningAdminEdge';
  /** Opaque. */
  cursor: Scalars['String']['output'];
  /** The entry. */
  node: SpanningAdmin;
};

/** One Microsoft 365 organisation. A field that the caller may not read is null, with an error beside it. */
export type Tenant = Node & {
  __typename?: 'Tenant';
  /** Its id. */
  id: Scalars['ID']['output'];
  /** The organisation's Entra `tid`. */
  microsoftTenantId: Scalars['UUID']['output'];
  /** For people to read. */
  name: Scalars['String']['output'];
  /** Partner instances that are joined to the tenant or ask to be; at most 100. */
  partnerAssociations?: Maybe<Array<PartnerAssociation>>;
  /** Its default Microsoft 365 domain. */
  primaryDomain: Scalars['String']['output'];
  /** What the tenant has chosen. */
  settings?: Maybe<TenantSettings>;
  /** Who was made an admin here. Global Admins are not listed: Entra ID knows them. */
  spanningAdmins?: Maybe<SpanningAdminConnection>;
};


/** One Microsoft 365 organisation. A field that the caller may not read is null, with an error beside it. */
export type TenantSpanningAdminsArgs = {
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

/** What a tenant has chosen. */
export type TenantSettings = {
  __typename?: 'TenantSettings';
  /** Whether MSP technicians may come in through VSA or UniView. */
  itCompleteLogin: ItCompleteLogin;
  /** Who gets mail. */
  notifications: NotificationSettings;
  /** What is backed up. */
  services: ServiceSettings;
  /** Rises with every change. Give it as `expectedVersion`. */
  version: Scalars['Int']['output'];
};

/** Input of `updateNotificationSettings`. */
export type UpdateNotificationSettingsInput = {
  /** The version on which the change is based. */
  expectedVersion: Scalars['Int']['input'];
  /** How often routine mail comes. */
  frequency?: InputMaybe<NotificationFrequency>;
  /** As in `enableItCompleteLogin`. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The whole new list, at most 20. */
  recipients?: InputMaybe<Array<Scalars['EmailAddress']['input']>>;
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `updateNotificationSettings`. */
export type UpdateNotificationSettingsPayload = {
  __typename?: 'UpdateNotificationSettingsPayload';
  /** As it is now; null if refused. */
  tenant?: Maybe<Tenant>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `updatePartnerAssociation`. */
export type UpdatePartnerAssociationInput = {
  /** The whole new list; null: every technician of the instance. */
  allowedTechnicians?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The association. */
  associationId: Scalars['ID']['input'];
  /** See `PartnerAssociation.mfaMaxAgeMinutes`. */
  mfaMaxAgeMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `updatePartnerAssociation`. */
export type UpdatePartnerAssociationPayload = {
  __typename?: 'UpdatePartnerAssociationPayload';
  /** The association; null if refused. */
  association?: Maybe<PartnerAssociation>;
  /** Handoffs that narrowing it made worthless. */
  endedHandoffCount?: Maybe<Scalars['Int']['output']>;
  /** Federated sessions that narrowing it ended. */
  endedSessionCount?: Maybe<Scalars['Int']['output']>;
  /** What to mend. */
  userErrors: Array<UserError>;
};

/** Input of `updateServiceSettings`. */
export type UpdateServiceSettingsInput = {
  /** Calendars. */
  calendar?: InputMaybe<Scalars['Boolean']['input']>;
  /** Contacts. */
  contacts?: InputMaybe<Scalars['Boolean']['input']>;
  /** The version on which the change is based. */
  expectedVersion: Scalars['Int']['input'];
  /** As in `enableItCompleteLogin`. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Mailboxes. */
  mail?: InputMaybe<Scalars['Boolean']['input']>;
  /** OneDrive. */
  oneDrive?: InputMaybe<Scalars['Boolean']['input']>;
  /** SharePoint. */
  sharePoint?: InputMaybe<Scalars['Boolean']['input']>;
  /** Teams. */
  teams?: InputMaybe<Scalars['Boolean']['input']>;
  /** The tenant. */
  tenantId: Scalars['ID']['input'];
};

/** Answer of `updateServiceSettings`. */
export type UpdateServiceSettingsPayload = {
  __typename?: 'UpdateServiceSettingsPayload';
  /** As it is now; null if refused. */
  tenant?: Maybe<Tenant>;
  /** What to mend. */
  userErrors: Array<UserError>;
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
  /** This partner instance is associated already. */
  | 'ALREADY_ASSOCIATED'
  /** This key was used with another input. */
  | 'IDEMPOTENCY_KEY_CONFLICT'
  /** A member of the input is not as it should be. */
  | 'INVALID_VALUE'
  /** The last way in cannot be removed. */
  | 'LAST_ADMIN'
  /** A list is full. */
  | 'LIMIT_EXCEEDED'
  /** There is no such thing in this tenant. */
  | 'NOT_FOUND'
  /** No partner instance is registered under this client id. */
  | 'PARTNER_NOT_FOUND'
  /** The tenant has no partner associated. */
  | 'TENANT_NOT_ASSOCIATED'
  /** Somebody else changed the settings meanwhile: read them again. */
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

