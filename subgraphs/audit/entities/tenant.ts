import { isReaderOf } from '../../../platform/auth/viewer.ts'
import type { Reference } from '../../../platform/graphql/context.ts'
import type { Context } from '../context.ts'
import type { TenantResolvers } from '../schema.types.ts'
import { activityCheckpoint } from './activity-checkpoint.ts'
import { activityLog } from './activity-log.ts'
import { activitySummary } from './activity-summary.ts'
import { activityTail } from './activity-tail.ts'

export const tenant: TenantResolvers = {
  /**
   * Checks the viewer's access to the tenant, because no permission rule runs before a reference is
   * resolved.
   */
  __resolveReference: (reference: Reference, { viewer }: Context) =>
    isReaderOf(viewer, reference.id) ? { id: reference.id } : null,
  activityLog,
  activitySummary,
  activityTail,
  activityCheckpoint,
}
