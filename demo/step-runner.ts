/**
 * Prints the demo story, either as text with the HTTP exchanges of each step, or as one JSON object
 * per step.
 */
import { styleText } from 'node:util'

export interface Exchange {
  asked: string
  answered: string
}

/** Receives the HTTP exchanges of a step while it runs. */
export interface StepReporter {
  sent(what: string): void
  received(what: string): void
}

/** Thrown when the result of a step differs from the expected result. */
export class UnexpectedResult extends Error {}

export function expectStep(condition: unknown, what: string): asserts condition {
  if (!condition) throw new UnexpectedResult(what)
}

/** Runs and prints a step. Returns false when the result differs from the expected result. */
export async function runStep(
  number: number,
  title: string,
  asJson: boolean,
  step: (report: StepReporter) => Promise<void>,
): Promise<boolean> {
  const exchanges: Exchange[] = []
  const started = performance.now()
  if (!asJson) console.log(`\n${styleText('bold', `${number}. ${title}`)}`)
  const report: StepReporter = {
    sent(what) {
      exchanges.push({ asked: what, answered: '' })
      if (!asJson) console.log(`   ${styleText('dim', '→')} ${what}`)
    },
    received(what) {
      const last = exchanges.at(-1)
      if (last) last.answered = what
      if (!asJson) console.log(`   ${styleText('cyan', '←')} ${what}`)
    },
  }
  let problem: string | undefined
  try {
    await step(report)
  } catch (error) {
    problem =
      error instanceof UnexpectedResult
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
