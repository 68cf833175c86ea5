/**
 * Returns the result of `promise` or, after `timeoutMs` milliseconds, the result of `onTimeout`.
 * The timeout does not cancel the work behind `promise`, but a later result or error is ignored.
 */
export function withTimeout<T>(
  promise: Promise<T>,
  timeoutMs: number,
  onTimeout: () => T,
): Promise<T> {
  const { promise: timeout, resolve, reject } = Promise.withResolvers<T>()
  const timer = setTimeout(() => {
    try {
      resolve(onTimeout())
    } catch (error) {
      reject(error)
    }
  }, timeoutMs)
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer))
}
