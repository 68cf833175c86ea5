import { and, desc, gt, lte } from 'drizzle-orm'
import { checkpoint, sealed } from '../../../drizzle/tables/audit.ts'
import { activity } from '../../../drizzle/tables/views.ts'
import { badInput } from '../../../platform/lib/errors.ts'
import type { TenantResolvers } from '../schema.types.ts'

const defaultPageSize = 100
const maxPageSize = 1_000

/**
 * Returns sealed events in the order of their sequence numbers. A collector misses no event,
 * because the events of a batch become visible together and later events have higher sequence
 * numbers.
 * @throws BAD_USER_INPUT when `first` is out of bounds, or `afterSequence` is greater than the last
 * sequence number of the log
 */
export const activityTail: NonNullable<TenantResolvers['activityTail']> = (
  _tenant,
  { afterSequence, first },
  { loaders },
) => {
  const size = first ?? defaultPageSize
  if (size < 1 || size > maxPageSize)
    throw badInput(`\`first\` must be between 1 and ${maxPageSize}.`)
  return loaders.inTenant(async (tx) => {
    const [newest] = await tx
      .select({ treeSize: checkpoint.treeSize })
      .from(checkpoint)
      .orderBy(desc(checkpoint.treeSize))
      .limit(1)
    const treeSize = newest?.treeSize ?? 0
    if (afterSequence > treeSize)
      throw badInput(
        `\`afterSequence\` is ${afterSequence}, but the log has only ${treeSize} events. If this number came from the log, the database was restored to an earlier state: compare the checkpoints.`,
      )
    const next = await tx
      .select({ sequence: sealed.sequence })
      .from(sealed)
      .where(and(gt(sealed.sequence, afterSequence), lte(sealed.sequence, treeSize)))
      .orderBy(sealed.sequence)
      .limit(size)
    const lastSequence = next.at(-1)?.sequence ?? afterSequence
    const events = await tx
      .select()
      .from(activity)
      .where(and(gt(activity.sequence, afterSequence), lte(activity.sequence, lastSequence)))
      .orderBy(activity.sequence)
    return { events, lastSequence, hasMore: next.length === size && lastSequence < treeSize }
  })
}
