import type { QueryResolvers } from '../schema.types.ts'
import { activityEvent } from './activity-event.ts'
import { partnerActivityLog } from './partner-activity-log.ts'
import { tenant } from './tenant.ts'

export const queries: QueryResolvers = { tenant, activityEvent, partnerActivityLog }
