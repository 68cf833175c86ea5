/**
 * Sign-in with Microsoft: OpenID Connect authorization code flow with PKCE, state and nonce against Entra ID v2.0.
 * One flow for browsers (state bound to a cookie) and API clients (state bound to a returned secret).
 *
 * Every authorization goes to `/organizations`, whatever the tenant, so that nothing about a tenant can be learned by asking.
 */
import { randomBytes } from 'node:crypto'
import * as oidc from 'openid-client'
import { organizationOf, spanningAdminGrant, tenantOfDomain } from '../../../drizzle/reads.ts'
import type { Actor } from '../../../drizzle/tables/shared.ts'
import {
  type AuditedResult,
  auditedWithProof,
  recordRefusedSignIn,
  recordUnverified,
  throwUserError,
} from '../../../platform/audit/audited.ts'
import { sha256 } from '../../../platform/auth/tokens.ts'
import { denied, type UserError } from '../../../platform/lib/errors.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import { isUuid } from '../../../platform/postgres/database.ts'
import type { LoginServices } from './handoff.ts'
import { beginSession } from './session.ts'

/** The registration of this service in Entra ID; docs/entra-application.md tells how to make it. */
export interface MicrosoftRegistration {
  /** Where Entra ID is: `https://login.microsoftonline.com`, or the stand-in. */
  authority: string
  clientId: string
  clientSecret: string
}

export interface MicrosoftServices extends LoginServices {
  microsoft: MicrosoftRegistration
}

export type Locator = { id: string } | { domain: string }

/** How somebody who is not signed in names a tenant; null unless exactly one way is given. It is not looked up here. */
export function locatorOf({
  id,
  domain,
}: {
  id?: string | null
  domain?: string | null
}): Locator | null {
  if ((id == null) === (domain == null) || !isPlainText(id ?? domain!, 253)) return null
  return id != null ? { id } : { domain: domain! }
}

/** Entra ID's template id of the Global Administrator role, as it stands in `wids`. */
const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'
const stateLifetimeSeconds = 900
const providerDeadlineSeconds = 5

/** The registered redirect addresses. */
export const redirectPaths = {
  browser: '/login/microsoft/callback',
  native: '/login/microsoft/native',
} as const
export type Client = keyof typeof redirectPaths

/** What `state` holds, encrypted: all that the answer is checked against. */
interface State {
  client: Client
  locator: Locator
  stepUp: boolean
  nonce: string
  codeVerifier: string
  /** SHA-256 of the secret that whoever began keeps: in a cookie, or in their hands. */
  secretHash: string
  returnTo: string | null
}

export interface Started {
  authorizationUrl: string
  secret: string
  lifetimeSeconds: number
}

/** Begins a sign-in. Answers alike whether or not there is such a tenant: it does not look. */
export async function startMicrosoftLogin(
  services: MicrosoftServices,
  asked: { client: Client; locator: Locator; stepUp: boolean; returnTo?: string | null },
): Promise<Started> {
  const { client, locator, stepUp, returnTo = null } = asked
  const secret = randomBytes(32).toString('base64url')
  const codeVerifier = oidc.randomPKCECodeVerifier()
  const nonce = oidc.randomNonce()
  const content: State = {
    client,
    locator,
    stepUp,
    nonce,
    codeVerifier,
    secretHash: sha256(secret),
    returnTo,
  }
  const parameters = {
    redirect_uri: services.issuer + redirectPaths[client],
    response_mode: 'query',
    scope: 'openid profile email',
    state: await services.sealer.seal('microsoft state', { ...content }, stateLifetimeSeconds),
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(stepUp && { prompt: 'login' }),
    ...('domain' in locator && { domain_hint: locator.domain }),
  }
  const metadata = await organizationsMetadata(services.microsoft)
  return {
    authorizationUrl: oidc.buildAuthorizationUrl(
      configuration(services.microsoft, metadata),
      parameters,
    ).href,
    secret,
    lifetimeSeconds: stateLifetimeSeconds,
  }
}

export interface Completed {
  token?: string
  sessionId?: string
  tenantId?: string
  returnTo?: string | null
  userErrors: UserError[]
}

/**
 * Ends a sign-in with a session.
 * @throws PublicError FORBIDDEN for somebody of the tenant's organisation who is no admin of it.
 */
