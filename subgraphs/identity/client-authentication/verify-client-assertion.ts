/**
 * Verifies a client assertion: private_key_jwt (RFC 7523 §3, OpenID Connect Core §9), with the
 * `typ` in `clientAuthenticationType`.
 */
import { sql } from 'drizzle-orm'
import {
  type PartnerInstance,
  partnerInstanceWithKeys,
} from '../../../drizzle/reads/partner-instances.ts'
import type { Database, ReadTx } from '../../../platform/postgres/database.ts'
import { quoted } from '../assertion/checks/check.ts'
import { checkFormat } from '../assertion/checks/format.ts'
import { checkHeader } from '../assertion/checks/header.ts'
import { checkKey, keyRegistry } from '../assertion/checks/key.ts'
import { lifetimeProblem } from '../assertion/checks/lifetime.ts'
import { checkClaimTypes, commonClaimTypes } from '../assertion/checks/members.ts'
import { replayedMessage } from '../assertion/checks/replay.ts'
import { checkSignature } from '../assertion/checks/signature.ts'
import { checkType } from '../assertion/checks/type.ts'
import { type Finding, passed, skipped } from '../assertion/findings.ts'
import { runTokenChecks, type TokenChecksResult } from '../assertion/run-token-checks.ts'
import { databaseNowSeconds } from '../jwt/clock.ts'
import type { PublishedKeys } from '../jwt/published-keys.ts'
import { isJtiConsumed } from '../jwt/replay-store.ts'
import type { ClientAuthenticationCheckName } from '../schema.types.ts'

export const clientAuthenticationType = 'client-authentication+jwt'
const maxLifetimeSeconds = 60

export type ClientFinding = Finding<ClientAuthenticationCheckName, 'UNAUTHENTICATED'>
export type TokenResult = TokenChecksResult<
  VerifiedClientAssertion,
  ClientAuthenticationCheckName,
  'UNAUTHENTICATED'
>

/** The claims of a client assertion. Their types are validated. */
export interface ClientClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | readonly unknown[]
  readonly jti: string
  readonly iat: number
  readonly exp: number
  readonly nbf?: number
}

/** A client assertion whose signature was verified with a public key of `instance`. */
export interface VerifiedClientAssertion {
  readonly claims: ClientClaims
  readonly instance: PartnerInstance
}

const tokenChecks = ['FORMAT', 'TYPE', 'KEY', 'HEADER', 'SIGNATURE', 'MEMBERS'] as const
const claimChecks = ['SUBJECT', 'AUDIENCE', 'LIFETIME', 'REPLAY'] as const

/**
 * Verifies the format and signature of a client assertion, but not the claim values.
 * @throws PartnerKeysUnavailable if the JWKS URL of the instance fails
 */
export function verifyClientAssertion(
  { db, publishedKeys }: { db: Database; publishedKeys: PublishedKeys },
  compact: string,
): Promise<TokenResult> {
  const registry = keyRegistry(publishedKeys, (clientId) =>
    db.read(null, (tx) => partnerInstanceWithKeys(tx, { clientId })),
  )
  return runTokenChecks(tokenChecks, 'UNAUTHENTICATED' as const, async (run) => {
    const jws = await run('FORMAT', () => checkFormat(compact))
    await run('TYPE', () => checkType(jws, clientAuthenticationType))
    const { instance, key } = await run('KEY', () => checkKey(jws, registry))
    await run('HEADER', () => checkHeader(jws))
    await run('SIGNATURE', () => checkSignature(jws, key))
    await run('MEMBERS', () => checkClaimTypes(jws, commonClaimTypes))
    return Object.freeze({ claims: jws.claims as unknown as ClientClaims, instance })
  })
}

/**
 * Validates the claim values of a client assertion (RFC 7523 §3). The database's clock decides,
 * because the database also deletes expired `jti` values.
 */
export async function validateClientClaims(
  tx: ReadTx,
  issuer: string,
  { claims, instance: { clientId } }: VerifiedClientAssertion,
): Promise<ClientFinding[]> {
  const { sub, aud, jti } = claims
  const token = { use: 'client-authentication', clientId, jti } as const
  const [row] = await tx.execute<{ now: number; consumed: boolean }>(
    sql`select ${databaseNowSeconds} as now, ${isJtiConsumed(token)} as consumed`,
  )
  if (!row) throw new Error('The query for the claim checks returned no row.')
  const problems: Record<(typeof claimChecks)[number], string | null> = {
    SUBJECT:
      sub === clientId
        ? null
        : `\`sub\` must be the client ID \`${clientId}\`, like \`iss\`; it was \`${quoted(sub)}\`.`,
    AUDIENCE:
      aud === issuer
        ? null
        : `\`aud\` must be the string \`${issuer}\`; it was \`${quoted(aud)}\`.`,
    LIFETIME: lifetimeProblem(claims, maxLifetimeSeconds, row.now),
    REPLAY: row.consumed ? replayedMessage : null,
  }
  return claimChecks.map((name) => {
    const message = problems[name]
    return message === null
      ? passed(name)
      : { name, passed: false, code: 'UNAUTHENTICATED', message }
  })
}

export const skippedClientClaimChecks = (): ClientFinding[] => claimChecks.map(skipped)
