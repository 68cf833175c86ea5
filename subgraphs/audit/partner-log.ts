/** What a partner instance's own technicians did, in every tenant that has the feature on: one transaction in each, merged by time. */
import { associatedTenants, hasFederatedAccess } from '../../drizzle/reads.ts'
import type { Activity } from '../../drizzle/tables/views.ts'
import { type PageArguments, pageRequest } from '../../platform/graphql/pagination.ts'
import { badInput, denied } from '../../platform/lib/errors.ts'
import { mapConcurrently } from '../../platform/lib/map-concurrently.ts'
import { type ActivityPage, countBound, pageOf, stretchOf } from './activity-log.ts'
import { wantedBy } from './filter.ts'
import { countEvents, findEvents } from './find.ts'
import type { ActivityFilter } from './schema.types.ts'
import type { Context } from './subgraph.ts'

/** Of one page: each is asked for a page of its own. */
const maxTenants = 2_000

/** @throws PublicError BAD_USER_INPUT for filters and pages as in `Tenant.activityLog`, and beyond so many tenants. */
export async function partnerActivityLog(
  _: unknown,
  { filter, ...args }: PageArguments & { filter?: ActivityFilter | null },
  { viewer, db }: Context,
): Promise<ActivityPage> {
  if (viewer.kind !== 'partner-client') throw denied('FORBIDDEN')
  const { clientId } = viewer
  const page = pageRequest(args, ['time', 'id'])
  const stretch = stretchOf(page)
  const wanted = wantedBy(filter ?? {}, { onlyInstance: clientId, techniciansOf: clientId })
  const tenants = await db.read(null, (tx) => associatedTenants(tx, clientId))
  if (tenants.length > maxTenants)
    throw badInput(`This reaches over at most ${maxTenants} tenants.`)
  const found = await mapConcurrently(tenants, (tenantId) =>
    db.read(tenantId, async (tx) =>
      (await hasFederatedAccess(tx, clientId)) ? findEvents(tx, wanted, stretch) : [],
    ),
  )
  let counted: Promise<number> | undefined
  return {
    ...pageOf(page, found.flat().sort(inOrder(stretch.newestFirst)).slice(0, stretch.wanted)),
    count() {
      counted ??= mapConcurrently(tenants, (tenantId) =>
        db.read(tenantId, async (tx) =>
          (await hasFederatedAccess(tx, clientId)) ? countEvents(tx, wanted, countBound + 1) : 0,
        ),
      ).then((counts) => counts.reduce((sum, count) => sum + count, 0))
      return counted
    },
  }
}

const inOrder = (newestFirst: boolean) => (a: Activity, b: Activity) => {
  const later = a.occurredAt.getTime() - b.occurredAt.getTime() || (a.eventId < b.eventId ? -1 : 1)
  return newestFirst ? -later : later
}
