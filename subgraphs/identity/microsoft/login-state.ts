import type { TenantLocator } from './tenant-locator.ts'

/** The paths of the redirect URIs that are registered in Entra ID, by kind of client. */
export const redirectPaths = {
  browser: '/login/microsoft/callback',
  native: '/login/microsoft/native',
} as const

export type LoginClient = keyof typeof redirectPaths

/** The maximum time between the start of a sign-in and the response from Microsoft. */
export const stateLifetimeSeconds = 900

/** The content of the encrypted `state` parameter. Microsoft's response is checked against it. */
export interface LoginState {
  client: LoginClient
  locator: TenantLocator
  stepUp: boolean
  nonce: string
  codeVerifier: string
  /**
   * The SHA-256 hash of the sign-in's secret, in base64url. A browser keeps the secret in a cookie,
   * an API client in memory.
   */
  secretHash: string
  returnTo: string | null
}
