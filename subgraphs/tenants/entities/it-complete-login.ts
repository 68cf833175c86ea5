import { isMember, partnerScope, type Viewer } from '../../../platform/auth/viewer.ts'
import { denied } from '../../../platform/lib/errors.ts'
import type { Context } from '../context.ts'
import type { ItCompleteLoginBlocker, ItCompleteLoginResolvers } from '../schema.types.ts'

export const itCompleteLogin: ItCompleteLoginResolvers = {
  enabled: (row) => row.itCompleteLoginEnabled,
  changedAt: (row) => row.itCompleteLoginChangedAt,
  changedBy: (row, _, { viewer }) => {
    const actor = row.itCompleteLoginChangedBy
    if (actor?.__typename === 'PartnerTechnician' && !maySeeTechnician(viewer, actor.key))
      throw denied('FORBIDDEN')
    return actor
  },
  canEnable: async (_, __, context) => (await blockers(context)).length === 0,
  blockers: (_, __, context) => blockers(context),
}

async function blockers({ viewer, loaders }: Context): Promise<ItCompleteLoginBlocker[]> {
  const found: ItCompleteLoginBlocker[] = []
  if (!(await loaders.isAssociated())) found.push('TENANT_NOT_ASSOCIATED')
  if (viewer.kind !== 'admin') found.push('NOT_AN_ADMIN')
  else if (!viewer.recentlySignedIn) found.push('STEP_UP_REQUIRED')
  return found
}

/**
 * Returns true if the viewer may see a technician. A technician may see only technicians of the
 * same partner instance.
 */
function maySeeTechnician(viewer: Viewer, actorKey: string): boolean {
  if (!isMember(viewer)) return false
  const clientId = partnerScope(viewer)
  return clientId === null || actorKey.startsWith(`partner:${clientId}:`)
}
