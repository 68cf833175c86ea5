import { and, eq, isNull, sql } from 'drizzle-orm'
import { handoffByCode } from '../../../drizzle/reads.ts'
import { handoff, knownTechnician } from '../../../drizzle/tables/identity.ts'
import type { Actor } from '../../../drizzle/tables/shared.ts'
import { auditedWithProof } from '../../../platform/audit/audited.ts'
import { recordUnverified } from '../../../platform/audit/refusals.ts'
import { anonymousActor } from '../../../platform/audit/rows.ts'
import { parseToken } from '../../../platform/auth/tokens.ts'
import type { UserError } from '../../../platform/lib/errors.ts'
import type { WriteTx } from '../../../platform/postgres/database.ts'
import type { SignInContext } from '../context.ts'
import { createSession } from '../sessions/create-session.ts'
import {
  type HandoffState,
  isBoundTo,
  type Presenter,
  redemptionFailure,
  redemptionMessages,
} from './handoff-state.ts'

type Handoff = HandoffState['handoff']
type TechnicianActor = Extract<Actor, { __typename: 'PartnerTechnician' }>

/** Everything but `userErrors` is absent if the code was refused. */
export interface RedeemedHandoff {
  token?: string
  sessionId?: string
  tenantId?: string
  actor?: Actor
  userErrors: UserError[]
}

/**
 * Exchanges a code for a session. The first presentation of the complete code uses it up, even if the presenter is the
 * wrong one; that change and its Activity Log row commit together.
 */
export async function redeemHandoff(
  signIn: SignInContext,
  code: string,
  presenter: Presenter,
): Promise<RedeemedHandoff> {
  const token = parseToken(code)
  const found =
    token && (await signIn.db.read(token.tenantId, (tx) => handoffByCode(tx, token.hash)))
  if (!token || !found) return refuseUnknownCode(signIn, presenter, token?.tenantId)

  const presented = found.handoff
  const isBound = isBoundTo(presented, presenter)
  const technician = technicianOf(presented)
  const { subject, target } = auditOf(presented, presenter)
  const action = { action: 'handoff.redeemed', target } as const
  return auditedWithProof(signIn, subject, action, async (tx) => {
    const isFirst = await consumeCode(tx, presented.handoffId)
    // Read under the tenant's lock: this state holds until the commit.
    const state = await handoffByCode(tx, token.hash)
    if (!state) throw new Error('The handoff was deleted while it was being redeemed.')
    const failure = !isFirst
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

/** One answer for a malformed code, an unknown code and an unknown tenant. */
async function refuseUnknownCode(
  signIn: SignInContext,
  presenter: Presenter,
  named: string | undefined,
): Promise<RedeemedHandoff> {
  const actor = 'client' in presenter ? presenter.client.actor : undefined
  await recordUnverified(signIn, {
    action: 'handoff.redeemed',
    reason: 'HANDOFF_INVALID',
    actor,
    named,
  })
  const message = 'The code must be one that `createHandoff` returned; no such code exists.'
  return { userErrors: [{ code: 'HANDOFF_INVALID', message, field: ['code'] }] }
}

/** Only an assertion creates a handoff, so its actor is a technician. */
const technicianOf = ({ actor }: Handoff) => actor as TechnicianActor

/** How the attempt is recorded. Another presenter's row does not name the technician, since that presenter's colleagues may read it. */
function auditOf(presented: Handoff, presenter: Presenter) {
  const { tenantId, handoffId, clientId } = presented
  const isBound = isBoundTo(presented, presenter)
  const technician = technicianOf(presented)
  const target = {
    type: 'handoff',
    id: handoffId,
    displayName: isBound ? technician.displayName : null,
  }
  if (isBound)
    return {
      subject: { tenantId, actor: technician, method: technician.platform, clientId },
      target,
    }
  const other =
    'client' in presenter
      ? { actor: presenter.client.actor, clientId: presenter.client.clientId }
      : { actor: anonymousActor, clientId }
  return { subject: { tenantId, method: null, ...other }, target }
}

/** @returns false if the code was consumed before */
async function consumeCode(tx: WriteTx, handoffId: string): Promise<boolean> {
  const consumed = await tx
    .update(handoff)
    .set({ burnedAt: sql`clock_timestamp()` })
    .where(and(eq(handoff.handoffId, handoffId), isNull(handoff.burnedAt)))
    .returning()
  return consumed.length === 1
}

/** What the session depends on: it ends when any of these ends, or its epoch rises. */
const dependenciesOf = ({
  tenantId,
  handoffId,
  clientId,
  associationId,
  kid,
  subject,
  featureEpoch,
  associationEpoch,
  instanceEpoch,
}: Handoff) => ({
  tenantId,
  handoffId,
  clientId,
  associationId,
  kid,
  subject,
  featureEpoch,
  associationEpoch,
  instanceEpoch,
})

/** @returns whether this is the technician's first sign-in to the tenant */
async function rememberTechnician(
  tx: WriteTx,
  { tenantId, clientId, subject }: Handoff,
): Promise<boolean> {
  if (clientId === null || subject === null)
    throw new Error('A handoff must have a client ID and a subject.')
  const inserted = await tx
    .insert(knownTechnician)
    .values({ tenantId, clientId, subject })
    .onConflictDoNothing()
    .returning()
  return inserted.length === 1
}
