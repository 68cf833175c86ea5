/**
 * The input of every export format: a sealed event with its disclosures. docs/verify.md describes
 * the members.
 */
import type { FieldChange } from '../../../drizzle/tables/audit.ts'
import type { Actor, PartnerPlatform } from '../../../drizzle/tables/shared.ts'
import type { LoginMethod } from '../../../platform/auth/viewer.ts'

export interface ExportRow {
  /** The position of the event in the tenant's log. Positions start at 1 and have no gaps. */
  sequence: number
  event: SealedEvent
  disclosures: Disclosures
}

/** The event, parsed from the JSON text that was hashed. */
export interface SealedEvent {
  action: string
  actor: {
    type: Actor['__typename'] | 'ApiTokenActor'
    key: string
    platform?: PartnerPlatform
    instance?: string
    subject?: string
    objectId?: string
    role?: 'GLOBAL_ADMIN' | 'SPANNING_ADMIN'
  }
  actorCommitment: string
  clientId: string | null
  coalesced: { count: number; firstAt: string; lastAt: string } | null
  id: string
  method: LoginMethod | null
  occurredAt: string
  outcome: 'SUCCEEDED' | 'DENIED' | 'FAILED'
  reason: string | null
  requestId: string
  sequence: number
  sessionId: string | null
  target: { type: string; id: string | null } | null
  targetCommitment: string
  tenantId: string
  traceId: string | null
  version: 1
}

/**
 * The personal data of the event. A member is null after erasure. The hashed event contains only
 * commitments to this data, so that the service can erase the data.
 */
export interface Disclosures {
  actor: { value: DisclosedActor } | null
  target: { value: DisclosedTarget } | null
}

export interface DisclosedActor {
  displayName: string
  email?: string | null
  userPrincipalName?: string | null
  ipAddress: string | null
  userAgent: string | null
}

export interface DisclosedTarget {
  displayName: string | null
  changes: FieldChange[]
}
