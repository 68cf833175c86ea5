/** Skips tests when a program that they need is not installed. */

/**
 * Returns whether tests must be skipped because `isThere` is false, and logs why.
 * @throws when the environment variable CI is set: a continuous-integration run with skipped tests
 * must not pass
 */
export function skipsWithout(isThere: boolean, what: string): boolean {
  if (isThere) return false
  if (process.env.CI) throw new Error(`These tests need ${what}.`)
  console.warn(`Skipped, because these tests need ${what}.`)
  return true
}
