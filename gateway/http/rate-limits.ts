/** Requests per minute: by address before anything is read, and by caller after authentication. */
import type { RequestHandler, Response } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import type { Viewer } from '../../platform/auth/viewer.ts'
import { sendError } from '../../platform/http/send-error.ts'
import { viewerOfResponse } from '../auth/authenticate-middleware.ts'
import { clientAddress } from '../auth/request-metadata.ts'
import { createRateLimitStore, type SharedRateLimitOptions } from './rate-limit-store.ts'

/** All limits are requests per minute. */
export interface RateLimits {
  /** One IPv4 address, or one IPv6 /56 network. */
  perAddress: number
  /** One session or API token; for anonymous requests, one address. */
  perSession: number
  /** One partner instance, because all its technicians use its back end. */
  perPartner: number
  /** Null: the process does not share its counts with other processes. */
  shared: SharedRateLimitOptions | null
}

export interface RateLimiters {
  /** Limits by address, before authentication. */
  address: RequestHandler
  /** Limits requests for the console's assets by address, with a separate count. */
  assets: RequestHandler
  /** Limits by viewer, after authentication. */
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
  /** A key is its kind, a space, and an identifier. */
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
      // RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-08), and Retry-After
      // with a 429.
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      // The library's checks would print warnings about our proxy settings to the console.
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
    assets: limiter('address', (ip) => `assets ${ip}`),
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
