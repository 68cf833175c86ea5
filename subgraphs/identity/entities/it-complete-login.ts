import { federatedPresence } from '../../../drizzle/reads/sessions.ts'
import { isMemberOf } from '../../../platform/auth/viewer.ts'
import type { Context } from '../context.ts'
import type { ItCompleteLoginReference } from '../mappers.ts'
import type { ItCompleteLoginResolvers } from '../schema.types.ts'
import { firstSpanningAdmins } from './spanning-admins.ts'

export const itCompleteLogin: ItCompleteLoginResolvers = {
  __resolveReference: (reference: ItCompleteLoginReference, { viewer }: Context) =>
    isMemberOf(viewer, reference.tenantId) ? reference : null,

  disableImpact: (_, __, { loaders }) =>
    loaders.inTenant(async (tx, partnerScope) => {
      const presence = await federatedPresence(tx, { clientId: partnerScope })
      return {
        federatedSessionCount: presence.sessionCount,
        pendingHandoffCount: presence.handoffCount,
        remainingAdmins: await firstSpanningAdmins(tx),
      }
    }),
}
