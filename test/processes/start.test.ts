/** Start and stop of the service as a process. */

import { readFile, stat } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'
import type { DemoFile } from '../../demo/demo.ts'
import { listen } from '../../gateway/http-listener.ts'
import { startEmbedded } from '../../platform/postgres/embedded/embedded-postgres.ts'
import { openClient } from '../../platform/postgres/servers.ts'
import {
  initializedFolder,
  isGone,
  postgresPid,
  type Running,
  removeFolders,
  requiredSettings,
  run,
} from '../support/process.ts'

afterAll(removeFolders)
const ready = /GraphQL {6}(http\S+)\/graphql/

test('requests during the start get a 503 at once', async () => {
  const { server, port } = await listen({
    HOST: '127.0.0.1',
    PORT: 0,
    PUBLIC_URL: undefined,
    MAX_CONNECTIONS: 16,
  })
  try {
    for (const path of ['/graphql', '/readyz', '/']) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        signal: AbortSignal.timeout(2_000),
      })
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
      expect(await answer.json()).toMatchObject({
        errors: [{ extensions: { code: 'OVERLOADED' } }],
      })
    }
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

/** The tests of this block run in this order, on one data folder. */
describe('one process', () => {
  let service: Running
  let url: string
  const startAgain = (env: Record<string, string> = {}) =>
    run('gateway/main.ts', [], env, service.dataDir)
  const readDemo = async () =>
    JSON.parse(await readFile(join(service.dataDir, 'demo.json'), 'utf8')) as DemoFile
  const expectStopAfter = async (signal: 'SIGINT' | 'SIGKILL') => {
    const pid = postgresPid(service.dataDir)!
    service.child.kill(signal)
    expect(await isGone(pid, 5_000)).toBe(true)
  }

  test('is ready after a first start, with the demo’s data', async () => {
    service = await run('gateway/main.ts')
    url = (await service.says(ready))[1]!
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' })
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'alive' })

    expect(service.output()).toMatch(/Mail {9}off\. Set SMTP_URL/)
    expect((await stat(join(service.dataDir, 'demo.json'))).mode & 0o777).toBe(0o600)
    const file = await readDemo()
    expect(file).toMatchObject({ issuer: url, gatewayUrl: `${url}/graphql` })
    expect(file.tenants).toHaveLength(3)
    expect(file.tenants.filter(({ itCompleteLogin }) => itCompleteLogin)).toMatchObject([
      { associations: [{ clientId: 'northwind-vsa' }] },
    ])
  })

  test('accepts loopback hosts, and refuses any other', async () => {
    const { port } = new URL(url)
    expect(await statusForHost(port, `localhost:${port}`)).toBe('200')
    expect(await statusForHost(port, `127.0.0.1:${port}`)).toBe('200')
    expect(await statusForHost(port, 'evil.example')).toBe('421')
  })

  test('refuses a data folder in use by another process', async () => {
    const second = await startAgain()
    expect(await second.exit).toBe(1)
    expect(second.output()).toMatch(/^The data folder .* is in use by another process.*\n$/)
  })

  test('leaves no database process behind on kill -9, and keeps its data', async () => {
    const before = await readDemo()
    await expectStopAfter('SIGKILL')
    service = await startAgain()
    await service.says(ready)
    const after = await readDemo()
    expect(after.tenants).toEqual(before.tenants)
    const keyIds = ({ partnerInstances }: DemoFile) =>
      partnerInstances.map(({ privateJwk }) => privateJwk.kid)
    expect(keyIds(after)).toEqual(keyIds(before))
  })

  test('leaves no process behind on Ctrl-C', async () => {
    await expectStopAfter('SIGINT')
    expect(await service.exit).toBe(0)
  })

  test('refuses a database with demo data when the demo is off', async () => {
    const microsoft = { MICROSOFT_CLIENT_ID: 'id', MICROSOFT_CLIENT_SECRET: 'secret' }
    const second = await startAgain({ DEMO: 'off', ...microsoft })
    expect(await second.exit).toBe(1)
    expect(second.output()).toBe(
      'The database contains demo tenants and partners, but DEMO is off. Use another database or DATA_DIR.\n',
    )
  })

  test('refuses a database schema newer than the code', async () => {
    const server = await startEmbedded(service.dataDir)
    const sql = openClient({
      at: {
        socketDir: server.socketDir,
        user: server.superuser,
        database: 'it_complete_login',
      },
    })
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('of tomorrow', ${Date.now() + 1e9})`
    await sql.end()
    await server.stop()
    const second = await startAgain()
    expect(await second.exit).toBe(1)
    expect(second.output()).toBe(
      "The database's schema is newer than this version. Start the version that migrated it, or a newer one.\n",
    )
  })
})

test('the service stops when the npm that started it is killed', async () => {
  const service = await run('npm', ['start'], {}, await initializedFolder())
  const [, url] = await service.says(ready)
  const pid = postgresPid(service.dataDir)!
  service.child.kill('SIGKILL')
  expect(await isGone(pid, 10_000)).toBe(true)
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
})

describe('a failed start prints one sentence and exits with 1', () => {
  test('a port in use', async () => {
    const other = createServer()
    const { promise, resolve } = Promise.withResolvers<void>()
    other.listen(0, '127.0.0.1', resolve)
    await promise
    const { port } = other.address() as { port: number }
    const service = await run('gateway/main.ts', [], { PORT: String(port) })
    expect(await service.exit).toBe(1)
    expect(service.output()).toBe(
      `Port ${port} on 127.0.0.1 is in use. Set PORT to another port, or to 0 for any free port.\n`,
    )
    const pid = postgresPid(service.dataDir)
    expect(pid === null || (await isGone(pid, 5_000))).toBe(true)
    other.close()
  })

  test('a database that is down', async () => {
    const service = await run('gateway/main.ts', [], {
      ...requiredSettings,
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    })
    expect(await service.exit).toBe(1)
    expect(service.output()).toMatch(/^The database cannot be used: .*\n$/)
  })

  test('invalid settings, all reported', async () => {
    const service = await run('gateway/main.ts', [], {
      PORT: 'many',
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'http://login.example',
      HANDOFF_CODE_LIFETIME_SECONDS: '3600',
    })
    expect(await service.exit).toBe(1)
    for (const name of ['PORT', 'LOG_LEVEL', 'PUBLIC_URL', 'HANDOFF_CODE_LIFETIME_SECONDS'])
      expect(service.output()).toContain(`- ${name} must `)
    expect(service.output()).not.toContain('    at ')
  })
})

/** Returns the status for this Host header. It uses a socket, because `fetch` sets the header. */
async function statusForHost(port: string, host: string): Promise<string> {
  const socket = connect(Number(port), '127.0.0.1')
  socket.end(
    `GET /.well-known/it-complete-login HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  )
  return (await text(socket)).split(' ')[1]!
}
