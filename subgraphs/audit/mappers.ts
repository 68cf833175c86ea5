/**
 * The types of the values that resolvers return for object types of schema.graphql (see
 * scripts/codegen.ts).
 */
import type { checkpoint } from '../../drizzle/tables/audit.ts'
import type { Activity } from '../../drizzle/tables/views.ts'
import type { Connection } from '../../platform/graphql/pagination.ts'

export interface ActivityPage extends Connection<Activity> {
  /** Counts the events of all pages, up to `countLimit` (search/activity-page.ts). */
  count(): Promise<number>
}

export type CheckpointRow = typeof checkpoint.$inferSelect

/** A sealed event. `IntegrityProof` has its proof. */
export interface IntegrityReference {
  sequence: number
}

export interface IntegrityProof {
  /** The JSON text of the event that was hashed (RFC 8785). */
  canonicalEvent: string
  /** The leaf hash, 32 bytes. */
  leafHash: Uint8Array
  /** The inclusion proof: hashes of 32 bytes, from the leaf to the root (RFC 6962 §2.1.1). */
  inclusionPath: Uint8Array[]
  checkpoint: CheckpointRow
}

export interface TailPage {
  events: Activity[]
  lastSequence: number
  hasMore: boolean
}

export interface Summary {
  rows: SummaryRow[]
  truncated: boolean
}

/** A row of an ActivitySummary. A column is null when events are not grouped by this column. */
export interface SummaryRow {
  count: number
  periodStart: Date | null
  actorKey: string | null
  action: string | null
  outcome: Activity['outcome'] | null
  method: Activity['method']
}
