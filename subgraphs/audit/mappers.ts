/**
 * The values that the resolvers pass on for the types of schema.graphql (see scripts/codegen.ts).
 */
import type { checkpoint } from '../../drizzle/tables/audit.ts'
import type { Activity } from '../../drizzle/tables/views.ts'
import type { Connection } from '../../platform/graphql/pagination.ts'

/** ActivityEventConnection */
export interface ActivityPage extends Connection<Activity> {
  /** Counts the events of all pages, up to a limit. */
  count(): Promise<number>
}

/** ActivityCheckpoint */
export type CheckpointRow = typeof checkpoint.$inferSelect

/** ActivityIntegrity */
export interface IntegrityProof {
  sequence: number
  /** The JSON text that was hashed (RFC 8785). */
  canonicalEvent: string
  /** 32 bytes. */
  leafHash: Uint8Array
  /** Hashes of 32 bytes, from the leaf upwards (RFC 6962 §2.1.1). */
  inclusionPath: Uint8Array[]
  checkpoint: CheckpointRow
}

/** ActivityTail */
export interface TailPage {
  events: Activity[]
  lastSequence: number
  hasMore: boolean
}

/** ActivitySummary */
export interface Summary {
  rows: SummaryRow[]
  truncated: boolean
}

/** ActivitySummaryRow. A column by which the events are not grouped is null. */
export interface SummaryRow {
  count: number
  periodStart: Date | null
  actorKey: string | null
  action: string | null
  outcome: Activity['outcome'] | null
  method: Activity['method']
}
