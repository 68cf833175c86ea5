/** What a partner's back end signs. The same few lines that a VSA or UniView developer writes. */
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

/** The assertion that hands a technician over to one tenant: with `txn` to the browser whose transaction it is, without to this client. */
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

/** Authenticates the partner's back end itself, for one request. */
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

/** Tells that a technician's sessions are over: a security event token (RFC 8417), to be pushed to `events_endpoint`. */
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
