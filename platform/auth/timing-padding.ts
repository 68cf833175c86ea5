/** Answers whose time would tell what their words keep to themselves. */
import { setTimeout as wait } from 'node:timers/promises'

/** Well above what the database takes for either of two ways through, well below what somebody who waits would mind. */
const stepMs = 100

/**
 * Does the work, and holds its answer until the next multiple of 100 ms since it began: ways of different length take the same time
 * to whoever has a clock, be there a thousand samples or a million. A random wait would not do that, it is averaged away.
 * It never waits longer than one step, however long the work took, and a request that waits holds no connection of the database.
 * What takes longer than a step now and then, under load, lands in the next one: that much is still to be seen.
 *
 * @param applies whether the answer is one that needs it; without it every answer is, an error too.
 */
export async function padTiming<T>(
  work: () => Promise<T>,
  applies: (answer: T) => boolean = () => true,
): Promise<T> {
  const begunAt = performance.now()
  const untilNextStep = () => wait(stepMs - ((performance.now() - begunAt) % stepMs))
  const answer = await work().catch(async (error: unknown) => {
    await untilNextStep()
    throw error
  })
  if (applies(answer)) await untilNextStep()
  return answer
}
