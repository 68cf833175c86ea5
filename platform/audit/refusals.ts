/**
 * Records attempts that were refused or failed. If there are too many attempts, they are counted
 * together instead of being recorded in separate rows.
 */
import type { Actor } from '../../drizzle/tables/shared.ts'
import type { RequestMetadata, Viewer } from '../auth/viewer.ts'
import type { DenialCode } from '../lib/errors.ts'
import type { WriteTx } from '../postgres/database.ts'
import type { Attempt, AuditDatabase, OperatorAttempt } from './coalescing.ts'
import {
  type AuditAction,
  type AuditContext,
  type AuditSubject,
  eventRow,
  storableTarget,
  storableText,
  subjectOf,
  uuidFrom,
} from './event-row.ts'
import { anonymousActor, claimOnce, insertOperatorRow, insertRow } from './rows.ts'

/**
 * Records a refused attempt in the tenant's log, in a separate transaction.
 * @param isDue returns false if an equal attempt is already recorded; the new attempt is then not
 * recorded
 */
export async function recordRefusal(
  db: AuditDatabase,
  refusal: Attempt & Pick<RequestMetadata, 'requestId'>,
  isDue: (tx: WriteTx) => Promise<boolean> = async () => true,
): Promise<void> {
  if (db.coalescer && !db.coalescer.allow(refusal))
    return db.coalescer.count(coalescedAttempt(refusal))
  await db.write(refusal.tenantId, async (tx) => {
    if (await isDue(tx)) await insertRow(tx, refusal)
  })
}

/**
 * Records a refused attempt of an actor without a tenant in the operators' log.
 * @param eventId required if the same attempt can be recorded several times; only the first row is
 * kept
 */
async function recordOperatorRefusal(
  db: AuditDatabase,
  refusal: OperatorAttempt & Pick<RequestMetadata, 'requestId'>,
  eventId?: string,
): Promise<void> {
  if (db.coalescer && !db.coalescer.allow(refusal))
    return db.coalescer.count(coalescedAttempt(refusal))
  await db.write(
    null,
    async (tx) => void (await insertOperatorRow(tx, { ...refusal, eventId }).onConflictDoNothing()),
  )
}

/** Removes the trace ID from an attempt, because a coalesced count represents many requests. */
export const coalescedAttempt = <Row extends object>(row: Row) => ({ ...row, traceId: null })

/** The field for which permission was denied. */
export interface DeniedField {
  /** `Mutation`, `Query` or the name of the object type. */
  parentType: string
  fieldName: string
  /** The key of the field in the response. It is the alias, if the field has an alias. */
  responseKey: string
  /** The tenant id from the input, exactly as the client sent the value. */
  tenantId: unknown
}

/**
 * Records that a permission rule denied a field. The event is recorded in the viewer's own tenant,
 * even if the request contained the id of another tenant.
 */
export async function recordDenial(
  { viewer, request, db }: AuditContext,
  code: DenialCode,
  { parentType, fieldName, responseKey, tenantId: named }: DeniedField,
): Promise<void> {
  if (viewer.kind === 'anonymous') return
  const isMutation = parentType === 'Mutation'
  const denial = {
    outcome: 'DENIED' as const,
    reason: code,
    target: {
      type: isMutation ? 'mutation' : 'field',
      id: typeof named === 'string' ? storableText(named, 128) : null,
      displayName: isMutation ? fieldName : `${parentType}.${fieldName}`,
    },
  }
  // A denial is recorded only once per field and request, because one request can cause the same
  // denial in several subgraphs and for many list items.
  const key = [request.requestId, parentType, isMutation ? responseKey : fieldName]
  if (!isFirstInRequest(request, key)) return
  if (viewer.kind === 'partner-client') {
    const { actor } = viewer
    const action = 'authorization.denied'
    const refusal = { ...request, actorKey: actor.key, actor, action, ...denial } as const
    return recordOperatorRefusal(db, refusal, uuidFrom(...key))
  }
  const { tenantId } = viewer
  const refusal = { ...eventRow(request, subjectOf(viewer), 'authorization.denied'), ...denial }
  await recordRefusal(db, refusal, (tx) => claimOnce(tx, tenantId, `denied ${uuidFrom(...key)}`))
}

/** The denials that this process has already recorded, per request. */
const recordedDenials = new WeakMap<RequestMetadata, Set<string>>()

function isFirstInRequest(request: RequestMetadata, key: string[]): boolean {
  const recorded = recordedDenials.get(request) ?? new Set()
  recordedDenials.set(request, recorded)
  const text = JSON.stringify(key)
  return !recorded.has(text) && recorded.add(text) !== undefined
}

