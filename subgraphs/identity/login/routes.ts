/** Where browsers sign in and out. They get their sessions here and nowhere else; API clients get theirs from the mutations. */
import { parseCookie } from 'cookie'
import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express'
import {
  partnerInstanceWithKeys,
  sessionStatusByToken,
  tenantName,
} from '../../../drizzle/reads.ts'
import { audited } from '../../../platform/audit/audited.ts'
import { parseToken } from '../../../platform/auth/tokens.ts'
import { isMember, type RequestMetadata, viewerOf } from '../../../platform/auth/viewer.ts'
import { cookieName, sessionCookieName, setCookie } from '../../../platform/http/cookies.ts'
import { isDenial, type UserError } from '../../../platform/lib/errors.ts'
import type { Log } from '../../../platform/lib/log.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import { isUuid } from '../../../platform/postgres/database.ts'
import { beginTransaction, peekAtHandoff, presenterFromCookie, redeemHandoff } from './handoff.ts'
import { maxJwsBytes } from './jws.ts'
import {
  completeMicrosoftLogin,
  locatorOf,
  type MicrosoftServices,
  ProviderUnavailable,
  startMicrosoftLogin,
} from './microsoft.ts'
import {
  connectPage,
  nativePage,
  refusalPage,
  type Show,
  signedInPage,
  signedOutPage,
} from './pages.ts'
import { endSession } from './session.ts'
import { receiveSecurityEvent, securityEventMediaType } from './signals.ts'

export type RouteServices = Omit<MicrosoftServices, 'request'> & {
  log: Log
  factsOf(request: Request): RequestMetadata
  show: Show
}

/** Every route that can sign somebody in or out, for the permission table and the coverage test: who may, and the row that it leaves. */
export const loginRoutes = {
  'GET /connect': {
    who: 'anyone',
    action: null,
    because: 'begins a transaction in a cookie: no row, nothing changed',
  },
  'GET /connect/:tenantId': {
    who: 'anyone',
    action: null,
    because: 'a page; a link scanner that opens it does nothing',
  },
  'POST /connect/:tenantId': {
    who: 'whoever holds the code and the transaction',
    action: 'handoff.redeemed',
  },
  'GET /login/microsoft': {
    who: 'anyone',
    action: null,
    because: 'begins a sign-in in a cookie: no row, nothing changed',
  },
  'GET /login/microsoft/callback': {
    who: 'whoever began the sign-in and is an admin of the tenant',
    action: 'microsoft_login.completed',
  },
  'GET /login/microsoft/native': {
    who: 'anyone',
    action: null,
    because: 'a page that says that the window may be closed',
  },
  'POST /events/caep': {
    who: 'a partner instance, by the signature of its event',
    action: 'federated_sessions.revoked',
  },
  'POST /logout': { who: 'the session itself', action: 'session.signed_out' },
} as const satisfies Record<string, { who: string; action: string | null; because?: string }>

/** What a browser is told where it could not help to know more, or could help somebody else: the log has the rest. */
const refusalSentence = 'This sign-in did not work. Go back to where you started, and try again.'
const notAnAdminSentence =
  'This Microsoft account is no admin of the tenant. Ask a Global Admin to make you a Spanning Admin, and sign in again.'
/** What may be told of a sign-in with Microsoft: the API answers with the same codes. None says whether there is such a tenant. */
const sentences: Record<string, string> = {
  LOGIN_INVALID:
    'Microsoft did not confirm this sign-in, or it took longer than 15 minutes. Begin again from the sign-in page.',
  TENANT_MISMATCH:
    'This Microsoft account does not belong to the organisation that you asked for. Check the domain, or sign in with another account.',
}
const unavailableSentence = 'Microsoft cannot be reached at the moment. Try again in a few minutes.'
const unavailableHere = 'The service cannot answer at the moment. Try again in a few minutes.'

