/** How attempts to redeem a code are recorded. */
import type { Actor } from '../../../drizzle/tables/shared.ts'
import { recordUnverified } from '../../../platform/audit/refusals.ts'
import { anonymousActor } from '../../../platform/audit/rows.ts'
import type { SignInContext } from '../context.ts'
import { type HandoffState, isBoundTo, type Presenter } from './handoff-state.ts'

type Handoff = HandoffState['handoff']
type TechnicianActor = Extract<Actor, { __typename: 'PartnerTechnician' }>

/** Records a code that does not exist. The tenant that it names need not exist either. */
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

/** Only an assertion creates a handoff, so its actor is a technician. */
export const technicianOf = ({ actor }: Handoff) => actor as TechnicianActor

/**
 * Subject and target of the event. If the presenter is the wrong one, it does not name the
 * technician: the presenter may read it.
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
