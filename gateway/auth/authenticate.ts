/**
 * Derives the viewer of a request from its credentials. The viewer is frozen. Only a sign-in
 * mutation can replace the viewer during a request.
 */
import type { IncomingMessage } from 'node:http'
import { parseCookie } from 'cookie'
import type { Request } from 'express'
import { parseToken } from '../../platform/auth/tokens.ts'
import { anonymous, type RequestMetadata, type Viewer } from '../../platform/auth/viewer.ts'
import { sessionCookieName } from '../../platform/http/cookies.ts'
import { badInput } from '../../platform/lib/errors.ts'
import { parseUuid } from '../../platform/lib/uuid.ts'
import { authenticateBearer } from './bearer-token.ts'
import { recordUnknownToken } from './record-unknown-token.ts'
import type { AuthenticationServices } from './services.ts'
import { authenticateSession } from './session-token.ts'

/**
 * Authenticates a request by its bearer token or its session cookie. The X-Tenant-Id header selects
 * the tenant whose session cookie is used.
 * @throws BAD_USER_INPUT when a request has both a bearer token and a cookie
 */
export async function authenticateRequest(
  services: AuthenticationServices,
  request: Pick<IncomingMessage, 'headers'>,
  metadata: RequestMetadata,
): Promise<Viewer> {
  const { authorization, cookie, 'x-tenant-id': tenantId } = request.headers
  const cookies = parseCookie(cookie ?? '')
  if (authorization === undefined) return authenticateCookie(services, cookies, tenantId, metadata)

  const sessionCookiePrefix = sessionCookieName(services.publicUrl, '')
  if (Object.keys(cookies).some((name) => name.startsWith(sessionCookiePrefix)))
    throw badInput('Send a session cookie or a bearer token, not both.')
  const bearer = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1]
  if (!bearer) return anonymous
  const { authentication } = services
  if (authentication.isClientAssertion(bearer))
    return (await authentication.authenticateClient(metadata, bearer)) ?? anonymous
  return authenticateBearer(services, metadata, bearer)
}

/**
 * Authenticates a download. The URL path contains the tenant ID, because a browser cannot send
 * custom headers with a download.
 */
export const authenticateDownload = (
  services: AuthenticationServices,
  request: Request,
  metadata: RequestMetadata,
): Promise<Viewer> =>
  authenticateRequest(
    services,
    { headers: { ...request.headers, 'x-tenant-id': request.params.tenantId as string } },
    metadata,
  )

async function authenticateCookie(
  services: AuthenticationServices,
  cookies: Record<string, string | undefined>,
  tenantIdHeader: string | string[] | undefined,
  metadata: RequestMetadata,
): Promise<Viewer> {
  const tenantId = parseUuid(tenantIdHeader)
  if (tenantId === null) return anonymous
  const token = cookies[sessionCookieName(services.publicUrl, tenantId)]
  if (token === undefined || parseToken(token)?.tenantId !== tenantId) return anonymous
  const viewer = await authenticateSession(services, token)
  if (viewer === anonymous) await recordUnknownToken(services, metadata, tenantId)
  return viewer
}
