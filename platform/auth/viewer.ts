/**
 * Who is asking, settled once per request by the gateway against the database, frozen, and handed to the subgraphs:
 * as an object in one process, as a signed token over HTTP.
 */
import type { SessionStatus } from '../../drizzle/reads.ts'
import type { Actor } from '../../drizzle/tables/shared.ts'
import type { DenialCode } from '../lib/errors.ts'

type ActorOf<Name extends Actor['__typename']> = Extract<Actor, { __typename: Name }>

/** Nobody who could be told. */
export interface Anonymous {
  kind: 'anonymous'
}

/** Somebody whose session has ended: known for the log, and let in nowhere. */
export interface EndedSession {
  kind: 'ended'
  tenantId: string
  sessionId: string
  actor: Actor
  method: LoginMethod
  clientId: string | null
  /** What to tell them. */
  code: DenialCode
}

interface LiveSession {
  tenantId: string
  sessionId: string
  method: LoginMethod
}

/** A Global or Spanning Admin, signed in with Microsoft. */
export interface Admin extends LiveSession {
  kind: 'admin'
  actor: ActorOf<'MicrosoftAdmin'>
  /** Whether the ID token's `auth_time` is recent enough for what asks for a step-up. */
  recentlySignedIn: boolean
}

/** A technician in a federated session. */
export interface Technician extends LiveSession {
  kind: 'technician'
  actor: ActorOf<'PartnerTechnician'>
  clientId: string
  /** Whether the tenant has Login with IT Complete on. A session does not outlive it; the rules say so themselves. */
  itCompleteLoginEnabled: boolean
}

/** A VSA or UniView back end acting for itself, authenticated. */
export interface PartnerClient {
  kind: 'partner-client'
  clientId: string
  actor: ActorOf<'PartnerClient'>
}

/** A program that reads one tenant's activity, by an API token. */
export interface ApiToken {
  kind: 'api-token'
  tenantId: string
  tokenId: string
  actor: ActorOf<'ApiTokenActor'>
}

export type Viewer = Anonymous | EndedSession | Admin | Technician | PartnerClient | ApiToken
export type Member = Admin | Technician
/** Whoever reads in a tenant: what of it, the rules say. */
export type Reader = Member | ApiToken
export type LoginMethod = 'MICROSOFT' | 'KASEYA_VSA' | 'UNITRENDS_UNIVIEW'

export const anonymous: Anonymous = Object.freeze({ kind: 'anonymous' })

export const isMember = (viewer: Viewer): viewer is Member =>
  viewer.kind === 'admin' || viewer.kind === 'technician'

/** Whether the viewer is signed in to just this tenant. */
export const isMemberOf = (viewer: Viewer, tenantId: string): viewer is Member =>
  isMember(viewer) && viewer.tenantId === tenantId

export const isReader = (viewer: Viewer): viewer is Reader =>
  isMember(viewer) || viewer.kind === 'api-token'

/** Whether just this tenant is the one in which the viewer reads. */
export const isReaderOf = (viewer: Viewer, tenantId: string): viewer is Reader =>
  isReader(viewer) && viewer.tenantId === tenantId

/** The partner instance beyond whose technicians, sessions and activity the viewer may not look; null: no such bound. */
export const partnerScope = (viewer: Reader): string | null =>
  viewer.kind === 'technician' ? viewer.clientId : null

/** A step-up counts for ten minutes after the ID token's `auth_time`. */
const stepUpSeconds = 600

/** The viewer that a session's standing makes. */
export function viewerOf(tenantId: string, standing: SessionStatus): Member | EndedSession {
  const { actor, clientId, itCompleteLoginEnabled, secondsSinceAuthentication } = standing
  const session = { tenantId, sessionId: standing.sessionId, method: standing.method }
  if (
    !standing.live ||
    (actor.__typename !== 'MicrosoftAdmin' && actor.__typename !== 'PartnerTechnician')
  ) {
    const onlyMicrosoftIsLeft = standing.method !== 'MICROSOFT' && !itCompleteLoginEnabled
    return Object.freeze({
      ...session,
      kind: 'ended',
      actor,
      clientId,
      code: onlyMicrosoftIsLeft ? 'MICROSOFT_SIGN_IN_REQUIRED' : 'UNAUTHENTICATED',
    })
  }
  if (actor.__typename === 'MicrosoftAdmin') {
    const recentlySignedIn =
      secondsSinceAuthentication !== null && secondsSinceAuthentication < stepUpSeconds
    return Object.freeze({ ...session, kind: 'admin', actor, recentlySignedIn })
  }
  return Object.freeze({
    ...session,
    kind: 'technician',
    actor,
    clientId: clientId!,
    itCompleteLoginEnabled,
  })
}

/** The viewer that an API token makes. */
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

/** From where and with what a request came. Its id is the support id that pages show. */
export interface RequestMetadata {
  requestId: string
  traceId: string | null
  ipAddress: string | null
  userAgent: string | null
}

/** The signed form in which the viewer goes to a subgraph over HTTP: seconds long, for one subgraph. */
export const viewerTokenType = 'viewer+jwt'
export const viewerTokenSeconds = 10
export const viewerTokenAudience = (subgraph: string) => `subgraph:${subgraph}`
