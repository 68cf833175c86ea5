import { setTimeout as wait } from 'node:timers/promises'

/**
 * Well above the time of the database queries whose difference is to be hidden, and short enough
 * for a person who waits.
 */
const stepMs = 100

/**
 * Delays a result until the next multiple of 100 ms since the work began, so that its time does not
 * reveal which branch the work took. Unlike a random delay, this cannot be averaged away. A result
 * that takes more than one step under load falls into the next one, so under load a small
 * difference remains visible. No database connection is held during the delay.
 *
 * @param applies whether this result is delayed; errors always are. Default: all results.
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
