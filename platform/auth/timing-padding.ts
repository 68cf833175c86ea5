import { setTimeout as wait } from 'node:timers/promises'

/**
 * The step is much longer than the database queries whose duration it hides, and short enough for a
 * user who waits.
 */
const stepMs = 100

/**
 * Delays a result until the next multiple of 100 ms since the work began, so that the response time
 * does not reveal which branch the work took. An attacker can average out a random delay, but not
 * this delay. Under load the work may need more than one step, so a small difference can remain
 * visible. No database connection is held during the delay.
 *
 * @param applies returns whether a result is delayed. Errors are always delayed. Default: all
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
