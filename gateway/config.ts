/**
 * Reads the service's configuration from the environment. Validates all settings at once and
 * reports all mistakes in one message.
 */
import { z } from 'zod'
import { ConfigurationError, isLoopbackHost, withoutEmpty } from '../platform/config.ts'
import { renamedSettings, type SettingName, type Settings, settings } from './settings.ts'

/** The parts of the service that can run in a separate process, with `--only=PART`. */
export const parts = ['gateway', 'tenants', 'identity', 'audit'] as const
export type Part = (typeof parts)[number]

export type Config = Omit<Settings, 'DEMO' | 'RATE_LIMIT_STORE'> & {
  DEMO: boolean
  RATE_LIMIT_STORE: 'memory' | 'postgresql'
  /** The part that this process serves; null for the whole service. */
  only: Part | null
}

/**
 * Reads and validates all settings, under their current or old names.
 * @throws ConfigurationError that lists every mistake
 */
export function readConfig(env: NodeJS.ProcessEnv, only: Part | null = null): Config {
  const { current, conflicts } = withCurrentNames(withoutEmpty(env))
  const parsed = settings.safeParse(current)
  const malformed = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) =>
        mistake(path[0] as SettingName, message, current),
      )
  // Also checks rules for combinations of settings when a setting is malformed, so that the
  // operator sees all mistakes at once.
  const deployment = deploymentOf(current, only)
  const mistakes = [...conflicts, ...malformed, ...missingOrUnsafe(current, deployment)]
  if (mistakes.length || !parsed.success) throw new ConfigurationError(mistakes)
  // Only a database at DATABASE_URL can be shared by several nodes. The embedded database belongs
  // to one node.
  const RATE_LIMIT_STORE =
    parsed.data.RATE_LIMIT_STORE ?? (current.DATABASE_URL ? 'postgresql' : 'memory')
  return { ...parsed.data, RATE_LIMIT_STORE, DEMO: deployment.demo, only }
}

/** Returns a setting that is optional in general, but required for the part that runs. */
export function required<Name extends SettingName>(
  config: Config,
  name: Name,
): NonNullable<Config[Name]> {
  const value = config[name]
  if (value === undefined) throw new ConfigurationError([`${name} is required.`])
  return value as NonNullable<Config[Name]>
}

/** Returns one warning for each setting in the environment that has an old name. */
export const renameWarnings = (env: NodeJS.ProcessEnv): string[] =>
  Object.entries(renamedSettings).flatMap(([old, name]) =>
    env[old] ? [`The setting ${old} has been renamed. Use ${name} instead.`] : [],
  )

/**
 * Copies the values of old names to the current names. Reports a conflict if the old name and the
 * current name have different values.
 */
function withCurrentNames(env: NodeJS.ProcessEnv) {
  const current = { ...env }
  const conflicts: string[] = []
  for (const [old, name] of Object.entries(renamedSettings)) {
    if (env[old] === undefined) continue
    if (env[name] !== undefined && env[name] !== env[old])
      conflicts.push(`${old} is the old name of ${name}, and their values differ. Remove ${old}.`)
    current[name] ??= env[old]
  }
  return { current, conflicts }
}

/**
 * Error messages never show the values of these settings, because a value can contain a key or a
 * password.
 */
const mayHoldSecret = /KEY|SECRET|URL|AUTHORITY|MAIL_FROM|ORIGINS/
const maxShownLength = 40

function mistake(name: SettingName, expected: string, env: NodeJS.ProcessEnv): string {
  const value = env[name] ?? ''
  const shown =
    mayHoldSecret.test(name) || value.length > maxShownLength
      ? ''
      : `, not ${JSON.stringify(value)}`
  return `${name} must be ${expected}${shown}.`
}

/**
 * Properties of the deployment, for rules about combinations of settings. They are derived from
 * values that are not validated yet.
 */
interface Deployment {
  only: Part | null
  publicUrl: URL | null
  isPublicLoopback: boolean
  /** Whether other machines can connect to HOST. */
  isReachable: boolean
  couldBeDemo: boolean
  asksForDemo: boolean
  demo: boolean
}

function deploymentOf(env: NodeJS.ProcessEnv, only: Part | null): Deployment {
  const publicUrl = env.PUBLIC_URL && URL.canParse(env.PUBLIC_URL) ? new URL(env.PUBLIC_URL) : null
  const isPublicLoopback = publicUrl === null || isLoopbackHost(publicUrl.hostname)
  const isReachable = !isLoopbackHost(env.HOST ?? '127.0.0.1')
  const couldBeDemo = !env.DATABASE_URL && !isReachable && isPublicLoopback && only === null
  const demoSetting = z.stringbool().safeParse(env.DEMO).data
  return {
    only,
    publicUrl,
    isPublicLoopback,
    isReachable,
    couldBeDemo,
    asksForDemo: demoSetting === true,
    demo: demoSetting ?? couldBeDemo,
  }
}

