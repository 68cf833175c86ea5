/**
 * The only way to a writing transaction: whoever changes something says what they are doing, and the row that tells of it is written
 * in the same transaction, or in one of its own where the act was refused. If the row cannot be written, the change does not happen.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { GraphQLResolveInfo } from 'graphql'
import { lockTenant, sessionStatusById } from '../../drizzle/reads.ts'
import type { FieldChange, operatorActivity, Target } from '../../drizzle/tables/audit.ts'
import type { Actor } from '../../drizzle/tables/shared.ts'
import {
  type ApiToken,
  type EndedSession,
  isMember,
  isReaderOf,
  type LoginMethod,
  type Member,
  type RequestMetadata,
  type Technician,
  type Viewer,
  viewerOf,
} from '../auth/viewer.ts'
import type { Context } from '../graphql/context.ts'
import { type DenialCode, denied, PublicError, type UserError } from '../lib/errors.ts'
import { type Database, DatabaseUnavailable, Rollback, type WriteTx } from '../postgres/database.ts'
import type { Attempt, OperatorAttempt } from './coalescing.ts'
import { enqueueNotification, type Notification } from './outbox.ts'
import {
  addCoalescedCounts,
  anonymousActor,
  claimOnce,
  insertOperatorRow,
  insertRow,
  systemActor,
} from './rows.ts'

/** Who an act is ascribed to. */
export interface AuditSubject {
  tenantId: string
  actor: Actor
  method: LoginMethod | null
  sessionId: string | null
  /** The partner instance behind it, if there is one. */
  clientId: string | null
}

/** What is being done: `subject.verb`, as docs/activity-log.md lists them. */
export interface AuditAction {
  action: string
  target?: Target
}

/** What came of it. Without `refused` it is done; with it, whatever the work wrote is kept, and the row says that the act was denied. */
export interface AuditedResult<Payload> {
  payload: Payload
  target?: Target
  changes?: FieldChange[]
  refused?: UserError
  /** The session that came of it, where it is a sign-in. */
  sessionId?: string
  /** The partner instance, or whose technicians, an admin's or operator's act is about: technicians of other instances do not read of it. */
  relatedClientId?: string | null
  /** Why it was done, where somebody else's decision is behind it. */
  reason?: string
  /** Present where the tenant's notification recipients are told by mail. */
  notify?: Notification
}

export type MutationReply<Payload> = Partial<Payload> & { userErrors: UserError[] }

/** Ends the work of an audited act: nothing that it wrote is kept, and `userErrors` says why. */
export function throwUserError(code: string, message: string, field: string | null = null): never {
  throw new Refused({ code, message, field: field === null ? null : field.split('.') })
}

class Refused extends Rollback {
  readonly userError: UserError
  constructor(userError: UserError) {
    super(userError.code)
    this.userError = userError
  }
}

/** A change by somebody who is signed in, in their own tenant. Their right to it is asked again under lock, from the same rule. */
export async function audited<Payload>(
  context: Pick<Context, 'db' | 'viewer' | 'request' | 'recheck'>,
  act: AuditAction,
  work: (tx: WriteTx, viewer: Member) => Promise<AuditedResult<Payload>>,
): Promise<MutationReply<Payload>> {
  const { viewer, recheck } = context
  if (!isMember(viewer)) throw denied('UNAUTHENTICATED')
  return runAudited(context, ascribe(viewer), act, 'FAILED', async (tx) => {
    await lockTenant(tx, viewer.kind === 'technician' ? viewer.clientId : null, 'change')
    const standing = await sessionStatusById(tx, viewer.sessionId)
    const current = standing && viewerOf(viewer.tenantId, standing)
    if (!current || !isMember(current))
      throw denied(current?.kind === 'ended' ? current.code : 'UNAUTHENTICATED')
    await recheck?.(current)
    return work(tx, current)
  })
}

/**
 * A change that is admitted on evidence of its own, such as a sign-in: the work looks at it under the tenant's lock.
 * @param strength `enter` where it begins something, beside others that do; `change` where it ends what others may be beginning.
 */
