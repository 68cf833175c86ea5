/** What codes are called, and addresses beside the API. */
export const platformName = (platform: 'KASEYA_VSA' | 'UNITRENDS_UNIVIEW'): string =>
  platform === 'KASEYA_VSA' ? 'Kaseya VSA' : 'Unitrends UniView'

export const methodName = (method: 'MICROSOFT' | 'KASEYA_VSA' | 'UNITRENDS_UNIVIEW'): string =>
  method === 'MICROSOFT' ? 'Microsoft' : platformName(method)

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
export const formatTime = (iso: string): string => dateTime.format(new Date(iso))

/** Where a sign-in with Microsoft begins; it comes back to `returnTo`, a page of the console. */
export function signInAddress(
  where: { tenant: string } | { domain: string },
  returnTo: string | null,
  stepUp = false,
): string {
  const query = new URLSearchParams({
    ...where,
    ...(returnTo !== null && { returnTo }),
    ...(stepUp && { stepUp: '1' }),
  })
  return `/login/microsoft?${query}`
}
