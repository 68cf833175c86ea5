/** The code that a handoff brought in the address's fragment. It leaves the address before anything else of the console runs. */
const isConnect = location.pathname.startsWith('/connect/')
const code = isConnect ? new URLSearchParams(location.hash.slice(1)).get('code') : null
if (isConnect) history.replaceState(null, '', location.pathname)

export const handoffCode: string | null = code