export function auditedWithProof<Payload>(
  context: Pick<Context, 'db' | 'request'>,
  who: Omit<AuditSubject, 'sessionId'>,
  act: AuditAction,
  work: (tx: WriteTx) => Promise<AuditedResult<Payload>>,
  strength: 'enter' | 'change' = 'enter',
): Promise<MutationReply<Payload>> {
  return runAudited(context, { ...who, sessionId: null }, act, 'DENIED', async (tx) => {
    await lockTenant(tx, who.clientId, strength)
    return work(tx)
  })
}

async function runAudited<Payload>(
  { db, request }: Pick<Context, 'db' | 'request'>,
  who: AuditSubject,
  act: AuditAction,
  refusedAs: 'FAILED' | 'DENIED',
  work: (tx: WriteTx) => Promise<AuditedResult<Payload>>,
): Promise<MutationReply<Payload>> {
  try {
    return await db.write(who.tenantId, async (tx) => {
      const {
        payload,
        refused,
        sessionId = who.sessionId,
        target = act.target,
        changes = [],
        relatedClientId: about = null,
        reason,
        notify,
      } = await work(tx)
      const values = {
        ...row(request, { ...who, sessionId, clientId: who.clientId ?? about }, act.action),
        outcome: refused ? ('DENIED' as const) : ('SUCCEEDED' as const),
        reason: refused?.code ?? reason,
        target: aim(target),
        changes,
      }
      if (refused && db.coalescer && !db.coalescer.allow(values)) {
        // What was kept and its count commit together.
        await addCoalescedCounts(tx, who.tenantId, [db.coalescer.counted(attemptOf(values))])
        return { ...payload, userErrors: [refused] }
      }
      const [event] = await insertRow(tx, values).returning()
      if (notify && !refused) await enqueueNotification(tx, event!, notify)
      return { ...payload, userErrors: refused ? [refused] : [] }
    })
  } catch (error) {
    if (!(error instanceof Refused)) {
      if (isWorthTelling(error))
        await recordRefusal(db, {
          ...row(request, who, act.action),
          ...failed,
          target: aim(act.target),
        }).catch(() => {})
      throw error
    }
    const { code } = error.userError
    await recordRefusal(db, {
      ...row(request, who, act.action),
      outcome: refusedAs,
      reason: code,
      target: aim(act.target),
    })
    return { userErrors: [error.userError] } as unknown as MutationReply<Payload>
  }
}

const failed = { outcome: 'FAILED' as const, reason: 'INTERNAL_SERVER_ERROR' }

/** What went wrong on our side: neither a refusal, which has its own row, nor a database that could not take one. */
const isWorthTelling = (error: unknown) =>
  !(error instanceof PublicError || error instanceof Rollback)

/** A refused attempt outside of any transaction: a row, or one more of a flood. */
async function recordRefusal(
  db: Database,
  refusal: Attempt & Pick<RequestMetadata, 'requestId'>,
  isDue: (tx: WriteTx) => Promise<boolean> = async () => true,
): Promise<void> {
  if (db.coalescer && !db.coalescer.allow(refusal)) return db.coalescer.count(attemptOf(refusal))
  await db.write(refusal.tenantId, async (tx) => {
    if (await isDue(tx)) await insertRow(tx, refusal)
  })
}

/** The same of somebody who is in no tenant. An id that is given says what is to be told once only. */
async function recordOperatorRefusal(
  db: Database,
  refusal: OperatorAttempt & Pick<RequestMetadata, 'requestId'>,
  eventId?: string,
): Promise<void> {
  if (db.coalescer && !db.coalescer.allow(refusal)) return db.coalescer.count(attemptOf(refusal))
  await db.write(
    null,
    async (tx) => void (await insertOperatorRow(tx, { ...refusal, eventId }).onConflictDoNothing()),
  )
}

/** What is known of an attempt among others: not in which request it came. */
const attemptOf = <One extends object>(row: One) => ({ ...row, traceId: null })

