/**
 * Shared signals: a partner tells that a technician's sessions are over (CAEP `session-revoked`), by a security event token
 * (RFC 8417) that it pushes (RFC 8935). Read as a list of named checks, like the assertion of a handoff.
 *
 * Sending the same event twice does no harm, and a partner that got no answer sends it again: so the `jti` is kept last.
 */
import { and, eq, gt, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm'
import {
  associatedTenants,
  lockPartnerInstance,
  type PartnerInstance,
  partnerInstanceWithKeys,
} from '../../../drizzle/reads.ts'
import { handoff, securityEventId, session } from '../../../drizzle/tables/identity.ts'
import { sessionStatus } from '../../../drizzle/tables/views.ts'
import {
  auditedWithProof,
  recordOfPartner,
  recordUnverified,
  unaudited,
} from '../../../platform/audit/audited.ts'
import { mapConcurrently } from '../../../platform/lib/map-concurrently.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import { type ReadTx, Rollback, type WriteTx } from '../../../platform/postgres/database.ts'
import { clockSkewSeconds } from './assertion.ts'
import type { LoginServices } from './handoff.ts'
import { ambiguousHeaders, type Jws, maxJwsBytes, parseJws, verifySignature } from './jws.ts'
import { registeredKey } from './keys.ts'

export const securityEventMediaType = 'application/secevent+jwt'
const securityEventType = 'secevent+jwt'
const sessionRevoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'

const maxAgeSeconds = 24 * 3_600
/** Longer than an event could be presented again. */
const jtiHeldSeconds = 25 * 3_600
/** What is wrong with an event: `err` is one of the codes of RFC 8935, section 2.4. */
export interface RefusedEvent {
  err:
    | 'invalid_request'
    | 'invalid_key'
    | 'invalid_issuer'
    | 'invalid_audience'
    | 'authentication_failed'
  description: string
}

/** Whose sessions are over, up to when, and why. */
interface Revocation {
  subject: string
  /** Milliseconds since the epoch, exclusive. */
  madeBefore: number
  /** What the partner says of it, for the log. */
  stated: { field: string; before: null; after: string }[]
}

/** Takes an event, and has carried it out in every tenant when it returns. Null if it was taken, now or earlier. */
export async function receiveSecurityEvent(
  services: LoginServices,
  compact: string | null,
): Promise<RefusedEvent | null> {
  const { db, issuer } = services
  const jws = compact === null ? null : parseJws(compact)
  const refuse = async (err: RefusedEvent['err'], description: string): Promise<RefusedEvent> => {
    const { iss, jti, sub_id } = jws?.claims ?? {}
    await recordUnverified(services, {
      action: 'security_event.received',
      reason: err,
      claims: { iss, jti, sub_id },
    })
    return { err, description }
  }
  if (!jws)
    return refuse(
      'invalid_request',
      `The body is a compact JWS of at most ${maxJwsBytes} bytes, sent as ${securityEventMediaType}.`,
    )
  if (jws.header.typ !== securityEventType)
    return refuse('invalid_request', `\`typ\` is \`${securityEventType}\`.`)
  if (ambiguousHeaders.some((name) => name in jws.header))
    return refuse('invalid_request', 'The header brings a key, or what is not understood.')

  const { iss } = jws.claims
  const instance =
    typeof iss === 'string' && isPlainText(iss, 2048)
      ? await db.read(null, (tx) => partnerInstanceWithKeys(tx, { issuer: iss }))
      : undefined
  if (!instance) return refuse('invalid_issuer', 'No partner instance is registered under `iss`.')
  const key = await registeredKey(services.publishedKeys, instance, jws.header)
  if (!key)
    return refuse('invalid_key', 'No key is registered for this issuer under this `kid` and `alg`.')
  if (!(await verifySignature(jws, key)))
    return refuse('authentication_failed', 'The signature does not verify with the registered key.')

  const { aud, jti } = jws.claims
  if (aud !== issuer && !(Array.isArray(aud) && aud.length === 1 && aud[0] === issuer))
    return refuse('invalid_audience', `\`aud\` is \`${issuer}\`.`)
  if (typeof jti !== 'string' || !isPlainText(jti, 255))
    return refuse('invalid_request', '`jti` is one line of 1 to 255 characters.')
  const revocation = revocationOf(jws, instance)
  if (typeof revocation === 'string') return refuse('invalid_request', revocation)

  const { clientId } = instance
  const seen = await db.read(null, (tx) =>
    tx.$count(
      securityEventId,
      and(eq(securityEventId.clientId, clientId), eq(securityEventId.jti, jti)),
    ),
  )
  if (seen) return null
  if (!(await carryOut(services, instance, revocation))) {
    const target = {
      type: 'technician',
      id: `partner:${clientId}:${revocation.subject}`,
      displayName: null,
    }
    const came = {
      action: 'security_event.received',
      outcome: 'SUCCEEDED',
      reason: 'NOTHING_TO_END',
      target,
    } as const
    await recordOfPartner(services, actorOf(instance), came)
  }
  await keepId(services, clientId, jti)
  return null
}

/** What the event says; a sentence about what is wrong with it. */
function revocationOf(
  { claims, repeatsMember }: Jws,
  { issuer }: PartnerInstance,
): Revocation | string {
  const { iat, sub_id: subject, events } = claims
  const now = Date.now() / 1000
  if (repeatsMember) return 'A member stands there twice.'
  for (const name of ['exp', 'sub']) if (name in claims) return `An event has no \`${name}\`.`
  if (!Number.isSafeInteger(iat) || (iat as number) > now + clockSkewSeconds)
    return '`iat` is a whole number of seconds, and not in the future.'
  if ((iat as number) < now - maxAgeSeconds) return '`iat` is at most 24 hours ago.'

  if (!isObject(subject) || subject.format !== 'iss_sub')
    return '`sub_id` has the format `iss_sub` (RFC 9493).'
  if (subject.iss !== issuer) return "`sub_id.iss` is the event's own issuer."
  if (typeof subject.sub !== 'string' || !isPlainText(subject.sub, 255))
    return '`sub_id.sub` is the id of a technician.'

  const event =
    isObject(events) && Object.keys(events).length === 1 ? events[sessionRevoked] : undefined
  if (!isObject(event)) return `\`events\` holds \`${sessionRevoked}\`, and nothing else.`
  const at = event.event_timestamp ?? iat
  if (typeof at !== 'number' || !Number.isFinite(at) || at < 0 || at > now + clockSkewSeconds)
    return '`event_timestamp` is a number of seconds, and not in the future.'
  const reason = isObject(event.reason_admin)
    ? Object.values(event.reason_admin)[0]
    : event.reason_admin
  const stated = Object.entries({
    initiatingEntity: event.initiating_entity,
    reasonAdmin: reason,
  }).flatMap(([field, after]) =>
    typeof after === 'string' && isPlainText(after, 500) ? [{ field, before: null, after }] : [],
  )
  // A timestamp in whole seconds means all of its second.
  return {
    subject: subject.sub,
    madeBefore: Number.isInteger(at) ? (at + 1) * 1000 : at * 1000 + 1,
    stated,
  }
}

/** Ends what the event says, in one transaction in each tenant where there is something to end; false where there is none. */
async function carryOut(
  services: LoginServices,
  instance: PartnerInstance,
  revocation: Revocation,
): Promise<boolean> {
  const tenantIds = await services.db.read(null, async (tx) => {
    // Waits for what is being begun at this moment: a code that is made but not committed would be seen by nobody, and stay.
    await lockPartnerInstance(tx, instance.clientId)
    return associatedTenants(tx, instance.clientId)
  })
  const ended = await mapConcurrently(tenantIds, (tenantId) =>
    endIn(services, tenantId, instance, revocation),
  )
  return ended.includes(true)
}

const actorOf = ({ clientId, name, platform }: PartnerInstance) =>
  ({ __typename: 'PartnerClient', key: `client:${clientId}`, displayName: name, platform }) as const

async function endIn(
  services: LoginServices,
  tenantId: string,
  instance: PartnerInstance,
  revocation: Revocation,
): Promise<boolean> {
  const { clientId } = instance
  const { subject, madeBefore, stated } = revocation
  const found = await services.db.read(tenantId, (tx) => whatRestsOn(tx, clientId, revocation))
  if (found.sessions.length + found.handoffs.length === 0) return false
  const actor = actorOf(instance)
  const target = { type: 'technician', id: `partner:${clientId}:${subject}`, displayName: subject }
  const who = { tenantId, actor, method: null, clientId }
  const end = async (tx: WriteTx) => {
    // Read under lock: a code that is being redeemed at this moment is a session by now, or never will be.
    const { sessions, handoffs } = await whatRestsOn(tx, clientId, revocation)
    if (sessions.length + handoffs.length === 0) throw new NothingLeft()
    const revokedAt = sql`clock_timestamp()`
    if (sessions.length)
      await tx
        .update(session)
        .set({ revokedAt, revokedReason: 'PARTNER_SIGNAL' })
        .where(inArray(session.sessionId, sessions))
    if (handoffs.length)
      await tx.update(handoff).set({ revokedAt }).where(inArray(handoff.handoffId, handoffs))
    const ended = {
      endedSessionCount: sessions.length,
      endedHandoffCount: handoffs.length,
      madeBefore: new Date(madeBefore).toISOString(),
    }
    const changes = [
      ...Object.entries(ended).map(([field, after]) => ({ field, before: null, after })),
      ...stated,
    ]
    return { payload: {}, reason: 'PARTNER_SIGNAL', changes }
  }
  const act = { action: 'federated_sessions.revoked', target }
  return auditedWithProof(services, who, act, end, 'change').then(
    () => true,
    (error: unknown) => {
      if (error instanceof NothingLeft) return false
      throw error
    },
  )
}

/** Somebody else ended it meanwhile, such as the same event sent twice: there is nothing to tell. */
class NothingLeft extends Rollback {
  override name = 'NothingLeft'
}

/** The technician's live sessions and unused codes that were made in time; and sessions made since, of a code that was made in time. */
async function whatRestsOn(tx: ReadTx, clientId: string, { subject, madeBefore }: Revocation) {
  const until = new Date(madeBefore - 1)
  const handoffs = await tx
    .select({ id: handoff.handoffId })
    .from(handoff)
    .where(
      and(
        eq(handoff.clientId, clientId),
        eq(handoff.subject, subject),
        lte(handoff.createdAt, until),
        isNull(handoff.burnedAt),
        isNull(handoff.revokedAt),
        gt(handoff.expiresAt, sql`now()`),
      ),
    )
  const sessions = await tx
    .select({ id: session.sessionId })
    .from(session)
    .innerJoin(
      sessionStatus,
      and(
        eq(sessionStatus.tenantId, session.tenantId),
        eq(sessionStatus.sessionId, session.sessionId),
      ),
    )
    .leftJoin(
      handoff,
      and(eq(handoff.tenantId, session.tenantId), eq(handoff.handoffId, session.handoffId)),
    )
    .where(
      and(
        eq(session.clientId, clientId),
        eq(session.subject, subject),
        or(lte(session.createdAt, until), lte(handoff.createdAt, until)),
        isNull(session.revokedAt),
        gt(session.maxExpiresAt, sql`now()`),
        sessionStatus.live,
      ),
    )
  return { sessions: sessions.map(({ id }) => id), handoffs: handoffs.map(({ id }) => id) }
}

const keepId = ({ db }: LoginServices, clientId: string, jti: string): Promise<void> =>
  unaudited(db, null, 'what came of the event has its rows', async (tx) => {
    await tx
      .delete(securityEventId)
      .where(and(eq(securityEventId.clientId, clientId), lt(securityEventId.expiresAt, sql`now()`)))
    const expiresAt = sql`now() + make_interval(secs => ${jtiHeldSeconds})`
    await tx.insert(securityEventId).values({ clientId, jti, expiresAt }).onConflictDoNothing()
  })

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
