import { isReader, partnerScope } from '../../../platform/auth/viewer.ts'
import { badInput, denied } from '../../../platform/lib/errors.ts'
import type { Context } from '../context.ts'
import type { Summary, SummaryRow } from '../mappers.ts'
import type {
  ActivityGrouping,
  ActivitySummaryRowResolvers,
  TenantActivitySummaryArgs,
} from '../schema.types.ts'
import { parseFilter } from '../search/parse-filter.ts'
import { type Grouping, summarize } from '../search/summary.ts'

const periods = { HOUR: 'hour', DAY: 'day', MONTH: 'month' } as const
const columns = {
  ACTOR: 'actor_key',
  ACTION: 'action',
  OUTCOME: 'outcome',
  METHOD: 'method',
} as const

const isPeriod = (group: ActivityGrouping): group is keyof typeof periods => group in periods

/** @throws BAD_USER_INPUT for an invalid filter or grouping, or when too many events match */
export async function activitySummary(
  _tenant: unknown,
  { filter, groupBy }: TenantActivitySummaryArgs,
  { viewer, loaders }: Context,
): Promise<Summary> {
  if (!isReader(viewer)) throw denied('UNAUTHENTICATED')
  const grouping = parseGrouping(groupBy)
  const query = parseFilter(filter ?? {}, { partnerClientId: partnerScope(viewer) })
  return loaders.inTenant((tx) => summarize(tx, query, grouping))
}

function parseGrouping(groupBy: readonly ActivityGrouping[]): Grouping {
  const groups = [...new Set(groupBy)]
  if (groups.length < 1 || groups.length > 3 || groups.length < groupBy.length)
    throw badInput('`groupBy` must contain between 1 and 3 different entries.')
  const [period, ...otherPeriods] = groups.filter(isPeriod)
  if (otherPeriods.length > 0)
    throw badInput('`groupBy` must contain at most one of HOUR, DAY and MONTH.')
  return {
    period: period ? periods[period] : null,
    columns: new Set(groups.flatMap((group) => (isPeriod(group) ? [] : [columns[group]]))),
  }
}

export const activitySummaryRow: ActivitySummaryRowResolvers = {
  actor: ({ actorKey }: SummaryRow, _, { loaders }) =>
    actorKey === null ? null : loaders.actors.load(actorKey),
}
