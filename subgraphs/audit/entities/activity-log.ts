import { isReader, partnerScope } from '../../../platform/auth/viewer.ts'
import { denied } from '../../../platform/lib/errors.ts'
import type { Context } from '../context.ts'
import type { ActivityPage } from '../mappers.ts'
import type { TenantActivityLogArgs } from '../schema.types.ts'
import {
  activityPage,
  activityPageRequest,
  countLimit,
  pageBounds,
} from '../search/activity-page.ts'
import { countEvents, findEvents } from '../search/find-events.ts'
import { parseFilter } from '../search/parse-filter.ts'

/** @throws BAD_USER_INPUT for an invalid filter, page size or cursor */
export async function activityLog(
  _tenant: unknown,
  { filter, ...args }: TenantActivityLogArgs,
  { viewer, loaders }: Context,
): Promise<ActivityPage> {
  if (!isReader(viewer)) throw denied('UNAUTHENTICATED')
  const page = activityPageRequest(args)
  const query = parseFilter(filter ?? {}, { partnerClientId: partnerScope(viewer) })
  const rows = await loaders.inTenant((tx) => findEvents(tx, query, pageBounds(page)))
  const count = () => loaders.inTenant((tx) => countEvents(tx, query, countLimit))
  return activityPage(page, rows, count)
}
