import type { ErrorRequestHandler, Request, Response } from 'express'
import { isDenial, type UserError } from '../../../platform/lib/errors.ts'
import { ProviderUnavailable } from '../microsoft/provider-unavailable.ts'
import { refusalPage } from './pages.ts'
import type { RouteServices } from './route-services.ts'

/**
 * The default message. It does not give the cause, because that could help an attacker; the
 * Activity Log contains the cause.
 */
const genericMessage = 'This sign-in did not work. Go back to where you started and try again.'
const notAnAdminMessage =
  "You don't have access. Your Microsoft account isn't an admin of this tenant. Ask a Global Admin to add you as a Spanning Admin, then sign in again."
const microsoftUnavailableMessage = 'Microsoft cannot be reached. Try again in a few minutes.'
const serviceUnavailableMessage = 'The service is unavailable. Try again in a few minutes.'

/**
 * The messages of those Microsoft sign-in errors that may be shown, by error code. None of them
 * reveals whether a tenant exists.
 */
const microsoftMessages: Record<string, string> = {
  LOGIN_INVALID:
    'Microsoft did not confirm this sign-in, or it took longer than 15 minutes. Start again from the sign-in page.',
  TENANT_MISMATCH:
    'Your Microsoft account does not belong to the organization that you asked for. Check the domain, or sign in with another account.',
}

interface SignInError {
  status: number
  code?: string
  message?: string
}

/**
 * Sends an error as JSON if the request was JSON, otherwise as a page. If no message is given, it
 * sends a generic one that does not reveal the cause.
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

/** Sends the first error of a refused Microsoft sign-in. */
export function sendMicrosoftError(
  services: RouteServices,
  request: Request,
  response: Response,
  [error]: UserError[],
): void {
  const message = error && microsoftMessages[error.code]
  const code = message === undefined ? undefined : error?.code
  sendSignInError(services, request, response, { status: 403, code, message })
}

/**
 * Handles the errors of all login routes. A denial gives 403, and an error of a body parser keeps
 * its 4xx status. Every other error gives 503 and is written to the process log.
 */
export function handleRouteErrors(services: RouteServices): ErrorRequestHandler {
  const { log, requestMetadata } = services
  return (error: unknown, request, response, _next) => {
    if (response.headersSent) return // the request timed out, and the timeout handler has responded
    const send = (answer: SignInError) => sendSignInError(services, request, response, answer)
    if (isDenial(error)) return send({ status: 403, message: notAnAdminMessage })
    const { status } = error as { status?: number }
    if (status && status >= 400 && status < 500) return send({ status })
    const { requestId } = requestMetadata(request)
    log.error({ err: error, requestId }, 'A login route failed.')
    response.set('Retry-After', '1')
    const message =
      error instanceof ProviderUnavailable ? microsoftUnavailableMessage : serviceUnavailableMessage
    send({ status: 503, code: 'INTERNAL_SERVER_ERROR', message })
  }
}
