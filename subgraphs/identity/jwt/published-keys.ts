/**
 * Caches the public keys of partner instances from their registered JWKS URLs. Partners choose
 * these URLs, so server-side request forgery must be prevented: only https and public IP addresses
 * are allowed, redirects are rejected, and time and size are limited.
 */
import { lookup as systemLookup } from 'node:dns'
import { Agent } from 'undici'
import type { PinnedKey } from '../../../platform/auth/jwk.ts'
import {
  fetchKeySet,
  type IgnoredKey,
  type KeySet,
  type KeySource,
  keySetTimeoutMs,
} from '../../../platform/auth/key-set.ts'
import { type Lookup, publicAddressLookup } from '../../../platform/http/public-address.ts'
import { PublicError, retryAfterSeconds } from '../../../platform/lib/errors.ts'
import type { Log } from '../../../platform/lib/log.ts'

/**
 * The bounds and the default of a key set's cache time, in seconds. Within these bounds, the
 * `max-age` of the `Cache-Control` header determines the cache time.
 */
const cacheSeconds = { minimum: 60, default: 300, maximum: 600 }
/**
 * How long the keys of an expired set are used while the set cannot be fetched again, in seconds
 * (stale-if-error, RFC 5861 §4 and RFC 9111 §4.2.4).
 */
const staleIfErrorSeconds = 3_600
/** The minimum time between a successful fetch of a set and the next fetch, in seconds. */
const refetchIntervalSeconds = 30
const maxCachedSets = 1_000

/**
 * Thrown if it cannot be decided whether a partner instance publishes a key, because its JWKS URL
 * fails.
 */
export class PartnerKeysUnavailable extends PublicError {
  constructor(jwksUrl: string) {
    super(
      'PARTNER_KEYS_UNAVAILABLE',
      `The keys of the partner instance could not be fetched from its JWKS URL. Nothing was changed. Retry in ${retryAfterSeconds('PARTNER_KEYS_UNAVAILABLE')} seconds.`,
      { detail: jwksUrl },
    )
  }
}

export interface PublishedKeys {
  /**
   * @returns the key with this `kid` and `alg`, or undefined if the key set does not contain it
   * @throws PartnerKeysUnavailable if the key set cannot be fetched and its last version does not
   *   contain the key
   */
  keyOf(source: KeySource, id: { kid: string; alg: unknown }): Promise<PinnedKey | undefined>
  /** Returns the unusable keys with this `kid` in the last version of the set. Does not fetch. */
  ignoredKeys(source: KeySource, kid: string): IgnoredKey[]
  close(): Promise<void>
}

interface CachedSet extends KeySet {
  /** The time when the cached keys expire, in milliseconds of the clock `now`. */
  freshUntilMs: number
  refetchFromMs: number
  lastFetchFailed: boolean
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
    connect: {
      timeout: keySetTimeoutMs,
      lookup: publicAddressLookup(lookup, allowLoopback) as never,
    },
    connections: 2,
    headersTimeout: keySetTimeoutMs,
    bodyTimeout: keySetTimeoutMs,
  })

  function cachedSet({ jwksUrl, alg }: KeySource): CachedSet {
    const name = `${alg} ${jwksUrl}`
    const cached = sets.get(name)
    if (cached) return cached
    const [oldest] = sets.keys()
    if (sets.size >= maxCachedSets && oldest !== undefined) sets.delete(oldest)
    const set: CachedSet = {
      keys: [],
      ignored: [],
      freshUntilMs: Number.NEGATIVE_INFINITY,
      refetchFromMs: 0,
      lastFetchFailed: false,
      pending: null,
    }
    sets.set(name, set)
    return set
  }

  async function refresh(source: KeySource, set: CachedSet): Promise<void> {
    try {
      const { keys, ignored, cacheControl } = await fetchKeySet(agent, source, allowLoopback)
      logIgnored(source, ignored, set.ignored)
      Object.assign(set, { keys, ignored, lastFetchFailed: false })
      set.freshUntilMs = now() + freshSecondsOf(cacheControl) * 1000
      set.refetchFromMs = now() + refetchIntervalSeconds * 1000
    } catch (error) {
      const { jwksUrl } = source
      log.warn({ err: error, jwksUrl }, 'The JWKS of a partner instance could not be fetched.')
      set.lastFetchFailed = true
      set.refetchFromMs = now() + retryAfterSeconds('PARTNER_KEYS_UNAVAILABLE') * 1000
    }
  }

  function logIgnored({ jwksUrl }: KeySource, ignored: IgnoredKey[], before: IgnoredKey[]): void {
    if (JSON.stringify(ignored) === JSON.stringify(before)) return
    for (const { jwk, reason } of ignored)
      log.warn({ jwksUrl, kid: jwk.kid, reason }, 'A published key of a partner is ignored.')
  }

  return {
    async keyOf(source, { kid, alg }) {
      const set = cachedSet(source)
      const findUntil = (untilMs: number) =>
        now() < untilMs ? set.keys.find((key) => key.kid === kid && key.alg === alg) : undefined
      const fresh = findUntil(set.freshUntilMs)
      if (fresh) return fresh
      if (!set.pending && now() >= set.refetchFromMs) {
        set.pending = refresh(source, set).finally(() => {
          set.pending = null
        })
      }
      await set.pending
      if (!set.lastFetchFailed) return findUntil(set.freshUntilMs)
      const last = findUntil(set.freshUntilMs + staleIfErrorSeconds * 1000)
      if (!last) throw new PartnerKeysUnavailable(source.jwksUrl)
      return last
    },
    ignoredKeys: (source, kid) => cachedSet(source).ignored.filter(({ jwk }) => jwk.kid === kid),
    close: () => agent.destroy(),
  }
}

function freshSecondsOf(cacheControl: string): number {
  const directives = cacheControl.toLowerCase()
  if (/\bno-(store|cache)\b/.test(directives)) return cacheSeconds.minimum
  const maxAge = /\bmax-age=(\d{1,9})\b/.exec(directives)?.[1]
  const seconds = maxAge === undefined ? cacheSeconds.default : Number(maxAge)
  return Math.min(Math.max(seconds, cacheSeconds.minimum), cacheSeconds.maximum)
}
