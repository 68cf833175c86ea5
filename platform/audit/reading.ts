/**
 * Records read operations. A technician's operation is recorded once per session, and the
 * operations of API tokens are counted.
 */
import type { Target } from '../../drizzle/tables/audit.ts'
import { sha256 } from '../auth/tokens.ts'
import type { ApiToken, Technician } from '../auth/viewer.ts'
import { type AuditContext, eventRow, subjectOf } from './event-row.ts'
import { coalescedAttempt } from './refusals.ts'
import { claimOnce, insertRow } from './rows.ts'

/** A GraphQL operation that only reads data. */
export interface ReadOperation {
  name: string | null
  /** The hash of the operation's text. */
  hash: string
  /**
   * The fields that the operation selects, such as `tenant.activityLog`. With `@skip` or
   * `@include`, one text selects different fields, which are recorded separately.
   */
  fields: string[]
}

/**
 * Records a technician's read operation, once per session and selection. The record is committed
 * before the operation reads any data.
 */
export async function recordReadOperation(
  { db, request }: Pick<AuditContext, 'db' | 'request'>,
  viewer: Technician,
  operation: ReadOperation,
): Promise<void> {
  await db.write(viewer.tenantId, async (tx) => {
    const key = `read ${viewer.sessionId} ${sha256(JSON.stringify([operation.hash, operation.fields]))}`
    if (!(await claimOnce(tx, viewer.tenantId, key))) return
    await insertRow(tx, {
      ...eventRow(request, subjectOf(viewer), 'operation.read'),
      outcome: 'SUCCEEDED',
      target: { type: 'operation', id: operation.hash, displayName: operation.name },
      changes: [{ field: 'fields', before: null, after: operation.fields }],
    })
  })
}

/** Counts a use of an API token. Each operation gets one row per minute. */
export async function recordTokenUse(
  { db, request }: Pick<AuditContext, 'db' | 'request'>,
  viewer: ApiToken,
  operation: Target,
): Promise<void> {
  const use = {
    ...eventRow(request, subjectOf(viewer), 'api_token.used'),
    outcome: 'SUCCEEDED' as const,
    target: operation,
  }
  if (db.coalescer) await db.coalescer.count(coalescedAttempt(use))
  else await db.write(viewer.tenantId, async (tx) => void (await insertRow(tx, use)))
}