/** An attempt by somebody known that a permission kept out; in the caller's own tenant, wherever it was aimed. */
export async function recordDenial(
  context: Context,
  code: DenialCode,
  args: object,
  info: GraphQLResolveInfo,
): Promise<void> {
  const { viewer, request, db } = context
  if (viewer.kind === 'anonymous') return
  const aimedAt = (args as { input?: { tenantId?: unknown } }).input?.tenantId
  const isMutation = info.parentType.name === 'Mutation'
  const denial = {
    outcome: 'DENIED' as const,
    reason: code,
    target: {
      type: isMutation ? 'mutation' : 'field',
      id: typeof aimedAt === 'string' ? storable(aimedAt, 128) : null,
      displayName: isMutation ? info.fieldName : `${info.parentType.name}.${info.fieldName}`,
    },
  }
  // A page may ask several subgraphs, or many rows, for what it may not read: one row for one field of one request.
  const once = [
    request.requestId,
    info.parentType.name,
    isMutation ? String(info.path.key) : info.fieldName,
  ]
  if (!isNew(request, once)) return
  if (viewer.kind === 'partner-client') {
    const { actor } = viewer
    const refusal = {
      ...request,
      actorKey: actor.key,
      actor,
      action: 'authorization.denied',
      ...denial,
    }
    return recordOperatorRefusal(db, refusal, idFrom(...once))
  }
  const { tenantId } = viewer
  const refusal = { ...row(request, ascribe(viewer), 'authorization.denied'), ...denial }
  await recordRefusal(db, refusal, (tx) => claimOnce(tx, tenantId, `denied ${idFrom(...once)}`))
}

/** A mutation by somebody known whose values were not what they are to be, so that nothing of it was begun; in the caller's own log. */
export async function recordUnreadable(
  { db, request }: Pick<Context, 'db' | 'request'>,
  viewer: Viewer,
  mutation: string,
): Promise<void> {
  // What an API token tries is counted as its use.
  if (viewer.kind === 'anonymous' || viewer.kind === 'api-token') return
  const action = 'mutation.failed'
  const attempt = {
    outcome: 'FAILED' as const,
    reason: 'BAD_USER_INPUT',
    target: { type: 'mutation', id: null, displayName: mutation },
  }
  if (viewer.kind !== 'partner-client')
    return recordRefusal(db, { ...row(request, ascribe(viewer), action), ...attempt })
  const { actor } = viewer
  await recordOperatorRefusal(db, { ...request, actorKey: actor.key, actor, action, ...attempt })
}

/** What of a request was refused in this process already. */
const refusedOf = new WeakMap<RequestMetadata, Set<string>>()

function isNew(request: RequestMetadata, once: string[]): boolean {
  const refused = refusedOf.get(request) ?? new Set()
  refusedOf.set(request, refused)
  const key = JSON.stringify(once)
  return !refused.has(key) && refused.add(key) !== undefined
}

/** `Query.tenant`, the same in every subgraph: the caller's own, or null whether or not there is another. Reaching for another is logged. */
export async function ownTenant(
  context: Context,
  id: string,
  info: GraphQLResolveInfo,
): Promise<{ id: string } | null> {
  if (isReaderOf(context.viewer, id)) return { id }
  await recordDenial(context, 'FORBIDDEN', { input: { tenantId: id } }, info)
  return null
}

/** An act of somebody who runs the service: in the operators' log, or in the tenant's where it concerns one. */
export async function auditedByOperator<Payload>(
  { db, operator }: { db: Database; operator: string },
  act: AuditAction & { tenantId: string | null },
  work: (tx: WriteTx) => Promise<Omit<AuditedResult<Payload>, 'refused' | 'sessionId'>>,
): Promise<Payload> {
  const actor: Actor = {
    __typename: 'OperatorActor',
    key: `operator:${operator}`,
    displayName: operator,
  }
  const { action, tenantId } = act
  const event = {
    requestId: randomUUID(),
    actorKey: actor.key,
    actor,
    action,
    target: act.target ?? null,
  }
  try {
    return await db.write(tenantId, async (tx) => {
      const {
        payload,
        target = act.target,
        changes = [],
        relatedClientId: about = null,
      } = await work(tx)
      const done = { ...event, outcome: 'SUCCEEDED' as const, target: target ?? null, changes }
      if (tenantId === null) await insertOperatorRow(tx, done)
      else await insertRow(tx, { ...done, tenantId, clientId: about })
      return payload
    })
  } catch (error) {
    // In the operators' own log: the tenant may not be one, or may never have come to be.
    if (!(error instanceof DatabaseUnavailable))
      await db.write(
        null,
        async (tx) =>
          void (await insertOperatorRow(tx, { ...event, outcome: 'FAILED', reason: 'REFUSED' })),
      )
    throw error
  }
}

