import type { Request, RequestHandler, Response } from 'express'
import { anonymous, type RequestMetadata, type Viewer } from '../../platform/auth/viewer.ts'
import { bearerChallenge } from '../../platform/http/bearer-challenge.ts'
import { sendError } from '../../platform/http/send-error.ts'
import { isDenial, PublicError } from '../../platform/lib/errors.ts'
import { requestMetadata } from './request-metadata.ts'
import type { AuthenticationServices } from './services.ts'

type Authenticate = (
  services: AuthenticationServices,
  request: Request,
  metadata: RequestMetadata,
) => Promise<Viewer>

/**
 * Authenticates the request before its body is parsed, and sets `response.locals.viewer` and
 * `response.locals.authenticatedAt`.
 */
export function authenticateMiddleware(
  services: AuthenticationServices,
  authenticate: Authenticate,
): RequestHandler {
  return async (request, response, next) => {
    response.locals.authenticatedAt = performance.now()
    try {
      response.locals.viewer = await authenticate(services, request, requestMetadata(request))
    } catch (error) {
      if (!(error instanceof PublicError)) throw error
      const status = error.code === 'BAD_USER_INPUT' ? 400 : isDenial(error) ? 401 : 503
      if (status === 401) response.set('WWW-Authenticate', bearerChallenge(request))
      return sendError(response, status, error.code, error.message)
    }
    next()
  }
}

/** Returns the viewer that the middleware set, or `anonymous` on routes without the middleware. */
export const viewerOfResponse = ({ locals }: Pick<Response, 'locals'>): Viewer =>
  (locals.viewer as Viewer | undefined) ?? anonymous

/** Returns the time at which authentication started, in milliseconds of `performance.now()`. */
export const authenticatedAt = ({ locals }: Pick<Response, 'locals'>): number =>
  locals.authenticatedAt as number
