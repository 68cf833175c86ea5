/**
 * Runs the complete story over HTTP against a server: `npm run demo`, or `npm run demo -- --json`
 * for one JSON object per step. GATEWAY_URL names the server, whose DATA_DIR must be readable here;
 * without it, a temporary server is started.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadEnvFile } from '../platform/config.ts'
import { Actors, type Partner, type Tenant, type User } from './actors.ts'
import type { Browser } from './browser.ts'
import type { DemoFile } from './demo.ts'
import { must, type Teller, tell } from './telling.ts'

const silence: Teller = { asked: () => {}, answered: () => {} }
type Bearer = { bearer: string }

async function story(
  { gatewayUrl, issuer, tenants, partnerInstances, microsoft }: DemoFile,
  asJson: boolean,
): Promise<boolean> {
  const actors = new Actors(gatewayUrl, issuer)
  const [first, second] = tenants as [Tenant, Tenant]
  const vsa = partnerInstances.find(({ platform }) => platform === 'KASEYA_VSA')!
  const uniview = partnerInstances.find(({ platform }) => platform === 'UNITRENDS_UNIVIEW')!
  const userOf = (tenant: Tenant, role: string): User =>
    microsoft.users.find((user) => user.tenantId === tenant.id && user.role === role)!
  const signIn = async (teller: Teller, tenant: Tenant, role: string): Promise<Bearer> => {
    const answer = await actors.signInWithMicrosoft(teller, tenant, userOf(tenant, role))
    must('bearer' in answer, `${role} signs in`)
    return answer
  }

  const restore = [
    await asFound(actors, first, await signIn(silence, first, 'GLOBAL_ADMIN')),
    await asFound(actors, second, await signIn(silence, second, 'GLOBAL_ADMIN')),
  ]
  let admin: Bearer
  let technician: Bearer
  let browser: Browser
  let number = 0
  const step = (title: string, run: (teller: Teller) => Promise<void>) =>
    tell(++number, title, asJson, run)

  const bothForms = async (
    teller: Teller,
    tenant: Tenant,
    partner: Partner,
  ): Promise<[Browser, Bearer]> => {
    const connected = await actors.connectBrowser(teller, tenant, partner)
    const handoff = await actors.createHandoff(teller, tenant, partner)
    must('code' in handoff, 'a code is made')
    const session = await actors.redeemHandoff(teller, partner, handoff.code)
    must('bearer' in session, 'the code makes a session')
    return [connected, session]
  }

  try {
    return (
      (await step('A Global Admin signs in with Microsoft', async (teller) => {
        admin = await signIn(teller, first, 'GLOBAL_ADMIN')
      })) &&
      (await step(
        'Turning Login with IT Complete on is refused: the tenant is associated with nobody',
        async (teller) => {
          must(
            (await actors.enable(teller, admin, first)) === 'TENANT_NOT_ASSOCIATED',
            'the refusal names the blocker',
          )
        },
      )) &&
      (await step(
        'The admin associates the tenant with the MSP’s VSA server, and turns the feature on',
        async (teller) => {
          await actors.associate(teller, admin, first, vsa)
          must((await actors.enable(teller, admin, first)) === null, 'the feature is on')
        },
      )) &&
      (await step('“Connect to O365” in VSA: by browser and by API', async (teller) => {
        ;[browser, technician] = await bothForms(teller, first, vsa)
      })) &&
      (await step('The technician reads the tenant and changes a service setting', (teller) =>
        actors.changeServices(teller, technician, first),
      )) &&
      (await step(
        'A Spanning Admin does the same over Microsoft; others are refused',
        async (teller) => {
          await actors.changeServices(teller, await signIn(teller, first, 'SPANNING_ADMIN'), first)
          const ordinary = await actors.signInWithMicrosoft(teller, first, userOf(first, 'NONE'))
          must(
            'refused' in ordinary && ordinary.refused === 'FORBIDDEN',
            'an ordinary user of the tenant is refused',
          )
          const stranger = await actors.createHandoff(teller, first, uniview)
          must(
            'refused' in stranger && stranger.refused === 'PARTNER_NOT_ASSOCIATED',
            'a technician of another MSP is refused',
          )
        },
      )) &&
      (await step('The same with UniView for a second tenant', async (teller) => {
        const otherAdmin = await signIn(teller, second, 'GLOBAL_ADMIN')
        await actors.associate(teller, otherAdmin, second, uniview)
        must((await actors.enable(teller, otherAdmin, second)) === null, 'the feature is on')
        const [, session] = await bothForms(teller, second, uniview)
        await actors.changeServices(teller, session, second)
      })) &&
      (await step('The Activity Log of the first tenant shows it all', (teller) =>
        readLog(actors, teller, admin, first),
      )) &&
      (await step(
        'The admin turns the feature off: what came through it is over',
        async (teller) => {
          const unredeemed = await actors.createHandoff(teller, first, vsa)
          must('code' in unredeemed, 'a code is made while the feature is on')
          await actors.disable(teller, admin, first)
          for (const [form, who] of [
            ['bearer', technician] as const,
            ['cookie', { browser, tenantId: first.id }] as const,
          ]) {
            teller.asked(`the technician’s ${form} session asks for the tenant`)
            const { codes } = await actors.ask(
              who,
              'query ($id: ID!) { tenant(id: $id) { name } }',
              { id: first.id },
            )
            teller.answered(`refused: ${codes[0]}`)
            must(
              codes[0] === 'MICROSOFT_SIGN_IN_REQUIRED',
              'the session is dead at the next request',
            )
          }
          must(
            'refused' in (await actors.redeemHandoff(teller, vsa, unredeemed.code)),
            'an unredeemed code no longer redeems',
          )
          const again = await actors.createHandoff(teller, first, vsa)
          must(
            'refused' in again && again.refused === 'MICROSOFT_SIGN_IN_REQUIRED',
            'a new handoff is refused',
          )
          await signIn(teller, first, 'GLOBAL_ADMIN')
        },
      ))
    )
  } finally {
    for (const back of restore) await back()
  }
}

/**
 * Saves the state of a tenant, prepares it for the story, and returns a function that restores it.
 */
