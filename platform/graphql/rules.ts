/**
 * The rules from which permissions are composed. Each rule is a pure function of the viewer and the
 * arguments, so that the same rule can be evaluated twice: before the resolver, and again under
 * lock in the mutation's transaction.
 */
import type { GraphQLError } from 'graphql'
import { isMember, type Viewer } from '../auth/viewer.ts'
import { type DenialCode, denied } from '../lib/errors.ts'
import { allow, and, chain, or, rule, type ShieldRule } from './shield.ts'

export type { ShieldRule } from './shield.ts'
export { and, chain as allOf, or }

/** The arguments that rules can read. Mutations contain the tenant's id in their input. */
interface Arguments {
  input?: { tenantId?: string; sessionId?: string }
}

/** Creates a rule from a check, which returns true or the code of the denial. */
export const when = (check: (viewer: Viewer, args: Arguments) => true | DenialCode): ShieldRule =>
  rule({ cache: 'no_cache' })(
    (_parent: unknown, args: Arguments, context: { viewer: Viewer }): true | GraphQLError => {
      const answer = check(context.viewer, args)
      return answer === true ? true : denied(answer)
    },
  )

/** Returns the denial code for a viewer who is not signed in to a tenant. */
const notSignedIn = (viewer: Viewer): DenialCode => {
  if (viewer.kind === 'ended') return viewer.code
  return viewer.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
}

/** Allows every caller: the field is public, or a rule has already guarded its parent field. */
export const anyone = allow

/**
 * Allows every caller except API tokens, which can only read activity. The mutation itself verifies
 * the evidence in its arguments, such as a handoff code.
 */
export const anyoneButApiTokens = when((viewer) => viewer.kind !== 'api-token' || 'FORBIDDEN')

const isSignedIn = (viewer: Viewer): true | DenialCode =>
  viewer.kind === 'technician' && !viewer.itCompleteLoginEnabled
    ? 'MICROSOFT_SIGN_IN_REQUIRED'
    : isMember(viewer) || notSignedIn(viewer)

/**
 * The viewer is signed in to a tenant. For technicians, Login with IT Complete must be on there.
 */
export const signedIn = when(isSignedIn)

/** The viewer is signed in or is an API token. */
export const readsActivity = when((viewer) => viewer.kind === 'api-token' || isSignedIn(viewer))

/**
 * The viewer is signed in, an API token, or a partner instance. A partner instance receives only
 * the events of its own technicians.
 */
export const readsEvents = when(
  (viewer) => viewer.kind === 'api-token' || viewer.kind === 'partner-client' || isSignedIn(viewer),
)

/** The viewer is an admin or an API token. Both can read the tenant's whole log. */
export const readsWholeLog = when((viewer) => {
  if (viewer.kind === 'api-token' || viewer.kind === 'admin') return true
  return isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)
})

/** The tenant in the input is the tenant of the viewer's session. */
export const onOwnTenant = when((viewer, args) =>
  isMember(viewer) ? args.input?.tenantId === viewer.tenantId || 'FORBIDDEN' : notSignedIn(viewer),
)

/** The viewer is a Global or Spanning Admin who signed in with Microsoft. */
export const admin = when(
  (viewer) => viewer.kind === 'admin' || (isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)),
)

/** The viewer is a technician in a federated session. */
export const federatedSession = when(
  (viewer) =>
    viewer.kind === 'technician' || (isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)),
)

/** The session's tenant has Login with IT Complete on. */
export const itCompleteLoginOn = signedIn

/** The viewer signed in with Microsoft within the last 10 minutes (the ID token's `auth_time`). */
export const recentlySignedIn = when((viewer) => {
  if (viewer.kind === 'admin') return viewer.recentlySignedIn || 'STEP_UP_REQUIRED'
  return isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)
})

/** The viewer is an authenticated partner back end. */
export const partnerClient = when((viewer) => {
  if (viewer.kind === 'partner-client') return true
  return isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)
})

/**
 * Allows Global and Spanning Admins, and technicians while Login with IT Complete is on, to act on
 * the tenant of their own session.
 */
export const adminOrFederatedSession = chain(
  onOwnTenant,
  or(admin, chain(federatedSession, itCompleteLoginOn)),
)

/** Allows Global and Spanning Admins to act on their own tenant. */
export const adminOnly = chain(onOwnTenant, admin)

/**
 * Allows Global and Spanning Admins who signed in within the last 10 minutes to act on their own
 * tenant.
 */
export const adminRecentlySignedIn = chain(onOwnTenant, admin, recentlySignedIn)
