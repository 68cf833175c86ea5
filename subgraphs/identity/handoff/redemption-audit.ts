/** Builds the Activity Log events for attempts to redeem a handoff code. */
import type { Actor } from '../../../drizzle/tables/shared.ts'
import { recordUnverified } from '../../../platform/audit/refusals.ts'
import { anonymousActor } from '../../../platform/audit/rows.ts'
import type { SignInContext } from '../context.ts'
import { type HandoffState, isBoundTo, type Presenter } from './handoff-state.ts'

type Handoff = HandoffState['handoff']
type TechnicianActor = Extract<Actor, { __typename: 'PartnerTechnician' }>

/** Records an attempt to redeem an unknown code. The tenant ID in the code may also be unknown. */
export function recordUnknownCode(
  signIn: SignInContext,
  presenter: Presenter,
  namedTenantId: string | undefined,
): Promise<void> {
  return recordUnverified(signIn, {
    action: 'handoff.redeemed',
    reason: 'HANDOFF_INVALID',
    actor: 'client' in presenter ? presenter.client.actor : undefined,
    named: namedTenantId,
  })
}

/**
 * Returns the technician of a handoff. Only assertions create handoffs, so the actor is always a
 * technician.
 */
export const technicianOf = ({ actor }: Handoff) => actor as TechnicianActor

/**
 * Returns the subject and the target of the Activity Log event. If the code was created for another
 * browser or client, the event does not contain the technician's name, because the sender of the
 * code may be able to read the event.
 */
export function redemptionAudit(presented: Handoff, presenter: Presenter) {
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
