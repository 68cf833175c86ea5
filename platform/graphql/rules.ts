/**
 * The basic rules for permissions. Each rule is a pure function of the viewer and the arguments, so
 * it can be evaluated twice: before the resolver, and again under lock in the mutation's
 * transaction.
 */
import type { GraphQLError } from 'graphql'
import { isMember, type Viewer } from '../auth/viewer.ts'
import { type DenialCode, denied } from '../lib/errors.ts'
import { allow, and, chain, or, rule, type ShieldRule } from './shield.ts'

export type { ShieldRule } from './shield.ts'
export { and, chain as allOf, or }

/** The arguments that rules use. The input of a mutation contains the id of the tenant. */
interface Arguments {
  input?: { tenantId?: string; sessionId?: string }
}

/** Creates a rule from a check. The check returns true or the error code of the denial. */
export const when = (check: (viewer: Viewer, args: Arguments) => true | DenialCode): ShieldRule =>
  rule({ cache: 'no_cache' })(
    (_parent: unknown, args: Arguments, context: { viewer: Viewer }): true | GraphQLError => {
      const answer = check(context.viewer, args)
      return answer === true ? true : denied(answer)
    },
  )

/** Returns the denial code for a viewer who is not signed in to any tenant. */
const notSignedIn = (viewer: Viewer): DenialCode => {
  if (viewer.kind === 'ended') return viewer.code
  return viewer.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
}

/**
 * Allows every viewer. Used for public fields, and for fields whose parent field already has a
 * rule.
 */
export const anyone = allow

/**
 * Allows every viewer except API tokens, because API tokens can only read activity. The mutation
 * verifies the evidence in its arguments, such as a handoff code.
 */
export const anyoneButApiTokens = when((viewer) => viewer.kind !== 'api-token' || 'FORBIDDEN')

const isSignedIn = (viewer: Viewer): true | DenialCode =>
  viewer.kind === 'technician' && !viewer.itCompleteLoginEnabled
    ? 'MICROSOFT_SIGN_IN_REQUIRED'
    : isMember(viewer) || notSignedIn(viewer)

/**
 * Allows viewers who are signed in to a tenant. Technicians are allowed only while Login with IT
 * Complete is on in that tenant.
 */
export const signedIn = when(isSignedIn)

/** Allows viewers who are signed in, and API tokens. */
export const readsActivity = when((viewer) => viewer.kind === 'api-token' || isSignedIn(viewer))

/**
 * Allows viewers who are signed in, API tokens and partner instances. A partner instance receives
 * only the events of its own technicians.
 */
export const readsEvents = when(
  (viewer) => viewer.kind === 'api-token' || viewer.kind === 'partner-client' || isSignedIn(viewer),
)

/** Allows admins and API tokens. Both kinds of viewers can read the tenant's whole log. */
export const readsWholeLog = when((viewer) => {
  if (viewer.kind === 'api-token' || viewer.kind === 'admin') return true
  return isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)
})

/** Requires that the tenant in the input is the tenant of the viewer's session. */
export const onOwnTenant = when((viewer, args) =>
  isMember(viewer) ? args.input?.tenantId === viewer.tenantId || 'FORBIDDEN' : notSignedIn(viewer),
)

/** Allows Global and Spanning Admins who signed in with Microsoft. */
export const admin = when(
  (viewer) => viewer.kind === 'admin' || (isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)),
)

/** Allows technicians with a federated session. */
export const federatedSession = when(
  (viewer) =>
    viewer.kind === 'technician' || (isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)),
)

/** Requires that Login with IT Complete is on in the tenant of the session. */
export const itCompleteLoginOn = signedIn

/**
 * Requires a Microsoft sign-in within the last 10 minutes, according to the `auth_time` of the ID
 * token.
 */
export const recentlySignedIn = when((viewer) => {
  if (viewer.kind === 'admin') return viewer.recentlySignedIn || 'STEP_UP_REQUIRED'
  return isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)
})

/** Allows authenticated back ends of partners. */
export const partnerClient = when((viewer) => {
  if (viewer.kind === 'partner-client') return true
  return isMember(viewer) ? 'FORBIDDEN' : notSignedIn(viewer)
})

/**
 * Allows actions on the tenant of the viewer's own session. The viewer must be a Global or Spanning
 * Admin, or a technician whose tenant has Login with IT Complete on.
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
