/**
 * Reads JWK Sets (RFC 7517 §5), from a partner's JWKS URL or from an operator's file. A set can
 * contain keys that this service cannot use, so each ignored key is returned with the reason.
 */
import { isIP } from 'node:net'
import type { JWK } from 'jose'
import { type Dispatcher, request } from 'undici'
import { isLoopbackHost, isPublicAddress } from '../http/public-address.ts'
import { readBounded } from '../http/read-bounded.ts'
import { type PinnedKey, pinnedKey, type SigningAlgorithm, UnusableKey } from './jwk.ts'

/**
 * The timeout of a JWKS request. This timeout is shorter than the gateway's subgraph timeout, so
 * that a slow JWKS URL causes a specific error and not a general server error.
 */
export const keySetTimeoutMs = 3_000
const maxBytes = 64 * 1024
const maxKeysPerSet = 50

export interface IgnoredKey {
  jwk: JWK
  /** Why the key cannot be used, in one sentence. */
  reason: string
}

export interface KeySet {
  keys: PinnedKey[]
  ignored: IgnoredKey[]
}

/** Where a partner instance publishes its keys. */
export interface KeySource {
  jwksUrl: string
  /** The only permitted algorithm; null if each supported algorithm is permitted. */
  alg: SigningAlgorithm | null
}

/**
 * Separates the usable keys of a set from the ignored keys. Several keys can have the same `kid` if
 * their algorithms differ. If they have the same algorithm too, none of them is usable, because a
 * token would not identify its key.
 */
export async function usableKeys(
  jwks: readonly JWK[],
  alg: SigningAlgorithm | null,
): Promise<KeySet> {
  const usable: { jwk: JWK; key: PinnedKey }[] = []
  const ignored: IgnoredKey[] = []
  for (const jwk of jwks) {
    const key = await pinnedKey(jwk, alg).catch((error: unknown) =>
      error instanceof UnusableKey ? error : new UnusableKey('The key is not a valid JWK.'),
    )
    if (key instanceof UnusableKey) ignored.push({ jwk, reason: key.message })
    else if (!usable.some((other) => isSameKey(other.key, key))) usable.push({ jwk, key })
  }
  const keys: PinnedKey[] = []
  for (const { jwk, key } of usable) {
    const isUnique = usable.every(
      (other) => other.key === key || other.key.kid !== key.kid || other.key.alg !== key.alg,
    )
    if (isUnique) keys.push(key)
    else ignored.push({ jwk, reason: 'Another key has the same `kid` and the same `alg`.' })
  }
  return { keys, ignored }
}

const isSameKey = (a: PinnedKey, b: PinnedKey) =>
  a.kid === b.kid && a.alg === b.alg && JSON.stringify(a.publicJwk) === JSON.stringify(b.publicJwk)

/**
 * Fetches the key set of a partner instance. The dispatcher must refuse connections to addresses
 * that are not public (`publicAddressLookup`).
 * @returns the keys, and the `Cache-Control` header of the response
 * @throws Error if the URL does not respond with a JWKS in time, or the JWKS contains a private or
 *   symmetric key
 */
export async function fetchKeySet(
  dispatcher: Dispatcher,
  { jwksUrl, alg }: KeySource,
  allowLoopback: boolean,
): Promise<KeySet & { cacheControl: string }> {
  const url = new URL(jwksUrl)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) && !isPublicAddress(host, allowLoopback))
    throw new Error(`A JWKS URL must have a public IP address; ${host} is not public.`)
  if (url.protocol !== 'https:' && !(allowLoopback && isLoopbackHost(host)))
    throw new Error('A JWKS URL must begin with https://.')
  const { statusCode, headers, body } = await request(url, {
    dispatcher,
    signal: AbortSignal.timeout(keySetTimeoutMs),
    headers: {
      accept: 'application/jwk-set+json, application/json',
      'accept-encoding': 'identity',
    },
  })
  // A destroyed body can still emit an error. Without a listener, it would end the process.
  body.on('error', () => {})
  if (statusCode !== 200) {
    body.destroy()
    throw new Error(`The JWKS URL must respond with status 200; the status was ${statusCode}.`)
  }
  const text = await readBounded(
    body,
    maxBytes,
    () => new Error(`A JWKS must be at most ${maxBytes} bytes long.`),
  )
  const jwks = parseJwks(JSON.parse(text))
  const { keys, ignored } = await usableKeys(
    jwks.filter(({ kid }) => kid !== undefined),
    alg,
  )
  const withoutKid = jwks.filter(({ kid }) => kid === undefined)
  return {
    keys,
    ignored: [
      ...ignored,
      ...withoutKid.map((jwk) => ({ jwk, reason: 'A published key must have a `kid`.' })),
    ],
    cacheControl: String(headers['cache-control'] ?? ''),
  }
}

/**
 * Returns the keys of a JWKS.
 * @throws Error if `set` is not a JWKS, or contains a private or symmetric key
 */
export function parseJwks(set: unknown): JWK[] {
  const jwks = (set as { keys?: unknown } | null)?.keys
  if (!Array.isArray(jwks) || jwks.length > maxKeysPerSet)
    throw new Error(`A JWKS must have a \`keys\` array with at most ${maxKeysPerSet} keys.`)
  for (const jwk of jwks) {
    if (typeof jwk !== 'object' || jwk === null)
      throw new Error('Each key of a JWKS must be a JSON object.')
    if ('d' in jwk || 'k' in jwk)
      throw new Error('A JWKS must not contain a private or symmetric key.')
  }
  return jwks
}