async function asFound(
  actors: Actors,
  tenant: Tenant,
  admin: Bearer,
): Promise<() => Promise<void>> {
  const read = `query ($id: ID!) { tenant(id: $id) { settings { services { calendar } itCompleteLogin { enabled } }
    partnerAssociations { status partner { clientId } externalTenantId allowedTechnicians mfaMaxAgeMinutes } } }`
  const { settings, partnerAssociations } = (await actors.ask(admin, read, { id: tenant.id })).data
    .tenant
  const clear = async () => {
    await actors.disable(silence, admin, tenant)
    await actors.dissociateAll(admin, tenant)
  }
  if (settings.itCompleteLogin.enabled || partnerAssociations.length > 0) await clear()
  return async () => {
    await clear()
    const now = (await actors.ask(admin, read, { id: tenant.id })).data.tenant
    if (now.settings.services.calendar !== settings.services.calendar)
      await actors.changeServices(silence, admin, tenant)
    const associate =
      'mutation ($input: AssociatePartnerInput!) { associatePartner(input: $input) { userErrors { code } } }'
    for (const { status, partner, ...terms } of partnerAssociations) {
      if (status === 'ACTIVE')
        await actors.ask(admin, associate, {
          input: { tenantId: tenant.id, clientId: partner.clientId, ...terms },
        })
    }
    if (settings.itCompleteLogin.enabled) await actors.enable(silence, admin, tenant)
    await actors.signOut(admin)
  }
}