/**
 * Records a mutation that was not executed because an input value is not valid for its type. The
 * event is recorded in the viewer's own log.
 */
export async function recordInvalidMutation(
  { db, request }: Pick<AuditContext, 'db' | 'request'>,
  viewer: Viewer,
  mutation: string,
): Promise<void> {
  // Requests with an API token are recorded as `api_token.used` instead.
  if (viewer.kind === 'anonymous' || viewer.kind === 'api-token') return
  const action = 'mutation.failed'
  const attempt = {
    outcome: 'FAILED' as const,
    reason: 'BAD_USER_INPUT',
    target: { type: 'mutation', id: null, displayName: mutation },
  }
  if (viewer.kind !== 'partner-client')
    return recordRefusal(db, { ...eventRow(request, subjectOf(viewer), action), ...attempt })
  const { actor } = viewer
  await recordOperatorRefusal(db, { ...request, actorKey: actor.key, actor, action, ...attempt })
}

/**
 * Records a sign-in that was refused after its evidence had been verified. The refusal is recorded
 * in the log of the tenant that the user tried to sign in to.
 * @param isDue returns false if an equal refusal is already recorded; the new refusal is then not
 * recorded
 */
export async function recordRefusedSignIn(
  { db, request }: Pick<AuditContext, 'db' | 'request'>,
  subject: Omit<AuditSubject, 'sessionId'>,
  { action, reason, target = null }: AuditAction & { reason: string },
  isDue?: (tx: WriteTx) => Promise<boolean>,
): Promise<void> {
  const row = eventRow(request, { ...subject, sessionId: null }, action)
  await recordRefusal(db, { ...row, outcome: 'DENIED', reason, target }, isDue)
}

/**
 * Records an action of an authenticated partner instance in the operators' log. Use this function
 * for actions that do not concern a tenant.
 */
export async function recordPartnerEvent(
  { db, request }: Pick<AuditContext, 'db' | 'request'>,
  actor: Extract<Actor, { __typename: 'PartnerClient' }>,
  event: AuditAction & { outcome: 'SUCCEEDED' | 'FAILED'; reason?: string },
): Promise<void> {
  await recordOperatorRefusal(db, {
    ...request,
    actorKey: actor.key,
    actor,
    ...event,
    target: storableTarget(event.target),
  })
}

export interface UnverifiedAttempt extends AuditAction {
  reason: string
  /**
   * The unverified claims in the request. At most 20 values are recorded, cut to 200 characters
   * each.
   */
  claims?: Record<string, unknown>
  /** The tenant ID or domain in the request. The case of its letters is not significant. */
  named?: unknown
  /**
   * The actor, if the actor's identity was verified. Otherwise the attempt is recorded as
   * anonymous.
   */
  actor?: Actor
  /**
   * True if an error prevented the check of the attempt. The outcome is then FAILED instead of
   * DENIED.
   */
  failed?: boolean
}

/**
 * Records an unauthenticated attempt in the operators' log, with its claims marked as unverified.
 * If the request identifies an existing tenant, that tenant's `sign_in.unverified` count is
 * increased later. The delay prevents the response time from revealing whether the tenant exists.
 */
export async function recordUnverified(
  { db, request }: Pick<AuditContext, 'db' | 'request'>,
  { action, reason, target = null, claims = {}, named, actor, failed }: UnverifiedAttempt,
): Promise<void> {
  const outcome = failed ? ('FAILED' as const) : ('DENIED' as const)
  if (db.coalescer && typeof named === 'string' && /^[\w.-]{1,253}$/.test(named))
    await db.coalescer.countNamed(named.toLowerCase(), (tenantId) => ({
      tenantId,
      actorKey: anonymousActor.key,
      actor: anonymousActor,
      outcome,
      action: 'sign_in.unverified',
    }))
  const { key: actorKey } = actor ?? anonymousActor
  await recordOperatorRefusal(db, {
    ...request,
    actorKey,
    actor: actor ?? anonymousActor,
    outcome,
    action,
    reason,
    target,
    unverifiedClaims: storableClaims(claims),
  })
}

const storableClaims = (claims: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(claims)
      .filter(([, value]) => value !== undefined)
      .slice(0, 20)
      .map(([name, value]) => [
        name.slice(0, 40),
        storableText(typeof value === 'string' ? value : JSON.stringify(value), 200),
      ]),
  )
