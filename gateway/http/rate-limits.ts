/** How much anybody may ask within a minute: by address before anything is looked at, and by who they are after that. */
import type { RequestHandler, Response } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import type { Viewer } from '../../platform/auth/viewer.ts'
import { sendError } from '../../platform/http/http.ts'
import { clientAddress } from '../auth/authenticate.ts'
import { createRateLimitStore, type SharedRateLimitOptions } from './rate-limit-store.ts'

export interface RateLimits {
  /** Requests a minute of one address (of one /56 for IPv6), whoever is behind it. */
  perAddress: number
  /** Of one session or API token; of one address for those who are nobody. */
  perSession: number
  /** Of one partner instance: all its technicians come through it. */
  perPartner: number
  /** Where several nodes count together; null: each for itself. */
  shared: SharedRateLimitOptions | null
}

export interface RateLimiters {
  /** By address, whoever is behind it. */
  address: RequestHandler
  /** As many again for the console's files. */
  assets: RequestHandler
  /** By who is asking, known by then. */
  caller: RequestHandler
  stop(): Promise<void>
}

export function createRateLimiters(
  limits: RateLimits,
  viewerOf: (response: Response) => Viewer,
): RateLimiters {
  const { perAddress, perSession, perPartner, shared } = limits
  const perMinute: Record<string, number> = {
    all: perAddress,
    assets: perAddress,
    partner: perPartner,
  }
  const limitOf = (key: string) => perMinute[key.slice(0, key.indexOf(' '))] ?? perSession
  const counts = createRateLimitStore({ limitOf, shared })
  const limiter = (identifier: string, keyOf: (ip: string, response: Response) => string) =>
    rateLimit({
      store: counts,
      windowMs: 60_000,
      identifier,
      keyGenerator: (request, response) =>
        keyOf(ipKeyGenerator(clientAddress(request) ?? ''), response),
      limit: (request, response) =>
        limitOf(keyOf(ipKeyGenerator(clientAddress(request) ?? ''), response)),
      // RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers), and Retry-After with a 429.
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      // It would tell of settings that are ours to check, and on the console.
      validate: false,
      handler: (_request, response) =>
        sendError(
          response,
          429,
          'RATE_LIMITED',
          'Too many requests: wait as long as Retry-After says.',
        ),
    })
  return {
    address: limiter('address', (ip) => `all ${ip}`),
    assets: limiter('address', (ip) => `assets ${ip}`),
    caller: limiter('caller', (ip, response) => callerKey(viewerOf(response)) ?? `address ${ip}`),
    stop: counts.stop,
  }
}

function callerKey(viewer: Viewer): string | null {
  if (viewer.kind === 'anonymous') return null
  if (viewer.kind === 'partner-client') return `partner ${viewer.clientId}`
  return viewer.kind === 'api-token' ? `token ${viewer.tokenId}` : `session ${viewer.sessionId}`
}
