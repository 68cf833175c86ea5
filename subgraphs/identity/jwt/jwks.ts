/**
 * Fetches and caches the public keys of partner instances from their registered JWKS URLs (RFC 7517
 * §5). Partners choose these URLs, so server-side request forgery must be prevented: only https and
 * public IP addresses are allowed, redirects are rejected, and time and size are limited.
 */
import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import type { JWK } from 'jose'
import { Agent, request } from 'undici'
import { type PinnedKey, pinnedKey } from '../../../platform/auth/jwk.ts'
import { readBounded } from '../../../platform/http/read-bounded.ts'
import type { Log } from '../../../platform/lib/log.ts'
import {
  isLoopbackHost,
  isPublicAddress,
  type Lookup,
  publicAddressLookup,
} from './public-address.ts'

/**
 * The bounds and the default of a key set's cache time, in seconds. Within these bounds, the
 * `max-age` of the `Cache-Control` header determines the cache time.
 */
const cacheSeconds = { minimum: 60, default: 300, maximum: 600 }
/** The minimum time between two requests for the same key set, in seconds. */
const refetchIntervalSeconds = 30
/**
 * The timeout of a JWKS request. This timeout is shorter than the gateway's subgraph timeout, so
 * that a slow JWKS URL causes a rejected assertion and not a server error.
 */
const deadlineMs = 3_000
const maxBytes = 64 * 1024
const maxKeysPerSet = 50
const maxCachedSets = 1_000

export interface PublishedKeys {
  /**
   * @returns the key with this ID in the JWKS at `jwksUrl`, or undefined if the JWKS has no such
   *   key or cannot be fetched
   */
  keyOf(jwksUrl: string, kid: string): Promise<PinnedKey | undefined>
  close(): Promise<void>
}

interface CachedSet {
  keys: PinnedKey[]
  /** The time when the cached keys expire, in milliseconds of the clock `now`. */
  freshUntilMs: number
  refetchFromMs: number
  /** The JWKS request in progress, which all concurrent calls await. */
  pending: Promise<void> | null
}

export interface PublishedKeysOptions {
  log: Log
  /** Allows http: URLs and loopback addresses. Use only in development. */
  allowLoopback: boolean
  lookup?: Lookup
  /** Returns the time of a monotonic clock in milliseconds. */
  now?: () => number
}

/** Creates the cache of published keys. Each process has one cache. */
export function createPublishedKeys({
  log,
  allowLoopback,
  lookup = systemLookup,
  now = () => performance.now(),
}: PublishedKeysOptions): PublishedKeys {
  const sets = new Map<string, CachedSet>()
  const agent = new Agent({
    connect: { timeout: deadlineMs, lookup: publicAddressLookup(lookup, allowLoopback) as never },
    connections: 2,
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
  })

  function cachedSet(jwksUrl: string): CachedSet {
    const cached = sets.get(jwksUrl)
    if (cached) return cached
    const [oldest] = sets.keys()
    if (sets.size >= maxCachedSets && oldest !== undefined) sets.delete(oldest)
    const set: CachedSet = { keys: [], freshUntilMs: 0, refetchFromMs: 0, pending: null }
    sets.set(jwksUrl, set)
    return set
  }

  async function refresh(jwksUrl: string, set: CachedSet): Promise<void> {
    set.refetchFromMs = now() + refetchIntervalSeconds * 1000
    try {
      const fetched = await fetchSet(agent, jwksUrl, allowLoopback)
      set.keys = fetched.keys
      set.freshUntilMs = now() + fetched.freshSeconds * 1000
    } catch (error) {
      log.warn({ err: error, jwksUrl }, 'The JWKS of a partner instance could not be fetched.')
    }
  }

  return {
    async keyOf(jwksUrl, kid) {
      const set = cachedSet(jwksUrl)
      const findFresh = () =>
        now() < set.freshUntilMs ? set.keys.find((key) => key.kid === kid) : undefined
      const fresh = findFresh()
      if (fresh) return fresh
      if (!set.pending && now() >= set.refetchFromMs) {
        set.pending = refresh(jwksUrl, set).finally(() => {
          set.pending = null
        })
      }
      await set.pending
      return findFresh()
    },
    close: () => agent.destroy(),
  }
}

async function fetchSet(
  agent: Agent,
  jwksUrl: string,
  allowLoopback: boolean,
): Promise<{ keys: PinnedKey[]; freshSeconds: number }> {
  const url = new URL(jwksUrl)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) && !isPublicAddress(host, allowLoopback))
    throw new Error(`A JWKS URL must have a public IP address; ${host} is not public.`)
  if (url.protocol !== 'https:' && !(allowLoopback && isLoopbackHost(host)))
    throw new Error('A JWKS URL must begin with https://.')
  const { statusCode, headers, body } = await request(url, {
    dispatcher: agent,
    signal: AbortSignal.timeout(deadlineMs),
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
  return {
    keys: await usableKeys(JSON.parse(text)),
    freshSeconds: freshSecondsOf(headers['cache-control']),
  }
}

/**
 * Returns the signature keys of a JWKS. Ignores encryption keys, unsupported key types, keys
 * without `kid`, and keys with a duplicate `kid`.
 * @throws Error if `set` is not a JWKS, or contains a private or symmetric key
 */
async function usableKeys(set: unknown): Promise<PinnedKey[]> {
  const jwks = (set as { keys?: unknown } | null)?.keys
  if (!Array.isArray(jwks) || jwks.length > maxKeysPerSet)
    throw new Error(`A JWKS must have a \`keys\` array with at most ${maxKeysPerSet} keys.`)
  const usable: PinnedKey[] = []
  for (const jwk of jwks as (JWK & Record<string, unknown>)[]) {
    if (typeof jwk !== 'object' || jwk === null)
      throw new Error('Each key of a JWKS must be a JSON object.')
    if ('d' in jwk || 'k' in jwk)
      throw new Error('A JWKS must not contain a private or symmetric key.')
    if (typeof jwk.kid !== 'string') continue
    const key = await pinnedKey(jwk).catch(() => null)
    if (key) usable.push(key)
  }
  return usable.filter(({ kid }) => jwks.filter((jwk: JWK) => jwk.kid === kid).length === 1)
}

function freshSecondsOf(cacheControl: string | string[] | undefined): number {
  const directives = String(cacheControl ?? '').toLowerCase()
  if (/\bno-(store|cache)\b/.test(directives)) return cacheSeconds.minimum
  const maxAge = /\bmax-age=(\d{1,9})\b/.exec(directives)?.[1]
  const seconds = maxAge === undefined ? cacheSeconds.default : Number(maxAge)
  return Math.min(Math.max(seconds, cacheSeconds.minimum), cacheSeconds.maximum)
}
