import express, { type Request, type Response, type Router } from 'express'
import { partnerInstanceWithKeys } from '../../../drizzle/reads/partner-instances.ts'
import { tenantName } from '../../../drizzle/reads/tenants.ts'
import type { Actor } from '../../../drizzle/tables/shared.ts'
import { parseToken, sha256 } from '../../../platform/auth/tokens.ts'
import { sessionCookieName, setCookie } from '../../../platform/http/cookies.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import { parseUuid } from '../../../platform/lib/uuid.ts'
import { startTransaction } from '../handoff/browser-transaction.ts'
import { readHandoff } from '../handoff/read-handoff.ts'
import { redeemHandoff } from '../handoff/redeem-handoff.ts'
import { addAttemptCookie, attemptSecrets } from './attempt-cookies.ts'
import { endBrowserSession, viewerFromCookies } from './browser-session.ts'
import { connectPage } from './pages.ts'
import { cookiesOf, type RouteServices, signInContextOf } from './route-services.ts'
import { requireSameOrigin } from './same-origin.ts'
import { sendSignInError } from './sign-in-error.ts'

/**
 * Adds the routes of the browser handoff. `GET /connect` starts the handoff and redirects to the
 * partner, which redirects back to `GET /connect/:tenantId`. The script of this page sends the
 * handoff code in a POST request.
 */
export function addConnectRoutes(router: Router, services: RouteServices): void {
  router.get('/connect', startConnect(services))
  router.get('/connect/:tenantId', (_, response) => services.show(response, connectPage()))
  router.post(
    '/connect/:tenantId',
    requireSameOrigin(services.issuer),
    express.json({ limit: '4kb', type: 'application/json' }),
    redeemCode(services),
  )
}

/**
 * Starts a handoff transaction, stores the transaction in a cookie, and redirects to the partner's
 * handoff URL with the parameters `tenant` and `txn`.
 */
const startConnect = (services: RouteServices) => async (request: Request, response: Response) => {
  const { issuer, db, stateCipher } = services
  const { client: clientId, tenant } = request.query
  const tenantId = parseUuid(tenant)
  const isValid = typeof clientId === 'string' && isPlainText(clientId, 255) && tenantId !== null
  const instance = isValid
    ? await db.read(null, (tx) => partnerInstanceWithKeys(tx, { clientId }))
    : undefined
  if (!isValid || !instance) return sendSignInError(services, request, response, { status: 400 })
  const started = await startTransaction(stateCipher, { clientId, tenantId })
  const attempt = { kind: 'handoff', hash: started.secretHash } as const
  addAttemptCookie(response, issuer, cookiesOf(request), attempt, started)
  const handoffUrl = new URL(instance.handoffUrl)
  handoffUrl.searchParams.set('tenant', tenantId)
  handoffUrl.searchParams.set('txn', started.txn)
  response.redirect(302, handoffUrl.href)
}

/**
 * Redeems a handoff code. If the browser has a session of another user and `replace` is not true,
 * responds with status 409 and the names of both users. In this case, the code is not consumed.
 */
const redeemCode = (services: RouteServices) => async (request: Request, response: Response) => {
  const { issuer, db } = services
  const signIn = signInContextOf(services, request)
  const tenantId = parseUuid(request.params.tenantId)
  const { code, replace } = (request.body ?? {}) as { code?: unknown; replace?: unknown }
  if (tenantId === null || typeof code !== 'string' || parseToken(code)?.tenantId !== tenantId)
    return sendSignInError(services, request, response, { status: 400 })
  const cookies = cookiesOf(request)
  const transactionHashes = attemptSecrets(issuer, cookies, 'handoff').map(sha256)
  const presenter = { browser: { transactionHashes } }
  const namedTenant = async () => ({
    id: tenantId,
    name: (await db.read(tenantId, tenantName)) ?? '',
  })

  const current = await viewerFromCookies(signIn, cookies, tenantId)
  const next = current && replace !== true ? await readHandoff(db, code, presenter) : null
  if (current && next && current.actor.key !== next.key) {
    const users = { current: shownActor(current.actor), next: shownActor(next) }
    return void response.status(409).json({ tenant: await namedTenant(), ...users })
  }

  const redeemed = await redeemHandoff(signIn, code, presenter)
  if (!redeemed.token) return sendSignInError(services, request, response, { status: 403 })
  const tenant = await namedTenant()
  // The transaction cookie is kept until it expires. A reloaded page of the partner sends another
  // code for the same transaction, which must not look like the attempt of another browser.
  response.append(
    'Set-Cookie',
    setCookie(issuer, sessionCookieName(issuer, tenantId), redeemed.token),
  )
  await endBrowserSession(signIn, current)
  response.json({ tenant, actor: redeemed.actor })
}

const shownActor = ({ key, displayName }: Actor) => ({ key, displayName })
