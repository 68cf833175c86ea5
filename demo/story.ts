/**
 * Runs the complete demo story over HTTP against a server. `npm run demo` prints text, and `npm run
 * demo -- --json` prints one JSON object per step.
 *
 * GATEWAY_URL sets the URL of the server. This process must be able to read the server's DATA_DIR.
 * Without GATEWAY_URL, the script starts a temporary server.
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
import { expectStep, runStep, type StepReporter } from './step-runner.ts'

/** The server does not have what the story needs. The message says what to do. */
class UnusableServer extends Error {}

const silent: StepReporter = { sent: () => {}, received: () => {} }
type Bearer = { bearer: string }

async function story(
  { gatewayUrl, issuer, story: own, partnerInstances }: DemoFile,
  asJson: boolean,
): Promise<boolean> {
  const actors = new Actors(gatewayUrl, issuer)
  const [first, second] = own.tenants as [Tenant, Tenant]
  const vsa = partnerOf('KASEYA_VSA', partnerInstances)
  const uniview = partnerOf('UNITRENDS_UNIVIEW', partnerInstances)
  const userOf = (tenant: Tenant, role: string): User =>
    own.users.find((user) => user.tenantId === tenant.id && user.role === role)!
  const signIn = async (report: StepReporter, tenant: Tenant, role: string): Promise<Bearer> => {
    const answer = await actors.signInWithMicrosoft(report, tenant, userOf(tenant, role))
    expectStep('bearer' in answer, `${role} signs in`)
    return answer
  }

  const resetAll = async () => {
    for (const tenant of own.tenants) {
      const admin = await signIn(silent, tenant, 'GLOBAL_ADMIN')
      await reset(actors, admin, tenant, userOf(tenant, 'SPANNING_ADMIN'))
    }
  }
  await resetAll()
  let admin: Bearer
  let technician: Bearer
  let browser: Browser
  let number = 0
  const step = (title: string, run: (report: StepReporter) => Promise<void>) =>
    runStep(++number, title, asJson, run)

  try {
    return (
      (await step('A Global Admin signs in with Microsoft', async (report) => {
        admin = await signIn(report, first, 'GLOBAL_ADMIN')
      })) &&
      (await step(
        'Turning Login with IT Complete on is refused: the tenant has no partner',
        async (report) => {
          expectStep(
            (await actors.enable(report, admin, first)) === 'TENANT_NOT_ASSOCIATED',
            'the error code is TENANT_NOT_ASSOCIATED',
          )
        },
      )) &&
      (await step(
        'The admin adds the MSP’s VSA server and turns the feature on',
        async (report) => {
          await actors.associate(report, admin, first, vsa)
          expectStep((await actors.enable(report, admin, first)) === null, 'the feature is on')
        },
      )) &&
      (await step('“Connect to O365” in VSA: by browser and by API', async (report) => {
        ;[browser, technician] = await connectBothWays(actors, report, first, vsa)
      })) &&
      (await step('The technician reads the tenant and changes a service setting', (report) =>
        actors.changeServices(report, technician, first),
      )) &&
      (await step(
        'A Spanning Admin does the same after a Microsoft sign-in; others are refused',
        async (report) => {
          await actors.changeServices(report, await signIn(report, first, 'SPANNING_ADMIN'), first)
          const ordinary = await actors.signInWithMicrosoft(report, first, userOf(first, 'NONE'))
          expectStep(
            'refused' in ordinary && ordinary.refused === 'FORBIDDEN',
            'an ordinary user of the tenant is refused',
          )
          const stranger = await actors.createHandoff(report, first, uniview)
          expectStep(
            'refused' in stranger && stranger.refused === 'PARTNER_NOT_ASSOCIATED',
            'a technician of another MSP is refused',
          )
        },
      )) &&
      (await step('The same with UniView for a second tenant', async (report) => {
        const otherAdmin = await signIn(report, second, 'GLOBAL_ADMIN')
        await actors.associate(report, otherAdmin, second, uniview)
        expectStep((await actors.enable(report, otherAdmin, second)) === null, 'the feature is on')
        const [, session] = await connectBothWays(actors, report, second, uniview)
        await actors.changeServices(report, session, second)
      })) &&
      (await step('The Activity Log of the first tenant shows every step', (report) =>
        readLog(actors, report, admin, first),
      )) &&
      (await step(
        'The admin turns the feature off: all technician sessions end',
        async (report) => {
          await turnOff(actors, report, { tenant: first, admin, technician, browser, partner: vsa })
          await signIn(report, first, 'GLOBAL_ADMIN')
        },
      ))
    )
  } finally {
    await resetAll()
  }
}

