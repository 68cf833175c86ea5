/**
 * Remembers the page that a user opened without a session, so that the console opens it after the
 * sign-in. A sign-in from VSA or UniView can happen in another tab, so the page is in the local
 * storage, for 15 minutes.
 */
const lifetimeMs = 15 * 60_000
const maxLength = 32_768

const storageKey = (tenantId: string) => `return-page:${tenantId}`

/** The path, query and fragment of the current page. */
export const currentAddress = (): string => location.pathname + location.search + location.hash

export function rememberPage(tenantId: string): void {
  const address = currentAddress()
  if (address.length > maxLength) return
  localStorage.setItem(storageKey(tenantId), JSON.stringify({ address, savedAt: Date.now() }))
}

/** Returns the remembered page of the tenant, or null if there is none. */
export function readRememberedPage(tenantId: string): string | null {
  try {
    const { address, savedAt } = JSON.parse(localStorage.getItem(storageKey(tenantId)) ?? '')
    const isRecent = Date.now() - savedAt < lifetimeMs
    const isOfTenant = typeof address === 'string' && address.startsWith(`/t/${tenantId}/`)
    return isRecent && isOfTenant ? address : null
  } catch {
    return null
  }
}

export const forgetPage = (tenantId: string): void => localStorage.removeItem(storageKey(tenantId))
