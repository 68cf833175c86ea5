/**
 * The vocabulary of permissions. Each rule is a pure function of the viewer and the arguments, so
 * that the same rule can be evaluated twice: before the resolver, and again under lock in the
 * mutation's transaction.
 */
import type { GraphQLError } from 'graphql'
import { isMember, type Viewer } from '../auth/viewer.ts'
import { type DenialCode, denied } from '../lib/errors.ts'
import { allow, and, chain, or, rule, type ShieldRule } from './shield.ts'

export type { ShieldRule } from './shield.ts'
export { and, chain as allOf, or }

/** The arguments that rules can see: mutations of a tenant name it in their input. */
interface Arguments {
  input?: { tenantId?: string; sessionId?: string }
}

/** Makes a rule: `check` returns true, or the code of the denial. */
export const when = (check: (viewer: Viewer, args: Arguments) => true | DenialCode): ShieldRule =>
  rule({ cache: 'no_cache' })(
    (_parent: unknown, args: Arguments, context: { viewer: Viewer }): true | GraphQLError => {
      const answer = check(context.viewer, args)
      return answer === true ? true : denied(answer)
    },
  )

/** The denial for a viewer who is not signed in to a tenant. */
const notSignedIn = (viewer: Viewer): DenialCode => {
  if (viewer.kind === 'ended') return viewer.code
  return viewer.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
}

/** Everyone: the field is public, or the way to it was guarded. */
export const anyone = allow

/**
 * Everyone, with evidence in the arguments. API tokens are excluded, because they are for reading
 * activity only.
 */
export const anyoneButApiTokens = when((viewer) => viewer.kind !== 'api-token' || 'FORBIDDEN')

const isSignedIn = (viewer: Viewer): true | DenialCode =>
  viewer.kind === 'technician' && !viewer.itCompleteLoginEnabled
    ? 'MICROSOFT_SIGN_IN_REQUIRED'
    : isMember(viewer) || notSignedIn(viewer)

/** Signed in to a tenant; technicians only while it has Login with IT Complete on. */
export const signedIn = when(isSignedIn)

/** Signed in, or an API token. */
export const readsActivity = when((viewer) => viewer.kind === 'api-token' || isSignedIn(viewer))

/**
 * Signed in, an API token, or a partner instance, which gets the events of its own technicians
 * only.
 */
export const readsEvents = when(
  (viewer) => viewer.kind === 'api-token' || viewer.kind === 'partner-client' || isSignedIn(viewer),
)

/** May see a tenant's whole log: its admins and its API tokens. */
export const readsWholeLog = when((viewer) => {
  if (viewer.kind === 'api-token' || viewer.kind === 'admin') return true
  return isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)
})

/** The tenant in the input is the session's own. */
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

/** A Microsoft sign-in within the last 10 minutes, by the ID token's `auth_time`. */
export const recentlySignedIn = when((viewer) => {
  if (viewer.kind === 'admin') return viewer.recentlySignedIn || 'STEP_UP_REQUIRED'
  return isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)
})

/** A partner's back end that authenticated itself. */
export const partnerClient = when((viewer) => {
  if (viewer.kind === 'partner-client') return true
  return isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)
})

/**
 * The product's rule: Global or Spanning Admins, or federated MSP sessions on a tenant that has the
 * feature on; on the session's own tenant.
 */
export const adminOrFederatedSession = chain(
  onOwnTenant,
  or(admin, chain(federatedSession, itCompleteLoginOn)),
)

/** Global and Spanning Admins only. */
export const adminOnly = chain(onOwnTenant, admin)

/** Global and Spanning Admins who signed in within the last 10 minutes. */
export const adminRecentlySignedIn = chain(onOwnTenant, admin, recentlySignedIn)
