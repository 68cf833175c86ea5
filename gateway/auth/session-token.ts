/**
 * Authenticates session tokens, which come from a browser's cookie, from a bearer token, or from a
 * sign-in mutation.
 */
import { sessionStatusByToken } from '../../drizzle/reads.ts'
import { parseToken } from '../../platform/auth/tokens.ts'
import { anonymous, isMember, type Viewer, viewerOf } from '../../platform/auth/viewer.ts'
import { DatabaseUnavailable } from '../../platform/postgres/errors.ts'
import { type AuthenticationServices, isDue } from './services.ts'

/** Returns the current viewer of the session; `anonymous` when no session has this token. */
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
 * Ignores the error when the database's disk is full, so that sessions can still read, although
 * their last use cannot be stored.
 */
function unlessDiskFull(error: unknown): void {
  if (!(error instanceof DatabaseUnavailable && error.reason === 'full')) throw error
}
