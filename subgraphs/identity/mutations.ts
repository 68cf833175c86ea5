/** Every mutation of the subgraph: signing in, which is admitted on its own evidence, ending sessions, and API tokens. */
import { and, eq, gt, inArray, isNull, ne, sql } from 'drizzle-orm'
import { federatedPresence } from '../../drizzle/reads.ts'
import { handoff, session } from '../../drizzle/tables/identity.ts'
import { sessionStatus } from '../../drizzle/tables/views.ts'
import { audited, throwUserError } from '../../platform/audit/audited.ts'
import { isMember } from '../../platform/auth/viewer.ts'
import { denied, PublicError } from '../../platform/lib/errors.ts'
import { isUuid } from '../../platform/postgres/database.ts'
import { apiTokenMutations } from './api-tokens.ts'
import { createHandoff, redeemHandoff, validateHandoff } from './login/handoff.ts'
import {
  completeMicrosoftLogin,
  locatorOf,
  ProviderUnavailable,
  startMicrosoftLogin,
} from './login/microsoft.ts'
import { endOne, endSession } from './login/session.ts'
import type { MutationResolvers } from './schema.types.ts'
import type { Context } from './subgraph.ts'

export const mutations: MutationResolvers = {
  ...apiTokenMutations,

  createHandoff: (_, { input }, context) => createHandoff(loginOf(context), input.assertion),

  validateHandoff: (_, { input }, context) => validateHandoff(loginOf(context), input.assertion),

  async redeemHandoff(_, { input }, context) {
    if (context.viewer.kind !== 'partner-client') throw denied('UNAUTHENTICATED')
    return begun(
      context,
      await redeemHandoff(loginOf(context), input.code, { client: context.viewer }),
    )
  },

  async startMicrosoftLogin(_, { input }, context) {
    const locator = locatorOf(input.tenant)
    if (!locator)
      return {
        userErrors: [
          { code: 'INVALID_VALUE', field: ['tenant'], message: 'Give either `id` or `domain`.' },
        ],
      }
    const asked = { client: 'native' as const, locator, stepUp: input.stepUp ?? false }
    const { authorizationUrl, secret } = await providerAnswers(
      startMicrosoftLogin(loginOf(context), asked),
    )
    return { authorizationUrl, transactionSecret: secret, userErrors: [] }
  },

  async completeMicrosoftLogin(_, { input }, context) {
    const asked = completeMicrosoftLogin(
      loginOf(context),
      'native',
      new URL(input.callbackUrl),
      input.transactionSecret,
    )
    return begun(context, await providerAnswers(asked))
  },

  signOut: (_, __, context) =>
    isMember(context.viewer)
      ? audited(context, { action: 'session.signed_out' }, endSession('SIGNED_OUT'))
      : { userErrors: [] },

  revokeSession(_, { input: { sessionId } }, context) {
    const target = { type: 'session', id: sessionId, displayName: null }
    return audited(context, { action: 'session.revoked', target }, async (tx) => {
      const [live] = isUuid(sessionId)
        ? await tx
            .select()
            .from(sessionStatus)
            .where(and(eq(sessionStatus.sessionId, sessionId), sessionStatus.live))
        : []
      if (!live)
        throwUserError('NOT_FOUND', 'There is no such session, or it has ended.', 'sessionId')
      await endOne(tx, sessionId, 'REVOKED')
      const [ended] = await tx
        .select()
        .from(sessionStatus)
        .where(eq(sessionStatus.sessionId, sessionId))
      return {
        payload: { session: ended },
        target: { ...target, displayName: live.actor.displayName },
        relatedClientId: live.clientId,
      }
    })
  },

  revokeFederatedSessions: (_, __, context) =>
    audited(context, { action: 'federated_sessions.revoked' }, async (tx) => {
      const { sessionCount, handoffCount } = await federatedPresence(tx)
      const live = tx
        .select({ id: sessionStatus.sessionId })
        .from(sessionStatus)
        .where(and(sessionStatus.live, ne(sessionStatus.method, 'MICROSOFT')))
      await tx
        .update(session)
        .set({ revokedAt: sql`clock_timestamp()`, revokedReason: 'REVOKED' })
        .where(inArray(session.sessionId, live))
      const pending = and(
        isNull(handoff.burnedAt),
        isNull(handoff.revokedAt),
        gt(handoff.expiresAt, sql`now()`),
      )
      await tx.update(handoff).set({ revokedAt: sql`clock_timestamp()` }).where(pending)
      return { payload: { endedSessionCount: sessionCount, endedHandoffCount: handoffCount } }
    }),
}

const loginOf = ({ services, db, request }: Context) => ({ ...services, db, request })

/** What a sign-in that worked answers with. The gateway goes on as the new session's owner, so that its tenant can be read in the same request. */
async function begun(
  { db, newSession: begun }: Context,
  { sessionId, tenantId, token, userErrors }: Awaited<ReturnType<typeof redeemHandoff>>,
) {
  if (!sessionId || !tenantId || !token) return { userErrors }
  const [row] = await db.read(tenantId, (tx) =>
    tx.select().from(sessionStatus).where(eq(sessionStatus.sessionId, sessionId)),
  )
  begun.token = token
  return { session: row, accessToken: token, userErrors }
}

async function providerAnswers<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => {
    if (error instanceof ProviderUnavailable)
      throw new PublicError(
        'INTERNAL_SERVER_ERROR',
        'Microsoft cannot be reached at the moment. Try again.',
        { detail: error },
      )
    throw error
  })
}