/** An operator's act that stands in the operators' log, told to a tenant that it concerns: once, however often it is passed on. */
export async function copyToTenantLog(
  db: Database,
  tenantId: string,
  {
    eventId,
    requestId,
    actorKey,
    actor,
    action,
    outcome,
    target,
    changes,
  }: typeof operatorActivity.$inferSelect,
  clientId: string,
): Promise<void> {
  await db.write(tenantId, async (tx) => {
    if (!(await claimOnce(tx, tenantId, `passed on ${eventId}`))) return
    await insertRow(tx, {
      tenantId,
      requestId,
      actorKey,
      actor,
      action,
      outcome,
      target,
      changes,
      clientId,
    })
  })
}

/** What the service itself does in a tenant; nothing where the work finds that it is done. */
export async function recordByService(
  db: Database,
  tenantId: string,
  { changes, ...act }: AuditAction & { changes: FieldChange[] },
  work: (tx: WriteTx) => Promise<boolean>,
): Promise<void> {
  await db.write(tenantId, async (tx) => {
    if (!(await work(tx))) return
    const event = {
      requestId: randomUUID(),
      actorKey: systemActor.key,
      actor: systemActor,
      outcome: 'SUCCEEDED' as const,
    }
    await insertRow(tx, { ...event, ...act, changes, tenantId })
  })
}

/** Something about a tenant that those who run the service have to act upon; in their log. */
export async function recordOperatorEvent(
  db: Database,
  act: AuditAction & { reason: string },
  outcome: 'FAILED' | 'SUCCEEDED' = 'FAILED',
): Promise<void> {
  const { action, reason, target = null } = act
  await db.write(null, async (tx) => {
    await insertOperatorRow(tx, {
      requestId: randomUUID(),
      actorKey: systemActor.key,
      actor: systemActor,
      action,
      outcome,
      reason,
      target,
    })
  })
}

/**
 * A sign-in that was refused on verified evidence, outside of any transaction; in the log of the tenant at which it aimed.
 * @param isDue whether the log is to tell of it at all, where the same may be refused many times.
 */
export async function recordRefusedSignIn(
  { db, request }: Pick<Context, 'db' | 'request'>,
  who: Omit<AuditSubject, 'sessionId'>,
  act: AuditAction & { reason: string },
  isDue?: (tx: WriteTx) => Promise<boolean>,
): Promise<void> {
  const { action, reason, target = null } = act
  await recordRefusal(
    db,
    { ...row(request, { ...who, sessionId: null }, action), outcome: 'DENIED', reason, target },
    isDue,
  )
}

/** What a partner instance did for itself that concerns no tenant, on verified evidence; for the operators. */
export async function recordOfPartner(
  { db, request }: Pick<Context, 'db' | 'request'>,
  actor: Extract<Actor, { __typename: 'PartnerClient' }>,
  act: AuditAction & { outcome: 'SUCCEEDED' | 'FAILED'; reason: string },
): Promise<void> {
  await recordOperatorRefusal(db, {
    ...request,
    actorKey: actor.key,
    actor,
    ...act,
    target: aim(act.target),
  })
}

/**
 * An attempt by somebody who has not proven who they are: for the operators, what it claims truncated and marked as claims.
 * The tenant that it names, by id or domain, gets its number alone, and only if it exists; which the caller cannot tell from anything here.
 * @param act its `actor` where that much was proven, though not what is claimed; `failed` where it could not be looked at
 */
