/**
 * The maximum number of concurrent calls. The number is lower than the default pool size of 16, so
 * that other requests can also get database connections.
 */
const concurrency = 6

/**
 * Calls `work` for each item, with at most 6 calls at a time, and returns the results in the order
 * of the items. Rejects with the first error.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length)
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return results
}
