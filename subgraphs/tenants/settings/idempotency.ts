/** The idempotency keys of settings mutations. Each key is stored for one day. */
import { createHash } from 'node:crypto'
import { and, eq, lt, sql } from 'drizzle-orm'
import { idempotencyKey } from '../../../drizzle/tables/tenants.ts'
import { throwUserError } from '../../../platform/audit/audited.ts'
import type { Member } from '../../../platform/auth/viewer.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import type { WriteTx } from '../../../platform/postgres/database.ts'

/**
 * The part of a mutation's payload that is stored with the idempotency key. A repeated request
 * returns the stored values.
 */
export interface Receipt {
  endedSessionCount?: number
  endedHandoffCount?: number
}

type KeyRow = Omit<typeof idempotencyKey.$inferInsert, 'payload'>

/**
 * The use of an idempotency key by one actor for one mutation. `receipt` is null if this is the
 * first use of the key.
 */
export interface IdempotencyClaim {
  row: KeyRow
  receipt: Receipt | null
}

/**
 * Finds an earlier use of the idempotency key. The transaction must hold the tenant's lock, so that
 * requests with the same key run one after another.
 * @returns null if the input has no key
 * @throws user error IDEMPOTENCY_KEY_CONFLICT if the key was used with different input
 * @throws user error INVALID_VALUE if the key is not one line of 1 to 64 characters
 */
export async function claimIdempotencyKey(
  tx: WriteTx,
  viewer: Member,
  mutation: string,
  { idempotencyKey: key, ...input }: { idempotencyKey?: string | null },
): Promise<IdempotencyClaim | null> {
  if (key == null) return null
  if (!isPlainText(key, 64))
    throwUserError(
      'INVALID_VALUE',
      'idempotencyKey must be one line of 1 to 64 characters.',
      'idempotencyKey',
    )
  const inputHash = createHash('sha256').update(JSON.stringify(input)).digest('base64url')
  const actorKey = viewer.actor.key
  const row = { tenantId: viewer.tenantId, actorKey, mutation, key, inputHash }

  await tx.delete(idempotencyKey).where(lt(idempotencyKey.createdAt, sql`now() - interval '1 day'`))
  const [earlier] = await tx
    .select()
    .from(idempotencyKey)
    .where(
      and(
        eq(idempotencyKey.actorKey, actorKey),
        eq(idempotencyKey.mutation, mutation),
        eq(idempotencyKey.key, key),
      ),
    )
  if (earlier && earlier.inputHash !== inputHash)
    throwUserError(
      'IDEMPOTENCY_KEY_CONFLICT',
      'idempotencyKey was already used with another input. Use a new key.',
      'idempotencyKey',
    )
  return { row, receipt: earlier ? (earlier.payload as Receipt) : null }
}

export async function storeReceipt(
  tx: WriteTx,
  { row }: IdempotencyClaim,
  receipt: Receipt,
): Promise<void> {
  await tx.insert(idempotencyKey).values({ ...row, payload: { ...receipt } })
}
