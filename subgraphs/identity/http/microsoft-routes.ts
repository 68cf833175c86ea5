import type { Request, Response, Router } from 'express'
import { tenantName } from '../../../drizzle/reads/tenants.ts'
import { sha256 } from '../../../platform/auth/tokens.ts'
import { sessionCookieName, setCookie } from '../../../platform/http/cookies.ts'
import { completeMicrosoftLogin } from '../microsoft/complete-microsoft-login.ts'
import { redirectPaths } from '../microsoft/login-state.ts'
import { startMicrosoftLogin } from '../microsoft/start-microsoft-login.ts'
import { tenantLocator } from '../microsoft/tenant-locator.ts'
import { addAttemptCookie, attemptCookieName } from './attempt-cookies.ts'
import { endBrowserSession, viewerFromCookies, viewerFromToken } from './browser-session.ts'
import { nativePage, signedInPage } from './pages.ts'
import { isPageOf, returnPath } from './return-path.ts'
import { cookiesOf, type RouteServices, signInContextOf } from './route-services.ts'
import { sendMicrosoftError, sendSignInError } from './sign-in-error.ts'

export function addMicrosoftRoutes(router: Router, services: RouteServices): void {
  router.get('/login/microsoft', startLogin(services))
  router.get(redirectPaths.browser, completeLogin(services))
  router.get(redirectPaths.native, (_, response) => services.show(response, nativePage()))
}

/**
 * Starts a Microsoft sign-in. Stores the sign-in's secret in a cookie and redirects to Microsoft.
 */
const startLogin = (services: RouteServices) => async (request: Request, response: Response) => {
  const { issuer } = services
  const { tenant, domain, stepUp, returnTo } = request.query
  const locator = tenantLocator({ id: textOrNull(tenant), domain: textOrNull(domain) })
  if (!locator) return sendSignInError(services, request, response, { status: 400 })
  const started = await startMicrosoftLogin(signInContextOf(services, request), {
    client: 'browser',
    locator,
    stepUp: stepUp === '1',
    returnTo: returnPath(issuer, returnTo),
  })
  const attempt = { kind: 'microsoft-login', hash: sha256(started.state) } as const
  addAttemptCookie(response, issuer, cookiesOf(request), attempt, started)
  response.redirect(302, started.authorizationUrl)
}

const completeLogin = (services: RouteServices) => async (request: Request, response: Response) => {
  const { issuer, db, show } = services
  const signIn = signInContextOf(services, request)
  const cookies = cookiesOf(request)
  const callbackUrl = new URL(request.originalUrl, issuer)
  const stateHash = sha256(callbackUrl.searchParams.get('state') ?? '')
  const loginCookie = attemptCookieName(issuer, 'microsoft-login', stateHash)
  const completed = await completeMicrosoftLogin(
    signIn,
    'browser',
    callbackUrl,
    cookies[loginCookie],
  )
  const { token, tenantId, returnTo } = completed
  // Keep the cookie when the request is refused. Any web page can cause a refused request, which
  // must not cancel a sign-in that is in progress.
  if (!token || !tenantId) return sendMicrosoftError(services, request, response, completed)
  response
    .append('Set-Cookie', setCookie(issuer, loginCookie, '', 0))
    .append('Set-Cookie', setCookie(issuer, sessionCookieName(issuer, tenantId), token))
  await endBrowserSession(signIn, await viewerFromCookies(signIn, cookies, tenantId))
  if (returnTo && isPageOf(tenantId, returnTo)) return response.redirect(303, returnTo)
  const viewer = await viewerFromToken(signIn, token, tenantId)
  const name = (await db.read(tenantId, tenantName)) ?? ''
  show(response, signedInPage({ id: tenantId, name }, viewer?.actor.displayName ?? ''))
}

const textOrNull = (parameter: unknown) => (typeof parameter === 'string' ? parameter : null)
