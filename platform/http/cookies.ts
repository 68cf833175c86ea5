/**
 * The cookies of this service. On plain HTTP (loopback only), browsers reject both `Secure` and the
 * `__Host-` prefix (RFC 6265bis §4.1.3).
 */
import { stringifySetCookie } from 'cookie'

export const cookieName = (publicUrl: string, name: string) =>
  publicUrl.startsWith('https:') ? `__Host-${name}` : name

/**
 * The session cookie's name. Each tenant has its own, so that a browser can use several tenants.
 */
export const sessionCookieName = (publicUrl: string, tenantId: string) =>
  cookieName(publicUrl, `session-${tenantId}`)

/**
 * Returns the value of a `Set-Cookie` header. `maxAgeSeconds` 0 deletes the cookie; without
 * `maxAgeSeconds`, the browser deletes it when it is closed.
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
