import { and, eq, isNull, sql } from 'drizzle-orm'
import { handoff, knownTechnician } from '../../../drizzle/tables/identity.ts'
import type { WriteTx } from '../../../platform/postgres/database.ts'

type Handoff = typeof handoff.$inferSelect

/** @returns false if the code was consumed before */
export async function consumeCode(tx: WriteTx, handoffId: string): Promise<boolean> {
  const consumed = await tx
    .update(handoff)
    .set({ consumedAt: sql`clock_timestamp()` })
    .where(and(eq(handoff.handoffId, handoffId), isNull(handoff.consumedAt)))
    .returning()
  return consumed.length === 1
}

/** Returns the dependencies of the session. It ends when one of them ends, or its epoch rises. */
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

/** @returns whether this is the technician's first sign-in to the tenant */
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