const missingOrUnsafe = (env: NodeJS.ProcessEnv, deployment: Deployment): string[] => [
  ...demoMistakes(deployment),
  ...addressMistakes(env, deployment),
  ...signInMistakes(env, deployment),
  ...activityLogMistakes(env, deployment),
  ...securityContactMistakes(env),
  ...partMistakes(env, deployment),
]

const demoMistakes = ({ asksForDemo, couldBeDemo }: Deployment): string[] =>
  asksForDemo && !couldBeDemo
    ? [
        'DEMO must be off, because the demo needs the embedded database (no DATABASE_URL), all parts in one process, and a loopback HOST and PUBLIC_URL.',
      ]
    : []

function addressMistakes(
  env: NodeJS.ProcessEnv,
  { only, demo, publicUrl, isPublicLoopback, isReachable }: Deployment,
): string[] {
  const mistakes: string[] = []
  if (publicUrl?.protocol === 'http:' && !isPublicLoopback)
    mistakes.push('PUBLIC_URL must start with https://, unless its host is loopback.')
  if (isReachable && (only === null || only === 'gateway') && !publicUrl)
    mistakes.push('PUBLIC_URL is required when HOST is not a loopback address.')
  if ((only === 'audit' || only === 'identity') && !publicUrl)
    mistakes.push(`PUBLIC_URL is required with --only=${only}.`)
  // The tenants part sends all mail. Outside the demo, the sender no-reply@localhost would be
  // useless.
  const sendsMail = (only === null || only === 'tenants') && Boolean(env.SMTP_URL)
  if (sendsMail && !demo && !env.MAIL_FROM && !publicUrl)
    mistakes.push(
      'PUBLIC_URL or MAIL_FROM is required to send mail: without MAIL_FROM, the sender is no-reply at the host of PUBLIC_URL.',
    )
  return mistakes
}

function signInMistakes(
  env: NodeJS.ProcessEnv,
  { only, demo, isPublicLoopback }: Deployment,
): string[] {
  const signsIn = only === null || only === 'gateway' || only === 'identity'
  if (!signsIn || demo) return []
  const mistakes: string[] = []
  for (const name of ['MICROSOFT_CLIENT_ID', 'MICROSOFT_CLIENT_SECRET'] as const)
    if (!env[name]) mistakes.push(`${name} is required for sign-in with Microsoft.`)
  if (/^http:/i.test(env.MICROSOFT_AUTHORITY ?? '') && !isPublicLoopback)
    mistakes.push('MICROSOFT_AUTHORITY must start with https://, unless PUBLIC_URL is loopback.')
  if (!env.STATE_ENCRYPTION_KEY && (env.DATABASE_URL || only !== null))
    mistakes.push(
      'STATE_ENCRYPTION_KEY is required with DATABASE_URL, with the same value on every node.',
    )
  return mistakes
}

function activityLogMistakes(env: NodeJS.ProcessEnv, { only }: Deployment): string[] {
  const mistakes: string[] = []
  if ((only === null || only === 'audit') && env.DATABASE_URL && !env.ACTIVITY_LOG_SIGNING_KEY)
    mistakes.push(
      'ACTIVITY_LOG_SIGNING_KEY is required with DATABASE_URL, with the same value on every node.',
    )
  if (env.WITNESS_URL && !env.WITNESS_KEY)
    mistakes.push('WITNESS_KEY is required with WITNESS_URL.')
  if (env.WITNESS_KEY && !env.WITNESS_URL)
    mistakes.push('WITNESS_URL is required with WITNESS_KEY.')
  return mistakes
}

function securityContactMistakes(env: NodeJS.ProcessEnv): string[] {
  const [contact, expires] = [env.SECURITY_CONTACT, env.SECURITY_CONTACT_EXPIRES]
  if (contact && !expires) return ['SECURITY_CONTACT_EXPIRES is required with SECURITY_CONTACT.']
  if (expires && !contact) return ['SECURITY_CONTACT is required with SECURITY_CONTACT_EXPIRES.']
  return []
}

function partMistakes(env: NodeJS.ProcessEnv, { only }: Deployment): string[] {
  if (only === null) return []
  const required: SettingName[] =
    only === 'gateway'
      ? ['DATABASE_URL', 'GATEWAY_PRIVATE_KEY', 'TENANTS_URL', 'IDENTITY_URL', 'AUDIT_URL']
      : ['DATABASE_URL', 'GATEWAY_PUBLIC_KEYS']
  return required.flatMap((name) => (env[name] ? [] : [`${name} is required with --only=${only}.`]))
}
