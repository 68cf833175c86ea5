import { federatedPresence } from '../../../drizzle/reads/sessions.ts'
import { epochRise } from '../../../drizzle/tables/tenants.ts'
import { partnerScope } from '../../../platform/auth/viewer.ts'
import { nothingEnded } from '../associations/association-store.ts'
import type { MutationResolvers } from '../schema.types.ts'
import { changeSettings } from '../settings/change-settings.ts'

/**
 * Disables Login with IT Complete for a tenant. Increases the epoch of the feature, which ends all
 * federated sessions and pending handoffs in constant time. If a technician sends the mutation, the
 * payload counts only the sessions and handoffs of the technician's partner instance.
 */
export const disableItCompleteLogin: MutationResolvers['disableItCompleteLogin'] = (
  _,
  { input },
  context,
) =>
  changeSettings(context, 'it_complete_login.disabled', input, async (tx, current, viewer) => {
    if (!current.itCompleteLoginEnabled) return { set: {}, receipt: nothingEnded }
    const { tenantId } = current
    const epoch = current.epoch + 1
    const ended = await federatedPresence(tx, { clientId: partnerScope(viewer) })
    await tx
      .insert(epochRise)
      .values({ tenantId, subjectId: tenantId, epoch, reason: 'FEATURE_DISABLED' })
    return {
      set: {
        itCompleteLoginEnabled: false,
        itCompleteLoginChangedAt: new Date(),
        itCompleteLoginChangedBy: viewer.actor,
        epoch,
      },
      notify: {},
      receipt: { endedSessionCount: ended.sessionCount, endedHandoffCount: ended.handoffCount },
    }
  })