export function createLoginRoutes(routeServices: RouteServices): Router {
  const { issuer, log, factsOf, show } = routeServices
  const servicesFor = (request: Request): MicrosoftServices => ({
    ...routeServices,
    request: factsOf(request),
  })
  const cookiesOf = (request: Request) => parseCookie(request.headers.cookie ?? '')
  /** A page for people, JSON for scripts. */
  const refuse = (
    response: Response,
    { requestId }: RequestMetadata,
    status: number,
    sentence = refusalSentence,
    reason = 'FORBIDDEN',
  ): void => {
    response.status(status)
    const code = status === 503 ? 'INTERNAL_SERVER_ERROR' : reason
    if (response.req.method === 'POST' && response.req.is('application/json'))
      response.json({ error: { code, message: sentence, requestId } })
    else show(response, refusalPage(code, sentence, requestId))
  }
  const refuseFor = (response: Response, facts: RequestMetadata, [error]: UserError[]): void => {
    const sentence = error && sentences[error.code]
    refuse(response, facts, 403, sentence, sentence && error.code)
  }
  const router = Router({ strict: true })

  router.get('/connect', async (request, response) => {
    const services = servicesFor(request)
    const { client: clientId, tenant: tenantId } = request.query
    const known =
      typeof clientId === 'string' &&
      isPlainText(clientId, 255) &&
      typeof tenantId === 'string' &&
      isUuid(tenantId)
    const instance = known
      ? await services.db.read(null, (tx) => partnerInstanceWithKeys(tx, { clientId }))
      : undefined
    if (!known || !instance) return refuse(response, services.request, 400)
    const name = transactionCookie(issuer, tenantId)
    const cookies = cookiesOf(request)
    const { cookie, txn, lifetimeSeconds } = await beginTransaction(
      services,
      { clientId, tenantId },
      cookies[name],
    )
    const others = Object.keys(cookies).filter(
      (other) => other.startsWith(transactionCookie(issuer, '')) && other !== name,
    )
    // A page that opens this again and again must not fill the browser's headers until no request of it is taken any more.
    if (others.length >= maxTransactionCookies)
      for (const other of others) response.append('Set-Cookie', setCookie(issuer, other, '', 0))
    const handoffUrl = new URL(instance.handoffUrl)
    handoffUrl.searchParams.set('tenant', tenantId)
    handoffUrl.searchParams.set('txn', txn)
    response
      .append('Set-Cookie', setCookie(issuer, name, cookie, lifetimeSeconds))
      .redirect(302, handoffUrl.href)
  })

  router.get('/connect/:tenantId', (_, response) => show(response, connectPage()))

  router.post(
    '/connect/:tenantId',
    sameOriginOnly(issuer),
    express.json({ limit: '4kb', type: 'application/json' }),
    async (request, response) => {
      const services = servicesFor(request)
      const { tenantId } = request.params as { tenantId: string }
      const { code, replace } = (request.body ?? {}) as { code?: unknown; replace?: unknown }
      if (typeof code !== 'string' || parseToken(code)?.tenantId !== tenantId)
        return refuse(response, services.request, 400)
      const cookies = cookiesOf(request)
      const presenter = await presenterFromCookie(
        services,
        cookies[transactionCookie(issuer, tenantId)],
      )

      const tenant = { id: tenantId, name: '' }
      const current = await sessionBehind(services, cookies, tenantId)
      const next =
        current && replace !== true ? await peekAtHandoff(services, code, presenter) : null
      if (current && next && current.viewer.actor.key !== next.key) {
        tenant.name = (await services.db.read(tenantId, tenantName)) ?? ''
        const [before, after] = [current.viewer.actor, next].map(({ key, displayName }) => ({
          key,
          displayName,
        }))
        return void response.status(409).json({ tenant, current: before, next: after })
      }

      const redeemed = await redeemHandoff(services, code, presenter)
      if (!redeemed.token) return refuse(response, services.request, 403)
      tenant.name = (await services.db.read(tenantId, tenantName)) ?? ''
      response
        .append(
          'Set-Cookie',
          setCookie(issuer, sessionCookieName(issuer, tenantId), redeemed.token),
        )
        .append('Set-Cookie', setCookie(issuer, transactionCookie(issuer, tenantId), '', 0))
      await endCurrent(services, current)
      response.json({ tenant, actor: redeemed.actor })
    },
  )

  router.get('/login/microsoft', async (request, response) => {
    const services = servicesFor(request)
    const { tenant, domain, stepUp, returnTo } = request.query
    const locator = locatorOf({ id: textOf(tenant), domain: textOf(domain) })
    if (!locator) return refuse(response, services.request, 400)
    const started = await startMicrosoftLogin(services, {
      client: 'browser',
      locator,
      stepUp: stepUp === '1',
      returnTo: ownPage(returnTo),
    })
    response
      .append(
        'Set-Cookie',
        setCookie(issuer, loginCookie(issuer), started.secret, started.lifetimeSeconds),
      )
      .redirect(302, started.authorizationUrl)
  })

  router.get('/login/microsoft/callback', async (request, response) => {
    const services = servicesFor(request)
    const callbackUrl = new URL(request.originalUrl, issuer)
    const completed = await completeMicrosoftLogin(
      services,
      'browser',
      callbackUrl,
      cookiesOf(request)[loginCookie(issuer)],
    )
    // A refused answer leaves the transaction alone: any page could send the browser here, and would end a sign-in under way.
    if (!completed.token || !completed.tenantId)
      return refuseFor(response, services.request, completed.userErrors)
    response
      .append('Set-Cookie', setCookie(issuer, loginCookie(issuer), '', 0))
      .append(
        'Set-Cookie',
        setCookie(issuer, sessionCookieName(issuer, completed.tenantId), completed.token),
      )
    await endCurrent(
      services,
      await sessionBehind(services, cookiesOf(request), completed.tenantId),
    )
    if (completed.returnTo) return response.redirect(303, completed.returnTo)
    const signedIn = await sessionBehind(
      services,
      { [sessionCookieName(issuer, completed.tenantId)]: completed.token },
      completed.tenantId,
    )
    const name = (await services.db.read(completed.tenantId, tenantName)) ?? ''
    show(
      response,
      signedInPage({ id: completed.tenantId, name }, signedIn?.viewer.actor.displayName ?? ''),
    )
  })

  router.get('/login/microsoft/native', (_, response) => show(response, nativePage()))

  // RFC 8935, section 2: 202 and nothing else, or 400 with what is wrong; on anything else the transmitter sends again.
  const takeEvent = async (request: Request, response: Response, body: string | null) => {
    const services = servicesFor(request)
    const refused = await receiveSecurityEvent(services, body).catch((error: unknown) => {
      log.error(
        { err: error, requestId: services.request.requestId },
        'a security event could not be taken',
      )
      return 'try again' as const
    })
    if (refused === 'try again') return void response.status(503).set('Retry-After', '5').json({})
    if (refused) return void response.status(400).set('Content-Language', 'en').json(refused)
    response.status(202).end()
  }
  const unreadable: ErrorRequestHandler = (_error, request, response, _next) =>
    takeEvent(request, response, null)
  router.post(
    '/events/caep',
    express.text({ limit: maxJwsBytes, type: securityEventMediaType, defaultCharset: 'utf-8' }),
    (request: Request, response: Response) =>
      takeEvent(request, response, typeof request.body === 'string' ? request.body : null),
    unreadable,
  )

  router.post(
    '/logout',
    sameOriginOnly(issuer),
    express.urlencoded({ limit: '1kb', extended: false }),
    async (request, response) => {
      const services = servicesFor(request)
      const named =
        request.headers['x-tenant-id'] ?? (request.body as { tenant?: unknown } | undefined)?.tenant
      if (typeof named !== 'string' || !isUuid(named))
        return refuse(response, services.request, 400)
      const current = await sessionBehind(services, cookiesOf(request), named)
      await endCurrent(services, current)
      show(
        response.append('Set-Cookie', setCookie(issuer, sessionCookieName(issuer, named), '', 0)),
        signedOutPage(),
      )
    },
  )

  const failed: ErrorRequestHandler = (error, request, response, _next) => {
    if (response.headersSent) return // it was too late, and that was said
    const facts = factsOf(request)
    const status = (error as { status?: number }).status
    if (isDenial(error)) return void refuse(response, facts, 403, notAnAdminSentence)
    if (status && status >= 400 && status < 500) return void refuse(response, facts, status)
    log.error({ err: error, requestId: facts.requestId }, 'a login route failed')
    response.set('Retry-After', '1')
    refuse(
      response,
      facts,
      503,
      error instanceof ProviderUnavailable ? unavailableSentence : unavailableHere,
    )
  }
  router.use(failed)
  return router
}

