import type { IDToken } from 'openid-client'
import {
  organizationOf,
  spanningAdminGrant,
  tenantOfDomain,
} from '../../../drizzle/reads/tenants.ts'
import type { Actor } from '../../../drizzle/tables/shared.ts'
import { auditedWithProof, throwUserError } from '../../../platform/audit/audited.ts'
import { recordRefusedSignIn, recordUnverified } from '../../../platform/audit/refusals.ts'
import { sha256 } from '../../../platform/auth/tokens.ts'
import { denied, type UserError } from '../../../platform/lib/errors.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { SignInContext } from '../context.ts'
import { createSession } from '../sessions/create-session.ts'
import { isIssuerMismatch, redeemAuthorizationCode } from './entra-client.ts'
import { entraErrorOf, entraMessages, entraReason, kindOf } from './entra-error.ts'
import { type LoginClient, type LoginState, redirectPaths } from './login-state.ts'
import { type MicrosoftUser, microsoftUser } from './microsoft-user.ts'
import { ProviderUnavailable } from './provider-unavailable.ts'
import type { TenantLocator } from './tenant-locator.ts'

/** The result of a Microsoft sign-in. A refused sign-in has only `userErrors`. */
export interface CompletedLogin {
  token?: string
  sessionId?: string
  tenantId?: string
  returnTo?: string | null
  userErrors: UserError[]
}

/**
 * The messages of user errors, which clients and the error page show. None of them reveals whether
 * a tenant exists.
 */
const messages = {
  LOGIN_INVALID:
    'Microsoft did not confirm this sign-in, or it was started elsewhere or more than 15 minutes ago. Start again.',
  TENANT_MISMATCH:
    'Your Microsoft account does not belong to the organization that you asked for. Check the domain, or sign in with another account.',
} as const

/** A user whom Microsoft authenticated, and the tenant of the user's organization. */
interface VerifiedLogin {
  tenantId: string
  user: MicrosoftUser
}

/**
 * Verifies Microsoft's response and creates a session.
 * @param secret the secret that `startMicrosoftLogin` returned
 * @throws FORBIDDEN when the user belongs to the tenant's organization but is not an admin of the
 *   tenant
 * @throws ProviderUnavailable when Entra ID is unavailable
 */
export async function completeMicrosoftLogin(
  signIn: SignInContext,
  client: LoginClient,
  callbackUrl: URL,
  secret: string | undefined,
): Promise<CompletedLogin> {
  const state = await signIn.stateCipher.decrypt<LoginState>(
    'microsoft state',
    callbackUrl.searchParams.get('state') ?? '',
  )
  const startFailure = checkStart(signIn, client, callbackUrl, secret, state)
  if (startFailure || !state) return refuse(signIn, state, 'LOGIN_INVALID', startFailure ?? 'STATE')

  const verified = await verifyUser(signIn, state, callbackUrl)
  if ('userErrors' in verified) return verified
  return signInUser(signIn, state, verified)
}

/**
 * Checks that this client started the sign-in.
 * @returns null if the check passes, otherwise a reason for the operators' log
 */
function checkStart(
  { issuer }: SignInContext,
  client: LoginClient,
  callbackUrl: URL,
  secret: string | undefined,
  state: LoginState | null,
): string | null {
  if (!state || state.client !== client) return 'STATE'
  if (!secret || sha256(secret) !== state.secretHash) return 'TRANSACTION'
  const redirectUri = callbackUrl.origin + callbackUrl.pathname
  return redirectUri === issuer + redirectPaths[client] ? null : 'REDIRECT_URI'
}

/**
 * A `tid` that belongs to no organization. Sign-ins to an unknown tenant use this value, so that an
 * unknown tenant and a wrong tenant fail at the same step.
 */
const unusedTid = '00000000-0000-0000-0000-000000000000'

/** Redeems the authorization code for an ID token, verifies the token, and returns its user. */
async function verifyUser(
  signIn: SignInContext,
  state: LoginState,
  callbackUrl: URL,
): Promise<VerifiedLogin | CompletedLogin> {
  const homeTenant = await homeTenantOf(signIn, state.locator)
  const tid = homeTenant?.microsoftTenantId ?? unusedTid
  let claims: IDToken
  try {
    claims = await redeemAuthorizationCode(signIn.microsoft, tid, callbackUrl, state)
  } catch (error) {
    return handleEntraFailure(signIn, state, error)
  }
  if (!homeTenant || claims.tid !== homeTenant.microsoftTenantId)
    return refuse(signIn, state, 'TENANT_MISMATCH', 'TID')
  const user = microsoftUser(claims)
  if (!user) return refuse(signIn, state, 'LOGIN_INVALID', 'CLAIMS')
  return { tenantId: homeTenant.tenantId, user }
}