export async function recordUnverified(
  { db, request }: { db: Database; request: RequestMetadata },
  act: AuditAction & {
    reason: string
    claims?: Record<string, unknown>
    named?: unknown
    actor?: Actor
    failed?: boolean
  },
): Promise<void> {
  const { actor = anonymousActor } = act
  const claims = Object.entries(act.claims ?? {})
    .filter(([, value]) => value !== undefined)
    .slice(0, 20)
    .map(([name, value]) => [
      name.slice(0, 40),
      storable(typeof value === 'string' ? value : JSON.stringify(value), 200),
    ])
  const outcome = act.failed ? ('FAILED' as const) : ('DENIED' as const)
  const tried = { actorKey: actor.key, actor, outcome }
  const { named } = act
  const unknown = { actorKey: anonymousActor.key, actor: anonymousActor, outcome }
  if (db.coalescer && typeof named === 'string' && /^[\w.-]{1,253}$/.test(named))
    await db.coalescer.countNamed(named, (tenantId) => ({
      tenantId,
      ...unknown,
      action: 'sign_in.unverified',
    }))
  await recordOperatorRefusal(db, {
    ...request,
    ...tried,
    action: act.action,
    reason: act.reason,
    target: act.target ?? null,
    unverifiedClaims: Object.fromEntries(claims),
  })
}

/** What somebody read: as the log names it, and as one operation is told from another. */
export interface ReadOperation {
  /** The operation's name, if it has one. */
  name: string | null
  hash: string
  /** What was asked for, such as `tenant.activityLog`. */
  fields: string[]
}

/** A federated session's reading: one row per session and operation, committed before anything is read. */
export async function recordReading(
  { db, request }: Pick<Context, 'db' | 'request'>,
  viewer: Technician,
  reading: ReadOperation,
): Promise<void> {
  await db.write(viewer.tenantId, async (tx) => {
    if (!(await claimOnce(tx, viewer.tenantId, `read ${viewer.sessionId} ${reading.hash}`))) return
    const changes = [{ field: 'fields', before: null, after: reading.fields }]
    await insertRow(tx, {
      ...row(request, ascribe(viewer), 'operation.read'),
      outcome: 'SUCCEEDED',
      target: { type: 'operation', id: reading.hash, displayName: reading.name },
      changes,
    })
  })
}

/** A use of an API token: counted, one row a minute and operation. */
export async function recordTokenUse(
  { db, request }: Pick<Context, 'db' | 'request'>,
  viewer: ApiToken,
  operation: Target,
): Promise<void> {
  const use = {
    ...row(request, ascribe(viewer), 'api_token.used'),
    outcome: 'SUCCEEDED' as const,
    target: operation,
  }
  if (db.coalescer) await db.coalescer.count(attemptOf(use))
  else await db.write(viewer.tenantId, async (tx) => void (await insertRow(tx, use)))
}

/**
 * Bookkeeping that changes nothing for anybody and would flood the log: the one exception to its rule. Say why.
 * Used for: when a session was last seen and an API token last used; identifiers of tokens that were used up; whose turn it is in the
 * outbox; sealing what is in the log, and making room for it; counts of which a row is made; and work of which the row is written by itself.
 */
export const unaudited = <T>(
  db: Database,
  tenantId: string | null,
  _why: string,
  work: (tx: WriteTx) => Promise<T>,
): Promise<T> => db.write(tenantId, work)

const ascribe = (viewer: Member | EndedSession | ApiToken): AuditSubject => ({
  tenantId: viewer.tenantId,
  actor: viewer.actor,
  method: viewer.kind === 'api-token' ? null : viewer.method,
  sessionId: viewer.kind === 'api-token' ? null : viewer.sessionId,
  clientId: viewer.kind === 'api-token' || viewer.kind === 'admin' ? null : viewer.clientId,
})

const row = (request: RequestMetadata, who: AuditSubject, action: string) => ({
  ...request,
  ...who,
  actorKey: who.actor.key,
  action,
})

/** What callers wrote, as PostgreSQL can keep it: whatever they send, the row that tells of it must be written. */
const storable = (text: string, maxLength: number) =>
  text.slice(0, maxLength).toWellFormed().replaceAll('\0', '\ufffd')

const aim = (target: Target | undefined): Target | null =>
  target ? { ...target, id: target.id === null ? null : storable(target.id, 128) } : null

/** A UUID that is the same for the same texts (RFC 9562, section 5.8). */
function idFrom(...texts: string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(texts)).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
