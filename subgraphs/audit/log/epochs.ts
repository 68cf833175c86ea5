/**
 * Finds the `activity_log.epoch_opened` event of a log epoch. A new epoch starts a new Merkle tree
 * without a consistency proof from the previous tree. The sequencer therefore starts an epoch only
 * when this event shows that an operator opened the epoch.
 */
import { and, eq, gt, inArray } from 'drizzle-orm'
import { type FieldChange, logEpoch, sealed, unsealed } from '../../../drizzle/tables/audit.ts'
import type { ReadTx } from '../../../platform/postgres/database.ts'
import { commitmentOf } from '../../../proof/event-leaf.ts'
import { succeededKinds } from './facets.ts'
import { SealingStopped } from './sealing-stopped.ts'
import { withMatchingLeaf } from './tile-store.ts'

const openingAction = 'activity_log.epoch_opened'
const maxEvents = 1_000

const opens = (epoch: number, changes: FieldChange[]) =>
  changes.some(({ field, after }) => field === 'epoch' && after === epoch)

/**
 * Returns the ID of the epoch's `activity_log.epoch_opened` event, which must be sealed before all
 * other events. Returns null when the event is already sealed.
 * @throws SealingStopped when the epoch has no `activity_log.epoch_opened` event
 */
export async function findOpeningEvent(tx: ReadTx, epoch: number): Promise<string | null> {
  const waiting = await tx
    .select()
    .from(unsealed)
    .where(eq(unsealed.action, openingAction))
    .limit(maxEvents)
  const opening = waiting.find(
    ({ outcome, changes }) => outcome === 'SUCCEEDED' && opens(epoch, changes),
  )
  if (opening) return opening.eventId
  if (await isOpeningSealed(tx, epoch)) return null
  throw new SealingStopped(
    'EPOCH_NOT_OPENED',
    `The log is in epoch ${epoch} according to the database, but no event records that an operator opened this epoch.`,
  )
}

async function isOpeningSealed(tx: ReadTx, epoch: number): Promise<boolean> {
  const [opened] = await tx.select().from(logEpoch).where(eq(logEpoch.epoch, epoch))
  const rows = await tx
    .select({ sequence: sealed.sequence, event: sealed.event, disclosures: sealed.disclosures })
    .from(sealed)
    .where(
      and(
        gt(sealed.sequence, opened?.treeSize ?? 0),
        inArray(sealed.kindId, succeededKinds(tx, openingAction)),
      ),
    )
    .limit(maxEvents)
  const openings = rows.filter(({ event, disclosures: { target } }) => {
    if (!target || !opens(epoch, target.value.changes)) return false
    return commitmentOf(target) === JSON.parse(event).targetCommitment
  })
  return (await withMatchingLeaf(tx, openings)).length > 0
}
