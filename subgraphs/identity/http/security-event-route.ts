import express, {
  type ErrorRequestHandler,
  type Request,
  type Response,
  type Router,
} from 'express'
import { maxJwsBytes } from '../jwt/jws.ts'
import {
  receiveSecurityEvent,
  securityEventMediaType,
} from '../security-events/receive-security-event.ts'
import { type RouteServices, signInContextOf } from './route-services.ts'

/**
 * Adds the route that receives security events from partners (RFC 8935 §2). Responds with status
 * 202 if the event was accepted, 400 if it was refused, and 503 if the partner should retry.
 */
export function addSecurityEventRoute(router: Router, services: RouteServices): void {
  const answer = answerEvent(services)
  const handleUnreadableBody: ErrorRequestHandler = (_error, request, response, _next) =>
    answer(request, response, null)
  router.post(
    '/events/caep',
    express.text({ limit: maxJwsBytes, type: securityEventMediaType, defaultCharset: 'utf-8' }),
    (request: Request, response: Response) =>
      answer(request, response, typeof request.body === 'string' ? request.body : null),
    handleUnreadableBody,
  )
}

const answerEvent =
  (services: RouteServices) =>
  async (request: Request, response: Response, body: string | null): Promise<void> => {
    const signIn = signInContextOf(services, request)
    try {
      const refused = await receiveSecurityEvent(signIn, body)
      if (refused) response.status(400).set('Content-Language', 'en').json(refused)
      else response.status(202).end()
    } catch (error) {
      const { requestId } = signIn.request
      services.log.error(
        { err: error, requestId },
        'A security event could not be processed. The partner must send the event again.',
      )
      response.status(503).set('Retry-After', '5').json({})
    }
  }