export async function completeMicrosoftLogin(
  services: MicrosoftServices,
  client: Client,
  callbackUrl: URL,
  secret: string | undefined,
): Promise<Completed> {
  const { db } = services
  const state = await services.sealer.open<State>(
    'microsoft state',
    callbackUrl.searchParams.get('state') ?? '',
  )
  const record = (reason: string, failed = false) => {
    const claims = { ...state?.locator }
    return recordUnverified(services, {
      action: 'microsoft_login.completed',
      reason,
      claims,
      named: Object.values(claims)[0],
      failed,
    })
  }
  const failed = async (
    code: 'LOGIN_INVALID' | 'TENANT_MISMATCH',
    reason: string,
  ): Promise<Completed> => {
    await record(`${code}/${reason}`)
    return { userErrors: [{ code, field: ['callbackUrl'], message: messages[code] }] }
  }
  if (!state || state.client !== client) return failed('LOGIN_INVALID', 'STATE')
  if (!secret || sha256(secret) !== state.secretHash) return failed('LOGIN_INVALID', 'TRANSACTION')
  if (callbackUrl.origin + callbackUrl.pathname !== services.issuer + redirectPaths[client])
    return failed('LOGIN_INVALID', 'REDIRECT_URI')

  const home = await homeOf(services, state.locator)
  let claims: oidc.IDToken
  try {
    claims = await redeemCode(
      services,
      state,
      callbackUrl,
      home?.microsoftTenantId ?? nobodysTenant,
    )
  } catch (error) {
    if (isOtherIssuer(error)) return failed('TENANT_MISMATCH', 'ISSUER')
    if (error instanceof ProviderUnavailable) {
      await record('PROVIDER_UNAVAILABLE', true)
      throw error
    }
    return failed('LOGIN_INVALID', error instanceof Error ? error.name : 'UNKNOWN')
  }
  if (!home || claims.tid !== home.microsoftTenantId) return failed('TENANT_MISMATCH', 'TID')
  const person = personOf(claims)
  if (!person) return failed('LOGIN_INVALID', 'CLAIMS')

  const { tenantId } = home
  const isGlobalAdmin = Array.isArray(claims.wids) && claims.wids.includes(globalAdministrator)
  const grant = isGlobalAdmin
    ? undefined
    : await db.read(tenantId, (tx) => spanningAdminGrant(tx, person.objectId))
  if (!isGlobalAdmin && !grant) {
    const actor: Actor = { __typename: 'MicrosoftUser', ...person }
    await recordRefusedSignIn(
      services,
      { tenantId, actor, method: 'MICROSOFT', clientId: null },
      { action: 'microsoft_login.completed', reason: 'FORBIDDEN' },
    )
    throw denied('FORBIDDEN')
  }
  const actor: Actor = {
    __typename: 'MicrosoftAdmin',
    ...person,
    role: isGlobalAdmin ? 'GLOBAL_ADMIN' : 'SPANNING_ADMIN',
  }
  const authTime = typeof claims.auth_time === 'number' ? new Date(claims.auth_time * 1000) : null
  const reply = await auditedWithProof(
    services,
    { tenantId, actor, method: 'MICROSOFT', clientId: null },
    { action: 'microsoft_login.completed' },
    async (tx): Promise<AuditedResult<{ token: string; sessionId: string }>> => {
      // Asked again under lock: a grant taken back meanwhile makes no session.
      const current = isGlobalAdmin ? null : await spanningAdminGrant(tx, person.objectId)
      if (current === undefined) throwUserError('LOGIN_INVALID', messages.LOGIN_INVALID)
      const { objectId } = person
      const begun = await beginSession(tx, services.lifetimes, services.request, {
        tenantId,
        method: 'MICROSOFT',
        actor,
        objectId,
        authTime,
        grantId: current?.grantId ?? null,
      })
      return { payload: begun, sessionId: begun.sessionId }
    },
  )
  return { ...reply, tenantId, returnTo: state.returnTo }
}

const messages = {
  LOGIN_INVALID:
    'Microsoft refused, or its answer does not belong to a sign-in begun here. Begin again.',
  TENANT_MISMATCH:
    'This Microsoft account belongs to another organisation than the tenant asked for.',
} as const

