/** A partner's back end authenticates itself with a signed token (private_key_jwt, RFC 7523 section 3, with a `typ` of its own). */
import { and, eq, lt, sql } from 'drizzle-orm'
import { partnerInstanceWithKeys } from '../../../drizzle/reads.ts'
import { clientAuthenticationId } from '../../../drizzle/tables/identity.ts'
import { recordUnverified, unaudited } from '../../../platform/audit/audited.ts'
import type { PartnerClient, RequestMetadata } from '../../../platform/auth/viewer.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { clock, clockSkewSeconds, heldLongerSeconds } from './assertion.ts'
import type { PublishedKeys } from './jwks.ts'
import { ambiguousHeaders, parseJws, verifySignature } from './jws.ts'
import { registeredKey } from './keys.ts'

export const clientAuthenticationType = 'client-authentication+jwt'
const maxLifetimeSeconds = 60

/** Whether a bearer token means to be a client authentication at all, rather than a session's token. */
export const looksLikeClientAuthentication = (bearer: string) => bearer.split('.').length === 3

/** The partner client, or null. A token is good for one request: its `jti` is used up here. */
export async function authenticateClient(
  services: {
    db: Database
    issuer: string
    publishedKeys: PublishedKeys
    request: RequestMetadata
  },
  bearer: string,
): Promise<PartnerClient | null> {
  const { db, issuer, request } = services
  const jws = parseJws(bearer)
  const { iss, sub, aud, iat, exp, jti } = jws?.claims ?? {}
  const refuse = async (reason: string) => {
    await recordUnverified(
      { db, request },
      { action: 'partner_client.authenticated', reason, claims: { iss } },
    )
    return null
  }
  if (!jws || jws.repeatsMember || jws.header.typ !== clientAuthenticationType)
    return refuse('FORMAT')
  if (ambiguousHeaders.some((name) => name in jws.header)) return refuse('HEADER')
  if (typeof iss !== 'string' || !isPlainText(iss, 255) || sub !== iss) return refuse('ISSUER')
  const instance = await db.read(null, (tx) => partnerInstanceWithKeys(tx, { clientId: iss }))
  const key = instance && (await registeredKey(services.publishedKeys, instance, jws.header))
  if (!instance || !key || !(await verifySignature(jws, key))) return refuse('SIGNATURE')
  if (aud !== issuer) return refuse('AUDIENCE')
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) return refuse('LIFETIME')
  if (typeof jti !== 'string' || !isPlainText(jti, 255)) return refuse('REPLAY')
  const failure = await useUp(db, iss, { jti, iat: iat as number, exp: exp as number })
  if (failure) return refuse(failure)
  const { clientId, name, platform } = instance
  return Object.freeze<PartnerClient>({
    kind: 'partner-client',
    clientId,
    actor: { __typename: 'PartnerClient', key: `client:${clientId}`, displayName: name, platform },
  })
}

interface Times {
  iat: number
  exp: number
}

const isCurrent = ({ iat, exp }: Times, now: number) =>
  exp > iat &&
  exp - iat <= maxLifetimeSeconds &&
  iat <= now + clockSkewSeconds &&
  exp > now - clockSkewSeconds

/**
 * Uses up a `jti`, and says why it may not be. The clock is the database's, by which it is forgotten too, once it could not be presented
 * again anyway: were it the node's, one that is slow would take it twice.
 */
function useUp(
  db: Database,
  clientId: string,
  { jti, ...times }: Times & { jti: string },
): Promise<'LIFETIME' | 'REPLAY' | null> {
  return unaudited(
    db,
    null,
    'one row per request; what the request does has its own',
    async (tx) => {
      const [at] = await tx.execute<{ now: number }>(sql`select ${clock} as now`)
      if (!isCurrent(times, at!.now)) return 'LIFETIME'
      await tx
        .delete(clientAuthenticationId)
        .where(
          and(
            eq(clientAuthenticationId.clientId, clientId),
            lt(clientAuthenticationId.expiresAt, sql`now()`),
          ),
        )
      const expiresAt = new Date((times.exp + 2 * clockSkewSeconds + heldLongerSeconds) * 1000)
      const used = await tx
        .insert(clientAuthenticationId)
        .values({ clientId, jti, expiresAt })
        .onConflictDoNothing()
        .returning()
      return used.length === 1 ? null : 'REPLAY'
    },
  )
}
