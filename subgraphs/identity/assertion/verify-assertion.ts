import type { HandoffCheckName } from '../schema.types.ts'
import { CheckFailed } from './checks/check.ts'
import { checkFormat } from './checks/format.ts'
import { checkHeader } from './checks/header.ts'
import { checkKey, type KeyRegistry } from './checks/key.ts'
import { checkMembers } from './checks/members.ts'
import { checkSignature } from './checks/signature.ts'
import { checkType } from './checks/type.ts'
import { type CheckFailure, type Finding, passed, skipped } from './findings.ts'
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
type TokenCheck = (typeof tokenChecks)[number]

/**
 * Verifies the format and signature of an assertion, but not the claim values (RFC 7515 §5.2, RFC
 * 7523 §3 items 1 and 9). After the first failure, all later checks are skipped, so that a client
 * without a registered key learns nothing from their results.
 */
export async function verifyAssertion(
  registry: KeyRegistry,
  compact: string,
): Promise<Verification> {
  const findings: Finding[] = []
  let unverifiedClaims: Readonly<Record<string, unknown>> = {}
  const run = async <Value>(name: TokenCheck, check: () => Value | Promise<Value>) => {
    const value = await check()
    findings.push(passed(name))
    return value
  }

  try {
    const jws = await run('FORMAT', () => checkFormat(compact))
    unverifiedClaims = jws.claims
    await run('TYPE', () => checkType(jws))
    const { instance, key } = await run('KEY', () => checkKey(jws, registry))
    await run('HEADER', () => checkHeader(jws))
    await run('SIGNATURE', () => checkSignature(jws, key))
    const claims = await run('MEMBERS', () => checkMembers(jws))
    return { assertion: Object.freeze({ claims, instance, kid: key.kid }), findings }
  } catch (error) {
    if (!(error instanceof CheckFailed)) throw error
    const [failedCheck, ...rest] = tokenChecks.slice(findings.length) as [
      TokenCheck,
      ...TokenCheck[],
    ]
    const failure = failureOf(failedCheck, error.message)
    return {
      assertion: null,
      findings: [...findings, failure, ...rest.map(skipped)],
      failure,
      unverifiedClaims,
    }
  }
}

const failureOf = (name: HandoffCheckName, message: string): CheckFailure => ({
  name,
  passed: false,
  code: 'ASSERTION_INVALID',
  message,
})
