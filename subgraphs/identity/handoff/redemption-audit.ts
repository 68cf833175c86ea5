/** Builds the Activity Log entries of attempts to redeem a code. */
import type { Actor } from '../../../drizzle/tables/shared.ts'
import { recordUnverified } from '../../../platform/audit/refusals.ts'
import { anonymousActor } from '../../../platform/audit/rows.ts'
import type { SignInContext } from '../context.ts'
import { type HandoffState, isBoundTo, type Presenter } from './handoff-state.ts'

type Handoff = HandoffState['handoff']
type TechnicianActor = Extract<Actor, { __typename: 'PartnerTechnician' }>

/** Records an attempt with an unknown code. The tenant ID in the code may be unknown too. */
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
 * Returns the actor of a handoff. It is always a technician, because only assertions create one.
 */
export const technicianOf = ({ actor }: Handoff) => actor as TechnicianActor

/**
 * Returns the subject and the target of the event. If the code was created for another presenter,
 * the event does not name the technician, because the presenter may be able to read the event.
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
