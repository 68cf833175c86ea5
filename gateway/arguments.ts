import { parseArgs } from 'node:util'
import { type Part, parts } from './config.ts'
import { StartupError } from './http-listener.ts'

export const usage = `Usage: node gateway/main.ts [--only=${parts.join('|')}]

Serves the gateway and all subgraphs in one process. With --only, serves one of them over HTTP.
Settings come from the environment and from .env; .env.example explains them.`

/**
 * Reads the command-line arguments.
 * @throws StartupError when an argument is unknown or malformed
 */
export function readArguments(): { only: Part | null; help: boolean } {
  try {
    const { values } = parseArgs({
      options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      strict: true,
    })
    const only = parts.find((part) => part === values.only) ?? null
    if (values.only !== undefined && only === null)
      throw new StartupError(`--only must be one of ${parts.join(', ')}.`)
    return { only, help: values.help ?? false }
  } catch (error) {
    if (error instanceof TypeError) throw new StartupError(`${error.message}\n\n${usage}`)
    throw error
  }
}
