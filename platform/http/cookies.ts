/** The cookies that we set. On plain http, which is loopback only, browsers keep neither the `__Host-` prefix nor `Secure`. */
import { stringifySetCookie } from 'cookie'

export const cookieName = (publicUrl: string, name: string) =>
  publicUrl.startsWith('https:') ? `__Host-${name}` : name

export const sessionCookieName = (publicUrl: string, tenantId: string) =>
  cookieName(publicUrl, `session-${tenantId}`)

/** A `Set-Cookie` value. `maxAgeSeconds` 0 takes the cookie away; left out, it goes with the browser. */
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
