/** Matches the paths of the console's pages. */
const consolePath =
  /^\/(?:t\/[0-9a-f-]{36}(?:\/(?:settings|sessions|activity(?:\/[\w-]{1,128})?))?)?$/

/**
 * Microsoft returns `state`, which contains this path, in a URL. The console remembers longer
 * addresses itself.
 */
const maxLength = 1_200

/**
 * Validates the console address that a sign-in returns to.
 * @param text a path with an optional query and fragment
 * @returns null unless the address is a page of the console at this service, so that `returnTo`
 * cannot redirect to another host, scheme or route
 */
export function returnPath(issuer: string, text: unknown): string | null {
  if (typeof text !== 'string' || text.length > maxLength || !URL.canParse(text, issuer))
    return null
  const { origin, pathname, search, hash } = new URL(text, issuer)
  // Refuses a path that the parser had to change, such as one with "..", a tab or a backslash.
  const isUnchanged = text.split(/[?#]/, 1)[0] === pathname
  return origin === new URL(issuer).origin && isUnchanged && consolePath.test(pathname)
    ? pathname + search + hash
    : null
}

/** Whether the page belongs to the tenant, or to no tenant. */
export const isPageOf = (tenantId: string, path: string): boolean =>
  !path.startsWith('/t/') || path.startsWith(`/t/${tenantId}`)
