import { isReader } from '../../../platform/auth/viewer.ts'
import type { Reference } from '../../../platform/graphql/context.ts'
import type { Context } from '../context.ts'
import type { ActivityEventResolvers } from '../schema.types.ts'

export const activityEvent: ActivityEventResolvers = {
  __resolveReference: (reference: Reference, { viewer, loaders }: Context) =>
    isReader(viewer) ? loaders.events.load(reference.id) : null,
  id: (row) => row.eventId,
  tenant: (row) => ({ id: row.tenantId }),
  session: (row) => (row.sessionId === null ? null : { id: row.sessionId }),
  coalesced: (row) =>
    row.coalesced && {
      ...row.coalesced,
      firstAt: new Date(row.coalesced.firstAt),
      lastAt: new Date(row.coalesced.lastAt),
    },
  integrity: ({ sequence }) => (sequence === null ? null : { sequence }),
}
