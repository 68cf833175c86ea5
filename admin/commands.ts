/** The commands of the operator's command line, by name. */
import { readFile } from 'node:fs/promises'
import type { JWK } from 'jose'
import type { PartnerPlatform } from '../drizzle/tables/shared.ts'
import type { ActivityRetention } from '../drizzle/tables/tenants.ts'
import {
  isSigningAlgorithm,
  type SigningAlgorithm,
  signingAlgorithms,
} from '../platform/auth/jwk.ts'
import { parseJwks } from '../platform/auth/key-set.ts'
import * as copies from './copy-to-tenant-logs.ts'
import { type Operator, OperatorInputError } from './operator.ts'
import * as partners from './partner-instances.ts'
import { listPartnerKeys } from './partner-keys.ts'
import * as tenants from './tenants.ts'

export type Options = Record<string, string | undefined>

export interface Command {
  usage: string
  what: string
  options: string[]
  optional?: string[]
  /** What the command does that cannot be undone, in one sentence. The operator must confirm it. */
  irreversible?(options: Options): string
  /** Runs the command. Returns a sentence or table rows to print. */
  run(by: Operator, options: Options): Promise<string | Record<string, unknown>[]>
}

const platforms: Record<string, PartnerPlatform> = {
  vsa: 'KASEYA_VSA',
  uniview: 'UNITRENDS_UNIVIEW',
}

const retentions: Record<string, ActivityRetention> = {
  1: 'ONE_YEAR',
  3: 'THREE_YEARS',
  7: 'SEVEN_YEARS',
}

