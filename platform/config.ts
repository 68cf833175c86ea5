/** Configuration, from the environment, parsed once. Every mistake is named, all in one message. */
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { logLevels } from './lib/log.ts'
import { serversOf } from './postgres/database.ts'

/** Takes settings from a `.env` in the working folder, if there is one; what the environment has already goes before it. */
export function loadEnvFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env')
}

export class ConfigurationError extends Error {
  override name = 'ConfigurationError'
  constructor(mistakes: string[]) {
    super(
      `The configuration is not usable:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}\nSee .env.example for what each setting means.`,
    )
  }
}

/** Parts of the service that can be served alone. */
export const parts = ['gateway', 'tenants', 'identity', 'audit'] as const
export type Part = (typeof parts)[number]

const wholeNumber = (least: number, most: number, fallback: number, what = 'a whole number') => {
  const error = `${what} from ${least} to ${most}`
  return z.coerce
    .number({ error })
    .int({ error })
    .min(least, { error })
    .max(most, { error })
    .default(fallback)
}

const seconds = (least: number, most: number, fallback: number) =>
  wholeNumber(least, most, fallback, 'a whole number of seconds')

const isAddress = (text: string, protocols: string[]) =>
  URL.canParse(text) && protocols.includes(new URL(text).protocol)

const url = (protocols: string[]) =>
  z.string().refine((text) => isAddress(text, protocols), {
    error: `an address that begins with ${protocols.join('// or ')}//`,
  })

const pem = (read: (pem: string) => { asymmetricKeyType?: string }) =>
  z
    .string()
    .transform((text) => text.replaceAll('\\n', '\n'))
    .refine(
      (text) => {
        try {
          return read(text).asymmetricKeyType === 'ed25519'
        } catch {
          return false
        }
      },
      { error: 'an Ed25519 key in PEM form' },
    )

/** As a witness publishes it: name+id+key (C2SP signed-note), of the type that cosigns by Ed25519. */
function isCosignerKey(text: string): boolean {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{44})$/.exec(text) ?? []
  const key = Buffer.from(encoded ?? '', 'base64')
  const digest = createHash('sha256').update(`${name}\n`).update(key).digest('hex')
  return key.length === 33 && key[0] === 0x04 && digest.startsWith(id!)
}

