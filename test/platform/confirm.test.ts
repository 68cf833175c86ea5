/** The operator's command line asks before a command that cannot be undone. */
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { commands } from '../../admin/commands.ts'
import { confirm } from '../../admin/confirm.ts'

/** Answers the question in a simulated terminal. Returns the question, and the error if any. */
async function answerWith(answer: string | null, isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY })
  const output = new PassThrough({ encoding: 'utf8' })
  input.end(answer === null ? undefined : `${answer}\n`)
  const refusal = await confirm('This removes it.', input, output).then(
    () => null,
    (error: Error) => error.message,
  )
  return { asked: (output.read() as string | null) ?? '', refusal }
}

test.each(['y', 'Y', 'yes', ' YES '])('the answer %j continues', async (answer) => {
  const { asked, refusal } = await answerWith(answer)
  expect(refusal).toBeNull()
  expect(asked).toContain('This removes it.\nContinue? [y/N] ')
})

test.each(['', 'n', 'no', 'yess', 'ye', null])('the answer %j changes nothing', async (answer) => {
  expect((await answerWith(answer)).refusal).toBe('Cancelled. Nothing was changed.')
})

test('without a terminal, the command is refused at once', async () => {
  expect(await answerWith('yes', false)).toEqual({
    asked: '',
    refusal: 'This removes it. Run the command in a terminal to confirm this, or add --yes.',
  })
})

test('every command whose effect is permanent asks', () => {
  const asking = Object.keys(commands).filter((name) => commands[name]!.irreversible)
  expect(asking).toEqual([
    'tenant erase-person',
    'partner revoke-key',
    'partner remove',
    'log new-epoch',
  ])
  for (const name of asking)
    expect(commands[name]!.irreversible!({ 'client-id': 'northwind', tenant: 'contoso' })).toMatch(
      /^This .*(northwind|contoso).*\.$/,
    )
})
