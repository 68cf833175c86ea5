import { CheckFailed } from './checks/check.ts'
import { type CheckFailure, type Finding, passed, skipped } from './findings.ts'

/** Runs one check, and returns its value. The check throws `CheckFailed` if it fails. */
type RunCheck<Name> = <Value>(name: Name, check: () => Value | Promise<Value>) => Promise<Value>

export type TokenChecksResult<Value, Name, Code> =
  | { readonly value: Value; readonly findings: readonly Finding<Name, Code>[] }
  | {
      readonly failure: CheckFailure<Name, Code>
      readonly findings: readonly Finding<Name, Code>[]
    }

/**
 * Runs the checks of a token in the order of `names`. After the first failure, all later checks are
 * skipped, so that a client without a registered key learns nothing from their results.
 * @param code the code of a failure
 */
export async function runTokenChecks<Value, Name, Code>(
  names: readonly Name[],
  code: Code,
  runAll: (run: RunCheck<Name>) => Promise<Value>,
): Promise<TokenChecksResult<Value, Name, Code>> {
  const findings: Finding<Name, Code>[] = []
  try {
    const value = await runAll(async (name, check) => {
      const checked = await check()
      findings.push(passed(name))
      return checked
    })
    return { value, findings }
  } catch (error) {
    if (!(error instanceof CheckFailed)) throw error
    const [name, ...rest] = names.slice(findings.length) as [Name, ...Name[]]
    const failure = { name, passed: false as const, code, message: error.message }
    return { failure, findings: [...findings, failure, ...rest.map(skipped)] }
  }
}
