import type { HandoffCheckName, UserErrorCode } from '../schema.types.ts'

/** The result of one check, as `validateHandoff` and `validateClientAuthentication` return it. */
export type Finding<Name = HandoffCheckName, Code = UserErrorCode> =
  | Passed<Name>
  | Skipped<Name>
  | CheckFailure<Name, Code>

interface Passed<Name> {
  readonly name: Name
  readonly passed: true
  readonly code: null
  readonly message: null
}
/** The result of a check that did not run because an earlier check failed. */
interface Skipped<Name> {
  readonly name: Name
  readonly passed: null
  readonly code: null
  readonly message: null
}
export interface CheckFailure<Name = HandoffCheckName, Code = UserErrorCode> {
  readonly name: Name
  readonly passed: false
  readonly code: Code
  readonly message: string
}

export const passed = <Name>(name: Name): Passed<Name> => ({
  name,
  passed: true,
  code: null,
  message: null,
})

export const skipped = <Name>(name: Name): Skipped<Name> => ({
  name,
  passed: null,
  code: null,
  message: null,
})

export const firstFailure = <Name, Code>(
  findings: readonly Finding<Name, Code>[],
): CheckFailure<Name, Code> | null => findings.find((finding) => finding.passed === false) ?? null
