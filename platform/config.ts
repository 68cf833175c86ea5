/** Reads the settings that all commands of the project need from the environment. */
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { serversOf } from './postgres/servers.ts'

/**
 * Loads `.env` from the working directory, if the file exists. Does not change variables that are
 * already set.
 */
export function loadEnvFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env')
}

/** Thrown when the configuration is invalid. The message lists all invalid settings. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError'
  constructor(mistakes: string[]) {
    super(
      `The configuration is not usable:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}\nSee .env.example for what each setting means.`,
    )
  }
}

/** Removes empty values, because an empty value in the environment or in `.env` means "not set". */
export const withoutEmpty = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))

/** Whether a host is a loopback name or address. IPv6 addresses can be in square brackets. */
export const isLoopbackHost = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host)

/**
 * Whether the text is an absolute URL with one of the schemes. Each scheme ends with a colon
 * (`https:`).
 */
export const isUrl = (text: string, schemes: string[]): boolean =>
  URL.canParse(text) && schemes.includes(new URL(text).protocol)

/**
 * The settings that select the database. Each `error` text completes the sentence "NAME must be
 * ...".
 */
export const databaseSettings = {
  DATABASE_URL: z
    .string()
    .refine(
      (text) =>
        serversOf({ at: { url: text } }).every(
          ({ at }) => 'url' in at && isUrl(at.url, ['postgres:', 'postgresql:']),
        ),
      { error: 'a URL that starts with postgres:// or postgresql://' },
    )
    .optional(),
  DATA_DIR: z.string().default('.data'),
}

const databaseConfig = z.object(databaseSettings)
export type DatabaseConfig = z.infer<typeof databaseConfig>

/**
 * Reads the settings that select the database, for commands that need no other settings.
 * @throws ConfigurationError when at least one setting is invalid
 */
export function readDatabaseConfig(env: NodeJS.ProcessEnv): DatabaseConfig {
  const parsed = databaseConfig.safeParse(withoutEmpty(env))
  if (parsed.success) return parsed.data
  throw new ConfigurationError(
    parsed.error.issues.map(({ path, message }) => `${String(path[0])} must be ${message}.`),
  )
}
