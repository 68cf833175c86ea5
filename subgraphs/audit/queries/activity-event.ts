import { isReader } from '../../../platform/auth/viewer.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { QueryResolvers } from '../schema.types.ts'

export const activityEvent: NonNullable<QueryResolvers['activityEvent']> = (
  _,
  { id },
  { viewer, loaders },
) => (isReader(viewer) && isUuid(id) ? loaders.events.load(id) : null)
