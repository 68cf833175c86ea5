/** Starts the service of a checkout with its demo, and signs in to a tenant of the demo. */
import { spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Actors } from '../../demo/actors.ts'
import type { DemoFile } from '../../demo/demo.ts'
import type { Target } from './load.ts'

export interface Product {
  name: string
  dataDir: string
  pid: number
  /** Returns the request with which the tenant's Global Admin sends an operation. */
  target(query: string, variables?: object): Target
  // biome-ignore lint/suspicious/noExplicitAny: the type depends on the query
  ask(query: string, variables?: object): Promise<any>
  tenantId: string
  stop(): Promise<void>
}

const silent = { sent() {}, received() {} }

/** @param root the folder of the checkout, with its packages installed */
export async function startProduct(root: string, name: string): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'itcl-bench-'))
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [join(root, 'gateway/main.ts')], {
    env: {
      PATH,
      HOME,
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      DRAIN_MS: '0',
      RATE_LIMIT_PER_ADDRESS: '1000000',
      RATE_LIMIT_PER_SESSION: '1000000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await ready(child.stdout)
    return { name, dataDir, pid: child.pid!, stop, ...(await signIn(dataDir, child.pid!)) }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Signs in as the Global Admin of the demo's tenant that has Login with IT Complete on. */
async function signIn(
  dataDir: string,
  pid: number,
): Promise<Pick<Product, 'target' | 'ask' | 'tenantId'>> {
  const demo: DemoFile = JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8'))
  const actors = new Actors(demo.gatewayUrl, demo.issuer)
  const tenant = demo.tenants.find(({ itCompleteLogin }) => itCompleteLogin)!
  const admin = demo.microsoft.users.find(
    ({ tenantId, role }) => tenantId === tenant.id && role === 'GLOBAL_ADMIN',
  )!
  const session = await actors.signInWithMicrosoft(silent, tenant, admin)
  if (!('bearer' in session)) throw new Error(`The sign-in was refused: ${session.refused}`)
  const { bearer } = session
  return {
    tenantId: tenant.id,
    target: (query, variables = {}) => ({
      origin: new URL(demo.gatewayUrl).origin,
      path: '/graphql',
      headers: { authorization: `Bearer ${bearer}` },
      body: JSON.stringify({ query, variables }),
      pids: [pid],
    }),
    async ask(query, variables = {}) {
      const { data, codes } = await actors.ask({ bearer }, query, variables as never)
      if (codes.length > 0) throw new Error(`The service answered ${codes.join(', ')}.`)
      return data
    },
  }
}

/** Waits until the service prints that it is ready. */
async function ready(output: Readable): Promise<void> {
  let text = ''
  for await (const [part] of on(output, 'data', { close: ['end'] })) {
    text += part
    if (text.includes('Login with IT Complete is ready.')) return void output.resume()
  }
  throw new Error('The service did not start.')
}
