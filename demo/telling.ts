/**
 * Prints the story: as text with the HTTP exchanges of each step, or as one JSON object per step.
 */
import { styleText } from 'node:util'

export interface Exchange {
  asked: string
  answered: string
}

/** Receives the HTTP exchanges of a step while it runs. */
export interface Teller {
  asked(what: string): void
  answered(what: string): void
}

/** A step got another result than the story expects. */
export class NotAsItShouldBe extends Error {}

export function must(condition: unknown, what: string): asserts condition {
  if (!condition) throw new NotAsItShouldBe(what)
}

/** Runs and prints a step. Returns false when the result was not the expected one. */
export async function tell(
  number: number,
  title: string,
  asJson: boolean,
  step: (teller: Teller) => Promise<void>,
): Promise<boolean> {
  const exchanges: Exchange[] = []
  const started = performance.now()
  if (!asJson) console.log(`\n${styleText('bold', `${number}. ${title}`)}`)
  const teller: Teller = {
    asked(what) {
      exchanges.push({ asked: what, answered: '' })
      if (!asJson) console.log(`   ${styleText('dim', '→')} ${what}`)
    },
    answered(what) {
      const last = exchanges.at(-1)
      if (last) last.answered = what
      if (!asJson) console.log(`   ${styleText('cyan', '←')} ${what}`)
    },
  }
  let problem: string | undefined
  try {
    await step(teller)
  } catch (error) {
    problem =
      error instanceof NotAsItShouldBe
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error)
  }
  const milliseconds = Math.round(performance.now() - started)
  if (asJson)
    console.log(
      JSON.stringify({
        step: number,
        title,
        ok: problem === undefined,
        milliseconds,
        exchanges,
        ...(problem && { problem }),
      }),
    )
  else if (problem) console.log(`   ${styleText('red', '✗')} ${problem}`)
  else console.log(`   ${styleText('green', '✓')} ${styleText('dim', `${milliseconds} ms`)}`)
  return problem === undefined
}
