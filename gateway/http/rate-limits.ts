/**
 * Rate limits. Requests are limited by IP address before authentication, and by caller after
 * authentication.
 */
import type { RequestHandler, Response } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import type { Viewer } from '../../platform/auth/viewer.ts'
import { sendError } from '../../platform/http/send-error.ts'
import { viewerOfResponse } from '../auth/authenticate-middleware.ts'
import { clientAddress } from '../auth/request-metadata.ts'
import { createRateLimitStore, type SharedRateLimitOptions } from './rate-limit-store.ts'

/** The rate limits, in requests per minute. */
export interface RateLimits {
  /** The limit for one IPv4 address, or for one IPv6 /56 network. */
  perAddress: number
  /**
   * The limit for one session or API token. Anonymous requests are counted per IP address instead.
   */
  perSession: number
  /**
   * The limit for one partner instance, whose back end sends the requests for all its technicians.
   */
  perPartner: number
  /** If null, this process does not share its counts with other processes. */
  shared: SharedRateLimitOptions | null
}

export interface RateLimiters {
  /** Limits requests by IP address, before authentication. */
  address: RequestHandler
  /**
   * Limits requests for the console's assets by IP address. These requests are counted separately.
   */
  assets: RequestHandler
  /** Limits requests by viewer, after authentication. */
  caller: RequestHandler
  stop(): Promise<void>
}

const windowMs = 60_000

export function createRateLimiters(limits: RateLimits): RateLimiters {
  const { perAddress, perSession, perPartner, shared } = limits
  const limitsByKind: Record<string, number> = {
    all: perAddress,
    assets: perAddress,
    partner: perPartner,
  }
  /** Returns the limit for a counter key. A key consists of a kind, a space, and an identifier. */
  const limitOf = (key: string) => limitsByKind[key.slice(0, key.indexOf(' '))] ?? perSession
  const store = createRateLimitStore({ limitOf, shared, windowMs })
  const limiter = (identifier: string, keyOf: (ip: string, response: Response) => string) =>
    rateLimit({
      store,
      windowMs,
      identifier,
      keyGenerator: (request, response) =>
        keyOf(ipKeyGenerator(clientAddress(request) ?? ''), response),
      limit: (request, response) =>
        limitOf(keyOf(ipKeyGenerator(clientAddress(request) ?? ''), response)),
      // Sends RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-08, the newest
      // draft that express-rate-limit supports), and Retry-After with status 429. A response can
      // have several policies, so each limiter has its own identifier.
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      // Disables express-rate-limit's own checks, which would print warnings about our proxy
      // settings.
      validate: false,
      handler: (_request, response) =>
        sendError(
          response,
          429,
          'RATE_LIMITED',
          'Too many requests. Retry after the number of seconds in the Retry-After header.',
        ),
    })
  return {
    address: limiter('address', (ip) => `all ${ip}`),
    assets: limiter('assets', (ip) => `assets ${ip}`),
    caller: limiter(
      'caller',
      (ip, response) => callerKey(viewerOfResponse(response)) ?? `address ${ip}`,
    ),
    stop: store.stop,
  }
}

function callerKey(viewer: Viewer): string | null {
  if (viewer.kind === 'anonymous') return null
  if (viewer.kind === 'partner-client') return `partner ${viewer.clientId}`
  return viewer.kind === 'api-token' ? `token ${viewer.tokenId}` : `session ${viewer.sessionId}`
}
