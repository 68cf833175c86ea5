/** How much anybody may ask of one process within a minute: by address before anything is looked at, and by who they are after that. */
import type { RequestHandler, Response } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import type { Viewer } from '../platform/viewer.ts'

export interface RateLimits {
  /** Requests a minute of one address (of one /56 for IPv6), whoever is behind it. */
  perAddress: number
  /** Of one session or API token. */
  perSession: number
  /** Of one partner instance: all its technicians come through it. */
  perPartner: number
}

const tooMany: RequestHandler = (_request, response) => {
  response
    .status(429)
    .json({ errors: [{ message: 'Too many requests: wait as long as Retry-After says.', extensions: { code: 'RATE_LIMITED' } }] })
}

const minute = {
  windowMs: 60_000,
  // RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers), and Retry-After with a 429.
  standardHeaders: 'draft-8' as const,
  legacyHeaders: false,
  // It would tell of settings that are ours to check, and on the console.
  validate: false,
  handler: tooMany,
}

export const addressLimit = ({ perAddress }: RateLimits): RequestHandler =>
  rateLimit({
    ...minute,
    identifier: 'address',
    limit: perAddress,
    keyGenerator: (request) => ipKeyGenerator(request.ip ?? ''),
  })

/** @param viewerOf who is asking, known by then */
export const viewerLimit = ({ perSession, perPartner }: RateLimits, viewerOf: (response: Response) => Viewer): RequestHandler =>
  rateLimit({
    ...minute,
    identifier: 'caller',
    limit: (_request, response) => (viewerOf(response).kind === 'partner-client' ? perPartner : perSession),
    keyGenerator: (request, response) => callerKey(viewerOf(response)) ?? `address ${ipKeyGenerator(request.ip ?? '')}`,
  })

function callerKey(viewer: Viewer): string | null {
  if (viewer.kind === 'anonymous') return null
  if (viewer.kind === 'partner-client') return `partner ${viewer.clientId}`
  return viewer.kind === 'api-token' ? `token ${viewer.tokenId}` : `session ${viewer.sessionId}`
}
