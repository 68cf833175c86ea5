/**
 * All settings of the service, with their format, bounds and default. `.env.example` explains each
 * setting.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { databaseSettings, isLoopbackHost, isUrl } from '../platform/config.ts'
import { canonicalAddress } from '../platform/lib/domain.ts'
import { logLevels } from '../platform/lib/log.ts'
import { parseCosignerKey } from '../proof/cosigner-key.ts'

/**
 * Returns the schema of a whole number. All error texts in this file complete the sentence "NAME
 * must be ...".
 */
const wholeNumber = (minimum: number, maximum: number, fallback: number, what = '') => {
  const error = `a whole number${what} between ${minimum} and ${maximum}`
  return z.coerce
    .number({ error })
    .int({ error })
    .min(minimum, { error })
    .max(maximum, { error })
    .default(fallback)
}

const seconds = (minimum: number, maximum: number, fallback: number) =>
  wholeNumber(minimum, maximum, fallback, ' of seconds')

const milliseconds = (minimum: number, maximum: number, fallback: number) =>
  wholeNumber(minimum, maximum, fallback, ' of milliseconds')

const requestsPerMinute = (fallback: number) =>
  wholeNumber(1, 1_000_000, fallback, ' of requests per minute')

const url = (schemes: string[]) =>
  z.string().refine((text) => isUrl(text, schemes), {
    error: `a URL that starts with ${schemes.join('// or ')}//`,
  })

const list = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))

/**
 * Returns the text with the line ends of PEM (RFC 7468). A setting of one line has literal `\n`,
 * spaces or nothing in their place.
 */
const withLineEnds = (text: string) =>
  text
    .replaceAll(/\\r|\\n/g, '\n')
    .replaceAll(
      /\s*(-----BEGIN [A-Z ]+-----)([^-]*)(-----END [A-Z ]+-----)\s*/g,
      (_, begin: string, body: string, end: string) =>
        `${begin}\n${body.replaceAll(/\s/g, '')}\n${end}\n`,
    )

/** Node.js would also derive a public key from a private one, which no subgraph may have. */
function parsePublicKey(text: string) {
  if (!text.startsWith('-----BEGIN PUBLIC KEY-----')) throw new Error('Not a public key.')
  return createPublicKey(text)
}

const pem = (parse: (pem: string) => { asymmetricKeyType?: string }, kind = 'key') =>
  z
    .string()
    .transform(withLineEnds)
    .refine(
      (text) => {
        try {
          return parse(text).asymmetricKeyType === 'ed25519'
        } catch {
          return false
        }
      },
      { error: `an Ed25519 ${kind} in PEM format` },
    )

function isCosignerKey(text: string): boolean {
  try {
    parseCosignerKey(text)
    return true
  } catch {
    return false
  }
}

