/** What spans tenants is done in each of them by a transaction of its own; a few at a time, so that others have connections too. */
const atATime = 6

/** The answers, in the order of what was asked. Fails with the first that fails. */
export async function mapConcurrently<Item, Answer>(
  items: readonly Item[],
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers = new Array<Answer>(items.length)
  let next = 0
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++)
      answers[index] = await work(items[index]!)
  }
  await Promise.all(Array.from({ length: atATime }, worker))
  return answers
}
