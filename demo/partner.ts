/** Signs the tokens of a partner's back end, as VSA or UniView would do in production. */
import { randomUUID } from 'node:crypto'
import { importJWK, type JWK, SignJWT } from 'jose'

export interface PartnerIdentity {
  clientId: string
  issuer: string
  privateJwk: JWK
}

export interface Technician {
  sub: string
  name?: string
  email?: string
}

/**
 * Signs a handoff assertion. With `txn`, only the browser of this transaction can redeem the code.
 * Without `txn`, only the partner's back end can redeem the code.
 */
export async function signAssertion(
  { clientId, issuer, privateJwk }: PartnerIdentity,
  to: { audience: string; tenantId: string; technician: Technician; txn?: string },
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    client_id: clientId,
    tenant: to.tenantId,
    ...to.technician,
    ...(to.txn === undefined ? { binding: 'client' } : { binding: 'browser', txn: to.txn }),
    auth_time: now,
    amr: ['pwd', 'mfa'],
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: privateJwk.alg!, kid: privateJwk.kid, typ: 'oauth-id-jag+jwt' })
    .setIssuer(issuer)
    .setAudience(to.audience)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(await importJWK(privateJwk))
}

/** Signs a client authentication JWT (private_key_jwt) for one request. */
export async function signClientAuthentication(
  { clientId, privateJwk }: PartnerIdentity,
  audience: string,
): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({
      alg: privateJwk.alg!,
      kid: privateJwk.kid,
      typ: 'client-authentication+jwt',
    })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('30 s')
    .sign(await importJWK(privateJwk))
}

/**
 * Signs a security event token (RFC 8417) that reports the end of a technician's sessions, for
 * `events_endpoint`.
 */
export async function signSessionRevoked(
  { issuer, privateJwk }: PartnerIdentity,
  of: { audience: string; subject: string; at?: number; reason?: string },
): Promise<string> {
  const revoked = {
    ...(of.at !== undefined && { event_timestamp: of.at }),
    initiating_entity: 'admin',
    ...(of.reason !== undefined && { reason_admin: { en: of.reason } }),
  }
  return new SignJWT({
    sub_id: { format: 'iss_sub', iss: issuer, sub: of.subject },
    events: { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': revoked },
  })
    .setProtectedHeader({ alg: privateJwk.alg!, kid: privateJwk.kid, typ: 'secevent+jwt' })
    .setIssuer(issuer)
    .setAudience(of.audience)
    .setJti(randomUUID())
    .setIssuedAt()
    .sign(await importJWK(privateJwk))
}
