import { isMember } from '../../../platform/auth/viewer.ts'
import type { Reference } from '../../../platform/graphql/context.ts'
import type { Context } from '../context.ts'
import type { SessionResolvers } from '../schema.types.ts'

export const session: SessionResolvers = {
  __resolveReference: ({ id }: Reference, { viewer, loaders }: Context) =>
    isMember(viewer) ? loaders.sessions.load(id) : null,
  id: ({ sessionId }) => sessionId,
  tenant: ({ tenantId }) => ({ id: tenantId }),
  revokedAt: ({ endedAt }) => endedAt,
  revokedReason: ({ endReason }) => endReason,
}
