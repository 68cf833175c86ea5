import { ownTenant } from '../../platform/audited.ts'
import { isId } from '../../platform/db.ts'
import { isReader } from '../../platform/viewer.ts'
import { partnerActivityLog } from './partner-log.ts'
import type { QueryResolvers } from './schema.types.ts'

export const queries: QueryResolvers = {
  tenant: (_, { id }, context, info) => ownTenant(context, id, info),

  activityEvent: (_, { id }, { viewer, loaders }) =>
    isReader(viewer) && isId(id) ? loaders.events.load(id) : null,

  partnerActivityLog,
}
