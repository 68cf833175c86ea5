import { createInterface } from 'node:readline/promises'
import type { ReadStream, WriteStream } from 'node:tty'
import { invalid } from './operator.ts'

/**
 * Asks in the terminal whether to run a command that cannot be undone. Only `y` and `yes` continue.
 * @throws OperatorInputError when the operator declines, or without a terminal
 */
export async function confirm(
  effect: string,
  input: Pick<ReadStream, 'isTTY'> & NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr as WriteStream,
): Promise<void> {
  if (!input.isTTY)
    invalid(`${effect} Run the command in a terminal to confirm this, or add --yes.`)
  const terminal = createInterface({ input, output })
  try {
    // A terminal that is closed (Ctrl-D) gives no answer.
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
    const answer = await Promise.race([terminal.question(`${effect}\nContinue? [y/N] `), closed])
    if (!/^y(es)?$/i.test(answer.trim())) invalid('Cancelled. Nothing was changed.')
  } finally {
    terminal.close()
  }
}
