/** Skips tests that need a program that is not installed. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Returns whether a folder of PATH has the program. */
export const isOnPath = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

/**
 * Returns whether to skip tests because `isThere` is false, and logs the reason.
 * @throws if the environment variable CI is set, because continuous integration must not skip tests
 */
export function skipsWithout(isThere: boolean, what: string): boolean {
  if (isThere) return false
  if (process.env.CI) throw new Error(`These tests need ${what}.`)
  console.warn(`Skipped, because these tests need ${what}.`)
  return true
}
