/**
 * The cookies of this service. On plain HTTP, which is allowed on loopback only, browsers reject
 * both `Secure` and the `__Host-` prefix (RFC 6265bis §4.1.3).
 */
import { stringifySetCookie } from 'cookie'

export const cookieName = (publicUrl: string, name: string) =>
  publicUrl.startsWith('https:') ? `__Host-${name}` : name

/**
 * Returns the name of the session cookie. Each tenant has a separate cookie, so a browser can be
 * signed in to several tenants.
 */
export const sessionCookieName = (publicUrl: string, tenantId: string) =>
  cookieName(publicUrl, `session-${tenantId}`)

/**
 * Returns the value of a `Set-Cookie` header. If `maxAgeSeconds` is 0, the browser deletes the
 * cookie. Without `maxAgeSeconds`, the cookie is deleted when the browser is closed.
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
