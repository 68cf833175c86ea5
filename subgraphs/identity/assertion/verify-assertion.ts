import { checkFormat } from './checks/format.ts'
import { checkHeader } from './checks/header.ts'
import { checkKey, type KeyRegistry } from './checks/key.ts'
import { checkMembers } from './checks/members.ts'
import { checkSignature } from './checks/signature.ts'
import { checkType } from './checks/type.ts'
import type { CheckFailure, Finding } from './findings.ts'
import { assertionType } from './profile.ts'
import { runTokenChecks } from './run-token-checks.ts'
import type { VerifiedAssertion } from './verified-assertion.ts'

export type Verification =
  | { readonly assertion: VerifiedAssertion; readonly findings: readonly Finding[] }
  | {
      readonly assertion: null
      readonly findings: readonly Finding[]
      readonly failure: CheckFailure
      /**
       * The unverified claims, which only the operators' log may contain. Empty if the token cannot
       * be parsed.
       */
      readonly unverifiedClaims: Readonly<Record<string, unknown>>
    }

const tokenChecks = ['FORMAT', 'TYPE', 'KEY', 'HEADER', 'SIGNATURE', 'MEMBERS'] as const

/**
 * Verifies the format and signature of an assertion, but not the claim values (RFC 7515 §5.2, RFC
 * 7523 §3 items 1 and 9).
 */
export async function verifyAssertion(
  registry: KeyRegistry,
  compact: string,
): Promise<Verification> {
  let unverifiedClaims: Readonly<Record<string, unknown>> = {}
  const result = await runTokenChecks(tokenChecks, 'ASSERTION_INVALID' as const, async (run) => {
    const jws = await run('FORMAT', () => checkFormat(compact))
    unverifiedClaims = jws.claims
    await run('TYPE', () => checkType(jws, assertionType))
    const { instance, key } = await run('KEY', () => checkKey(jws, registry))
    await run('HEADER', () => checkHeader(jws))
    await run('SIGNATURE', () => checkSignature(jws, key))
    const claims = await run('MEMBERS', () => checkMembers(jws))
    return Object.freeze({ claims, instance, kid: key.kid })
  })
  return 'failure' in result
    ? { assertion: null, ...result, unverifiedClaims }
    : { assertion: result.value, findings: result.findings }
}