/** A `tid` that is nobody's: an unknown tenant is refused on the same path as the wrong one. */
const nobodysTenant = '00000000-0000-0000-0000-000000000000'

async function homeOf({ db }: MicrosoftServices, locator: Locator) {
  return db.read(null, async (tx) => {
    const tenantId = 'id' in locator ? locator.id : await tenantOfDomain(tx, locator.domain)
    const microsoftTenantId = tenantId && isUuid(tenantId) && (await organizationOf(tx, tenantId))
    return tenantId && microsoftTenantId ? { tenantId, microsoftTenantId } : null
  })
}

/** Redeems the authorization code and verifies the ID token: issuer (the template filled with the tenant's `tid`), audience, signature, nonce, time. */
async function redeemCode(
  { microsoft }: MicrosoftServices,
  state: State,
  callbackUrl: URL,
  microsoftTenantId: string,
): Promise<oidc.IDToken> {
  const metadata = await organizationsMetadata(microsoft)
  const issuer = metadata.issuer.replace('{tenantid}', microsoftTenantId)
  const tokens = await reachable(
    oidc.authorizationCodeGrant(configuration(microsoft, { ...metadata, issuer }), callbackUrl, {
      expectedState: callbackUrl.searchParams.get('state')!,
      expectedNonce: state.nonce,
      pkceCodeVerifier: state.codeVerifier,
      idTokenExpected: true,
    }),
  )
  return tokens.claims()!
}

/** Entra ID did not answer, in time or at all. */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable'
}

async function reachable<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => {
    const cause = error instanceof Error ? (error.cause ?? error) : error
    const isNetwork =
      error instanceof TypeError ||
      (error instanceof Error &&
        /TIMEOUT|HTTP_REQUEST_FAILED/.test(String((error as { code?: string }).code)))
    const isServerError = cause instanceof Response && cause.status >= 500
    if (isNetwork || isServerError)
      throw new ProviderUnavailable('Entra ID cannot be reached', { cause: error })
    throw error
  })
}

function isOtherIssuer(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, cause: detail } = cause as { code?: unknown; cause?: { claim?: unknown } }
    if (code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' && detail?.claim === 'iss') return true
  }
  return false
}

function personOf({ oid, name, preferred_username: upn }: oidc.IDToken) {
  if (typeof oid !== 'string' || !isUuid(oid)) return null
  const plain = (value: unknown) =>
    typeof value === 'string' && isPlainText(value, 256) ? value : null
  const userPrincipalName = plain(upn) ?? oid
  return {
    key: `microsoft:${oid}`,
    objectId: oid,
    displayName: plain(name) ?? userPrincipalName,
    userPrincipalName,
  }
}

function configuration(
  { authority, clientId, clientSecret }: MicrosoftRegistration,
  metadata: oidc.ServerMetadata,
): oidc.Configuration {
  const expected = { id_token_signed_response_alg: 'RS256', [oidc.clockTolerance]: 30 }
  const config = new oidc.Configuration(
    metadata,
    clientId,
    expected,
    oidc.ClientSecretPost(clientSecret),
  )
  config.timeout = providerDeadlineSeconds
  oidc.enableNonRepudiationChecks(config) // verify the ID token's signature, too, though it comes over TLS
  if (authority.startsWith('http:')) oidc.allowInsecureRequests(config) // the stand-in, on loopback only (platform/config.ts)
  return config
}

/** The provider's metadata, where the issuer is a template; kept for an hour. */
const metadataCache = new Map<string, { metadata: oidc.ServerMetadata; until: number }>()

async function organizationsMetadata({
  authority,
}: MicrosoftRegistration): Promise<oidc.ServerMetadata> {
  const known = metadataCache.get(authority)
  if (known && known.until > performance.now()) return known.metadata
  const answer = await reachable(
    fetch(`${authority}/organizations/v2.0/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(providerDeadlineSeconds * 1000),
      redirect: 'error',
    }),
  )
  if (!answer.ok) throw new ProviderUnavailable(`Entra ID's metadata: ${answer.status}`)
  const metadata = (await answer.json()) as oidc.ServerMetadata
  if (metadata.issuer !== `${authority}/{tenantid}/v2.0`)
    throw new ProviderUnavailable("Entra ID's metadata are for another issuer")
  metadataCache.set(authority, { metadata, until: performance.now() + 3_600_000 })
  return metadata
}
