import { sessionStatusByToken } from '../../../drizzle/reads/sessions.ts'
import { audited } from '../../../platform/audit/audited.ts'
import { parseToken } from '../../../platform/auth/tokens.ts'
import { isMember, type Member, viewerOf } from '../../../platform/auth/viewer.ts'
import { sessionCookieName } from '../../../platform/http/cookies.ts'
import { isDenial } from '../../../platform/lib/errors.ts'
import type { SignInContext } from '../context.ts'
import { endOwnSession } from '../sessions/end-session.ts'
import type { Cookies } from './route-services.ts'

/**
 * Returns the viewer of the browser's session in the tenant, or null if there is no live session.
 */
export async function viewerFromCookies(
  signIn: SignInContext,
  cookies: Cookies,
  tenantId: string,
): Promise<Member | null> {
  return viewerFromToken(signIn, cookies[sessionCookieName(signIn.issuer, tenantId)], tenantId)
}

export async function viewerFromToken(
  { db }: SignInContext,
  sessionToken: string | undefined,
  tenantId: string,
): Promise<Member | null> {
  const token = parseToken(sessionToken ?? '')
  if (token?.tenantId !== tenantId) return null
  const status = await db.read(tenantId, (tx) => sessionStatusByToken(tx, token.hash))
  const viewer = status && viewerOf(tenantId, status)
  return viewer && isMember(viewer) ? viewer : null
}

/**
 * Ends a browser's session after a sign-out, or after a sign-in that replaces the session cookie.
 */
export async function endBrowserSession(
  signIn: SignInContext,
  viewer: Member | null,
): Promise<void> {
  if (!viewer) return
  const action = { action: 'session.signed_out' } as const
  await audited({ ...signIn, viewer }, action, endOwnSession).catch((error: unknown) => {
    if (!isDenial(error)) throw error // A concurrent request has already ended the session.
  })
}
