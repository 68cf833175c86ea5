import express, { type Request, type Response, type Router } from 'express'
import { sessionCookieName, setCookie } from '../../../platform/http/cookies.ts'
import { parseUuid } from '../../../platform/lib/uuid.ts'
import { endBrowserSession, viewerFromCookies } from './browser-session.ts'
import { signedOutPage } from './pages.ts'
import { cookiesOf, type RouteServices, signInContextOf } from './route-services.ts'
import { requireSameOrigin } from './same-origin.ts'
import { sendSignInError } from './sign-in-error.ts'

/**
 * Adds the route that signs a browser out of one tenant. The request contains the tenant's ID in
 * the `x-tenant-id` header or in the form field `tenant`.
 */
export function addLogoutRoute(router: Router, services: RouteServices): void {
  router.post(
    '/logout',
    requireSameOrigin(services.issuer),
    express.urlencoded({ limit: '1kb', extended: false }),
    signOut(services),
  )
}

/**
 * Deletes the pages that the browser keeps for its Back button. "cookies" would also end sessions
 * of other tenants and of other services of the domain, and "storage" would delete the keys with
 * which the console verifies the Activity Log.
 */
const clearSiteData = '"cache"'

const signOut = (services: RouteServices) => async (request: Request, response: Response) => {
  const { issuer, show } = services
  const signIn = signInContextOf(services, request)
  const form = request.body as { tenant?: unknown } | undefined
  const tenantId = parseUuid(request.headers['x-tenant-id'] ?? form?.tenant)
  if (tenantId === null) return sendSignInError(services, request, response, { status: 400 })
  await endBrowserSession(signIn, await viewerFromCookies(signIn, cookiesOf(request), tenantId))
  const expired = setCookie(issuer, sessionCookieName(issuer, tenantId), '', 0)
  response.append('Set-Cookie', expired).set('Clear-Site-Data', clearSiteData)
  show(response, signedOutPage())
}
