/**
 * Every wait has a deadline. In each test, one peer accepts requests and never sends a response.
 * docs/operations.md lists all deadlines.
 */

import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { openClient } from '../../platform/postgres/servers.ts'
import { type BlackholeServer, startBlackholeServer } from '../support/blackhole-server.ts'
import { enable, updateServices } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import { type Running, removeFolders, run } from '../support/process.ts'
import { inProcesses, type Processes } from '../support/serve.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

const deadlineMs = 2_000
/** Allowance for a busy machine. */
const slackMs = 1_500

let world: World
let silent: BlackholeServer
let tenant: Tenant
let admin: { bearer: string }
beforeAll(async () => {
  silent = await startBlackholeServer()
  world = await startWorld()
  tenant = await world.createTenant()
  admin = (await world.open(tenant, world.vsa)).admin
  // Setup may take longer on a busy machine.
  world.config.REQUEST_DEADLINE_MS = deadlineMs
  await world.restart()
})
afterAll(async () => {
  await world?.stop()
  await silent?.close()
  await removeFolders()
})

async function timed<T>(work: () => Promise<T>): Promise<[answer: T, ms: number]> {
  const begun = performance.now()
  const answer = await work()
  return [answer, performance.now() - begun]
}

const nothingWaitsForLocks = (sql: postgres.Sql) =>
  vi.waitFor(
    async () =>
      expect(
        await sql`select from pg_stat_activity where datname = ${world.database.name} and application_name = 'it-complete-login' and wait_event_type = 'Lock'`,
      ).toEqual([]),
    { timeout: 6_000, interval: 50 },
  )

