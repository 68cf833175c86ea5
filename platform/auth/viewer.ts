/**
 * The viewer is the user or program that sends a request. The gateway determines the viewer once
 * per request from the database and passes the viewer to the subgraphs. In one process the viewer
 * is a frozen object, and over HTTP a signed token.
 */
import type { SessionStatus } from '../../drizzle/reads/sessions.ts'
import type { Actor } from '../../drizzle/tables/shared.ts'
import type { DenialCode } from '../lib/errors.ts'

type ActorOf<Name extends Actor['__typename']> = Extract<Actor, { __typename: Name }>

/** The sender of a request without credentials or with unknown credentials. */
export interface Anonymous {
  kind: 'anonymous'
}

/**
 * A user whose session has ended. All requests are denied, and the denials are recorded with this
 * user as the actor.
 */
export interface EndedSession {
  kind: 'ended'
  tenantId: string
  sessionId: string
  actor: Actor
  method: LoginMethod
  clientId: string | null
  /** The error code for all denied requests of this session. */
  code: DenialCode
}

interface LiveSession {
  tenantId: string
  sessionId: string
  method: LoginMethod
}

/** A Global or Spanning Admin who signed in with Microsoft. */
export interface Admin extends LiveSession {
  kind: 'admin'
  actor: ActorOf<'MicrosoftAdmin'>
  /**
   * Whether the `auth_time` of the ID token is less than 10 minutes ago. Mutations with step-up
   * authentication require a sign-in this recent.
   */
  recentlySignedIn: boolean
}

/** A technician with a federated session. */
export interface Technician extends LiveSession {
  kind: 'technician'
  actor: ActorOf<'PartnerTechnician'>
  clientId: string
  /**
   * Whether Login with IT Complete is on in the tenant. The permissions check this value, although
   * turning the feature off also ends the session.
   */
  itCompleteLoginEnabled: boolean
}

/** An authenticated VSA or UniView back end that acts for itself, not for a technician. */
export interface PartnerClient {
  kind: 'partner-client'
  clientId: string
  actor: ActorOf<'PartnerClient'>
}

/** A program that uses an API token to read the activity of one tenant. */
export interface ApiToken {
  kind: 'api-token'
  tenantId: string
  tokenId: string
  actor: ActorOf<'ApiTokenActor'>
}

export type Viewer = Anonymous | EndedSession | Admin | Technician | PartnerClient | ApiToken
/** A viewer who is signed in to a tenant. */
export type Member = Admin | Technician
/** A viewer who can read data of a tenant. The permissions define the readable fields. */
export type Reader = Member | ApiToken
export type LoginMethod = 'MICROSOFT' | 'KASEYA_VSA' | 'UNITRENDS_UNIVIEW'

export const anonymous: Anonymous = Object.freeze({ kind: 'anonymous' })

export const isMember = (viewer: Viewer): viewer is Member =>
  viewer.kind === 'admin' || viewer.kind === 'technician'

/** Whether the viewer is signed in to this tenant. */
export const isMemberOf = (viewer: Viewer, tenantId: string): viewer is Member =>
  isMember(viewer) && viewer.tenantId === tenantId

export const isReader = (viewer: Viewer): viewer is Reader =>
  isMember(viewer) || viewer.kind === 'api-token'

/** Whether the viewer can read data of this tenant. */
export const isReaderOf = (viewer: Viewer, tenantId: string): viewer is Reader =>
  isReader(viewer) && viewer.tenantId === tenantId

/**
 * Returns the client id of the partner instance to which the viewer's access is restricted. Null
 * means that the viewer can see the technicians, sessions and activity of the whole tenant.
 */
export const partnerScope = (viewer: Reader): string | null =>
  viewer.kind === 'technician' ? viewer.clientId : null

/** The maximum age of the ID token's `auth_time`, in seconds, for a sign-in to count as recent. */
const stepUpSeconds = 600

/**
 * Returns the viewer for a session. The session's status in the database determines the kind of
 * viewer.
 */
export function viewerOf(tenantId: string, status: SessionStatus): Member | EndedSession {
  const { sessionId, method, live, actor, clientId, itCompleteLoginEnabled } = status
  const session = { tenantId, sessionId, method }
  if (live && actor.__typename === 'MicrosoftAdmin') {
    const { secondsSinceAuthentication: seconds } = status
    const recentlySignedIn = seconds !== null && seconds < stepUpSeconds
    return Object.freeze<Admin>({ ...session, kind: 'admin', actor, recentlySignedIn })
  }
  if (live && actor.__typename === 'PartnerTechnician' && clientId !== null)
    return Object.freeze<Technician>({
      ...session,
      kind: 'technician',
      actor,
      clientId,
      itCompleteLoginEnabled,
    })
  const isFeatureOff = method !== 'MICROSOFT' && !itCompleteLoginEnabled
  return Object.freeze<EndedSession>({
    ...session,
    kind: 'ended',
    actor,
    clientId,
    code: isFeatureOff ? 'MICROSOFT_SIGN_IN_REQUIRED' : 'UNAUTHENTICATED',
  })
}

/** Returns the viewer for an API token. */
export const apiTokenViewer = (
  tenantId: string,
  { tokenId, name }: { tokenId: string; name: string },
): ApiToken =>
  Object.freeze<ApiToken>({
    kind: 'api-token',
    tenantId,
    tokenId,
    actor: { __typename: 'ApiTokenActor', key: `token:${tokenId}`, displayName: name },
  })

/**
 * The ids of a request, and the IP address and user agent of the client. Every event records these
 * values.
 */
export interface RequestMetadata {
  /** A UUID. Error pages show the UUID as the support ID. */
  requestId: string
  /** W3C Trace Context trace-id, 32 hexadecimal digits. */
  traceId: string | null
  ipAddress: string | null
  userAgent: string | null
}