const environment = z.object({
  PORT: wholeNumber(0, 65_535, 4_000, 'a port number'),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: url(['http:', 'https:'])
    .refine(
      (text) =>
        !URL.canParse(text) || (['/', ''].includes(new URL(text).pathname) && !/[?#]/.test(text)),
      {
        error: 'an address without a path',
      },
    )
    .transform((text) => new URL(text).origin)
    .optional(),
  DATABASE_URL: z
    .string()
    .refine(
      (text) =>
        serversOf({ at: { url: text } }).every(
          ({ at }) => 'url' in at && isAddress(at.url, ['postgres:', 'postgresql:']),
        ),
      {
        error: 'an address that begins with postgres:// or postgresql://',
      },
    )
    .optional(),
  DATABASE_POOL_SIZE: wholeNumber(2, 200, 16),
  DATA_DIR: z.string().default('.data'),
  DEMO: z.stringbool({ error: 'on or off' }).optional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  TRUSTED_PROXY_HOPS: wholeNumber(0, 10, 0),
  TRANSACTION_KEY: z
    .string()
    .refine((text) => Buffer.from(text, 'base64url').length === 32, {
      error: '32 random bytes in base64url',
    })
    .optional(),
  ACTIVITY_LOG_KEY: pem(createPrivateKey).optional(),
  ACTIVITY_LOG_KEYS: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine((keys) => keys.every((key) => /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$/.test(key)), {
      error: 'verifier keys (name+id+key), divided by commas',
    }),
  ANCHOR_DIR: z.string().min(1).optional(),
  WITNESS_URL: url(['http:', 'https:'])
    .refine((text) => !URL.canParse(text) || !/[?#@]/.test(text), {
      error: 'an address without a query or a password',
    })
    .refine(
      (text) =>
        !/^http:/i.test(text) || !URL.canParse(text) || isLoopbackHost(new URL(text).hostname),
      {
        error: 'https:// anywhere but on loopback',
      },
    )
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  WITNESS_KEY: z
    .string()
    .refine(isCosignerKey, {
      error: 'a verifier key (name+id+key) of type 4, which is cosignature/v1 by Ed25519',
    })
    .optional(),
  GATEWAY_PRIVATE_KEY: pem(createPrivateKey).optional(),
  GATEWAY_PUBLIC_KEYS: z
    .string()
    .transform((text) => text.split(/(?<=-----END PUBLIC KEY-----)\s*,?\s*/).filter(Boolean))
    .pipe(z.array(pem(createPublicKey)).min(1))
    .optional(),
  TENANTS_URL: url(['http:', 'https:']).optional(),
  IDENTITY_URL: url(['http:', 'https:']).optional(),
  AUDIT_URL: url(['http:', 'https:']).optional(),
  MICROSOFT_AUTHORITY: url(['http:', 'https:'])
    .transform((text) => new URL(text).origin)
    .default('https://login.microsoftonline.com'),
  MICROSOFT_CLIENT_ID: z.string().min(1).optional(),
  MICROSOFT_CLIENT_SECRET: z.string().min(1).optional(),
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  MAIL_FROM: z.email({ error: 'an address such as backup@example.com' }).optional(),
  FEDERATED_IDLE_SECONDS: seconds(60, 3_600, 900),
  FEDERATED_MAX_SECONDS: seconds(300, 43_200, 28_800),
  MICROSOFT_IDLE_SECONDS: seconds(60, 7_200, 1_800),
  MICROSOFT_MAX_SECONDS: seconds(300, 86_400, 43_200),
  CODE_LIFETIME_SECONDS: seconds(5, 60, 60),
  RATE_LIMIT_ADDRESS: wholeNumber(1, 1_000_000, 3_000, 'a whole number of requests a minute'),
  RATE_LIMIT_SESSION: wholeNumber(1, 1_000_000, 600, 'a whole number of requests a minute'),
  RATE_LIMIT_PARTNER: wholeNumber(1, 1_000_000, 3_000, 'a whole number of requests a minute'),
  RATE_LIMIT_STORE: z.enum(['memory', 'postgresql'], { error: 'memory or postgresql' }).optional(),
  MAX_REQUESTS_IN_FLIGHT: wholeNumber(1, 10_000, 256),
  MAX_CONNECTIONS: wholeNumber(1, 100_000, 4_096),
  REQUEST_DEADLINE_MS: wholeNumber(1_000, 120_000, 15_000, 'a whole number of milliseconds'),
  DRAIN_MS: wholeNumber(0, 3_000, 1_000, 'a whole number of milliseconds'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine(
      (origins) =>
        origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
      {
        error: 'origins such as https://app.example.com, divided by commas',
      },
    ),
  SUBGRAPH_DEADLINE_MS: wholeNumber(100, 30_000, 3_500, 'a whole number of milliseconds'),
})

/** Every setting, as .env.example lists them. */
export const settingNames: string[] = Object.keys(environment.shape)

export type Config = Omit<z.infer<typeof environment>, 'DEMO' | 'RATE_LIMIT_STORE'> & {
  DEMO: boolean
  RATE_LIMIT_STORE: 'memory' | 'postgresql'
  only: Part | null
}

/** Which database is meant, for commands that need nothing else. */
export function readDatabaseConfig(
  env: NodeJS.ProcessEnv,
): Pick<Config, 'DATABASE_URL' | 'DATA_DIR'> {
  const parsed = environment
    .pick({ DATABASE_URL: true, DATA_DIR: true })
    .safeParse({ DATABASE_URL: env.DATABASE_URL || undefined, DATA_DIR: env.DATA_DIR || undefined })
  if (!parsed.success)
    throw new ConfigurationError(
      parsed.error.issues.map(({ path, message }) => `${String(path[0])}: expected ${message}`),
    )
  return parsed.data
}

export const isLoopbackHost = (host: string) =>
  /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host)

/** @throws ConfigurationError that names every mistake. */
export function readConfig(env: NodeJS.ProcessEnv, only: Part | null = null): Config {
  const parsed = environment.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
  )
  const mistakes = parsed.success
    ? []
    : parsed.error.issues.map(
        ({ path, message }) =>
          `${path[0]?.toString()}: expected ${message.replace(/^.*\bexpected /, '')}`,
      )
  // What depends on several settings is looked at even where one is malformed, so that nobody mends them one start at a time.
  const has = (name: keyof z.infer<typeof environment>) => Boolean(env[name])
  const publicUrl = env.PUBLIC_URL && URL.canParse(env.PUBLIC_URL) ? new URL(env.PUBLIC_URL) : null
  const isPublicLoopback = publicUrl === null || isLoopbackHost(publicUrl.hostname)
  const couldBeDemo =
    !has('DATABASE_URL') &&
    isLoopbackHost(env.HOST || '127.0.0.1') &&
    isPublicLoopback &&
    only === null
  const asksForDemo = z.stringbool().safeParse(env.DEMO).data
  if (asksForDemo && !couldBeDemo)
    mistakes.push(
      'DEMO: possible only with the embedded database (no DATABASE_URL), in one process, on a loopback HOST and PUBLIC_URL',
    )
  const demo = asksForDemo ?? couldBeDemo
  if (publicUrl?.protocol === 'http:' && !isPublicLoopback)
    mistakes.push('PUBLIC_URL: expected https:// anywhere but on loopback')
  if (
    !isLoopbackHost(env.HOST || '127.0.0.1') &&
    only !== 'tenants' &&
    only !== 'identity' &&
    only !== 'audit' &&
    !publicUrl
  ) {
    mistakes.push('PUBLIC_URL: needed where HOST is not a loopback address')
  }
  const signsIn = only === null || only === 'gateway' || only === 'identity'
  if (signsIn && !demo) {
    for (const name of ['MICROSOFT_CLIENT_ID', 'MICROSOFT_CLIENT_SECRET'] as const)
      if (!has(name)) mistakes.push(`${name}: needed to sign in with Microsoft`)
    if (/^http:/i.test(env.MICROSOFT_AUTHORITY ?? '') && !isPublicLoopback)
      mistakes.push('MICROSOFT_AUTHORITY: expected https:// anywhere but on loopback')
    if (!has('TRANSACTION_KEY') && (has('DATABASE_URL') || only !== null))
      mistakes.push('TRANSACTION_KEY: needed with DATABASE_URL, the same on every node')
  }
  if ((only === null || only === 'audit') && has('DATABASE_URL') && !has('ACTIVITY_LOG_KEY'))
    mistakes.push('ACTIVITY_LOG_KEY: needed with DATABASE_URL, the same on every node')
  if (has('WITNESS_URL') !== has('WITNESS_KEY'))
    mistakes.push(
      `${has('WITNESS_URL') ? 'WITNESS_KEY' : 'WITNESS_URL'}: needed for a witness, the address and the key of which go together`,
    )
  if (only === 'audit' && !publicUrl) mistakes.push('PUBLIC_URL: needed to serve audit alone')
  if (only === 'identity' && !publicUrl) mistakes.push('PUBLIC_URL: needed to serve identity alone')
  if (only !== null && !has('DATABASE_URL'))
    mistakes.push('DATABASE_URL: needed to serve one part alone')
  if (only === 'gateway') {
    if (!has('GATEWAY_PRIVATE_KEY'))
      mistakes.push('GATEWAY_PRIVATE_KEY: needed to serve the gateway alone')
    for (const name of ['TENANTS_URL', 'IDENTITY_URL', 'AUDIT_URL'] as const)
      if (!has(name)) mistakes.push(`${name}: needed to serve the gateway alone`)
  } else if (only !== null && !has('GATEWAY_PUBLIC_KEYS'))
    mistakes.push('GATEWAY_PUBLIC_KEYS: needed to serve a subgraph alone')
  if (mistakes.length || !parsed.success) throw new ConfigurationError(mistakes)
  // Several nodes have a database in common, and it is never the embedded one.
  const RATE_LIMIT_STORE =
    parsed.data.RATE_LIMIT_STORE ?? (has('DATABASE_URL') ? 'postgresql' : 'memory')
  return { ...parsed.data, RATE_LIMIT_STORE, DEMO: demo, only }
}
