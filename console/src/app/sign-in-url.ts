import { currentAddress } from './return-page.ts'

/** The service ignores longer addresses; see rememberPage(). */
const maxReturnToLength = 1_200

/**
 * Returns the URL that starts a sign-in with Microsoft and then opens the current page again.
 * @param stepUp true to require the user to enter the credentials again
 */
export function signInUrl(tenantId: string, { stepUp = false }: { stepUp?: boolean } = {}): string {
  const returnTo = currentAddress()
  const query = new URLSearchParams({
    tenant: tenantId,
    ...(returnTo.length <= maxReturnToLength && { returnTo }),
    ...(stepUp && { stepUp: '1' }),
  })
  return `/login/microsoft?${query}`
}
