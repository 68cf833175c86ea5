/** The operators' command line: `npm run admin -- help`. It speaks to the database itself, in a role of its own; every act is in the log. */
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { JWK } from 'jose'
import type { PartnerPlatform } from '../drizzle/tables/shared.ts'
import type { ActivityRetention } from '../drizzle/tables/tenants.ts'
import { ConfigurationError, loadEnvFile, readDatabaseConfig } from '../platform/config.ts'
import { createLog } from '../platform/lib/log.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { openDatabaseTarget } from '../platform/postgres/database-target.ts'
import { DatabaseUnavailable, UnusableDatabase } from '../platform/postgres/errors.ts'
import { checkDatabase, migrate } from '../platform/postgres/migrations.ts'
import * as operations from './operations.ts'
import { type Operator, OperatorMistake } from './operations.ts'

type Options = Record<string, string | undefined>

interface Command {
  usage: string
  what: string
  options: string[]
  optional?: string[]
  /** What it returns is printed: a sentence, or rows. */
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
    what: 'Makes a tenant for a Microsoft 365 organisation; the first domain is its default one. Prints its id.',
    options: ['name', 'microsoft-tenant-id', 'domains'],
    async run(by, { name, 'microsoft-tenant-id': microsoftTenantId, domains }) {
      return operations.createTenant(by, {
        name: name!,
        microsoftTenantId: microsoftTenantId!,
        domains: domains!.split(','),
      })
    },
  },
  'tenant list': {
    usage: '',
    what: 'Lists the tenants.',
    options: [],
    run: (by) => operations.listTenants(by),
  },
  'tenant retention': {
    usage: '--tenant ID --keep 1|3|7',
    what: "How many years the events are kept that are sealed from now on, in the tenant's log; 1 is the least.",
    options: ['tenant', 'keep'],
    async run(by, { tenant, keep }) {
      const retention = retentions[keep!]
      if (!retention) throw new OperatorMistake('--keep is 1, 3 or 7.')
      await operations.chooseRetention(by, tenant!, retention)
      return `Kept for ${keep} years.`
    },
  },
  'tenant erase-person': {
    usage: '--tenant ID --key KEY [--email a@contoso.com,b@contoso.com]',
    what: "Takes a person's names and addresses out of a tenant's log. KEY is what the log shows: microsoft:… or partner:…. Either will do.",
    options: ['tenant'],
    optional: ['key', 'email'],
    async run(by, { tenant, key = null, email }) {
      const count = await operations.erasePerson(by, tenant!, key, email?.split(','))
      return `Erased from ${count} events. What is in force stays as it is: sessions that run, a grant, a notification recipient.`
    },
  },
  'partner register': {
    usage:
      '--platform vsa|uniview --name NAME --client-id ID --issuer URL --handoff-url URL --keys FILE | --jwks-url URL',
    what: 'Registers a VSA server or UniView portal. FILE holds a JWK or a JWKS with its public keys; at URL it publishes them.',
    options: ['platform', 'name', 'client-id', 'issuer', 'handoff-url'],
    optional: ['keys', 'jwks-url'],
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
      },
    ) {
      const known = platforms[platform!]
      if (!known) throw new OperatorMistake('--platform is vsa or uniview.')
      if ((keys === undefined) === (jwksUrl === undefined))
        throw new OperatorMistake('Give either --keys or --jwks-url.')
      const instance = {
        platform: known,
        name: name!,
        clientId: clientId!,
        issuer: issuer!,
        handoffUrl: handoffUrl!,
      }
      await operations.registerPartnerInstance(by, {
        ...instance,
        keys: jwksUrl === undefined ? await readKeys(keys!) : { jwksUrl },
      })
      return `Registered ${clientId}.`
    },
  },
  'partner list': {
    usage: '',
    what: 'Lists the partner instances and their keys; first tells tenants of changes that were broken off before they were told.',
    options: [],
    async run(by) {
      await operations.tellTenants(by)
      return (await operations.listPartnerInstances(by)).map(
        ({ clientId, platform, name, issuer, jwksUrl, suspendedAt, removedAt, keys }) => ({
          clientId,
          platform,
          name,
          issuer,
          status: removedAt ? 'removed' : suspendedAt ? 'suspended' : 'active',
          keys: [jwksUrl, ...keys.filter(({ revokedAt }) => revokedAt || !jwksUrl).map(shownKey)]
            .filter(Boolean)
            .join(' '),
        }),
      )
    },
  },
  'partner add-key': {
    usage: '--client-id ID --key FILE',
    what: 'Adds a public key beside the ones that are there: the first half of a rotation.',
    options: ['client-id', 'key'],
    async run(by, { 'client-id': clientId, key }) {
      const [jwk, ...more] = await readKeys(key!)
      if (!jwk || more.length) throw new OperatorMistake('Add one key at a time.')
      return `Added ${await operations.addPartnerKey(by, clientId!, jwk)}.`
    },
  },
  'partner move-jwks': {
    usage: '--client-id ID --jwks-url URL',
    what: 'From now on the keys of the instance are those that it publishes at URL. What came by registered ones goes on.',
    options: ['client-id', 'jwks-url'],
    async run(by, { 'client-id': clientId, 'jwks-url': jwksUrl }) {
      await operations.moveJwksUrl(by, clientId!, jwksUrl!)
      return `The keys of ${clientId} are those at ${jwksUrl}.`
    },
  },
  'partner move-handoff': {
    usage: '--client-id ID --handoff-url URL',
    what: 'From now on "Connect to O365" sends browsers to URL.',
    options: ['client-id', 'handoff-url'],
    async run(by, { 'client-id': clientId, 'handoff-url': handoffUrl }) {
      await operations.moveHandoffUrl(by, clientId!, handoffUrl!)
      return `Browsers are sent to ${handoffUrl}.`
    },
  },
  'partner revoke-key': {
    usage: '--client-id ID --kid KID',
    what: 'Revokes a key: the second half of a rotation. Ends every session and handoff that came by it.',
    options: ['client-id', 'kid'],
    async run(by, { 'client-id': clientId, kid }) {
      await operations.revokePartnerKey(by, clientId!, kid!)
      return `Revoked ${kid}: what rested on it has ended.`
    },
  },
  'partner suspend': {
    usage: '--client-id ID',
    what: 'Ends every session and handoff of the instance, in every tenant, and lets nobody in from there.',
    options: ['client-id'],
    async run(by, { 'client-id': clientId }) {
      await operations.suspendPartnerInstance(by, clientId!)
      return `Suspended ${clientId}: what rested on it has ended.`
    },
  },
  'partner resume': {
    usage: '--client-id ID',
    what: 'Lets a suspended instance in again. What the suspension ended stays ended.',
    options: ['client-id'],
    async run(by, { 'client-id': clientId }) {
      await operations.resumePartnerInstance(by, clientId!)
      return `Resumed ${clientId}.`
    },
  },
  'partner remove': {
    usage: '--client-id ID',
    what: 'As suspend, for good.',
    options: ['client-id'],
    async run(by, { 'client-id': clientId }) {
      await operations.removePartnerInstance(by, clientId!)
      return `Removed ${clientId}: what rested on it has ended.`
    },
  },
  'log new-epoch': {
    usage: '--tenant ID --reason TEXT',
    what: "Lets a tenant's log be sealed again after the database was set back (a restored backup): as another log from here on.",
    options: ['tenant', 'reason'],
    async run(by, { tenant, reason }) {
      return `Opened epoch ${await operations.openLogEpoch(by, tenant!, reason!)}.`
    },
  },
  log: {
    usage: '[--limit N]',
    what: "Reads the operators' log, newest first: your own acts, and attempts of those who proved nothing.",
    options: [],
    optional: ['limit'],
    async run(by, { limit = '50' }) {
      const count = Number(limit)
      if (!Number.isInteger(count) || count < 1 || count > 1_000)
        throw new OperatorMistake('--limit lies between 1 and 1000.')
      return (await operations.operatorLog(by, count)).map(
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

const shownKey = ({
  kid,
  alg,
  revokedAt,
}: {
  kid: string
  alg: string | null
  revokedAt: Date | null
}) => `${kid} (${[alg, revokedAt && 'revoked'].filter(Boolean).join(', ')})`

async function readKeys(path: string): Promise<JWK[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new OperatorMistake(`There is no readable file at ${path}.`)
  })
  try {
    const parsed = JSON.parse(text) as JWK | { keys: JWK[] }
    return 'keys' in parsed && Array.isArray(parsed.keys) ? parsed.keys : [parsed as JWK]
  } catch {
    throw new OperatorMistake(`${path} is no JSON.`)
  }
}

function help(): string {
  const lines = Object.entries(commands).map(
    ([name, { usage, what }]) => `  ${name} ${usage}\n      ${what}`,
  )
  return `npm run admin -- COMMAND [--json]\n\n${lines.join('\n')}\n\nDATABASE_URL or DATA_DIR says which database, as for the service.`
}

function parse(words: string[]): { command: Command; options: Options; asJson: boolean } {
  const name = Object.keys(commands).find(
    (known) => known === words.slice(0, known.split(' ').length).join(' '),
  )
  if (!name)
    throw new OperatorMistake(
      words.length === 0 || words[0] === 'help'
        ? ''
        : `There is no command "${words.slice(0, 2).join(' ')}".`,
    )
  const command = commands[name]!
  const known = [...command.options, ...(command.optional ?? [])]
  const options: ParseArgsConfig['options'] = {
    json: { type: 'boolean' },
    ...Object.fromEntries(known.map((option) => [option, { type: 'string' as const }])),
  }
  let values: Record<string, unknown>
  try {
    values = parseArgs({ args: words.slice(name.split(' ').length), options, strict: true }).values
  } catch (error) {
    throw new OperatorMistake((error as Error).message)
  }
  const missing = command.options.filter((option) => !values[option])
  if (missing.length)
    throw new OperatorMistake(
      `Missing: ${missing.map((option) => `--${option}`).join(', ')}.\n  ${name} ${command.usage}`,
    )
  return { command, options: values as Options, asJson: values.json === true }
}

async function main(words: string[]): Promise<void> {
  const { command, options, asJson } = parse(words)
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
      else if (answer.length === 0) console.log('None.')
      else console.table(answer)
    } finally {
      await db.close()
    }
  } finally {
    await store.stop()
  }
}

if (import.meta.main) {
  await main(process.argv.slice(2)).catch((error: unknown) => {
    const isExpected = [
      OperatorMistake,
      ConfigurationError,
      UnusableDatabase,
      DatabaseUnavailable,
    ].some((kind) => error instanceof kind)
    if (error instanceof OperatorMistake && error.message === '') return console.log(help())
    console.error(
      isExpected
        ? `${(error as Error).message}\n\`npm run admin -- help\` lists the commands.`
        : error,
    )
    process.exitCode = 1
  })
}
