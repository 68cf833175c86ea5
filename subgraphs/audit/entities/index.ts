import type { Resolvers } from '../schema.types.ts'
import { activityCheckpointFields } from './activity-checkpoint.ts'
import { activityEvent } from './activity-event.ts'
import { activityEventConnection } from './activity-event-connection.ts'
import { activityIntegrity } from './activity-integrity.ts'
import { activitySummaryRow } from './activity-summary.ts'
import { actor } from './actor.ts'
import { tenant } from './tenant.ts'

export const entities: Omit<Resolvers, 'Query' | 'Mutation'> = {
  Tenant: tenant,
  ActivityEvent: activityEvent,
  ActivityEventConnection: activityEventConnection,
  ActivityIntegrity: activityIntegrity,
  ActivitySummaryRow: activitySummaryRow,
  ActivityCheckpoint: activityCheckpointFields,
  Actor: actor,
}