/**
 * Records why Entra ID issued no valid ID token. An error's description is not recorded, because it
 * can contain personal data.
 * @throws ProviderUnavailable when Entra ID is unavailable, or refuses this service
 */
async function handleEntraFailure(
  signIn: SignInContext,
  state: LoginState,
  error: unknown,
): Promise<CompletedLogin> {
  if (error instanceof ProviderUnavailable) {
    await recordAttempt(signIn, state, 'PROVIDER_UNAVAILABLE', { failed: true })
    throw error
  }
  if (isIssuerMismatch(error)) return refuse(signIn, state, 'TENANT_MISMATCH', 'ISSUER')
  const entraError = entraErrorOf(error)
  const reason = entraError ? entraReason(entraError) : codeOf(error)
  const kind = entraError && kindOf(entraError)
  if (entraError?.isFromTokenEndpoint && (kind === 'OPERATOR' || kind === 'UNAVAILABLE')) {
    await recordAttempt(signIn, state, `PROVIDER_UNAVAILABLE/${reason}`, { failed: true })
    const message = `Entra ID refused this service: ${reason}. See docs/entra-application.md.`
    throw new ProviderUnavailable(message, { publicMessage: entraMessages[kind] })
  }
  signIn.log.warn({ reason, requestId: signIn.request.requestId }, 'A Microsoft sign-in failed.')
  return refuse(signIn, state, 'LOGIN_INVALID', reason, kind ? entraMessages[kind] : undefined)
}

const codeOf = (error: unknown) => {
  const { code, name = 'UNKNOWN' } = error as { code?: unknown; name?: string }
  return typeof code === 'string' ? code : name
}

/**
 * Creates a session for a user whom Microsoft authenticated, and records the sign-in in the
 * Activity Log.
 * @throws FORBIDDEN when the user is not an admin of the tenant
 */
export async function signInUser(
  signIn: Pick<SignInContext, 'db' | 'request' | 'lifetimes'>,
  { returnTo }: Pick<LoginState, 'returnTo'>,
  { tenantId, user }: VerifiedLogin,
): Promise<CompletedLogin> {
  const { identity, isGlobalAdmin, authTime } = user
  const { objectId } = identity
  const grant = isGlobalAdmin
    ? undefined
    : await signIn.db.read(tenantId, (tx) => spanningAdminGrant(tx, objectId))
  const subject = { tenantId, method: 'MICROSOFT', clientId: null } as const
  if (!isGlobalAdmin && !grant) {
    const actor: Actor = { __typename: 'MicrosoftUser', ...identity }
    const attempt = { action: 'microsoft_login.completed', reason: 'FORBIDDEN' } as const
    await recordRefusedSignIn(signIn, { ...subject, actor }, attempt)
    throw denied('FORBIDDEN')
  }
  const role = isGlobalAdmin ? 'GLOBAL_ADMIN' : 'SPANNING_ADMIN'
  const actor: Actor = { __typename: 'MicrosoftAdmin', ...identity, role }
  const action = { action: 'microsoft_login.completed' } as const
  const reply = await auditedWithProof(signIn, { ...subject, actor }, action, async (tx) => {
    // Read the grant again under the tenant's lock, because the grant may have been revoked since
    // the first read.
    const current = isGlobalAdmin ? null : await spanningAdminGrant(tx, objectId)
    if (current === undefined) throwUserError('LOGIN_INVALID', messages.LOGIN_INVALID)
    const session = await createSession(tx, signIn.lifetimes, signIn.request, {
      tenantId,
      method: 'MICROSOFT',
      actor,
      objectId,
      authTime,
      grantId: current?.grantId ?? null,
    })
    return { payload: session, sessionId: session.sessionId }
  })
  return { ...reply, tenantId, returnTo }
}

async function homeTenantOf({ db }: SignInContext, locator: TenantLocator) {
  return db.read(null, async (tx) => {
    const tenantId = 'id' in locator ? locator.id : await tenantOfDomain(tx, locator.domain)
    const microsoftTenantId = tenantId && isUuid(tenantId) && (await organizationOf(tx, tenantId))
    return tenantId && microsoftTenantId ? { tenantId, microsoftTenantId } : null
  })
}

async function refuse(
  signIn: SignInContext,
  state: LoginState | null,
  code: keyof typeof messages,
  reason: string,
  message: string = messages[code],
): Promise<CompletedLogin> {
  await recordAttempt(signIn, state, `${code}/${reason}`)
  return { userErrors: [{ code, field: ['callbackUrl'], message }] }
}

function recordAttempt(
  signIn: SignInContext,
  state: LoginState | null,
  reason: string,
  { failed = false } = {},
): Promise<void> {
  const claims = { ...state?.locator }
  return recordUnverified(signIn, {
    action: 'microsoft_login.completed',
    reason,
    claims,
    named: Object.values(claims)[0],
    failed,
  })
}
