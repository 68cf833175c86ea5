/** From a request's credentials to its viewer: settled once, against the database as it is now, and frozen. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { parseCookie } from 'cookie'
import type { Request } from 'express'
import { apiTokenByHash, sessionStatusByToken } from '../../drizzle/reads.ts'
import { recordUnverified } from '../../platform/audit/audited.ts'
import { parseToken } from '../../platform/auth/tokens.ts'
import {
  type ApiToken,
  anonymous,
  apiTokenViewer,
  isMember,
  type PartnerClient,
  type RequestMetadata,
  type Viewer,
  viewerOf,
} from '../../platform/auth/viewer.ts'
import { sessionCookieName } from '../../platform/http/cookies.ts'
import { badInput } from '../../platform/lib/errors.ts'
import { type Database, DatabaseUnavailable, isUuid } from '../../platform/postgres/database.ts'

/** What the gateway asks of the identity subgraph's own code, handed in by main.ts. */
export interface Authentication {
  looksLikeClientAuthentication(bearer: string): boolean
  authenticateClient(request: RequestMetadata, bearer: string): Promise<PartnerClient | null>
  /** Notes that a session or an API token is in use, no more often than this. */
  seenEverySeconds: number
  noteSeen(tenantId: string, sessionId: string): Promise<void>
  noteTokenUsed(token: ApiToken): Promise<void>
  /** Tells the tenant that a token was presented that works no longer, no more often than this. */
  tokenRefusedEverySeconds: number
  recordTokenRefused(request: RequestMetadata, token: ApiToken): Promise<void>
}

export interface AuthenticationServices {
  db: Database
  publicUrl: string
  authentication: Authentication
}

/**
 * @throws PublicError BAD_USER_INPUT where a request brings both a cookie and a bearer token: which of them is meant cannot be known.
 */
export async function authenticateRequest(
  services: AuthenticationServices,
  request: Pick<IncomingMessage, 'headers'>,
  facts: RequestMetadata,
): Promise<Viewer> {
  const { authorization, cookie, 'x-tenant-id': tenantId } = request.headers
  const cookies = parseCookie(cookie ?? '')
  const prefix = sessionCookieName(services.publicUrl, '')
  if (authorization !== undefined) {
    if (Object.keys(cookies).some((name) => name.startsWith(prefix)))
      throw badInput('Send a session cookie or a bearer token, not both.')
    const bearer = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization)?.[1]
    if (!bearer) return anonymous
    const { authentication } = services
    return authentication.looksLikeClientAuthentication(bearer)
      ? ((await authentication.authenticateClient(facts, bearer)) ?? anonymous)
      : authenticateBearer(services, facts, bearer)
  }
  if (typeof tenantId !== 'string' || !isUuid(tenantId)) return anonymous
  const token = cookies[sessionCookieName(services.publicUrl, tenantId)]
  if (token === undefined || parseToken(token)?.tenantId !== tenantId) return anonymous
  const viewer = await authenticateSession(services, token)
  if (viewer === anonymous) await recordUnknownToken(services, facts, tenantId)
  return viewer
}

/** The same, of a request that names its tenant in its path: what a browser downloads can carry no header. */
export const authenticateDownload = (
  services: AuthenticationServices,
  request: Request,
  facts: RequestMetadata,
): Promise<Viewer> =>
  authenticateRequest(
    services,
    { headers: { ...request.headers, 'x-tenant-id': request.params.tenantId as string } },
    facts,
  )

/** Whom a session's token stands for now. */
export async function authenticateSession(
  { db, authentication }: AuthenticationServices,
  text: string,
): Promise<Viewer> {
  const token = parseToken(text)
  const standing =
    token && (await db.read(token.tenantId, (tx) => sessionStatusByToken(tx, token.hash)))
  if (!token || !standing) return anonymous
  const viewer = viewerOf(token.tenantId, standing)
  if (isMember(viewer) && isDue(standing.secondsSinceSeen, authentication.seenEverySeconds))
    await authentication.noteSeen(viewer.tenantId, viewer.sessionId).catch(unlessFull)
  return viewer
}

/** Nobody is kept from reading since there is no room to note it. */
function unlessFull(error: unknown): void {
  if (!(error instanceof DatabaseUnavailable && error.reason === 'full')) throw error
}

/** Whom a bearer token stands for now: the owner of a session, or an API token. One that works no longer is as good as unknown. */
async function authenticateBearer(
  services: AuthenticationServices,
  facts: RequestMetadata,
  text: string,
): Promise<Viewer> {
  const viewer = await authenticateSession(services, text)
  const token = parseToken(text)
  if (viewer !== anonymous || !token) return viewer
  const { db, authentication } = services
  const found = await db.read(token.tenantId, (tx) => apiTokenByHash(tx, token.hash))
  if (!found) {
    await recordUnknownToken(services, facts, token.tenantId)
    return anonymous
  }
  const apiToken = apiTokenViewer(token.tenantId, found)
  if (!found.works) {
    if (isDue(found.secondsSinceRefused, authentication.tokenRefusedEverySeconds))
      await authentication.recordTokenRefused(facts, apiToken)
    return anonymous
  }
  // Every use of an API token passes here, whatever it goes on to ask for.
  if (isDue(found.secondsSinceUsed, authentication.seenEverySeconds))
    await authentication.noteTokenUsed(apiToken)
  return apiToken
}

/** A token that was never ours, though it looks it: somebody is guessing. */
const recordUnknownToken = (
  { db }: AuthenticationServices,
  request: RequestMetadata,
  tenantId: string,
): Promise<void> =>
  recordUnverified(
    { db, request },
    { action: 'token.presented', reason: 'UNKNOWN', claims: { tenant: tenantId }, named: tenantId },
  )

const isDue = (secondsSince: number | null, everySeconds: number) =>
  secondsSince === null || secondsSince >= everySeconds

/** W3C Trace Context, of version 00; ids of zeros alone are none. */
const traceparent = /^00-((?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** The caller's address; where a proxy is trusted that names none, the proxy's. */
export const clientAddress = ({
  ip = '',
  socket,
}: Pick<Request, 'ip' | 'socket'>): string | null =>
  isIP(ip) ? ip : (socket.remoteAddress ?? null)

/** From where and with what a request comes. Its id is ours alone: one that callers chose could be made to collide. */
export function requestMetadata(request: Request): RequestMetadata {
  const known = (request as Request & { facts?: RequestMetadata }).facts
  if (known) return known
  const facts: RequestMetadata = Object.freeze({
    requestId: randomUUID(),
    traceId: traceparent.exec(request.get('traceparent') ?? '')?.[1] ?? null,
    ipAddress: clientAddress(request),
    userAgent:
      request
        .get('user-agent')
        ?.slice(0, 256)
        .replaceAll(/\p{Cc}/gu, '') ?? null,
  })
  Object.assign(request, { facts })
  return facts
}