async function readLog(
  actors: Actors,
  teller: Teller,
  admin: Bearer,
  tenant: Tenant,
): Promise<void> {
  teller.asked(`activityLog of ${tenant.name}, the newest 20`)
  const query = `query ($id: ID!) { tenant(id: $id) { activityLog(first: 20) { nodes {
    occurredAt action outcome reason method actor { __typename displayName ... on PartnerTechnician { platform instance } } } } } }`
  const { nodes } = (await actors.ask(admin, query, { id: tenant.id })).data.tenant.activityLog
  const lines = nodes.map(
    (row: {
      occurredAt: string
      actor: { displayName: string; instance?: string }
      action: string
      outcome: string
      reason: string | null
    }) =>
      `${row.occurredAt.slice(11, 19)}  ${(row.actor.displayName + (row.actor.instance ? `, ${row.actor.instance}` : '')).padEnd(44)} ${row.action.padEnd(30)} ${row.outcome}${row.reason ? ` ${row.reason}` : ''}`,
  )
  teller.answered(`${lines.length} rows\n     ${lines.join('\n     ')}`)
  const shows = (type: string, action: string, outcome: string, reason: string | null = null) =>
    must(
      nodes.some(
        (row: {
          actor: { __typename: string }
          action: string
          outcome: string
          reason: string | null
        }) =>
          row.actor.__typename === type &&
          row.action === action &&
          row.outcome === outcome &&
          row.reason === reason,
      ),
      `the log shows ${action} ${outcome} ${reason ?? ''} by a ${type}`,
    )
  shows('MicrosoftAdmin', 'microsoft_login.completed', 'SUCCEEDED')
  shows('MicrosoftAdmin', 'it_complete_login.enabled', 'FAILED', 'TENANT_NOT_ASSOCIATED')
  shows('MicrosoftAdmin', 'partner_association.created', 'SUCCEEDED')
  shows('MicrosoftAdmin', 'it_complete_login.enabled', 'SUCCEEDED')
  shows('PartnerTechnician', 'handoff.created', 'SUCCEEDED')
  shows('PartnerTechnician', 'handoff.redeemed', 'SUCCEEDED')
  shows('PartnerTechnician', 'service_settings.updated', 'SUCCEEDED')
  shows('MicrosoftAdmin', 'service_settings.updated', 'SUCCEEDED')
  shows('MicrosoftUser', 'microsoft_login.completed', 'DENIED', 'FORBIDDEN')
  shows('PartnerTechnician', 'handoff.created', 'DENIED', 'PARTNER_NOT_ASSOCIATED')
}

/** Starts a temporary server whose data folder is deleted at the end. */
async function ownServer(): Promise<{ dataDir: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'it-complete-login-demo-'))
  const main = new URL('../gateway/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  child.once('exit', () => end())
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    await rm(dataDir, { recursive: true, force: true })
  }
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>()
  child.stdout.on('data', (text: Buffer) => text.includes('is ready') && resolve())
  child.once('exit', () => reject(new Error('the server did not start')))
  const deadline = setTimeout(
    () => reject(new Error('the server was not ready within 60 s')),
    60_000,
  )
  try {
    await ready
  } catch (error) {
    await stop()
    throw error
  } finally {
    clearTimeout(deadline)
  }
  return { dataDir, stop }
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
loadEnvFile()
const given = process.env.GATEWAY_URL
const own = given ? null : await ownServer()
try {
  const path = join(own?.dataDir ?? process.env.DATA_DIR ?? '.data', 'demo.json')
  const file = JSON.parse(await readFile(path, 'utf8')) as DemoFile
  if (given) file.gatewayUrl = given.endsWith('/graphql') ? given : new URL('/graphql', given).href
  if (!values.json) console.log(`The main job, told against ${file.gatewayUrl}`)
  const isWhole = await story(file, values.json)
  if (!values.json)
    console.log(
      isWhole
        ? '\nThe story is whole, and the tenants are as they were.\n'
        : '\nThe story ends here: this is not as it should be.\n',
    )
  process.exitCode = isWhole ? 0 : 1
} catch (error) {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
  console.error(
    isMissing
      ? 'There is no demo.json: DATA_DIR must be that of the running server, with the demo on.'
      : error,
  )
  process.exitCode = 1
} finally {
  await own?.stop()
}
