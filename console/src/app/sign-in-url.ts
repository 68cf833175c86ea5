/**
 * Returns the URL that starts a sign-in with Microsoft.
 * @param returnTo the path and query of the console page to open afterwards; null for the tenant's
 * settings
 * @param stepUp true to require the user to enter the credentials again
 */
export function signInUrl(
  target: { tenant: string } | { domain: string },
  returnTo: string | null,
  stepUp = false,
): string {
  const query = new URLSearchParams({
    ...target,
    ...(returnTo !== null && { returnTo }),
    ...(stepUp && { stepUp: '1' }),
  })
  return `/login/microsoft?${query}`
}
