import { desc, eq } from 'drizzle-orm'
import { checkpoint } from '../../../drizzle/tables/audit.ts'
import { badInput } from '../../../platform/lib/errors.ts'
import { consistencyPath } from '../../../proof/tiles.ts'
import { tileReader } from '../log/tile-store.ts'
import type { ActivityCheckpointResolvers, TenantResolvers } from '../schema.types.ts'

/**
 * Returns the newest checkpoint, or the checkpoint of the given tree size. Returns null when the
 * checkpoint does not exist.
 */
export const activityCheckpoint: NonNullable<TenantResolvers['activityCheckpoint']> = (
  _tenant,
  { treeSize },
  { loaders },
) =>
  loaders.inTenant(async (tx) => {
    const [row] = await tx
      .select()
      .from(checkpoint)
      .where(treeSize == null ? undefined : eq(checkpoint.treeSize, treeSize))
      .orderBy(desc(checkpoint.treeSize))
      .limit(1)
    return row ?? null
  })

export const activityCheckpointFields: ActivityCheckpointResolvers = {
  /** @throws BAD_USER_INPUT when `fromTreeSize` is larger than the checkpoint's tree size */
  consistencyPath({ treeSize }, { fromTreeSize }, { loaders }) {
    if (fromTreeSize > treeSize)
      throw badInput(`\`fromTreeSize\` must be at most the checkpoint's tree size, ${treeSize}.`)
    // Every tree is consistent with the empty tree. RFC 6962 §2.1.2 defines no proof for this case.
    if (fromTreeSize === 0) return []
    return loaders.inTenant((tx) => consistencyPath(fromTreeSize, treeSize, tileReader(tx)))
  },
}
