/**
 * Authenticates session tokens. A session token comes from a browser's cookie, from a bearer token,
 * or from a sign-in mutation.
 */
import { sessionStatusByToken } from '../../drizzle/reads/sessions.ts'
import { parseToken } from '../../platform/auth/tokens.ts'
import { anonymous, isMember, type Viewer, viewerOf } from '../../platform/auth/viewer.ts'
import { DatabaseUnavailable } from '../../platform/postgres/errors.ts'
import { type AuthenticationServices, isDue } from './services.ts'

/** Returns the viewer of the session, or `anonymous` if no session has this token. */
export async function authenticateSession(
  { db, authentication }: AuthenticationServices,
  text: string,
): Promise<Viewer> {
  const token = parseToken(text)
  if (!token) return anonymous
  const status = await db.read(token.tenantId, (tx) => sessionStatusByToken(tx, token.hash))
  if (!status) return anonymous
  const viewer = viewerOf(token.tenantId, status)
  if (isMember(viewer) && isDue(status.secondsSinceSeen, authentication.touchIntervalSeconds))
    await authentication.touchSession(viewer.tenantId, viewer.sessionId).catch(unlessDiskFull)
  return viewer
}

/**
 * Ignores the error if the last use of a session cannot be stored because the database's disk is
 * full. Requests that only read data then still succeed.
 */
function unlessDiskFull(error: unknown): void {
  if (!(error instanceof DatabaseUnavailable && error.reason === 'full')) throw error
}
