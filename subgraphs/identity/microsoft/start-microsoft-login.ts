import { randomBytes } from 'node:crypto'
import * as oidc from 'openid-client'
import { sha256 } from '../../../platform/auth/tokens.ts'
import type { SignInContext } from '../context.ts'
import { authorizationUrl } from './entra-client.ts'
import {
  type LoginClient,
  type LoginState,
  redirectPaths,
  stateLifetimeSeconds,
} from './login-state.ts'
import type { TenantLocator } from './tenant-locator.ts'

export interface LoginRequest {
  client: LoginClient
  locator: TenantLocator
  /** True if the user must enter the credentials again, so that `auth_time` is recent. */
  stepUp: boolean
  /** The path of the console page that the browser opens after the sign-in. */
  returnTo?: string | null
}

export interface StartedLogin {
  authorizationUrl: string
  /** The encrypted `state` parameter of the authorization URL. */
  state: string
  /**
   * The client sends this secret together with Microsoft's response. The secret proves that the
   * same client started the sign-in.
   */
  secret: string
  lifetimeSeconds: number
}

/**
 * Starts the OpenID Connect code flow with PKCE (RFC 7636), state and nonce. Does not look up the
 * tenant, so that the response does not reveal whether the tenant exists.
 */
export async function startMicrosoftLogin(
  signIn: SignInContext,
  { client, locator, stepUp, returnTo = null }: LoginRequest,
): Promise<StartedLogin> {
  const secret = randomBytes(32).toString('base64url')
  const codeVerifier = oidc.randomPKCECodeVerifier()
  const nonce = oidc.randomNonce()
  const secretHash = sha256(secret)
  const content: LoginState = { client, locator, stepUp, nonce, codeVerifier, secretHash, returnTo }
  const state = await signIn.stateCipher.encrypt(
    'microsoft state',
    { ...content },
    stateLifetimeSeconds,
  )
  return {
    authorizationUrl: await authorizationUrl(signIn.microsoft, {
      redirect_uri: signIn.issuer + redirectPaths[client],
      response_mode: 'query',
      scope: 'openid profile email',
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(stepUp && { prompt: 'login' }),
      ...('domain' in locator && { domain_hint: locator.domain }),
    }),
    state,
    secret,
    lifetimeSeconds: stateLifetimeSeconds,
  }
}
