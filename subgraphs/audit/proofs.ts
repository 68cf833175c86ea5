/** Proofs of the Activity Log as the API gives them: where an event stands, what was hashed of it, and signed checkpoints. */
import DataLoader from 'dataloader'
import { and, desc, eq, gt, inArray, lte } from 'drizzle-orm'
import { checkpoint, sealed } from '../../drizzle/tables/audit.ts'
import { type Activity, activity } from '../../drizzle/tables/views.ts'
import type { tenantReader } from '../../platform/graphql/context.ts'
import { badInput } from '../../platform/lib/errors.ts'
import { leafHash } from '../../proof/merkle-tree.ts'
import { consistencyPath, inclusionPaths } from '../../proof/tiles.ts'
import { readTiles } from './seal.ts'
import type { Context } from './subgraph.ts'

export type CheckpointRow = typeof checkpoint.$inferSelect

export interface Integrity {
  sequence: number
  canonicalEvent: string
  leafHash: Buffer
  inclusionPath: Buffer[]
  checkpoint: CheckpointRow
}

/** Proofs of a page's events: one tree, each tile read once. */
export function integrityLoader({ inTenant }: { inTenant: ReturnType<typeof tenantReader> }) {
  return new DataLoader<number, Integrity | null>((sequences) =>
    inTenant(async (tx) => {
      const [newest] = await tx
        .select()
        .from(checkpoint)
        .orderBy(desc(checkpoint.treeSize))
        .limit(1)
      if (!newest) return sequences.map(() => null)
      const rows = await tx
        .select({ sequence: sealed.sequence, event: sealed.event })
        .from(sealed)
        .where(inArray(sealed.sequence, [...sequences]))
      const events = new Map(rows.map(({ sequence, event }) => [sequence, event]))
      const known = sequences.filter(
        (sequence) => events.has(sequence) && sequence <= newest.treeSize,
      )
      const paths = await inclusionPaths(
        known.map((sequence) => sequence - 1),
        newest.treeSize,
        readTiles(tx),
      )
      const pathOf = new Map(known.map((sequence, index) => [sequence, paths[index]!]))
      return sequences.map((sequence) => {
        const inclusionPath = pathOf.get(sequence)
        const canonicalEvent = events.get(sequence)
        if (!inclusionPath || canonicalEvent === undefined) return null
        return {
          sequence,
          canonicalEvent,
          leafHash: leafHash(Buffer.from(canonicalEvent)),
          inclusionPath,
          checkpoint: newest,
        }
      })
    }),
  )
}

/** The newest checkpoint, or the one of just so many events; null where there is none. */
export const activityCheckpoint = (
  _: unknown,
  { treeSize }: { treeSize?: number | null },
  { loaders }: Context,
): Promise<CheckpointRow | null> =>
  loaders.inTenant(async (tx) => {
    const [row] = await tx
      .select()
      .from(checkpoint)
      .where(treeSize == null ? undefined : eq(checkpoint.treeSize, treeSize))
      .orderBy(desc(checkpoint.treeSize))
      .limit(1)
    return row ?? null
  })

export const activityCheckpointFields = {
  /** @throws PublicError BAD_USER_INPUT where the earlier log is not earlier. */
  consistencyPath(
    { treeSize }: CheckpointRow,
    { fromTreeSize }: { fromTreeSize: number },
    { loaders }: Context,
  ): Promise<Buffer[]> | Buffer[] {
    if (fromTreeSize > treeSize)
      throw badInput('`fromTreeSize` is at most the size of the checkpoint.')
    // Every log begins with the empty one, and nothing needs to be shown for it.
    if (fromTreeSize === 0) return []
    return loaders.inTenant((tx) => consistencyPath(fromTreeSize, treeSize, readTiles(tx)))
  },
}

const maxTail = 1_000

export interface Tail {
  events: Activity[]
  lastSequence: number
  hasMore: boolean
}

/** Sealed events in sequence. Those of one transaction come together or not at all, and none comes later with a lower number. */
export function activityTail(
  _: unknown,
  { afterSequence, first }: { afterSequence: number; first?: number | null },
  { loaders }: Context,
): Promise<Tail> {
  const size = first ?? 100
  if (size < 1 || size > maxTail) throw badInput(`\`first\` lies between 1 and ${maxTail}.`)
  return loaders.inTenant(async (tx) => {
    const [newest] = await tx
      .select({ treeSize: checkpoint.treeSize })
      .from(checkpoint)
      .orderBy(desc(checkpoint.treeSize))
      .limit(1)
    const treeSize = newest?.treeSize ?? 0
    if (afterSequence > treeSize)
      throw badInput(
        `The log holds ${treeSize} events: it was set back since \`afterSequence\` was given. Compare its checkpoints.`,
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
