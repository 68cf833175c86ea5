/**
 * Builds the columns of an Activity Log row that do not depend on the action: the actor, the
 * request, and texts that PostgreSQL can store.
 */
import { createHash } from 'node:crypto'
import type { Target } from '../../drizzle/tables/audit.ts'
import type { Actor } from '../../drizzle/tables/shared.ts'
import type {
  ApiToken,
  EndedSession,
  LoginMethod,
  Member,
  RequestMetadata,
  Viewer,
} from '../auth/viewer.ts'
import { escapeDeceptive } from '../lib/text.ts'
import type { AuditActionName } from './actions.ts'
import type { AuditDatabase } from './coalescing.ts'

/** The action to record, and its target if the target is known before the change. */
export interface AuditAction<Name extends AuditActionName = AuditActionName> {
  action: Name
  target?: Target | null
}

/** The actor of an event, and the tenant in whose log the event is recorded. */
export interface AuditSubject {
  tenantId: string
  actor: Actor
  method: LoginMethod | null
  sessionId: string | null
  /** The partner instance that the actor works for. Null for admins and for the service itself. */
  clientId: string | null
}

/** The parts of the GraphQL context that the audit functions need. */
export interface AuditContext {
  viewer: Viewer
  request: RequestMetadata
  db: AuditDatabase
  /**
   * Evaluates the mutation's permission rule again, for the viewer that was loaded under the
   * tenant's lock. Throws if permission is denied. Absent outside of mutations.
   */
  recheck?: (viewer: Viewer) => Promise<void>
}

/** Returns the audit subject for a signed-in user, an ended session or an API token. */
export const subjectOf = (viewer: Member | EndedSession | ApiToken): AuditSubject => ({
  tenantId: viewer.tenantId,
  actor: viewer.actor,
  method: viewer.kind === 'api-token' ? null : viewer.method,
  sessionId: viewer.kind === 'api-token' ? null : viewer.sessionId,
  clientId: viewer.kind === 'api-token' || viewer.kind === 'admin' ? null : viewer.clientId,
})

/** Returns the columns that are the same in all rows of a request. */
export const eventRow = (
  request: RequestMetadata,
  subject: AuditSubject,
  action: AuditActionName,
) => ({
  ...request,
  ...subject,
  actorKey: subject.actor.key,
  action,
})

/**
 * Cuts untrusted text to `maxLength` and escapes deceptive characters. Otherwise the text could
 * look like another one, or could make the insert of the event fail.
 */
export const storableText = (text: string, maxLength: number): string =>
  escapeDeceptive(text.slice(0, maxLength)).slice(0, maxLength).toWellFormed()

export const storableTarget = (target: Target | null | undefined): Target | null =>
  target ? { ...target, id: target.id === null ? null : storableText(target.id, 128) } : null

/** Derives a UUID from the texts (version 8, RFC 9562 §5.8). */
export function uuidFrom(...texts: string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(texts)).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
