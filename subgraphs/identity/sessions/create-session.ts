import { sql } from 'drizzle-orm'
import { session } from '../../../drizzle/tables/identity.ts'
import { newToken } from '../../../platform/auth/tokens.ts'
import type { RequestMetadata } from '../../../platform/auth/viewer.ts'
import type { WriteTx } from '../../../platform/postgres/database.ts'

/**
 * The lifetimes of sessions, by sign-in method. A session expires after the idle time without a
 * request, or at its maximum age.
 */
export interface SessionLifetimes {
  federatedIdleSeconds: number
  federatedMaxSeconds: number
  microsoftIdleSeconds: number
  microsoftMaxSeconds: number
}

type NewSession = Omit<
  typeof session.$inferInsert,
  'tokenHash' | 'idleSeconds' | 'maxExpiresAt' | 'ipAddress' | 'userAgent'
>

/**
 * Creates a session with a new ID and a new token, even if the client already has a session. The
 * view `identity.session_status` computes whether the session is live.
 */
export async function createSession(
  tx: WriteTx,
  lifetimes: SessionLifetimes,
  { ipAddress, userAgent }: RequestMetadata,
  newSession: NewSession,
): Promise<{ sessionId: string; token: string }> {
  const { token, hash } = newToken(newSession.tenantId)
  const [idleSeconds, maxSeconds] =
    newSession.method === 'MICROSOFT'
      ? [lifetimes.microsoftIdleSeconds, lifetimes.microsoftMaxSeconds]
      : [lifetimes.federatedIdleSeconds, lifetimes.federatedMaxSeconds]
  const [created] = await tx
    .insert(session)
    .values({
      ...newSession,
      tokenHash: hash,
      idleSeconds,
      maxExpiresAt: sql`clock_timestamp() + make_interval(secs => ${maxSeconds})`,
      ipAddress,
      userAgent,
    })
    .returning({ sessionId: session.sessionId })
  if (!created) throw new Error('The insert into identity.session returned no row.')
  return { sessionId: created.sessionId, token }
}
