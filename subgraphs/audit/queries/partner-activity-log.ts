import { associatedTenants, hasFederatedAccess } from '../../../drizzle/reads/partner-instances.ts'
import type { Activity } from '../../../drizzle/tables/views.ts'
import { badInput, denied } from '../../../platform/lib/errors.ts'
import { mapConcurrently } from '../../../platform/lib/map-concurrently.ts'
import type { ReadTx } from '../../../platform/postgres/database.ts'
import type { Context } from '../context.ts'
import type { ActivityPage } from '../mappers.ts'
import type { QueryPartnerActivityLogArgs } from '../schema.types.ts'
import {
  activityPage,
  activityPageRequest,
  countLimit,
  pageBounds,
} from '../search/activity-page.ts'
import { countEvents, findEvents } from '../search/find-events.ts'
import { parseFilter } from '../search/parse-filter.ts'

/**
 * The maximum number of tenants per query. Each tenant requires a transaction that reads up to one
 * page of events.
 */
const maxTenants = 2_000

/**
 * Returns the actions of the partner instance's technicians in every tenant that has Login with IT
 * Complete turned on. Reads each tenant in a separate transaction and merges the events by time.
 * @throws BAD_USER_INPUT when the filter, page size or cursor is invalid, or more than 2,000
 * tenants are associated with the partner instance
 */
export async function partnerActivityLog(
  _: unknown,
  { filter, ...args }: QueryPartnerActivityLogArgs,
  { viewer, db }: Context,
): Promise<ActivityPage> {
  if (viewer.kind !== 'partner-client') throw denied('FORBIDDEN')
  const { clientId } = viewer
  const page = activityPageRequest(args)
  const bounds = pageBounds(page)
  const query = parseFilter(filter ?? {}, {
    partnerClientId: clientId,
    techniciansOfInstance: clientId,
  })
  const tenants = await db.read(null, (tx) => associatedTenants(tx, clientId))
  if (tenants.length > maxTenants)
    throw badInput(
      `This query can read at most ${maxTenants} tenants, but ${tenants.length} tenants are associated with the partner instance.`,
    )
  const inEachTenant = <Result>(work: (tx: ReadTx) => Promise<Result>, otherwise: Result) =>
    mapConcurrently(tenants, (tenantId) =>
      db.read(tenantId, async (tx) =>
        (await hasFederatedAccess(tx, clientId)) ? work(tx) : otherwise,
      ),
    )
  const found = await inEachTenant((tx) => findEvents(tx, query, bounds), [])
  const rows = found.flat().sort(byTime(bounds.newestFirst)).slice(0, bounds.limit)
  const count = async () => {
    const counts = await inEachTenant((tx) => countEvents(tx, query, countLimit), 0)
    return counts.reduce((sum, one) => sum + one, 0)
  }
  return activityPage(page, rows, count)
}

const byTime = (newestFirst: boolean) => (a: Activity, b: Activity) => {
  const order = a.occurredAt.getTime() - b.occurredAt.getTime() || (a.eventId < b.eventId ? -1 : 1)
  return newestFirst ? -order : order
}
