/**
 * Runs audited changes. A change and its Activity Log row commit in one transaction, so neither can
 * exist without the other. A refused change is recorded in a separate transaction.
 */
import { lockTenant } from '../../drizzle/reads/locks.ts'
import { sessionStatusById } from '../../drizzle/reads/sessions.ts'
import type { FieldChange, Target } from '../../drizzle/tables/audit.ts'
import { isMember, type Member, viewerOf } from '../auth/viewer.ts'
import { denied, PublicError, type UserError } from '../lib/errors.ts'
import type { WriteTx } from '../postgres/database.ts'
import { Rollback } from '../postgres/errors.ts'
import type { AuditActionName, MailedActionName } from './actions.ts'
import {
  type AuditAction,
  type AuditContext,
  type AuditSubject,
  eventRow,
  storableTarget,
  subjectOf,
} from './event-row.ts'
import { enqueueNotification, type Notification } from './outbox.ts'
import { coalescedAttempt, recordRefusal } from './refusals.ts'
import { addCoalescedCounts, insertRow } from './rows.ts'

/** The result of an audited change. The `work` function of the change returns this object. */
export interface AuditedResult<Payload, Name extends AuditActionName = AuditActionName> {
  payload: Payload
  target?: Target
  changes?: FieldChange[]
  /**
   * If present, the event is recorded as DENIED with this error's code, but the changes that `work`
   * wrote are committed.
   */
  refused?: UserError
  /** The session that a sign-in created. */
  sessionId?: string
  /**
   * The partner instance that an admin's change affects. Technicians of other partner instances
   * cannot see the event.
   */
  relatedClientId?: string | null
  /** The reason code of the event, if another party's decision caused the change. */
  reason?: string
  /**
   * If present, the tenant's notification recipients receive mail about the event. Only actions
   * that have a mail title allow this property.
   */
  notify?: [Name] extends [MailedActionName] ? Notification : undefined
}

export type MutationReply<Payload> = Partial<Payload> & { userErrors: UserError[] }

/**
 * Rolls back the current audited change. The mutation then returns the given user error.
 * @param field the path of the invalid input field, separated by dots: `tenant.id`
 */
export function throwUserError(code: string, message: string, field: string | null = null): never {
  throw new UserErrorRollback({ code, message, field: field === null ? null : field.split('.') })
}

class UserErrorRollback extends Rollback {
  readonly userError: UserError
  constructor(userError: UserError) {
    super(userError.code)
    this.userError = userError
  }
}

/**
 * Runs a change by a signed-in user in the user's own tenant. The session and the permission are
 * checked again under the tenant's lock.
 * @throws UNAUTHENTICATED, MICROSOFT_SIGN_IN_REQUIRED or the code of the permission rule, when the
 * session no longer has permission
 */
export async function audited<Payload, Name extends AuditActionName>(
  context: AuditContext,
  action: AuditAction<Name>,
  work: (tx: WriteTx, viewer: Member) => Promise<AuditedResult<Payload, Name>>,
): Promise<MutationReply<Payload>> {
  const { viewer, recheck } = context
  if (!isMember(viewer)) throw denied('UNAUTHENTICATED')
  return runAudited(context, subjectOf(viewer), action, 'FAILED', async (tx) => {
    await lockTenant(tx, viewer.kind === 'technician' ? viewer.clientId : null, 'change')
    const status = await sessionStatusById(tx, viewer.sessionId)
    const current = status && viewerOf(viewer.tenantId, status)
    if (!current || !isMember(current))
      throw denied(current?.kind === 'ended' ? current.code : 'UNAUTHENTICATED')
    await recheck?.(current)
    return work(tx, current)
  })
}

/**
 * Runs a change that is authorized by evidence in the request instead of a session, such as a
 * sign-in. `work` verifies the evidence under the tenant's lock.
 * @param lock `enter` takes a shared lock, so that sessions and handoffs can be created
 * concurrently; `change` takes an exclusive lock, which is required to end them
 */
export function auditedWithProof<Payload, Name extends AuditActionName>(
  context: Pick<AuditContext, 'db' | 'request'>,
  subject: Omit<AuditSubject, 'sessionId'>,
  action: AuditAction<Name>,
  work: (tx: WriteTx) => Promise<AuditedResult<Payload, Name>>,
  lock: 'enter' | 'change' = 'enter',
): Promise<MutationReply<Payload>> {
  return runAudited(context, { ...subject, sessionId: null }, action, 'DENIED', async (tx) => {
    await lockTenant(tx, subject.clientId, lock)
    return work(tx)
  })
}

async function runAudited<Payload, Name extends AuditActionName>(
  { db, request }: Pick<AuditContext, 'db' | 'request'>,
  subject: AuditSubject,
  action: AuditAction<Name>,
  outcomeOfUserError: 'FAILED' | 'DENIED',
  work: (tx: WriteTx) => Promise<AuditedResult<Payload, Name>>,
): Promise<MutationReply<Payload>> {
  try {
    return await db.write(subject.tenantId, async (tx) => {
      const result = await work(tx)
      const { payload, refused, sessionId = subject.sessionId, notify } = result
      const clientId = subject.clientId ?? result.relatedClientId ?? null
      const row = {
        ...eventRow(request, { ...subject, sessionId, clientId }, action.action),
        outcome: refused ? ('DENIED' as const) : ('SUCCEEDED' as const),
        reason: refused?.code ?? result.reason,
        target: storableTarget(result.target ?? action.target),
        changes: result.changes ?? [],
      }
      if (refused && db.coalescer && !db.coalescer.allow(row)) {
        // The writes of `work` and the count of this refusal commit in one transaction.
        const count = db.coalescer.counted(coalescedAttempt(row))
        await addCoalescedCounts(tx, subject.tenantId, [count])
        return { ...payload, userErrors: [refused] }
      }
      const [event] = await insertRow(tx, row).returning()
      if (notify && !refused && event) await enqueueNotification(tx, event, notify)
      return { ...payload, userErrors: refused ? [refused] : [] }
    })
  } catch (error) {
    const refusal = (outcome: 'FAILED' | 'DENIED', reason: string) =>
      recordRefusal(db, {
        ...eventRow(request, subject, action.action),
        outcome,
        reason,
        target: storableTarget(action.target),
      })
    if (error instanceof UserErrorRollback) {
      await refusal(outcomeOfUserError, error.userError.code)
      return { userErrors: [error.userError] } as unknown as MutationReply<Payload>
    }
    if (isUnexpected(error)) await refusal('FAILED', 'INTERNAL_SERVER_ERROR').catch(() => {})
    throw error
  }
}

/**
 * Whether the error is a defect of this service and must be recorded here. The permission layer
 * records denials, and nothing can be recorded while the database is unavailable.
 */
const isUnexpected = (error: unknown) =>
  !(error instanceof PublicError || error instanceof Rollback)
