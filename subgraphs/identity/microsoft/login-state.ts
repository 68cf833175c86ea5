import type { TenantLocator } from './tenant-locator.ts'

/** The redirect URIs that are registered in Entra ID, by kind of client. */
export const redirectPaths = {
  browser: '/login/microsoft/callback',
  native: '/login/microsoft/native',
} as const

export type LoginClient = keyof typeof redirectPaths

/** How long a user may take at Microsoft. */
export const stateLifetimeSeconds = 900

/** The content of `state`, encrypted: everything against which Microsoft's answer is checked. */
export interface LoginState {
  client: LoginClient
  locator: TenantLocator
  stepUp: boolean
  nonce: string
  codeVerifier: string
  /**
   * SHA-256 of a secret, base64url. A browser keeps the secret in a cookie, an API client in
   * memory.
   */
  secretHash: string
  returnTo: string | null
}
