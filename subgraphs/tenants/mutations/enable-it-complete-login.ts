import { throwUserError } from '../../../platform/audit/audited.ts'
import { hasActiveAssociation } from '../associations/association-store.ts'
import type { MutationResolvers } from '../schema.types.ts'
import { changeSettings } from '../settings/change-settings.ts'

export const enableItCompleteLogin: MutationResolvers['enableItCompleteLogin'] = (
  _,
  { input },
  context,
) =>
  changeSettings(context, 'it_complete_login.enabled', input, async (tx, current, viewer) => {
    if (!(await hasActiveAssociation(tx)))
      throwUserError(
        'TENANT_NOT_ASSOCIATED',
        'The tenant has no active partner association. Add a VSA server or UniView portal first.',
      )
    if (current.itCompleteLoginEnabled) return { set: {} }
    return {
      set: {
        itCompleteLoginEnabled: true,
        itCompleteLoginChangedAt: new Date(),
        itCompleteLoginChangedBy: viewer.actor,
      },
      notify: {},
    }
  })
