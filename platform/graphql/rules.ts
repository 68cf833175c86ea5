/**
 * The words in which permissions are written. Each says whether a viewer may go on, as a pure function of the viewer and the
 * arguments, so that the very same rule is asked twice: before the operation, and again under lock inside its transaction.
 */
import type { GraphQLError } from 'graphql'
import { isMember, type Viewer } from '../auth/viewer.ts'
import { type DenialCode, denied } from '../lib/errors.ts'
import { allow, and, chain, or, rule, type ShieldRule } from './shield.ts'

export type { ShieldRule } from './shield.ts'
export { and, chain as allOf, or }

/** Arguments as far as rules look at them: every tenant mutation names its tenant. */
interface Arguments {
  input?: { tenantId?: string; sessionId?: string }
}

/** A rule of one's own, for what a single field asks. */
export const when = (says: (viewer: Viewer, args: Arguments) => true | DenialCode): ShieldRule =>
  rule({ cache: 'no_cache' })(
    (_parent: unknown, args: Arguments, context: { viewer: Viewer }): true | GraphQLError => {
      const answer = says(context.viewer, args)
      return answer === true ? true : denied(answer)
    },
  )

/** What a viewer who is not signed in to any tenant is told. */
const notSignedIn = (viewer: Viewer): DenialCode =>
  viewer.kind === 'ended'
    ? viewer.code
    : viewer.kind === 'anonymous'
      ? 'UNAUTHENTICATED'
      : 'FORBIDDEN'

/** Anybody: what it shows is nobody's, or was guarded on the way to it. */
export const anyone = allow

/** Anybody, on evidence of their own. An API token is none: it reads activity, and is good for nothing else. */
export const anyoneButApiTokens = when((viewer) => viewer.kind !== 'api-token' || 'FORBIDDEN')

const isSignedIn = (viewer: Viewer): true | DenialCode =>
  viewer.kind === 'technician' && !viewer.itCompleteLoginEnabled
    ? 'MICROSOFT_SIGN_IN_REQUIRED'
    : isMember(viewer) || notSignedIn(viewer)

/** Whoever is signed in to a tenant; a technician only while it has the feature on. */
export const signedIn = when(isSignedIn)

/** The same, and the tenant's API tokens: the one thing that they are for. */
export const readsActivity = when((viewer) => viewer.kind === 'api-token' || isSignedIn(viewer))

/** The same, and partner instances, which are given the events of their own technicians and no others. */
export const readsEvents = when(
  (viewer) => viewer.kind === 'api-token' || viewer.kind === 'partner-client' || isSignedIn(viewer),
)

/** Whoever may see the whole of a tenant's log: its admins, and its API tokens. */
export const readsWholeLog = when((viewer) =>
  viewer.kind === 'api-token' || viewer.kind === 'admin'
    ? true
    : isMember(viewer)
      ? 'FORBIDDEN'
      : notSignedIn(viewer),
)

/** The tenant that the input names is the session's own. */
export const onOwnTenant = when((viewer, args) =>
  isMember(viewer) ? args.input?.tenantId === viewer.tenantId || 'FORBIDDEN' : notSignedIn(viewer),
)

/** A Global or Spanning Admin, signed in with Microsoft. */
export const admin = when(
  (viewer) => viewer.kind === 'admin' || (isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)),
)

/** A federated MSP session. */
export const federatedSession = when(
  (viewer) =>
    viewer.kind === 'technician' || (isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)),
)

/** The session's tenant has Login with IT Complete on. */
export const itCompleteLoginOn = signedIn

/** A Microsoft sign-in of the last 10 minutes, by the ID token's `auth_time`. */
export const recentlySignedIn = when((viewer) =>
  viewer.kind === 'admin'
    ? viewer.recentlySignedIn || 'STEP_UP_REQUIRED'
    : isMember(viewer)
      ? 'FORBIDDEN'
      : notSignedIn(viewer),
)

/** A partner's back end that has authenticated itself. */
export const partnerClient = when((viewer) =>
  viewer.kind === 'partner-client'
    ? true
    : viewer.kind === 'anonymous'
      ? 'UNAUTHENTICATED'
      : viewer.kind === 'ended'
        ? viewer.code
        : 'FORBIDDEN',
)

/** The product's sentence: Global or Spanning Admins, or federated MSP sessions on tenants that have the feature on; on their own tenant. */
export const adminOrFederatedSession = chain(
  onOwnTenant,
  or(admin, chain(federatedSession, itCompleteLoginOn)),
)

/** Narrower: Global and Spanning Admins alone. */
export const adminOnly = chain(onOwnTenant, admin)

/** Narrower still: and only soon after signing in. */
export const adminRecentlySignedIn = chain(onOwnTenant, admin, recentlySignedIn)
