/**
 * The cookies of this service. On plain HTTP (loopback only), browsers reject both `Secure` and the
 * `__Host-` prefix (RFC 6265bis §4.1.3).
 */
import { stringifySetCookie } from 'cookie'

export const cookieName = (publicUrl: string, name: string) =>
  publicUrl.startsWith('https:') ? `__Host-${name}` : name

/** One cookie per tenant, so that a browser can be signed in to several. */
export const sessionCookieName = (publicUrl: string, tenantId: string) =>
  cookieName(publicUrl, `session-${tenantId}`)

/**
 * The value of a `Set-Cookie` header. `maxAgeSeconds` 0 deletes the cookie; without it, the cookie
 * ends with the browser.
 */
export const setCookie = (publicUrl: string, name: string, value: string, maxAgeSeconds?: number) =>
  stringifySetCookie({
    name,
    value,
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    maxAge: maxAgeSeconds,
  })
