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
export async function signClientAuthentication({ clientId, privateJwk }: PartnerIdentity, audience: string): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: privateJwk.alg!, kid: privateJwk.kid, typ: 'client-authentication+jwt' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('30 s')
    .sign(await importJWK(privateJwk))
}
