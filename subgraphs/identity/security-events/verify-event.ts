import {
  type PartnerInstance,
  partnerInstanceWithKeys,
} from '../../../drizzle/reads/partner-instances.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import { received } from '../assertion/checks/check.ts'
import type { SignInContext } from '../context.ts'
import { forbiddenHeaders, type Jws, verifySignature } from '../jwt/jws.ts'
import { ignoredKeyReason, registeredKey } from '../jwt/registered-key.ts'
import { EventRefused } from './refused-event.ts'

const securityEventType = 'secevent+jwt'

/**
 * A security event token for this service. Its signature was verified with a public key of
 * `instance`.
 */
export interface VerifiedEvent {
  readonly jti: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly instance: PartnerInstance
}

/**
 * Verifies a security event token (RFC 8417 §2). Stops at the first failed check, so that the
 * sender does not learn the results of later checks.
 * @throws EventRefused if a check fails
 * @throws PartnerKeysUnavailable if the JWKS URL of the issuer fails
 */
export async function verifyEvent(
  { db, issuer, publishedKeys }: SignInContext,
  jws: Jws,
): Promise<VerifiedEvent> {
  const { header, claims } = jws
  if (header.typ !== securityEventType)
    throw new EventRefused(
      'invalid_request',
      `\`typ\` must be \`${securityEventType}\`; ${received('typ', header.typ)}.`,
    )
  const forbidden = forbiddenHeaders.filter((name) => name in header)
  if (forbidden.length > 0)
    throw new EventRefused(
      'invalid_request',
      `The header must not contain ${forbidden.map((name) => `\`${name}\``).join(', ')}.`,
    )

  if (typeof header.kid !== 'string')
    throw new EventRefused('invalid_key', 'The header must contain `kid`, the ID of the key.')

  const { iss, aud, jti } = claims
  const instance =
    typeof iss === 'string' && isPlainText(iss, 2048)
      ? await db.read(null, (tx) => partnerInstanceWithKeys(tx, { issuer: iss }))
      : undefined
  if (!instance)
    throw new EventRefused('invalid_issuer', '`iss` must be the issuer of a partner instance.')
  const key = await registeredKey(publishedKeys, instance, header)
  const ignored = key ? undefined : await ignoredKeyReason(publishedKeys, instance, jws)
  if (ignored)
    throw new EventRefused('invalid_key', `The key at the JWKS URL cannot be used. ${ignored}`)
  if (!key)
    throw new EventRefused(
      'invalid_key',
      '`kid` and `alg` must match a key that is registered for `iss`, or published at its registered JWKS URL, and not revoked.',
    )
  if (!(await verifySignature(jws, key)))
    throw new EventRefused(
      'authentication_failed',
      'The signature is not valid for the registered key.',
    )

  const isForThisService =
    aud === issuer || (Array.isArray(aud) && aud.length === 1 && aud[0] === issuer)
  if (!isForThisService)
    throw new EventRefused(
      'invalid_audience',
      `\`aud\` must be \`${issuer}\` only; ${received('aud', aud)}.`,
    )
  if (typeof jti !== 'string' || !isPlainText(jti, 255))
    throw new EventRefused('invalid_request', '`jti` must be one line of 1 to 255 characters.')
  if (jws.hasDuplicateMembers)
    throw new EventRefused(
      'invalid_request',
      'No JSON object in the payload may contain the same member twice.',
    )
  return { jti, claims, instance }
}
