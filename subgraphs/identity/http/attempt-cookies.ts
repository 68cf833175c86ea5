/**
 * The cookies of sign-ins in progress. Each attempt has a cookie of its own, so that several tabs
 * can sign in at the same time. The cookie holds a random secret, and the state that travels
 * through Microsoft or the partner holds only the hash of the secret.
 */
import type { Response } from 'express'
import { cookieName, setCookie } from '../../../platform/http/cookies.ts'
import type { Cookies } from './route-services.ts'

type AttemptKind = 'handoff' | 'microsoft-login'

/**
 * The maximum number of attempts per browser and kind. Without this limit, a web page that starts
 * sign-ins repeatedly could make the Cookie header too large for the server.
 */
const maxAttempts = 8
/** The length of the part of a hash that names a cookie, in characters of base64url. */
const idLength = 16

/** @param hash a hash that is specific to the attempt, in base64url */
export const attemptCookieName = (issuer: string, kind: AttemptKind, hash: string) =>
  prefixOf(issuer, kind) + hash.slice(0, idLength)

const prefixOf = (issuer: string, kind: AttemptKind) => cookieName(issuer, `${kind}-`)

/**
 * Adds the cookie of a new attempt to the response, and deletes the oldest attempts if the browser
 * has too many. Browsers list older cookies first (RFC 6265 §5.4 step 2).
 */
export function addAttemptCookie(
  response: Response,
  issuer: string,
  cookies: Cookies,
  { kind, hash }: { kind: AttemptKind; hash: string },
  { secret, lifetimeSeconds }: { secret: string; lifetimeSeconds: number },
): void {
  const names = attemptNames(issuer, cookies, kind)
  for (const name of names.slice(0, Math.max(0, names.length + 1 - maxAttempts)))
    response.append('Set-Cookie', setCookie(issuer, name, '', 0))
  const name = attemptCookieName(issuer, kind, hash)
  response.append('Set-Cookie', setCookie(issuer, name, secret, lifetimeSeconds))
}

/** Returns the secrets of the browser's attempts of this kind. */
export const attemptSecrets = (issuer: string, cookies: Cookies, kind: AttemptKind): string[] =>
  attemptNames(issuer, cookies, kind).flatMap((name) => cookies[name] ?? [])

const attemptNames = (issuer: string, cookies: Cookies, kind: AttemptKind) =>
  Object.keys(cookies).filter((name) => name.startsWith(prefixOf(issuer, kind)))
