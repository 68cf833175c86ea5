import { and, eq, isNull, sql } from 'drizzle-orm'
import { handoff, knownTechnician } from '../../../drizzle/tables/identity.ts'
import type { WriteTx } from '../../../platform/postgres/database.ts'

type Handoff = typeof handoff.$inferSelect

/** Marks the handoff code as used. @returns false if the code was already used */
export async function consumeCode(tx: WriteTx, handoffId: string): Promise<boolean> {
  const consumed = await tx
    .update(handoff)
    .set({ consumedAt: sql`clock_timestamp()` })
    .where(and(eq(handoff.handoffId, handoffId), isNull(handoff.consumedAt)))
    .returning()
  return consumed.length === 1
}

/**
 * Returns the IDs and epochs of the objects that give access to the session. The session ends when
 * one of these objects ends or when its epoch increases.
 */
export const dependenciesOf = ({
  tenantId,
  handoffId,
  clientId,
  associationId,
  kid,
  subject,
  featureEpoch,
  associationEpoch,
  instanceEpoch,
}: Handoff) => ({
  tenantId,
  handoffId,
  clientId,
  associationId,
  kid,
  subject,
  featureEpoch,
  associationEpoch,
  instanceEpoch,
})

/**
 * Stores the technician of a handoff.
 * @returns true if the technician signs in to the tenant for the first time
 */
export async function rememberTechnician(
  tx: WriteTx,
  { tenantId, clientId, subject }: Handoff,
): Promise<boolean> {
  if (clientId === null || subject === null)
    throw new Error('A handoff must have a client ID and a subject.')
  const inserted = await tx
    .insert(knownTechnician)
    .values({ tenantId, clientId, subject })
    .onConflictDoNothing()
    .returning()
  return inserted.length === 1
}
