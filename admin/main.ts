/**
 * The operator's command line, `npm run admin -- help`. It connects to the database directly, with
 * its own database role, and records every command in the operators' log.
 */
import { userInfo } from 'node:os'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { ConfigurationError, loadEnvFile, readDatabaseConfig } from '../platform/config.ts'
import { createLog } from '../platform/lib/log.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { openDatabaseTarget } from '../platform/postgres/database-target.ts'
import { DatabaseUnavailable, UnusableDatabase } from '../platform/postgres/errors.ts'
import { checkDatabase, migrate } from '../platform/postgres/migrations.ts'
import { type Command, commands, type Options } from './commands.ts'
import { confirm } from './confirm.ts'
import { OperatorInputError } from './operator.ts'

/** Runs one command. Prints the result as text, as a table or, with --json, as JSON. */
async function main(words: string[]): Promise<void> {
  const { command, options, asJson, isConfirmed } = parse(words)
  if (command.irreversible && !isConfirmed) await confirm(command.irreversible(options))
  loadEnvFile()
  const store = await openDatabaseTarget(readDatabaseConfig(process.env), 'use')
  try {
    if (store.isEmbedded) await migrate(store.owner)
    await checkDatabase(store.operators, { demo: true })
    const db = openDatabase(store.operators, createLog('error'))
    try {
      const answer = await command.run({ db, operator: userInfo().username }, options)
      if (asJson) console.log(JSON.stringify(answer, null, 2))
      else if (typeof answer === 'string') console.log(answer)
      else if (answer.length === 0) console.log('No entries.')
      else console.table(answer)
    } finally {
      await db.close()
    }
  } finally {
    await store.stop()
  }
}

/**
 * Parses the command line.
 * @throws OperatorInputError when the command or an option is unknown. For `help`, the message is
 *   empty.
 */
function parse(words: string[]): {
  command: Command
  options: Options
  asJson: boolean
  isConfirmed: boolean
} {
  const name = Object.keys(commands).find(
    (known) => known === words.slice(0, known.split(' ').length).join(' '),
  )
  if (!name)
    throw new OperatorInputError(
      words.length === 0 || words[0] === 'help'
        ? ''
        : `Unknown command "${words.slice(0, 2).join(' ')}".`,
    )
  const command = commands[name]!
  const known = [...command.options, ...(command.optional ?? [])]
  const options: ParseArgsConfig['options'] = {
    json: { type: 'boolean' },
    ...(command.irreversible && { yes: { type: 'boolean' } }),
    ...Object.fromEntries(known.map((option) => [option, { type: 'string' as const }])),
  }
  let values: Record<string, unknown>
  try {
    values = parseArgs({ args: words.slice(name.split(' ').length), options, strict: true }).values
  } catch (error) {
    throw new OperatorInputError((error as Error).message)
  }
  const missing = command.options.filter((option) => !values[option])
  if (missing.length)
    throw new OperatorInputError(
      `Missing option: ${missing.map((option) => `--${option}`).join(', ')}.\n  ${name} ${command.usage}`,
    )
  return {
    command,
    options: values as Options,
    asJson: values.json === true,
    isConfirmed: values.yes === true,
  }
}

function help(): string {
  const lines = Object.entries(commands).map(
    ([name, { usage, what, irreversible }]) =>
      `  ${name} ${usage}${irreversible ? ' [--yes]' : ''}\n      ${what}`,
  )
  return `npm run admin -- COMMAND [--json]\n\n${lines.join('\n')}\n\nCommands with --yes cannot be undone and ask first. --yes skips the question.\nDATABASE_URL or DATA_DIR selects the database, as for the service.`
}

if (import.meta.main) {
  await main(process.argv.slice(2)).catch((error: unknown) => {
    const isExpected = [
      OperatorInputError,
      ConfigurationError,
      UnusableDatabase,
      DatabaseUnavailable,
    ].some((kind) => error instanceof kind)
    if (error instanceof OperatorInputError && error.message === '') return console.log(help())
    console.error(
      isExpected
        ? `${(error as Error).message}\n\`npm run admin -- help\` lists the commands.`
        : error,
    )
    process.exitCode = 1
  })
}
