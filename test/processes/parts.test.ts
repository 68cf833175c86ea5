/** The gateway and the three subgraphs as four processes on one database. */
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Entra, startEntra } from '../../demo/entra.ts'
import { cloneDatabase, type TestDatabase } from '../support/database.ts'
import { freePort } from '../support/parts.ts'
import { type Running, removeFolders, run } from '../support/process.ts'

let database: TestDatabase
let entra: Entra
let gatewayUrl: string
const parts = new Map<string, Running>()
const ports = new Map<string, string>()

beforeAll(async () => {
  const gatewayPort = await freePort()
  gatewayUrl = `http://localhost:${gatewayPort}`
  database = await cloneDatabase()
  entra = await startEntra({
    tenants: [],
    client: {
      clientId: 'id',
      clientSecret: 'secret',
      redirectUris: ['http://localhost/login/microsoft/callback'],
    },
  })
  const keys = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const env = {
    DATABASE_URL: `postgres://postgres@localhost/${database.name}?host=${encodeURIComponent(inject('socketDir'))}`,
    PUBLIC_URL: gatewayUrl,
    STATE_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64url'),
    MICROSOFT_AUTHORITY: entra.authority,
    MICROSOFT_CLIENT_ID: 'id',
    MICROSOFT_CLIENT_SECRET: 'secret',
    GATEWAY_PUBLIC_KEYS: keys.publicKey,
    ACTIVITY_LOG_SIGNING_KEY: keys.privateKey,
  }
  const startSubgraph = async (name: string) => {
    const part = await run('gateway/main.ts', [`--only=${name}`], env)
    parts.set(name, part)
    ports.set(name, (await part.says(/on port (\d+)/))[1]!)
  }
  await Promise.all(['tenants', 'identity', 'audit'].map(startSubgraph))
  const urls = Object.fromEntries(
    [...ports].map(([name, port]) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${port}`]),
  )
  const gateway = await run('gateway/main.ts', ['--only=gateway'], {
    ...env,
    ...urls,
    GATEWAY_PRIVATE_KEY: keys.privateKey,
    PORT: String(gatewayPort),
    SUBGRAPH_DEADLINE_MS: '1000',
  })
  parts.set('gateway', gateway)
  await gateway.says(/is ready/)
})

afterAll(async () => {
  for (const { child, exit } of parts.values()) {
    child.kill('SIGCONT')
    child.kill('SIGTERM')
    await exit
  }
  await entra?.close()
  await database?.drop()
  await removeFolders()
})

const ask = async (query: string) => {
  const answer = await fetch(`${gatewayUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  return (await answer.json()) as {
    data: Record<string, unknown>
    errors?: { message: string; extensions: { code: string } }[]
  }
}

test('four processes answer like one', async () => {
  expect(await (await fetch(`${gatewayUrl}/readyz`)).json()).toEqual({ status: 'ready' })
  const { data } = await ask(
    '{ viewer { actor { key } } loginOptions(tenant: { domain: "contoso.example" }) { method } }',
  )
  expect(data).toMatchObject({
    viewer: null,
    loginOptions: [
      { method: 'MICROSOFT' },
      { method: 'KASEYA_VSA' },
      { method: 'UNITRENDS_UNIVIEW' },
    ],
  })
})

test('a subgraph answers only its gateway', async () => {
  for (const port of ports.values()) {
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    })
    expect(answer.status).toBe(401)
  }
})

test('a suspended subgraph delays no request beyond the deadline', async () => {
  const { child } = parts.get('identity')!
  child.kill('SIGSTOP')
  const started = performance.now()
  const { errors } = await ask('{ viewer { actor { key } } }')
  expect(performance.now() - started).toBeLessThan(5_000)
  expect(errors).toMatchObject([
    {
      message: expect.stringMatching(/^A part of the service is unavailable/),
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    },
  ])
  const notReady = await fetch(`${gatewayUrl}/readyz`)
  expect(notReady.status).toBe(503)
  expect(await notReady.json()).toEqual({ status: 'not ready', waitingFor: ['identity'] })
  child.kill('SIGCONT')
  expect(await (await fetch(`${gatewayUrl}/readyz`)).json()).toEqual({ status: 'ready' })
  await expect
    .poll(() => ask('{ viewer { actor { key } } }'), { timeout: 5_000 })
    .toEqual({ data: { viewer: null }, extensions: expect.anything() })
})
