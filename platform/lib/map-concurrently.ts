/**
 * The maximum number of concurrent calls. It is below the pool's default size of 16, so that other
 * requests also get database connections.
 */
const concurrency = 6

/**
 * Maps the items with at most 6 calls at a time, such as one transaction per tenant, and returns
 * the results in the items' order. Rejects with the first error.
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
