/**
 * Reads the handoff code from the URL fragment of /connect/{tenantId}. main.tsx imports this module
 * first, because the code must be removed from the address bar before any other script runs.
 */
const isConnectPage = location.pathname.startsWith('/connect/')
const code = isConnectPage ? new URLSearchParams(location.hash.slice(1)).get('code') : null
if (isConnectPage) history.replaceState(null, '', location.pathname)

export const handoffCode: string | null = code