function partnerOf(platform: string, partners: Partner[]): Partner {
  const partner = partners.find((one) => one.platform === platform)
  if (partner) return partner
  throw new UnusableServer(
    `The demo's ${platform} instance was removed. Start the server with another DATA_DIR.`,
  )
}

/** Connects with the browser handoff and with the API handoff. */
async function connectBothWays(
  actors: Actors,
  report: StepReporter,
  tenant: Tenant,
  partner: Partner,
): Promise<[Browser, Bearer]> {
  const connected = await actors.connectBrowser(report, tenant, partner)
  const handoff = await actors.createHandoff(report, tenant, partner)
  expectStep('code' in handoff, 'createHandoff returns a code')
  const session = await actors.redeemHandoff(report, partner, handoff.code)
  expectStep('bearer' in session, 'redeemHandoff returns a session')
  return [connected, session]
}

/** Turns the feature off. Expects that all sessions, codes and new handoffs are then refused. */
async function turnOff(
  actors: Actors,
  report: StepReporter,
  {
    tenant,
    admin,
    technician,
    browser,
    partner,
  }: { tenant: Tenant; admin: Bearer; technician: Bearer; browser: Browser; partner: Partner },
): Promise<void> {
  const unredeemed = await actors.createHandoff(report, tenant, partner)
  expectStep('code' in unredeemed, 'createHandoff returns a code while the feature is on')
  await actors.disable(report, admin, tenant)
  for (const [form, who] of [
    ['bearer', technician] as const,
    ['cookie', { browser, tenantId: tenant.id }] as const,
  ]) {
    report.sent(`the technician’s ${form} session queries the tenant`)
    const query = 'query ($id: ID!) { tenant(id: $id) { name } }'
    const { codes } = await actors.ask(who, query, { id: tenant.id })
    report.received(`refused: ${codes[0]}`)
    expectStep(
      codes[0] === 'MICROSOFT_SIGN_IN_REQUIRED',
      'the session is refused at the next request',
    )
  }
  expectStep(
    'refused' in (await actors.redeemHandoff(report, partner, unredeemed.code)),
    'an unredeemed code is refused',
  )
  const again = await actors.createHandoff(report, tenant, partner)
  expectStep(
    'refused' in again && again.refused === 'MICROSOFT_SIGN_IN_REQUIRED',
    'a new handoff is refused',
  )
}

/**
 * Turns the feature off, removes all partners, and restores the Spanning Admin, whatever an earlier
 * run or a person has changed in the tenant.
 */
async function reset(
  actors: Actors,
  admin: Bearer,
  tenant: Tenant,
  spanningAdmin: User,
): Promise<void> {
  await actors.disable(silent, admin, tenant)
  await actors.dissociateAll(admin, tenant)
  await actors.ensureSpanningAdmin(admin, tenant, spanningAdmin)
  await actors.signOut(admin)
}

async function readLog(
  actors: Actors,
  report: StepReporter,
  admin: Bearer,
  tenant: Tenant,
): Promise<void> {
  report.sent(`activityLog of ${tenant.name}, the newest 20`)
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
  report.received(`${lines.length} rows\n     ${lines.join('\n     ')}`)
  const shows = (type: string, action: string, outcome: string, reason: string | null = null) =>
    expectStep(
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

/** Starts a temporary server. Deletes the data folder of the server at the end. */
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
  child.once('exit', () => reject(new Error('The server did not start.')))
  const deadline = setTimeout(
    () => reject(new Error('The server was not ready within 60 seconds.')),
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
  if (!file.story)
    throw new UnusableServer(
      `${path} was written by an older version, without tenants for the story. Restart the server.`,
    )
  if (given) file.gatewayUrl = given.endsWith('/graphql') ? given : new URL('/graphql', given).href
  if (!values.json) console.log(`Runs the demo story against ${file.gatewayUrl}`)
  const isWhole = await story(file, values.json)
  if (!values.json)
    console.log(
      isWhole
        ? `\nAll steps passed. The story used tenants of its own: ${file.story.tenants.map(({ name }) => name).join(' and ')}.\n`
        : '\nThe story stopped, because a step had an unexpected result.\n',
    )
  process.exitCode = isWhole ? 0 : 1
} catch (error) {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
  console.error(
    isMissing
      ? 'demo.json was not found. Set DATA_DIR to that of the running server, and turn its demo on.'
      : error instanceof UnusableServer
        ? error.message
        : error,
  )
  process.exitCode = 1
} finally {
  await own?.stop()
}
