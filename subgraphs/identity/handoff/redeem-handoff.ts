import { handoffByCode } from '../../../drizzle/reads/handoffs.ts'
import type { Actor } from '../../../drizzle/tables/shared.ts'
import { auditedWithProof } from '../../../platform/audit/audited.ts'
import { parseToken } from '../../../platform/auth/tokens.ts'
import type { UserError } from '../../../platform/lib/errors.ts'
import type { SignInContext } from '../context.ts'
import { createSession } from '../sessions/create-session.ts'
import {
  isBoundTo,
  type Presenter,
  redemptionFailure,
  redemptionMessages,
} from './handoff-state.ts'
import { consumeCode, dependenciesOf, rememberTechnician } from './handoff-store.ts'
import { recordUnknownCode, redemptionAudit, technicianOf } from './redemption-audit.ts'

/** The result of a redemption. If the code was refused, only `userErrors` is present. */
export interface RedeemedHandoff {
  token?: string
  sessionId?: string
  tenantId?: string
  actor?: Actor
  userErrors: UserError[]
}

/**
 * Exchanges a handoff code for a session. The first attempt consumes the code, even if the code was
 * created for another browser or client. The update and its Activity Log event are committed in one
 * transaction.
 */
export async function redeemHandoff(
  signIn: SignInContext,
  code: string,
  presenter: Presenter,
): Promise<RedeemedHandoff> {
  const token = parseToken(code)
  const found =
    token && (await signIn.db.read(token.tenantId, (tx) => handoffByCode(tx, token.hash)))
  if (!token || !found) {
    await recordUnknownCode(signIn, presenter, token?.tenantId)
    return unknownCode
  }

  const presented = found.handoff
  const isBound = isBoundTo(presented, presenter)
  const technician = technicianOf(presented)
  const { subject, target } = redemptionAudit(presented, presenter)
  const action = { action: 'handoff.redeemed', target } as const
  return auditedWithProof(signIn, subject, action, async (tx) => {
    const isFirstUse = await consumeCode(tx, presented.handoffId)
    // This transaction holds the tenant's lock, so the state cannot change before the commit.
    const state = await handoffByCode(tx, token.hash)
    if (!state) throw new Error('The handoff was deleted while it was being redeemed.')
    const failure = !isFirstUse
      ? 'HANDOFF_ALREADY_REDEEMED'
      : !isBound
        ? 'BINDING_MISMATCH'
        : redemptionFailure(state)
    if (failure) {
      const message = redemptionMessages[failure]
      return { payload: {}, refused: { code: failure, message, field: ['code'] } }
    }
    const session = await createSession(tx, signIn.lifetimes, signIn.request, {
      ...dependenciesOf(presented),
      method: technician.platform,
      actor: technician,
    })
    const isFirstSignIn = await rememberTechnician(tx, presented)
    return {
      payload: { ...session, tenantId: presented.tenantId, actor: technician },
      sessionId: session.sessionId,
      ...(isFirstSignIn && { notify: {} }),
    }
  })
}

/**
 * The result for a malformed code, an unknown code or an unknown tenant. All three cases have the
 * same result, so that a client cannot find out which tenants exist.
 */
const unknownCode: RedeemedHandoff = {
  userErrors: [
    {
      code: 'HANDOFF_INVALID',
      message: 'The code does not exist. Send the complete code that `createHandoff` returned.',
      field: ['code'],
    },
  ],
}