describe('the deadline of a request', () => {
  test('a change that waits for a lock is never committed', async () => {
    const holder = openClient({ at: world.database.at }, { max: 1 })
    try {
      await holder.begin(async (tx) => {
        await tx`select from tenants.settings where tenant_id = ${tenant.id} for update`
        const input = { tenantId: tenant.id, expectedVersion: 2, mail: false }
        const [{ status, codes, errors }, ms] = await timed(() =>
          world.ask(admin, updateServices, { input }),
        )
        expect([status, codes]).toEqual([504, ['TIMEOUT']])
        // The gateway and the transaction have the same deadline, and either may report it. What it
        // says is true in both cases: below, nothing was changed.
        expect(errors[0]!.message).toMatch(/A change may have been saved|Nothing was changed/)
        expect(ms).toBeLessThan(deadlineMs + slackMs)
      })
      // The transaction now has the lock, but its request has ended.
      const [row] =
        await holder`select version, mail from tenants.settings where tenant_id = ${tenant.id}`
      expect(row).toMatchObject({ version: 2, mail: true })
      await nothingWaitsForLocks(holder)
      const updated = { tenantId: tenant.id, action: 'service_settings.updated' }
      expect(await activityRows(world.database, updated)).toEqual([])
    } finally {
      await holder.end()
    }
    const again = await world.ask(admin, updateServices, {
      input: { tenantId: tenant.id, expectedVersion: 2, mail: false },
    })
    expect(again.data.updateServiceSettings.userErrors).toEqual([])
  })

  test('no further mutation of the request starts after it', async () => {
    const enabled = { tenantId: tenant.id, action: 'it_complete_login.enabled' }
    const rows = await activityRows(world.database, enabled)
    expect(rows).toHaveLength(1) // enabling what is enabled leaves a row, too
    const holder = openClient({ at: world.database.at }, { max: 1 })
    try {
      await holder.begin(async (tx) => {
        await tx`select from tenants.settings where tenant_id = ${tenant.id} for update`
        const twice = `mutation ($input: EnableItCompleteLoginInput!) { a: enableItCompleteLogin(input: $input) { userErrors { code } } b: enableItCompleteLogin(input: $input) { userErrors { code } } }`
        expect((await world.ask(admin, twice, { input: { tenantId: tenant.id } })).status).toBe(504)
      })
      // The lock is free now: a mutation that still waited or started would have committed.
      await nothingWaitsForLocks(holder)
      expect(await activityRows(world.database, enabled)).toEqual(rows)
    } finally {
      await holder.end()
    }
    expect((await world.ask(admin, enable, { input: { tenantId: tenant.id } })).status).toBe(200)
  })

  /** Sends raw bytes. Returns the response, and after how many milliseconds it arrived. */
  const raw = (text: string) =>
    timed(async () => {
      const socket = connect(world.port, '127.0.0.1')
      socket.on('error', () => {}).write(text)
      let answer = ''
      for await (const part of socket) answer += part
      return answer
    })

  test.each([
    ['/graphql', 'application/json'],
    [`/connect/${'0b9e1c9e-0000-4000-8000-000000000001'}`, 'application/json'],
    ['/events/caep', 'application/secevent+jwt'],
  ])('ends an incomplete body sent to %s', async (path, type) => {
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost:${world.port}\r\nContent-Type: ${type}\r\nContent-Length: 100\r\n\r\n{`
    const [answer, ms] = await raw(head)
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    })
    expect(ms).toBeLessThan(deadlineMs + slackMs)
  })

  test('incomplete headers and silent connections end after 10 seconds', async () => {
    const [headers, nothing] = await Promise.all([
      raw('GET /healthz HTTP/1.1\r\nHost: loc'),
      raw(''),
    ])
    expect(headers[0]).toMatch(/^HTTP\/1\.1 408 /)
    for (const [, ms] of [headers, nothing]) expect(ms).toBeLessThan(10_000 + 2_000 + slackMs)
  }, 20_000)
})

describe('Entra ID', () => {
  const processes: Processes = new Map()
  let other: World
  /**
   * A simulated Entra ID that serves its metadata. Its token endpoint and its keys endpoint answer
   * or hang, depending on the sign-in code.
   */
  let half: ReturnType<typeof createServer>
  let authority = ''
  beforeAll(async () => {
    half = createServer((request, response) => {
      if (request.url!.endsWith('/openid-configuration')) {
        const at = `${authority}/organizations`
        const endpoints = {
          authorization_endpoint: `${at}/authorize`,
          token_endpoint: `${at}/token`,
          jwks_uri: `${at}/keys`,
        }
        return response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ issuer: `${authority}/{tenantid}/v2.0`, ...endpoints }))
      }
      request.resume() // never answered
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => half.once('listening', resolve))
    authority = `http://127.0.0.1:${(half.address() as { port: number }).port}`
    const serve = inProcesses('one', processes)
    other = await startWorld(
      {},
      { serve: (env, ...rest) => serve({ ...env, MICROSOFT_AUTHORITY: authority }, ...rest) },
    )
  })
  afterAll(async () => {
    await other?.stop()
    half?.closeAllConnections()
    half?.close()
  })

  test('a silent token endpoint ends the sign-in after 5 seconds', async () => {
    const begun = await fetch(`${other.url}/login/microsoft?domain=x.example`, {
      redirect: 'manual',
    })
    expect(begun.status).toBe(302)
    const state = new URL(begun.headers.get('location')!).searchParams.get('state')!
    const cookie = begun.headers.getSetCookie()[0]!.split(';')[0]!
    const [answer, ms] = await timed(() =>
      fetch(`${other.url}/login/microsoft/callback?${new URLSearchParams({ code: 'x', state })}`, {
        headers: { cookie },
        redirect: 'manual',
      }),
    )
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(ms).toBeGreaterThan(4_000)
    expect(ms).toBeLessThan(5_000 + slackMs)
  }, 20_000)
})

describe('peers that accept connections and never answer', () => {
  let gateway: Running
  let url = ''
  beforeAll(async () => {
    const key = generateKeyPairSync('ed25519')
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString()
    const at = `http://127.0.0.1:${silent.port}`
    gateway = await run('gateway/main.ts', ['--only=gateway'], {
      DATABASE_URL: `postgres://postgres@localhost/${world.database.name}?host=${encodeURIComponent(inject('socketDir'))}`,
      STATE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64url'),
      GATEWAY_PRIVATE_KEY: key,
      TENANTS_URL: at,
      IDENTITY_URL: at,
      AUDIT_URL: at,
      MICROSOFT_AUTHORITY: at,
      MICROSOFT_CLIENT_ID: 'id',
      MICROSOFT_CLIENT_SECRET: 'secret',
      SUBGRAPH_DEADLINE_MS: '1000',
    })
    url = (await gateway.says(/GraphQL {6}(http\S+)\/graphql/))[1]!
  })
  afterAll(async () => {
    gateway?.child.kill('SIGTERM')
    await gateway?.exit
  })
  const ask = async (query: string) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${admin.bearer}` }
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    })
    return (
      (await answer.json()) as { errors: { message: string; extensions: { code: string } }[] }
    ).errors
  }

  test('a subgraph: a query fails, and a mutation reports an unknown result', async () => {
    const [[changed], ms] = await timed(() => ask('mutation { signOut { userErrors { code } } }'))
    expect(changed!.message).toMatch(/is unavailable\. The change may have been saved/)
    expect(changed!.extensions.code).toBe('INTERNAL_SERVER_ERROR')
    expect(ms).toBeLessThan(1_000 + slackMs)
    const [read] = await ask('{ viewer { actor { key } } }')
    expect(read!.message).toMatch(/is unavailable/)
    expect(read!.message).not.toMatch(/may have been saved/)
    expect(read!.extensions.code).toBe('INTERNAL_SERVER_ERROR')
  })

  test('Entra ID’s metadata: the sign-in fails after 5 seconds', async () => {
    const [answer, ms] = await timed(() =>
      fetch(`${url}/login/microsoft?domain=x.example`, { redirect: 'manual' }),
    )
    expect(answer.status).toBe(503)
    expect(ms).toBeGreaterThan(4_000)
    expect(ms).toBeLessThan(5_000 + slackMs)
  }, 20_000)

  test('the database: a migration fails with one sentence', async () => {
    const [output, ms] = await timed(async () => {
      const migrating = await run('admin/migrate.ts', [], {
        DATABASE_URL: `postgres://nobody@127.0.0.1:${silent.port}/nothing`,
      })
      expect(await migrating.exit).toBe(1)
      return migrating.output()
    })
    expect(output).toMatch(/^The database cannot be used: .*\n$/)
    // The measured time includes the start of the process.
    expect(ms).toBeLessThan(20_000)
  }, 30_000)
})
