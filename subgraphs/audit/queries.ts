import { ownTenant } from '../../platform/audit/audited.ts'
import { isReader } from '../../platform/auth/viewer.ts'
import { isUuid } from '../../platform/postgres/database.ts'
import { partnerActivityLog } from './partner-log.ts'
import type { QueryResolvers } from './schema.types.ts'

export const queries: QueryResolvers = {
  tenant: (_, { id }, context, info) => ownTenant(context, id, info),

  activityEvent: (_, { id }, { viewer, loaders }) =>
    isReader(viewer) && isUuid(id) ? loaders.events.load(id) : null,

  partnerActivityLog,
}
