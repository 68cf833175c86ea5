import { sql } from 'drizzle-orm'
import { settings } from '../tables/tenants.ts'
import type { Tx } from './tx.ts'

/**
 * Locks a tenant, and a partner instance if given, for a mutation or a new session. The tenant lock
 * is the row lock on its settings, which every operation that ends access also takes. The instance
 * lock is needed because suspension or key revocation affects several tenants.
 *
 * Until the transaction commits, no other transaction can revoke access.
 */
export async function lockTenant(
  tx: Tx,
  clientId: string | null,
  strength: 'change' | 'enter',
): Promise<void> {
  await tx
    .select({ one: sql`1` })
    .from(settings)
    .for(strength === 'change' ? 'no key update' : 'share')
  if (clientId !== null)
    await tx.execute(sql`select pg_advisory_xact_lock_shared(${instanceLock(clientId)})`)
}

/**
 * Takes the exclusive lock of a partner instance, for operator commands. This lock is an advisory
 * lock, because the service role has no UPDATE privilege for a row lock on instances.
 */
export async function lockPartnerInstance(tx: Tx, clientId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${instanceLock(clientId)})`)
}

const instanceLock = (clientId: string) =>
  sql`hashtextextended('partner_instance ' || ${clientId}, 0)`

/**
 * Waits until the sequencer releases its lock on a tenant, and takes the lock. Needed before a
 * change that affects how the tenant's events are sealed.
 */
export async function lockSealing(tx: Tx, tenantId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${sealingLock(tenantId)})`)
}

/**
 * Takes the sequencer's lock on a tenant if the lock is free. Returns whether the lock was taken.
 */
export async function trySealing(tx: Tx, tenantId: string): Promise<boolean> {
  const [row] = await tx.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(${sealingLock(tenantId)}) as taken`,
  )
  return row?.taken === true
}

const sealingLock = (tenantId: string) => sql`hashtextextended('seal ' || ${tenantId}, 0)`
