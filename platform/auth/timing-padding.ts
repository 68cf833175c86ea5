import { setTimeout as wait } from 'node:timers/promises'

/**
 * The length of one time step. Database queries are much shorter than this step, so the delay hides
 * their duration, but users hardly notice a delay of 100 ms.
 */
const stepMs = 100

/**
 * Delays a result until the next multiple of 100 ms since the start of `work`. The response time
 * then does not reveal which branch `work` took. An attacker can remove a random delay by averaging
 * many requests, but cannot remove this delay. Under load, `work` may need more than one step, so a
 * small difference can remain visible. No database connection is in use during the delay.
 * @param applies returns whether to delay this result. Errors are always delayed. Default: all
 * results are delayed.
 */
export async function padTiming<T>(
  work: () => Promise<T>,
  applies: (result: T) => boolean = () => true,
): Promise<T> {
  const startedAt = performance.now()
  const untilNextStep = () => wait(stepMs - ((performance.now() - startedAt) % stepMs))
  const result = await work().catch(async (error: unknown) => {
    await untilNextStep()
    throw error
  })
  if (applies(result)) await untilNextStep()
  return result
}
