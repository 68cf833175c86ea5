/**
 * Receives security events from partners (RFC 8935). An event reports that a technician's session
 * at the partner has ended. This service then ends the technician's sessions too.
 */
import { sql } from 'drizzle-orm'
import { recordPartnerEvent, recordUnverified } from '../../../platform/audit/refusals.ts'
import { unaudited } from '../../../platform/audit/unaudited.ts'
import { partnerClientActor } from '../assertion/verified-assertion.ts'
import type { SignInContext } from '../context.ts'
import { maxJwsBytes, parseJws } from '../jwt/jws.ts'
import { PartnerKeysUnavailable } from '../jwt/published-keys.ts'
import { consumeJti, isJtiConsumed, type TokenId } from '../jwt/replay-store.ts'
import { EventRefused, type RefusedEvent } from './refused-event.ts'
import { revokeInAllTenants } from './revoke-grants.ts'
import { parseSessionRevoked } from './session-revoked.ts'
import { verifyEvent } from './verify-event.ts'

export const securityEventMediaType = 'application/secevent+jwt'

/**
 * The storage time of a `jti`, in seconds. To prevent replay, this time must be longer than the 24
 * hours during which an event is accepted.
 */
const jtiRetentionSeconds = 25 * 3_600

/**
 * Verifies a security event token and revokes the technician's sessions and handoffs in all
 * tenants. Stores the `jti` last, so that the partner can send the event again after a failure.
 * Processing an event twice has no further effect.
 * @param compact the request body, or null if the body could not be read
 * @returns null if the event is accepted now or was accepted before
 * @throws PartnerKeysUnavailable if the JWKS URL of the issuer fails; the partner must send the
 *   event again
 */
export async function receiveSecurityEvent(
  signIn: SignInContext,
  compact: string | null,
): Promise<RefusedEvent | null> {
  const jws = compact === null ? null : parseJws(compact)
  try {
    if (!jws)
      throw new EventRefused(
        'invalid_request',
        `The body must be a compact JWS of at most ${maxJwsBytes} bytes, sent as ${securityEventMediaType}.`,
      )
    const event = await verifyEvent(signIn, jws)
    const revocation = parseSessionRevoked(event)

    const { instance, jti } = event
    const token: TokenId = { use: 'security-event', clientId: instance.clientId, jti }
    if (await wasReceived(signIn, token)) return null
    const revoked = await revokeInAllTenants(signIn, instance, revocation)
    if (!revoked) {
      const id = `partner:${instance.clientId}:${revocation.subject}`
      await recordPartnerEvent(signIn, partnerClientActor(instance), {
        action: 'security_event.received',
        outcome: 'SUCCEEDED',
        reason: 'NOTHING_TO_END',
        target: { type: 'technician', id, displayName: null },
      })
    }
    await rememberJti(signIn, token)
    return null
  } catch (error) {
    const isUndecided = error instanceof PartnerKeysUnavailable
    if (!isUndecided && !(error instanceof EventRefused)) throw error
    const { iss, jti, sub_id } = jws?.claims ?? {}
    await recordUnverified(signIn, {
      action: 'security_event.received',
      reason: isUndecided ? error.code : error.err,
      failed: isUndecided,
      claims: { iss, jti, sub_id },
    })
    if (isUndecided) throw error
    return { err: error.err, description: error.message }
  }
}

const wasReceived = ({ db }: SignInContext, token: TokenId): Promise<boolean> =>
  db.read(null, async (tx) => {
    const [row] = await tx.execute<{ consumed: boolean }>(
      sql`select ${isJtiConsumed(token)} as consumed`,
    )
    return row?.consumed === true
  })

async function rememberJti({ db }: SignInContext, token: TokenId): Promise<void> {
  const expiresAt = sql`now() + make_interval(secs => ${jtiRetentionSeconds})`
  await unaudited(db, null, 'the revocations are recorded separately', (tx) =>
    consumeJti(tx, token, expiresAt),
  )
}
