/**
 * Keys that a partner instance publishes at its registered JWKS URL (RFC 7517, section 5).
 *
 * The address is a partner's choice, and this service asks from inside its own network: so https only, no redirects, no address
 * that is not public, looked at when the connection is made; little time, few bytes. Whatever goes wrong opens nothing.
 */
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { JWK } from 'jose'
import { Agent, request } from 'undici'
import { type PinnedKey, pinnedKey } from '../../../platform/auth/jwk.ts'
import type { Log } from '../../../platform/lib/log.ts'

/** A fetched set is good for as long as its `Cache-Control: max-age` says, within these bounds. */
const freshSeconds = { least: 60, otherwise: 300, most: 600 }
/** A set is asked for again, for a key that is not in it or after a failure, no more often than this. */
const refetchSeconds = 30
/** Shorter than the gateway waits for a subgraph: what cannot be verified is to be refused, not to fail. */
const deadlineMs = 3_000
const maxBytes = 64 * 1024
const maxKeys = 50
const maxSets = 1_000

export interface PublishedKeys {
  /** The key that is published there under this id, or undefined: also where the set cannot be had. */
  keyOf(jwksUrl: string, kid: string): Promise<PinnedKey | undefined>
  close(): Promise<void>
}

interface CachedSet {
  keys: PinnedKey[]
  freshUntil: number
  askAgainFrom: number
  pending: Promise<void> | null
}

export interface PublishedKeysOptions {
  log: Log
  /** Development only: the service itself is on loopback. */
  allowLoopback: boolean
  lookup?: typeof systemLookup
  /** Milliseconds of a clock that only rises. */
  now?: () => number
}

export function publishedKeys({
  log,
  allowLoopback,
  lookup = systemLookup,
  now = () => performance.now(),
}: PublishedKeysOptions): PublishedKeys {
  const sets = new Map<string, CachedSet>()
  const agent = new Agent({
    connect: { timeout: deadlineMs, lookup: publicAddressesOnly(lookup, allowLoopback) as never },
    connections: 2,
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
  })

  async function refresh(jwksUrl: string, set: CachedSet): Promise<void> {
    set.askAgainFrom = now() + refetchSeconds * 1000
    try {
      const fetched = await fetchSet(agent, jwksUrl, allowLoopback)
      set.keys = fetched.keys
      set.freshUntil = now() + fetched.freshSeconds * 1000
    } catch (error) {
      log.warn({ err: error, jwksUrl }, 'the keys of a partner instance could not be fetched')
    }
  }

  return {
    async keyOf(jwksUrl, kid) {
      const set = sets.get(jwksUrl) ?? { keys: [], freshUntil: 0, askAgainFrom: 0, pending: null }
      if (!sets.has(jwksUrl)) {
        if (sets.size >= maxSets) sets.delete(sets.keys().next().value!)
        sets.set(jwksUrl, set)
      }
      const find = () =>
        now() < set.freshUntil ? set.keys.find((key) => key.kid === kid) : undefined
      const known = find()
      if (known) return known
      // Who comes while the set is on its way waits for the same answer.
      if (!set.pending && now() >= set.askAgainFrom) {
        set.pending = refresh(jwksUrl, set).finally(() => {
          set.pending = null
        })
      }
      await set.pending
      return find()
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
  if (isIP(host) && !mayBeAsked(host, allowLoopback))
    throw new Error(`${host} is no public address`)
  if (url.protocol !== 'https:' && !(allowLoopback && isLoopbackName(host)))
    throw new Error('not an https:// address')
  const signal = AbortSignal.timeout(deadlineMs)
  const { statusCode, headers, body } = await request(url, {
    dispatcher: agent,
    signal,
    headers: {
      accept: 'application/jwk-set+json, application/json',
      'accept-encoding': 'identity',
    },
  })
  // A body that is given up says so once more later, when nobody listens: that would end the process.
  body.on('error', () => {})
  if (statusCode !== 200) {
    body.destroy()
    throw new Error(`answered ${statusCode}`)
  }
  const parts: Buffer[] = []
  let size = 0
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length
    if (size > maxBytes) throw new Error(`more than ${maxBytes} bytes`)
    parts.push(part)
  }
  const keys = await keysOf(JSON.parse(Buffer.concat(parts).toString('utf8')))
  return { keys, freshSeconds: freshSecondsOf(headers['cache-control']) }
}

/** The keys of a set that may verify signatures here. Others may stand beside them: for encryption, of kinds that are not taken. */
export async function keysOf(set: unknown): Promise<PinnedKey[]> {
  const found = (set as { keys?: unknown } | null)?.keys
  if (!Array.isArray(found) || found.length > maxKeys)
    throw new Error(`no JWKS of at most ${maxKeys} keys`)
  const usable: PinnedKey[] = []
  for (const jwk of found as (JWK & Record<string, unknown>)[]) {
    if (typeof jwk !== 'object' || jwk === null) throw new Error('a key that is no object')
    // Whoever published a private key has lost it.
    if ('d' in jwk || 'k' in jwk) throw new Error('the set holds a private key')
    if (typeof jwk.kid !== 'string') continue
    const key = await pinnedKey(jwk).catch(() => null)
    if (key) usable.push(key)
  }
  // An id that two keys have says nothing.
  return usable.filter(({ kid }) => found.filter((jwk: JWK) => jwk.kid === kid).length === 1)
}

function freshSecondsOf(cacheControl: string | string[] | undefined): number {
  const directives = String(cacheControl ?? '').toLowerCase()
  if (/\bno-(store|cache)\b/.test(directives)) return freshSeconds.least
  const maxAge = /\bmax-age=(\d{1,9})\b/.exec(directives)?.[1]
  const asked = maxAge === undefined ? freshSeconds.otherwise : Number(maxAge)
  return Math.min(Math.max(asked, freshSeconds.least), freshSeconds.most)
}

const isLoopbackName = (host: string) =>
  host === 'localhost' || (isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback')

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
/** A public address in form, and in Azure every machine's own host. */
const azureHost = '168.63.129.16'

/** Public unicast addresses alone; those that carry an IPv4 address inside are not looked into but refused, or taken for what they carry. */
export function mayBeAsked(address: string, allowLoopback: boolean): boolean {
  if (!isIP(address)) return false
  const parsed = ipaddr.process(address)
  if (parsed.toString() === azureHost) return false
  const range = parsed.range()
  // For ipaddr.js, what nobody was given is unicast too, such as the old `::7f00:1` for 127.0.0.1: public is 2000::/3 alone.
  if (parsed instanceof ipaddr.IPv6 && range === 'unicast') return parsed.match(globalUnicast)
  return range === 'unicast' || (allowLoopback && range === 'loopback')
}

/** The connection goes to the very addresses that were looked at: a name cannot mean another one a moment later. */
function publicAddressesOnly(lookup: typeof systemLookup, allowLoopback: boolean) {
  type Done = (error: Error | null, address: string | LookupAddress[], family?: number) => void
  return (hostname: string, options: LookupOptions, done: Done): void => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '')
      const refused = addresses.find(({ address }) => !mayBeAsked(address, allowLoopback))
      if (refused || addresses.length === 0)
        return done(
          new Error(`${hostname} is at ${refused?.address ?? 'no address'}, which is not public`),
          '',
        )
      if (options.all) return done(null, addresses)
      done(null, addresses[0]!.address, addresses[0]!.family)
    })
  }
}
