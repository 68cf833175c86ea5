/**
 * Fetches and caches the keys that a partner instance publishes at its registered JWKS URL (RFC
 * 7517 §5). The partner chooses the URL, and the request is sent from inside our network. To
 * prevent server-side request forgery, only https and public addresses are allowed, redirects are
 * rejected, and time and size are bounded.
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

/** The cache time of a set is the `max-age` of its `Cache-Control`, limited to these bounds. */
const cacheSeconds = { minimum: 60, default: 300, maximum: 600 }
/** The minimum time between two requests for one set, after a failure or an unknown `kid`. */
const refetchIntervalSeconds = 30
/**
 * The deadline of one request. It is shorter than the gateway's deadline for a subgraph, so that a
 * slow JWKS URL causes a rejected assertion and not a server error.
 */
const deadlineMs = 3_000
const maxBytes = 64 * 1024
const maxKeysPerSet = 50
const maxCachedSets = 1_000

export interface PublishedKeys {
  /**
   * @returns the key with this ID in the set at `jwksUrl`; undefined if the set has no such key or
   *   cannot be fetched
   */
  keyOf(jwksUrl: string, kid: string): Promise<PinnedKey | undefined>
  close(): Promise<void>
}

interface CachedSet {
  keys: PinnedKey[]
  /** The end of the cache time, in milliseconds of the clock `now`. */
  freshUntilMs: number
  refetchFromMs: number
  /** The request in progress. Concurrent callers wait for the same request. */
  pending: Promise<void> | null
}

export interface PublishedKeysOptions {
  log: Log
  /** Permits http: and loopback addresses. For development only. */
  allowLoopback: boolean
  lookup?: Lookup
  /** A monotonic clock in milliseconds. */
  now?: () => number
}

/** Creates the cache of published keys. Each process has one. */
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
  // A destroyed body may still emit an error. Without this listener the error would end the
  // process.
  body.on('error', () => {})
  if (statusCode !== 200) {
    body.destroy()
    throw new Error(`The JWKS URL must respond with status 200; the status was ${statusCode}.`)
  }
  const text = await readBounded(
    body,
    maxBytes,
    () => new Error(`A JWKS must have at most ${maxBytes} bytes.`),
  )
  return {
    keys: await usableKeys(JSON.parse(text)),
    freshSeconds: freshSecondsOf(headers['cache-control']),
  }
}

/**
 * Returns the keys of a set that can verify signatures. Ignores keys for encryption, keys of
 * unsupported types, keys without `kid`, and keys whose `kid` is not unique in the set.
 * @throws Error if `set` is not a JWKS, or contains a private or symmetric key
 */
async function usableKeys(set: unknown): Promise<PinnedKey[]> {
  const jwks = (set as { keys?: unknown } | null)?.keys
  if (!Array.isArray(jwks) || jwks.length > maxKeysPerSet)
    throw new Error(`A JWKS must have a member \`keys\` with at most ${maxKeysPerSet} keys.`)
  const usable: PinnedKey[] = []
  for (const jwk of jwks as (JWK & Record<string, unknown>)[]) {
    if (typeof jwk !== 'object' || jwk === null)
      throw new Error('Each key of a JWKS must be an object.')
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
