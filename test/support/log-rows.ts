/**
 * The rows of the Activity Log and of the operator log, read from their tables, because reading the
 * Activity Log by the API is itself recorded.
 */
import type { Coalesced, FieldChange, Target } from '../../drizzle/tables/audit.ts'
import type { Actor } from '../../drizzle/tables/shared.ts'
import type { TestDatabase } from './database.ts'

/**
 * A row of either log, with the names of its columns. `activityRows` omits `sequence`, because the
 * sequencer assigns it later.
 */
export interface StoredRow {
  event_id: string
  occurred_at: Date
  actor_key: string
  actor: Actor
  action: string
  outcome: 'SUCCEEDED' | 'DENIED' | 'FAILED'
  reason: string | null
  target: Target | null
  changes: FieldChange[]
  ip_address: string | null
  user_agent: string | null
  request_id: string
  trace_id: string | null
  /** Null if the row represents one attempt. */
  coalesced: Coalesced | null
  /** Null in the operator log, as are the next three. */
  tenant_id: string | null
  method: 'MICROSOFT' | 'KASEYA_VSA' | 'UNITRENDS_UNIVIEW' | null
  session_id: string | null
  client_id: string | null
  /** Null in the Activity Log. */
  unverified_claims: Record<string, unknown> | null
}

/** A database whose owner can read the rows of all tenants. */
type OwnedDatabase = Pick<TestDatabase, 'owner'>

/**
 * Returns rows of the Activity Log, oldest first. Without `action`, omits `operation.read` rows,
 * which a technician's mutation also records, unless `reads` is true.
 */
export async function activityRows(
  { owner }: OwnedDatabase,
  {
    tenantId,
    action,
    sessionId,
    reads = false,
  }: { tenantId?: string; action?: string; sessionId?: string; reads?: boolean },
): Promise<StoredRow[]> {
  const rows = await owner<(StoredRow & { sequence: string | null })[]>`
    select *, null as unverified_claims from audit.activity where true
    ${tenantId === undefined ? owner`` : owner`and tenant_id = ${tenantId}`}
    ${action === undefined ? owner`` : owner`and action = ${action}`}
    ${sessionId === undefined ? owner`` : owner`and session_id = ${sessionId}`}
    ${action !== undefined || reads ? owner`` : owner`and action <> 'operation.read'`}
    order by occurred_at, event_id`
  return rows.map(({ sequence: _, ...row }) => row)
}

/** Returns rows of the operator log, oldest first. `targetId` is the `id` of the target. */
export async function operatorRows(
  { owner }: OwnedDatabase,
  { action, reason, targetId }: { action?: string; reason?: string; targetId?: string } = {},
): Promise<StoredRow[]> {
  const rows = await owner<StoredRow[]>`
    select *, null as tenant_id, null as method, null as session_id, null as client_id
    from audit.operator_activity where true
    ${action === undefined ? owner`` : owner`and action = ${action}`}
    ${reason === undefined ? owner`` : owner`and reason = ${reason}`}
    ${targetId === undefined ? owner`` : owner`and target ->> 'id' = ${targetId}`}
    order by occurred_at, event_id`
  return [...rows]
}