export const settings = z.object({
  ...databaseSettings,
  PORT: wholeNumber(0, 65_535, 4_000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: url(['http:', 'https:'])
    .refine(
      (text) =>
        !URL.canParse(text) || (['/', ''].includes(new URL(text).pathname) && !/[?#]/.test(text)),
      { error: 'a URL without a path' },
    )
    .transform((text) => new URL(text).origin)
    .optional(),
  DATABASE_POOL_SIZE: wholeNumber(2, 200, 16),
  DEMO: z.stringbool({ error: 'on or off' }).optional(),
  LOG_LEVEL: z.enum(logLevels, { error: `one of ${logLevels.join(', ')}` }).default('info'),
  TRUSTED_PROXY_HOPS: wholeNumber(0, 10, 0),
  STATE_ENCRYPTION_KEY: z
    .string()
    .refine((text) => Buffer.from(text, 'base64url').length === 32, {
      error: '32 random bytes in base64url',
    })
    .optional(),
  ACTIVITY_LOG_SIGNING_KEY: pem(createPrivateKey).optional(),
  ACTIVITY_LOG_VERIFIER_KEYS: list.refine(
    (keys) => keys.every((key) => /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$/.test(key)),
    { error: 'verifier keys (name+id+key), separated by commas' },
  ),
  CHECKPOINT_DIR: z.string().min(1).optional(),
  WITNESS_URL: url(['http:', 'https:'])
    .refine((text) => !URL.canParse(text) || !/[?#@]/.test(text), {
      error: 'a URL without a query and without a password',
    })
    .refine(
      (text) =>
        !/^http:/i.test(text) || !URL.canParse(text) || isLoopbackHost(new URL(text).hostname),
      { error: 'a URL that starts with https://, unless its host is loopback' },
    )
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  WITNESS_KEY: z
    .string()
    .refine(isCosignerKey, {
      error: 'a verifier key (name+id+key) of type 4 (Ed25519) or 6 (ML-DSA-44)',
    })
    .optional(),
  GATEWAY_PRIVATE_KEY: pem(createPrivateKey).optional(),
  GATEWAY_PUBLIC_KEYS: z
    .string()
    .transform((text) =>
      text.split(/(?<=-----END PUBLIC KEY-----)(?:\s|,|\\r|\\n)*/).filter(Boolean),
    )
    .pipe(z.array(pem(parsePublicKey, 'public key')).min(1))
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
  MAIL_FROM: z
    .string()
    .transform((text) => canonicalAddress(text) ?? text)
    .pipe(z.email({ error: 'an email address such as backup@example.com' }))
    .optional(),
  FEDERATED_SESSION_IDLE_SECONDS: seconds(60, 3_600, 900),
  FEDERATED_SESSION_MAX_SECONDS: seconds(300, 43_200, 28_800),
  MICROSOFT_SESSION_IDLE_SECONDS: seconds(60, 7_200, 1_800),
  MICROSOFT_SESSION_MAX_SECONDS: seconds(300, 86_400, 43_200),
  HANDOFF_CODE_LIFETIME_SECONDS: seconds(5, 60, 60),
  RATE_LIMIT_PER_ADDRESS: requestsPerMinute(3_000),
  RATE_LIMIT_PER_SESSION: requestsPerMinute(600),
  RATE_LIMIT_PER_PARTNER: requestsPerMinute(3_000),
  RATE_LIMIT_STORE: z.enum(['memory', 'postgresql'], { error: 'memory or postgresql' }).optional(),
  MAX_REQUESTS_IN_FLIGHT: wholeNumber(1, 10_000, 256),
  MAX_CONNECTIONS: wholeNumber(1, 100_000, 4_096),
  REQUEST_DEADLINE_MS: milliseconds(1_000, 120_000, 15_000),
  DRAIN_MS: milliseconds(0, 3_000, 1_000),
  CORS_ORIGINS: list.refine(
    (origins) =>
      origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
    { error: 'origins such as https://app.example.com, separated by commas' },
  ),
  SECURITY_CONTACT: list.refine(
    (contacts) => contacts.every((contact) => isUrl(contact, ['https:', 'mailto:', 'tel:'])),
    { error: 'URIs that start with https://, mailto: or tel:, separated by commas' },
  ),
  SECURITY_CONTACT_EXPIRES: z.iso
    .datetime({ offset: true, error: 'a date and time such as 2027-06-30T00:00:00Z' })
    .optional(),
  SUBGRAPH_DEADLINE_MS: milliseconds(100, 30_000, 3_500),
})

export type Settings = z.infer<typeof settings>
export type SettingName = keyof Settings

export const settingNames = Object.keys(settings.shape) as SettingName[]

/**
 * Maps the old names of renamed settings to their current names. The old names are still accepted.
 */
export const renamedSettings = {
  TRANSACTION_KEY: 'STATE_ENCRYPTION_KEY',
  ACTIVITY_LOG_KEY: 'ACTIVITY_LOG_SIGNING_KEY',
  ACTIVITY_LOG_KEYS: 'ACTIVITY_LOG_VERIFIER_KEYS',
  ANCHOR_DIR: 'CHECKPOINT_DIR',
  CODE_LIFETIME_SECONDS: 'HANDOFF_CODE_LIFETIME_SECONDS',
  FEDERATED_IDLE_SECONDS: 'FEDERATED_SESSION_IDLE_SECONDS',
  FEDERATED_MAX_SECONDS: 'FEDERATED_SESSION_MAX_SECONDS',
  MICROSOFT_IDLE_SECONDS: 'MICROSOFT_SESSION_IDLE_SECONDS',
  MICROSOFT_MAX_SECONDS: 'MICROSOFT_SESSION_MAX_SECONDS',
  RATE_LIMIT_ADDRESS: 'RATE_LIMIT_PER_ADDRESS',
  RATE_LIMIT_SESSION: 'RATE_LIMIT_PER_SESSION',
  RATE_LIMIT_PARTNER: 'RATE_LIMIT_PER_PARTNER',
} as const satisfies Record<string, SettingName>
