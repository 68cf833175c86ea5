import { audited } from '../../../platform/audit/audited.ts'
import { isMember } from '../../../platform/auth/viewer.ts'
import type { MutationResolvers } from '../schema.types.ts'
import { endOwnSession } from '../sessions/end-session.ts'

export const signOut: MutationResolvers['signOut'] = (_, __, context) =>
  isMember(context.viewer)
    ? audited(context, { action: 'session.signed_out' }, endOwnSession)
    : { userErrors: [] }
