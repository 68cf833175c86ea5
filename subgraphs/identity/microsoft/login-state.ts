import type { TenantLocator } from './tenant-locator.ts'

/** The paths of the redirect URIs that are registered in Entra ID, by client type. */
export const redirectPaths = {
  browser: '/login/microsoft/callback',
  native: '/login/microsoft/native',
} as const

export type LoginClient = keyof typeof redirectPaths

/** The maximum time between the start of a sign-in and Microsoft's response, in seconds. */
export const stateLifetimeSeconds = 900

/** The content of the encrypted `state` parameter, which is used to verify Microsoft's response. */
export interface LoginState {
  client: LoginClient
  locator: TenantLocator
  stepUp: boolean
  nonce: string
  codeVerifier: string
  /**
   * The SHA-256 hash of the sign-in's secret, in base64url. A browser stores the secret in a
   * cookie, and an API client keeps the secret in memory.
   */
  secretHash: string
  returnTo: string | null
}
