/** The OpenID Connect client for Entra ID v2.0, built on the certified library openid-client. */
import * as oidc from 'openid-client'
import { ProviderUnavailable } from './provider-unavailable.ts'

/**
 * The app registration of this service in Entra ID. See docs/entra-application.md for the setup.
 */
export interface MicrosoftRegistration {
  /** The base URL of Entra ID: `https://login.microsoftonline.com`, or a mock in development. */
  authority: string
  clientId: string
  clientSecret: string
}

const deadlineSeconds = 5
const clockToleranceSeconds = 30
const metadataLifetimeMs = 3_600_000

/**
 * Caches the metadata of the `/organizations` endpoint by authority. The `issuer` in the metadata
 * contains the placeholder `{tenantid}`. `until` is a time of `performance.now()`, in milliseconds.
 */
const metadataCache = new Map<string, { metadata: oidc.ServerMetadata; until: number }>()

/**
 * Builds the authorization URL. The URL always contains `/organizations` and never a tenant ID, so
 * that the URL reveals nothing about the tenant.
 */
export async function authorizationUrl(
  registration: MicrosoftRegistration,
  parameters: Record<string, string>,
): Promise<string> {
  const metadata = await organizationsMetadata(registration)
  return oidc.buildAuthorizationUrl(configuration(registration, metadata), parameters).href
}

/**
 * Redeems the authorization code and verifies the ID token: issuer, audience, signature, nonce,
 * `iat` and `exp`.
 * @param microsoftTenantId the `tid` that replaces `{tenantid}` in the issuer
 * @throws ProviderUnavailable when Entra ID is unavailable. Any other error means that Microsoft's
 *   response is invalid.
 */
export async function redeemAuthorizationCode(
  registration: MicrosoftRegistration,
  microsoftTenantId: string,
  callbackUrl: URL,
  { nonce, codeVerifier }: { nonce: string; codeVerifier: string },
): Promise<oidc.IDToken> {
  const metadata = await organizationsMetadata(registration)
  const issuer = metadata.issuer.replace('{tenantid}', microsoftTenantId)
  const tokens = await translateNetworkErrors(
    oidc.authorizationCodeGrant(configuration(registration, { ...metadata, issuer }), callbackUrl, {
      expectedState: callbackUrl.searchParams.get('state') ?? undefined,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    }),
  )
  const claims = tokens.claims()
  if (!claims) throw new Error('Entra ID returned no ID token.')
  return claims
}

/** Returns true if the error was caused by an ID token from an unexpected organization (`iss`). */
export function isIssuerMismatch(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, cause: detail } = cause as { code?: unknown; cause?: { claim?: unknown } }
    if (code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' && detail?.claim === 'iss') return true
  }
  return false
}

async function translateNetworkErrors<T>(response: Promise<T>): Promise<T> {
  return response.catch((error: unknown) => {
    const cause = error instanceof Error ? (error.cause ?? error) : error
    const isNetworkError =
      error instanceof TypeError ||
      (error instanceof Error &&
        /TIMEOUT|HTTP_REQUEST_FAILED/.test(String((error as { code?: string }).code)))
    const isServerError = cause instanceof Response && (cause.status >= 500 || cause.status === 429)
    if (isNetworkError || isServerError)
      throw new ProviderUnavailable('Entra ID could not be reached.', { cause: error })
    throw error
  })
}

function configuration(
  { authority, clientId, clientSecret }: MicrosoftRegistration,
  metadata: oidc.ServerMetadata,
): oidc.Configuration {
  const client = {
    id_token_signed_response_alg: 'RS256',
    [oidc.clockTolerance]: clockToleranceSeconds,
  }
  const authentication = oidc.ClientSecretPost(clientSecret)
  const config = new oidc.Configuration(metadata, clientId, client, authentication)
  config.timeout = deadlineSeconds
  // By default, openid-client does not verify the signature of an ID token that was received over
  // TLS. This call enables the verification.
  oidc.enableNonRepudiationChecks(config)
  // platform/config.ts permits an http: URL only for the mock on a loopback address.
  if (authority.startsWith('http:')) oidc.allowInsecureRequests(config)
  return config
}

async function organizationsMetadata({
  authority,
}: MicrosoftRegistration): Promise<oidc.ServerMetadata> {
  const cached = metadataCache.get(authority)
  if (cached && cached.until > performance.now()) return cached.metadata
  const response = await translateNetworkErrors(
    fetch(`${authority}/organizations/v2.0/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(deadlineSeconds * 1000),
      redirect: 'error',
    }),
  )
  if (!response.ok)
    throw new ProviderUnavailable(`Entra ID answered ${response.status} for its metadata.`)
  const metadata = (await response.json()) as oidc.ServerMetadata
  const expectedIssuer = `${authority}/{tenantid}/v2.0`
  if (metadata.issuer !== expectedIssuer)
    throw new ProviderUnavailable(
      `The issuer in Entra ID's metadata must be ${expectedIssuer}; it was ${metadata.issuer}.`,
    )
  metadataCache.set(authority, { metadata, until: performance.now() + metadataLifetimeMs })
  return metadata
}
