/**
 * Authenticates the back end of a partner with a client assertion: private_key_jwt (RFC 7523 §3,
 * OpenID Connect Core §9), with the `typ` in `clientAuthenticationType`.
 */
import { sql } from 'drizzle-orm'
import { partnerInstanceWithKeys } from '../../../drizzle/reads/partner-instances.ts'
import { recordUnverified } from '../../../platform/audit/refusals.ts'
import { unaudited } from '../../../platform/audit/unaudited.ts'
import type { PartnerClient, RequestMetadata } from '../../../platform/auth/viewer.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { clockSkewSeconds, databaseNowSeconds } from './clock.ts'
import { forbiddenHeaders, parseJws, verifySignature } from './jws.ts'
import { PartnerKeysUnavailable, type PublishedKeys } from './published-keys.ts'
import { registeredKey } from './registered-key.ts'
import { consumeJti, retainUntil } from './replay-store.ts'

export const clientAuthenticationType = 'client-authentication+jwt'
const maxLifetimeSeconds = 60

/**
 * Returns true if a bearer token is a client assertion. A client assertion has three parts; session
 * tokens and API tokens have two parts.
 */
export const isClientAssertion = (bearer: string) => bearer.split('.').length === 3

/**
 * Verifies a client assertion and consumes its `jti`, so that the assertion is valid for one
 * request only.
 * @returns null if the assertion is invalid. Only the operators' log contains the reason.
 * @throws PartnerKeysUnavailable if the JWKS URL of the instance fails
 */
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
  const { iss, sub, aud, iat, exp, nbf, jti } = jws?.claims ?? {}
  const record = (reason: string, failed = false) =>
    recordUnverified(
      { db, request },
      { action: 'partner_client.authenticated', reason, failed, claims: { iss } },
    )
  const reject = async (reason: string) => {
    await record(reason)
    return null
  }
  if (!jws || jws.hasDuplicateMembers || jws.header.typ !== clientAuthenticationType)
    return reject('FORMAT')
  if (forbiddenHeaders.some((name) => name in jws.header)) return reject('HEADER')
  if (typeof iss !== 'string' || !isPlainText(iss, 255) || sub !== iss) return reject('ISSUER')
  const instance = await db.read(null, (tx) => partnerInstanceWithKeys(tx, { clientId: iss }))
  const key =
    instance &&
    (await registeredKey(services.publishedKeys, instance, jws.header).catch(
      async (error: unknown) => {
        if (error instanceof PartnerKeysUnavailable) await record(error.code, true)
        throw error
      },
    ))
  if (!instance || !key || !(await verifySignature(jws, key))) return reject('SIGNATURE')
  if (aud !== issuer) return reject('AUDIENCE')
  if (!isInteger(iat) || !isInteger(exp) || !(nbf === undefined || isInteger(nbf)))
    return reject('LIFETIME')
  if (typeof jti !== 'string' || !isPlainText(jti, 255)) return reject('REPLAY')
  const failure = await consumeClientAssertion(db, iss, { jti, iat, exp, nbf })
  if (failure) return reject(failure)
  const { clientId, name, platform } = instance
  return Object.freeze<PartnerClient>({
    kind: 'partner-client',
    clientId,
    actor: { __typename: 'PartnerClient', key: `client:${clientId}`, displayName: name, platform },
  })
}

/**
 * Checks the lifetime of a client assertion and consumes its `jti`. Both steps use the database
 * clock, because the database also deletes expired `jti` values.
 */
function consumeClientAssertion(
  db: Database,
  clientId: string,
  { jti, ...times }: { jti: string } & Times,
): Promise<'LIFETIME' | 'REPLAY' | null> {
  return unaudited(
    db,
    null,
    'it only stores the `jti`; the operations of the request are recorded separately',
    async (tx) => {
      const [clock] = await tx.execute<{ now: number }>(sql`select ${databaseNowSeconds} as now`)
      if (!clock || !isCurrent(times, clock.now)) return 'LIFETIME'
      const token = { use: 'client-authentication', clientId, jti } as const
      return (await consumeJti(tx, token, retainUntil(times.exp))) ? null : 'REPLAY'
    },
  )
}

/** The claims `iat`, `exp` and `nbf` (RFC 7519 §4.1), in seconds since 1970. */
interface Times {
  iat: number
  exp: number
  nbf: number | undefined
}

const isCurrent = ({ iat, exp, nbf = iat }: Times, nowSeconds: number) =>
  exp > iat &&
  exp - iat <= maxLifetimeSeconds &&
  Math.max(iat, nbf) <= nowSeconds + clockSkewSeconds &&
  exp > nowSeconds - clockSkewSeconds

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value)
