/** What an export writes, in whichever form: an event as it was sealed, and what it says of people. */
import type { FieldChange } from '../../../drizzle/tables/audit.ts'
import type { Actor, PartnerPlatform } from '../../../drizzle/tables/shared.ts'
import type { LoginMethod } from '../../../platform/auth/viewer.ts'

export interface ExportRow {
  /** Place in the tenant's log: 1 for its first event, without gaps. */
  sequence: number
  event: SealedEvent
  disclosures: Disclosures
}

/** The event that was hashed, parsed. */
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

/** Of whom and what it tells, beside the bytes that were hashed, so that it can be erased; null where it was. */
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
