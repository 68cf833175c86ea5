/**
 * Signs an admin in without OpenID Connect. Runs only the last step of a Microsoft sign-in, which
 * creates the session and its Activity Log row, because this step takes 5 ms of CPU instead of 50
 * ms. The tests in test/identity/microsoft-*.test.ts cover the whole flow.
 */
import { randomUUID } from 'node:crypto'
import type { EntraUser } from '../../demo/entra.ts'
import type { Config } from '../../gateway/config.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { signInUser } from '../../subgraphs/identity/microsoft/complete-microsoft-login.ts'
import { microsoftUser } from '../../subgraphs/identity/microsoft/microsoft-user.ts'

/**
 * The template id of the Global Administrator role in Entra ID. The claim `wids` contains this id.
 */
export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

/** @throws FORBIDDEN when the user is neither a Global Admin nor a Spanning Admin of the tenant */
export async function createMicrosoftSession(
  { db, config }: { db: Database; config: Config },
  tenantId: string,
  { objectId, displayName, username, wids }: EntraUser,
): Promise<{ bearer: string; sessionId: string }> {
  const request = {
    requestId: randomUUID(),
    traceId: null,
    ipAddress: '127.0.0.1',
    userAgent: 'node',
  }
  const lifetimes = {
    federatedIdleSeconds: config.FEDERATED_SESSION_IDLE_SECONDS,
    federatedMaxSeconds: config.FEDERATED_SESSION_MAX_SECONDS,
    microsoftIdleSeconds: config.MICROSOFT_SESSION_IDLE_SECONDS,
    microsoftMaxSeconds: config.MICROSOFT_SESSION_MAX_SECONDS,
  }
  const user = microsoftUser({
    oid: objectId,
    name: displayName,
    preferred_username: username,
    wids,
    auth_time: Math.floor(Date.now() / 1_000),
  } as never)
  if (!user) throw new Error(`${username} has no valid object id.`)
  const { token, sessionId } = await signInUser(
    { db, request, lifetimes },
    { returnTo: null },
    { tenantId, user },
  )
  if (!token || !sessionId) throw new Error(`No session for ${username}.`)
  return { bearer: token, sessionId }
}
