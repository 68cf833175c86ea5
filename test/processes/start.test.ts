/** Start and stop of the service as a process. */

import { generateKeyPairSync } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { listen } from '../../gateway/http-listener.ts'
import { openClient } from '../../platform/postgres/servers.ts'
import { isGone, postgresPid, removeFolders, run } from '../support/process.ts'

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

describe('one process', () => {
  test('is ready within 15 s, and leaves no process behind on Ctrl-C', async () => {
    const started = performance.now()
    const service = await run('gateway/main.ts')
    const [, url] = await service.says(ready, 15_000)
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' })
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'alive' })

    expect(service.output()).toMatch(/Mail {9}off\. Set SMTP_URL/)
    const demo = join(service.dataDir, 'demo.json')
    expect((await stat(demo)).mode & 0o777).toBe(0o600)
    const file = JSON.parse(await readFile(demo, 'utf8'))
    expect(file).toMatchObject({ issuer: url, gatewayUrl: `${url}/graphql` })
    expect(file.tenants).toHaveLength(3)
    expect(
      file.tenants.filter((tenant: { itCompleteLogin: boolean }) => tenant.itCompleteLogin),
    ).toMatchObject([{ associations: [{ clientId: 'northwind-vsa' }] }])

    const pid = postgresPid(service.dataDir)!
    service.child.kill('SIGINT')
    expect(await service.exit).toBe(0)
    expect(await isGone(pid, 5_000)).toBe(true)
  })

  test('leaves no database process behind on kill -9, and keeps its data', async () => {
    const first = await run('gateway/main.ts')
    await first.says(ready)
    const before = JSON.parse(await readFile(join(first.dataDir, 'demo.json'), 'utf8'))
    const pid = postgresPid(first.dataDir)!
    first.child.kill('SIGKILL')
    expect(await isGone(pid, 5_000)).toBe(true)

    const second = await run('gateway/main.ts', [], {}, first.dataDir)
    await second.says(ready)
    const after = JSON.parse(await readFile(join(first.dataDir, 'demo.json'), 'utf8'))
    expect(after.tenants).toEqual(before.tenants)
    expect(
      after.partnerInstances.map(
        ({ privateJwk }: { privateJwk: { kid: string } }) => privateJwk.kid,
      ),
    ).toEqual(
      before.partnerInstances.map(
        ({ privateJwk }: { privateJwk: { kid: string } }) => privateJwk.kid,
      ),
    )
    second.child.kill('SIGTERM')
    expect(await second.exit).toBe(0)
  })

  test('stops when the npm that started it is killed', async () => {
    const service = await run('npm', ['start'])
    const [, url] = await service.says(ready)
    const pid = postgresPid(service.dataDir)!
    service.child.kill('SIGKILL')
    expect(await isGone(pid, 10_000)).toBe(true)
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  })

  test('refuses a database with demo data when the demo is off', async () => {
    const first = await run('gateway/main.ts')
    await first.says(ready)
    first.child.kill('SIGTERM')
    await first.exit
    const microsoft = { MICROSOFT_CLIENT_ID: 'id', MICROSOFT_CLIENT_SECRET: 'secret' }
    const second = await run('gateway/main.ts', [], { DEMO: 'off', ...microsoft }, first.dataDir)
    expect(await second.exit).toBe(1)
    expect(second.output()).toBe(
      'The database contains demo tenants and partners, but DEMO is off. Use another database or DATA_DIR.\n',
    )
  })

  test('accepts loopback hosts, and refuses any other', async () => {
    const service = await run('gateway/main.ts')
    const [, url] = await service.says(ready)
    const { port } = new URL(url!)
    // `fetch` does not allow a custom Host header, a socket does.
    const statusFor = async (host: string) => {
      const { connect } = await import('node:net')
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.end(
          `GET /.well-known/it-complete-login HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
        ),
      )
      let text = ''
      socket
        .on('data', (data) => {
          text += data
        })
        .on('end', () => resolve(text.split(' ')[1]!))
        .on('error', reject)
      return promise
    }
    expect(await statusFor(`localhost:${port}`)).toBe('200')
    expect(await statusFor(`127.0.0.1:${port}`)).toBe('200')
    expect(await statusFor('evil.example')).toBe('421')
    service.child.kill('SIGTERM')
    expect(await service.exit).toBe(0)
  })
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
      ...real,
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

  test('a database schema newer or older than the code', async () => {
    const first = await run('gateway/main.ts')
    await first.says(ready)
    const at = {
      socketDir: await socketDir(first.dataDir),
      user: 'postgres',
      database: 'it_complete_login',
    }
    const sql = openClient({ at })
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('of tomorrow', ${Date.now() + 1e9})`
    await sql.end()
    first.child.kill('SIGTERM')
    await first.exit
    const second = await run('gateway/main.ts', [], {}, first.dataDir)
    expect(await second.exit).toBe(1)
    expect(second.output()).toBe(
      "The database's schema is newer than this version. Start the version that migrated it, or a newer one.\n",
    )
  })

  test('a data folder in use by another process', async () => {
    const first = await run('gateway/main.ts')
    await first.says(ready)
    const second = await run('gateway/main.ts', [], {}, first.dataDir)
    expect(await second.exit).toBe(1)
    expect(second.output()).toMatch(/^The data folder .* is in use by another process.*\n$/)
    first.child.kill('SIGTERM')
    expect(await first.exit).toBe(0)
  })
})

const real = {
  STATE_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64url'),
  ACTIVITY_LOG_SIGNING_KEY: generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString(),
  MICROSOFT_CLIENT_ID: 'id',
  MICROSOFT_CLIENT_SECRET: 'secret',
}

const socketDir = async (dataDir: string) =>
  (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[4]!.trim()
