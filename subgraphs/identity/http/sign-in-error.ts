import type { ErrorRequestHandler, Request, Response } from 'express'
import { isDenial } from '../../../platform/lib/errors.ts'
import type { CompletedLogin } from '../microsoft/complete-microsoft-login.ts'
import { ProviderUnavailable } from '../microsoft/provider-unavailable.ts'
import { refusalPage } from './pages.ts'
import type { RouteServices } from './route-services.ts'

/**
 * The default error message. The message does not contain the cause, because the cause could help
 * an attacker. Admins find the cause in the Activity Log.
 */
const genericMessage = 'This sign-in did not work. Go back to where you started and try again.'
const notAnAdminMessage =
  "You don't have access. Your Microsoft account isn't an admin of this tenant. Ask a Global Admin to add you as a Spanning Admin, then sign in again."
const serviceUnavailableMessage = 'The service is unavailable. Try again in a few minutes.'

interface SignInError {
  status: number
  code?: string
  message?: string
}

/**
 * Responds with JSON if the request was JSON, otherwise with an HTML page. The default message does
 * not reveal the cause of the error.
 */
export function sendSignInError(
  { show, requestMetadata }: Pick<RouteServices, 'show' | 'requestMetadata'>,
  request: Request,
  response: Response,
  { status, code = 'FORBIDDEN', message = genericMessage }: SignInError,
): void {
  const { requestId } = requestMetadata(request)
  response.status(status)
  if (request.method === 'POST' && request.is('application/json'))
    response.json({ error: { code, message, requestId } })
  else show(response, refusalPage(code, message, requestId))
}

/** Sends the error of a refused Microsoft sign-in. */
export function sendMicrosoftError(
  services: RouteServices,
  request: Request,
  response: Response,
  { userErrors: [error] }: CompletedLogin,
): void {
  sendSignInError(services, request, response, { status: 403, ...error })
}

/**
 * Handles the errors of all login routes. A denied request results in status 403, and a body parser
 * error keeps its 4xx status. Every other error results in status 503 and is logged.
 */
export function handleRouteErrors(services: RouteServices): ErrorRequestHandler {
  const { log, requestMetadata } = services
  return (error: unknown, request, response, _next) => {
    if (response.headersSent) return // The timeout handler has already responded.
    const send = (answer: SignInError) => sendSignInError(services, request, response, answer)
    if (isDenial(error)) return send({ status: 403, message: notAnAdminMessage })
    const { status } = error as { status?: number }
    if (status && status >= 400 && status < 500) return send({ status })
    const { requestId } = requestMetadata(request)
    log.error({ err: error, requestId }, 'A login route failed with an internal error.')
    response.set('Retry-After', '1')
    const message =
      error instanceof ProviderUnavailable ? error.publicMessage : serviceUnavailableMessage
    send({ status: 503, code: 'INTERNAL_SERVER_ERROR', message })
  }
}
