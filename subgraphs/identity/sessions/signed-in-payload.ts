import { eq } from 'drizzle-orm'
import { sessionStatus } from '../../../drizzle/tables/views.ts'
import type { UserError } from '../../../platform/lib/errors.ts'
import type { Context } from '../context.ts'
import type { SessionRow } from '../mappers.ts'

interface SignIn {
  sessionId?: string
  tenantId?: string
  token?: string
  userErrors: UserError[]
}

/**
 * Returns the payload of a sign-in mutation. Sets `newSession.token`, so that the gateway executes
 * the rest of the request as the viewer of the new session. For example, a client can sign in and
 * read its tenant in one request.
 */
export async function signedInPayload(
  { db, newSession }: Pick<Context, 'db' | 'newSession'>,
  { sessionId, tenantId, token, userErrors }: SignIn,
): Promise<{ session?: SessionRow; accessToken?: string; userErrors: UserError[] }> {
  if (!sessionId || !tenantId || !token) return { userErrors }
  const [session] = await db.read(tenantId, (tx) =>
    tx.select().from(sessionStatus).where(eq(sessionStatus.sessionId, sessionId)),
  )
  newSession.token = token
  return { session, accessToken: token, userErrors }
}
