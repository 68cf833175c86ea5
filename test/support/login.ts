/** Helpers for the tests of sign-in. They create invalid tokens, and count sessions. */
import { createPrivateKey, randomUUID, sign } from 'node:crypto'
import type { JWK } from 'jose'
import type { Partner, World } from './world.ts'

export const validateHandoff =
  'mutation ($input: ValidateHandoffInput!) { validateHandoff(input: $input) { valid checks { name passed code message } userErrors { code message } } }'
export const revokeSession =
  'mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { session { id revokedAt revokedReason } userErrors { code field } } }'
export const revokeFederatedSessions =
  'mutation ($input: RevokeFederatedSessionsInput!) { revokeFederatedSessions(input: $input) { endedSessionCount endedHandoffCount userErrors { code } } }'
export const createApiToken =
  'mutation Token($input: CreateApiTokenInput!) { createApiToken(input: $input) { secret apiToken { id name expiresAt } userErrors { code field } } }'
export const revokeApiToken =
  'mutation ($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) { apiTokenId userErrors { code field } } }'
export const whoAmI =
  '{ viewer { actor { key displayName } session { id } tenant { id name } permissions } }'
export const sessionsOf = `query ($id: ID!, $first: Int, $after: String, $active: Boolean) { tenant(id: $id) { sessions(first: $first, after: $after, active: $active) {
  nodes { id method createdAt lastSeenAt expiresAt revokedAt revokedReason ipAddress userAgent actor { key } tenant { id } }
  edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`

/** Signs an admin in, creates an API token of the tenant, and returns the API token. */
export async function apiTokenOf(
  world: World,
  admin: { bearer: string },
  tenant: { id: string },
  name = 'SIEM',
) {
  const input = { tenantId: tenant.id, name, expiresAt: inDays(30) }
  const reply = await world.ask(admin, createApiToken, { input })
  const { secret, apiToken } = reply.data?.createApiToken ?? {}
  if (!secret) throw new Error(`createApiToken failed: ${JSON.stringify(reply)}`)
  return { bearer: secret as string, id: apiToken.id as string, key: `token:${apiToken.id}` }
}
export const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

export const base64url = (text: string | Buffer) => Buffer.from(text).toString('base64url')
export const nowSeconds = () => Math.floor(Date.now() / 1000)

/**
 * Returns the header of a valid assertion with the changes in `more`. The value `undefined` removes
 * a member.
 */
export const assertionHeader = ({ privateJwk }: Partner, more: Record<string, unknown> = {}) => ({
  alg: privateJwk.alg,
  kid: privateJwk.kid,
  typ: 'oauth-id-jag+jwt',
  ...more,
})
export const assertionClaims = (
  world: World,
  partner: Partner,
  tenantId: string,
  more: Record<string, unknown> = {},
) => {
  const now = nowSeconds()
  const [{ sub, name, email }] = partner.technicians
  const who = {
    iss: partner.issuer,
    client_id: partner.clientId,
    aud: world.url,
    sub,
    name,
    email,
    tenant: tenantId,
    binding: 'client',
  }
  return {
    ...who,
    jti: randomUUID(),
    iat: now,
    exp: now + 60,
    auth_time: now,
    amr: ['pwd', 'mfa'],
    ...more,
  }
}

/**
 * Returns a compact JWS with the given header and payload, signed with an Ed25519 key. Strings are
 * not serialised, so that a test can send malformed JSON.
 */
export function forge(
  header: object | string,
  payload: object | string | Buffer,
  key: JWK,
): string {
  const part = (value: object | string | Buffer) =>
    base64url(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value))
  const signed = `${part(header)}.${part(payload)}`
  const privateKey = createPrivateKey({ key: key as never, format: 'jwk' })
  return `${signed}.${base64url(sign(null, Buffer.from(signed), privateKey))}`
}

export const forgedAssertion = (
  world: World,
  partner: Partner,
  tenantId: string,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
) =>
  forge(
    assertionHeader(partner, header),
    assertionClaims(world, partner, tenantId, claims),
    partner.privateJwk,
  )

/** Returns the number of active sessions of the tenant. */
export async function liveSessions(
  { database }: World,
  tenantId: string,
  federatedOnly = true,
): Promise<number> {
  const [row] = await database.owner`
    select count(*)::int as count from identity.session_status
    where tenant_id = ${tenantId} and live and (not ${federatedOnly} or method <> 'MICROSOFT')`
  return row!.count
}

/**
 * Returns the number of sessions that handoffs have created in the tenant, including ended
 * sessions.
 */
export async function federatedSessionsMade(
  { database }: World,
  tenantId: string,
): Promise<number> {
  const [row] = await database.owner`
    select count(*)::int as count from identity.session where tenant_id = ${tenantId} and method <> 'MICROSOFT'`
  return row!.count
}

/**
 * Matches internal details that no response may contain: stack traces, SQL, and the names of tables
 * and files.
 */
export const internals =
  /\bat \S+ \(|node_modules|\.ts:\d+|\bselect\b.+\bfrom\b|\binsert into\b|Failed query|PostgresError|session_status|it_complete_app/i
