import type { HandoffCheckName, UserErrorCode } from '../schema.types.ts'

/** The result of one check, as `validateHandoff` returns it. */
export type Finding = Passed | Skipped | CheckFailure

interface Passed {
  readonly name: HandoffCheckName
  readonly passed: true
  readonly code: null
  readonly message: null
}
/** The result of a check that did not run because an earlier check failed. */
interface Skipped {
  readonly name: HandoffCheckName
  readonly passed: null
  readonly code: null
  readonly message: null
}
export interface CheckFailure {
  readonly name: HandoffCheckName
  readonly passed: false
  readonly code: UserErrorCode
  readonly message: string
}

export const passed = (name: HandoffCheckName): Passed => ({
  name,
  passed: true,
  code: null,
  message: null,
})

export const skipped = (name: HandoffCheckName): Skipped => ({
  name,
  passed: null,
  code: null,
  message: null,
})

export const firstFailure = (findings: readonly Finding[]): CheckFailure | null =>
  findings.find((finding) => finding.passed === false) ?? null