export const commands: Record<string, Command> = {
  'tenant create': {
    usage: '--name NAME --microsoft-tenant-id UUID --domains contoso.com,contoso.net',
    what: 'Creates a tenant for a Microsoft 365 organisation and prints its ID. The first domain is the primary one.',
    options: ['name', 'microsoft-tenant-id', 'domains'],
    async run(by, { name, 'microsoft-tenant-id': microsoftTenantId, domains }) {
      return tenants.createTenant(by, {
        name: name!,
        microsoftTenantId: microsoftTenantId!,
        domains: domains!.split(','),
      })
    },
  },
  'tenant list': {
    usage: '',
    what: 'Lists the tenants with their names and domains.',
    options: [],
    run: (by) => tenants.listTenants(by),
  },
  'tenant retention': {
    usage: '--tenant ID --keep 1|3|7',
    what: 'Sets the retention period of new events of the tenant, in years. Sealed events keep their retention period.',
    options: ['tenant', 'keep'],
    async run(by, { tenant, keep }) {
      const retention = retentions[keep!]
      if (!retention) throw new OperatorInputError('--keep must be 1, 3 or 7 years.')
      await tenants.setRetention(by, tenant!, retention)
      return `New events are kept for ${keep} year(s).`
    },
  },
  'tenant erase-person': {
    usage: '--tenant ID --key KEY [--email a@contoso.com,b@contoso.com]',
    what: "Erases a person's names and addresses from a tenant's Activity Log. KEY is the actor key, microsoft:... or partner:.... Specify --key, --email or both.",
    options: ['tenant'],
    optional: ['key', 'email'],
    irreversible: ({ tenant, key, email }) =>
      `This erases the names and addresses of ${[key, email].filter(Boolean).join(' and ')} from the Activity Log of the tenant ${tenant} permanently.`,
    async run(by, { tenant, key = null, email }) {
      const count = await tenants.erasePerson(by, tenant!, key, email?.split(','))
      return `Erased from ${count} events. Active sessions, grants and notification recipients are unchanged.`
    },
  },
  'partner register': {
    usage:
      '--platform vsa|uniview --name NAME --client-id ID --issuer URL --handoff-url URL --keys FILE | --jwks-url URL [--alg EdDSA|ES256|PS256|RS256]',
    what: 'Registers a VSA server or UniView portal. Specify a FILE with its public keys, as a JWK or JWKS, or the JWKS URL at which it publishes its keys. With --alg, only keys for this algorithm are used; RSA keys without an algorithm are for RS256, unless --alg is PS256.',
    options: ['platform', 'name', 'client-id', 'issuer', 'handoff-url'],
    optional: ['keys', 'jwks-url', 'alg'],
    async run(
      by,
      {
        platform,
        name,
        'client-id': clientId,
        issuer,
        'handoff-url': handoffUrl,
        keys,
        'jwks-url': jwksUrl,
        alg,
      },
    ) {
      const known = platforms[platform!]
      if (!known) throw new OperatorInputError('--platform must be vsa or uniview.')
      if ((keys === undefined) === (jwksUrl === undefined))
        throw new OperatorInputError('Specify exactly one of --keys and --jwks-url.')
      const instance = {
        platform: known,
        name: name!,
        clientId: clientId!,
        issuer: issuer!,
        handoffUrl: handoffUrl!,
      }
      const ignored = await partners.registerPartnerInstance(by, {
        ...instance,
        keys: jwksUrl === undefined ? await readKeys(keys!) : { jwksUrl },
        alg: algorithmOf(alg),
      })
      return [
        `Registered ${clientId}.`,
        ...ignored.map(
          ({ jwk, reason }) => `The key ${jwk.kid ?? 'without ID'} was ignored. ${reason}`,
        ),
        ...(jwksUrl ? [`\`partner keys --client-id ${clientId}\` checks the published keys.`] : []),
      ].join('\n')
    },
  },
  'partner list': {
    usage: '',
    what: 'Lists the partner instances and their keys. First completes interrupted copies of changes to the logs of tenants.',
    options: [],
    async run(by) {
      await copies.copyChangesToTenantLogs(by)
      return (await partners.listPartnerInstances(by)).map(
        ({ clientId, platform, name, issuer, jwksUrl, suspendedAt, removedAt, keys }) => ({
          clientId,
          platform,
          name,
          issuer,
          status: removedAt ? 'removed' : suspendedAt ? 'suspended' : 'active',
          keys: [jwksUrl, ...keys.filter(({ revokedAt }) => revokedAt || !jwksUrl).map(formatKey)]
            .filter(Boolean)
            .join(' '),
        }),
      )
    },
  },
  'partner keys': {
    usage: '--client-id ID',
    what: 'Lists the keys of an instance: whether each key can be used and, if not, why. Fetches published keys from this machine.',
    options: ['client-id'],
    run: (by, { 'client-id': clientId }) => listPartnerKeys(by, clientId!),
  },
  'partner add-key': {
    usage: '--client-id ID --key FILE [--alg EdDSA|ES256|PS256|RS256]',
    what: 'Adds a public key and keeps the existing keys. This is the first step of a key rotation.',
    options: ['client-id', 'key'],
    optional: ['alg'],
    async run(by, { 'client-id': clientId, key, alg }) {
      const [jwk, ...more] = await readKeys(key!)
      if (!jwk || more.length)
        throw new OperatorInputError('The key file must contain exactly one public key.')
      return `Added ${await partners.addPartnerKey(by, clientId!, jwk, algorithmOf(alg))}.`
    },
  },
  'partner move-jwks': {
    usage: '--client-id ID --jwks-url URL [--alg EdDSA|ES256|PS256|RS256]',
    what: 'Reads the keys of the instance from the JWKS URL from now on. Sessions that started with registered keys continue.',
    options: ['client-id', 'jwks-url'],
    optional: ['alg'],
    async run(by, { 'client-id': clientId, 'jwks-url': jwksUrl, alg }) {
      await partners.setJwksUrl(by, clientId!, jwksUrl!, algorithmOf(alg))
      return `The keys of ${clientId} are now read from ${jwksUrl}.\n\`partner keys --client-id ${clientId}\` checks them.`
    },
  },
  'partner move-handoff': {
    usage: '--client-id ID --handoff-url URL',
    what: 'Changes the URL to which "Connect to O365" redirects browsers.',
    options: ['client-id', 'handoff-url'],
    async run(by, { 'client-id': clientId, 'handoff-url': handoffUrl }) {
      await partners.setHandoffUrl(by, clientId!, handoffUrl!)
      return `Browsers are now redirected to ${handoffUrl}.`
    },
  },
  'partner revoke-key': {
    usage: '--client-id ID --kid KID',
    what: 'Revokes a key and ends all sessions and handoffs that were signed with it. This is the last step of a key rotation.',
    options: ['client-id', 'kid'],
    irreversible: ({ 'client-id': clientId, kid }) =>
      `This revokes the key ${kid} of ${clientId} permanently and ends all sessions and handoffs that it signed.`,
    async run(by, { 'client-id': clientId, kid }) {
      await partners.revokePartnerKey(by, clientId!, kid!)
      return `Revoked ${kid}. Its sessions and handoffs have ended.`
    },
  },
  'partner suspend': {
    usage: '--client-id ID',
    what: 'Ends all sessions and handoffs of the instance in all tenants and refuses new ones.',
    options: ['client-id'],
    async run(by, { 'client-id': clientId }) {
      await partners.suspendPartnerInstance(by, clientId!)
      return `Suspended ${clientId}. Its sessions and handoffs have ended.`
    },
  },
  'partner resume': {
    usage: '--client-id ID',
    what: 'Accepts sign-ins from a suspended instance again. Ended sessions stay ended.',
    options: ['client-id'],
    async run(by, { 'client-id': clientId }) {
      await partners.resumePartnerInstance(by, clientId!)
      return `Resumed ${clientId}.`
    },
  },
  'partner remove': {
    usage: '--client-id ID',
    what: 'Suspends the instance permanently. Its client ID and issuer cannot be registered again.',
    options: ['client-id'],
    irreversible: ({ 'client-id': clientId }) =>
      `This removes ${clientId} permanently and ends its sessions and handoffs in all tenants. Its client ID and issuer cannot be registered again.`,
    async run(by, { 'client-id': clientId }) {
      await partners.removePartnerInstance(by, clientId!)
      return `Removed ${clientId}. Its sessions and handoffs have ended.`
    },
  },
  'log new-epoch': {
    usage: '--tenant ID --reason TEXT',
    what: 'Opens a new log epoch after the database was restored to an older state, so that sealing continues. The log starts a new proof chain.',
    options: ['tenant', 'reason'],
    irreversible: ({ tenant }) =>
      `This starts a new proof chain for the Activity Log of the tenant ${tenant}. Earlier checkpoints are no longer continued.`,
    async run(by, { tenant, reason }) {
      return `Opened epoch ${await tenants.openLogEpoch(by, tenant!, reason!)}.`
    },
  },
  log: {
    usage: '[--limit N]',
    what: "Prints the operators' log, newest first: operator commands and unverified attempts.",
    options: [],
    optional: ['limit'],
    async run(by, { limit = '50' }) {
      const count = Number(limit)
      if (!Number.isInteger(count) || count < 1 || count > 1_000)
        throw new OperatorInputError('--limit must be a whole number between 1 and 1000.')
      return (await tenants.operatorLog(by, count)).map(
        ({
          occurredAt,
          actor,
          action,
          outcome,
          reason,
          target,
          coalesced,
          unverifiedClaims,
          ipAddress,
        }) => ({
          occurredAt: occurredAt.toISOString(),
          actor: actor.displayName,
          action,
          outcome: reason ? `${outcome} ${reason}` : outcome,
          target: target?.id ?? '',
          ipAddress: ipAddress ?? '',
          times: coalesced?.count ?? 1,
          claimed: unverifiedClaims ? JSON.stringify(unverifiedClaims) : '',
        }),
      )
    },
  },
}

function algorithmOf(alg: string | undefined): SigningAlgorithm | null {
  if (alg === undefined) return null
  if (isSigningAlgorithm(alg)) return alg
  throw new OperatorInputError(`--alg must be ${signingAlgorithms.join(', ')}.`)
}

const formatKey = ({
  kid,
  alg,
  revokedAt,
}: {
  kid: string
  alg: string | null
  revokedAt: Date | null
}) => `${kid} (${[alg, revokedAt && 'revoked'].filter(Boolean).join(', ')})`

/**
 * Reads a file with a JWK or a JWKS. Some Windows programs begin a file with a byte order mark.
 * @throws OperatorInputError if the file is another one, or contains a private or symmetric key
 */
async function readKeys(path: string): Promise<JWK[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new OperatorInputError(`The file ${path} could not be read.`)
  })
  let parsed: { kty?: unknown } | null
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    throw new OperatorInputError(`The file ${path} does not contain valid JSON.`)
  }
  try {
    return parseJwks(parsed?.kty ? { keys: [parsed] } : parsed)
  } catch (error) {
    throw new OperatorInputError(`The file ${path} cannot be used. ${(error as Error).message}`)
  }
}