const transactionCookie = (issuer: string, tenantId: string) =>
  cookieName(issuer, `handoff-${tenantId}`)
/** Transactions of one browser at a time, one per tenant. */
const maxTransactionCookies = 8

const loginCookie = (issuer: string) => cookieName(issuer, 'microsoft-login')

/** Pages of the console to which a sign-in may return, spelt exactly so: no other host, scheme or route of ours can be written this way. */
const ownPages =
  /^\/(?:t\/[0-9a-f-]{36}\/(?:settings|sessions|activity(?:\/[\w-]{1,128})?)(?:\?[\w.~%&=+-]{0,1000})?)?$/
const ownPage = (path: unknown) => (typeof path === 'string' && ownPages.test(path) ? path : null)

const textOf = (parameter: unknown) => (typeof parameter === 'string' ? parameter : null)

/** The live session of this browser in that tenant. */
async function sessionBehind(
  { db, issuer }: MicrosoftServices,
  cookies: Record<string, string | undefined>,
  tenantId: string,
) {
  const token = parseToken(cookies[sessionCookieName(issuer, tenantId)] ?? '')
  if (token?.tenantId !== tenantId) return null
  const standing = await db.read(tenantId, (tx) => sessionStatusByToken(tx, token.hash))
  const viewer = standing && viewerOf(tenantId, standing)
  return viewer && isMember(viewer) ? { viewer } : null
}

/** Ends the session that a browser had: it signs out, or its cookie now holds another one, and nobody would ever end the old one. */
async function endCurrent(
  services: MicrosoftServices,
  current: Awaited<ReturnType<typeof sessionBehind>>,
): Promise<void> {
  if (!current) return
  await audited(
    { ...services, ...current },
    { action: 'session.signed_out' },
    endSession('SIGNED_OUT'),
  ).catch((error: unknown) => {
    if (!isDenial(error)) throw error // ended by somebody else at the same moment
  })
}

/** Browsers say where a POST comes from; one from another site is not ours. Programs without cookies say nothing and have nothing to lose. */
const sameOriginOnly =
  (issuer: string): RequestHandler =>
  (request, response, next) => {
    const { origin, 'sec-fetch-site': site } = request.headers
    if (
      (origin === undefined || origin === new URL(issuer).origin) &&
      (site === undefined || site === 'same-origin')
    )
      return next()
    response
      .status(403)
      .json({ error: { code: 'FORBIDDEN', message: 'Only pages of this service may post here.' } })
  }
