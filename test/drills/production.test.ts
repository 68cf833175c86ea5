/**
 * The service as an operator installs it: without development dependencies, on an empty PostgreSQL
 * server, by the block in docs/operations.md.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/parts.ts'
import { isOnPath, skipsWithout } from '../support/requirements.ts'
import { startSystemPostgres, systemPrograms } from '../support/system-postgres.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
let folder: string
let tree: string
let env: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'itcl-production-'))
  tree = await productionTree(join(folder, 'service'))
  env = {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: folder,
    LOG_LEVEL: 'warn',
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'),
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Copies the project with the packages that `npm prune --omit=dev` leaves. */
async function productionTree(to: string): Promise<string> {
  const ignored = ['node_modules', '.git', '.data', 'test', 'coverage']
  for (const name of await readdir(root))
    if (!ignored.includes(name)) await cp(join(root, name), join(to, name), { recursive: true })
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>
  }
  const isNested = (path: string) => path.lastIndexOf('node_modules/') > 0
  const packages = Object.entries(lock.packages).filter(([path]) => path && !isNested(path))
  const kept = packages.flatMap(([path, { dev }]) =>
    !dev && existsSync(join(root, path)) ? [path] : [],
  )
  const parents = Map.groupBy(kept, dirname)
  for (const [parent, paths] of parents) {
    await mkdir(join(to, parent), { recursive: true })
    const copy = (flags: string) =>
      run('cp', [flags, ...paths.map((path) => join(root, path)), join(to, parent)])
    // Hard links save 400 MB. They are impossible on another file system, and on macOS.
    await copy('-al').catch(() => copy('-a'))
  }
  for (const [path, { dev }] of Object.entries(lock.packages))
    if (dev && isNested(path)) await rm(join(to, path), { recursive: true, force: true })
  return to
}

test('without a database, one sentence says what is missing', async () => {
  expect(existsSync(join(tree, 'node_modules/oidc-provider'))).toBe(false)
  const started = await run('npm', ['start', '--silent'], { cwd: tree, env }).then(
    () => null,
    (error: { code: number; stderr: string; stdout: string }) => error,
  )
  expect([started?.code, started?.stdout]).toEqual([1, ''])
  expect(started?.stderr.split('\n').filter((line) => !line.startsWith('The console is'))).toEqual([
    'The demo needs the development dependencies, which are not installed. Run `npm ci` to install them, or set DATABASE_URL to run the service without the demo.',
    '',
  ])
  expect(existsSync(join(tree, '.data'))).toBe(false)
})

const programs = systemPrograms()
const needed = 'the PostgreSQL programs (apt-get install postgresql), psql, openssl and curl'
const skips = skipsWithout(programs !== null && ['psql', 'openssl', 'curl'].every(isOnPath), needed)

test.skipIf(skips)(
  'the operations guide leads to four ready processes',
  async () => {
    const database = await freePort()
    const password = 'of-the-superuser'
    const postgres = await startSystemPostgres(programs!, { port: database, password })
    const settings = join(folder, 'settings')
    const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()])
    const guide = await readFile(join(root, 'docs/operations.md'), 'utf8')
    const [, block = ''] = /^```sh\n(ADMIN_URL=[\s\S]*?)^```$/m.exec(guide) ?? []
    const mine: Record<string, string> = {
      ADMIN_URL: `postgres://postgres:${password}@127.0.0.1:${database}/postgres`,
      DATABASE: `127.0.0.1:${database}/it_complete`,
      SETTINGS: settings,
      PUBLIC_URL: 'https://backup.example',
      MICROSOFT_CLIENT_ID: 'id',
      MICROSOFT_CLIENT_SECRET: 'secret',
    }
    const script = block
      .replaceAll(/^([A-Z_]+)=[^$"\n]*$/gm, (line, name) =>
        mine[name] ? `${name}=${mine[name]}` : line,
      )
      .replaceAll(/\b400([0-3])\b/g, (_, index) => String(ports[Number(index)]))
    expect(script).not.toMatch(/\.example(?!$)/m)
    const shell = spawn('sh', ['-e', '-c', script], { cwd: tree, env, detached: true })
    let output = ''
    for (const stream of [shell.stdout, shell.stderr])
      stream.on('data', (text: Buffer) => {
        output += text
      })
    try {
      const [status] = await once(shell, 'exit')
      expect([status, output]).toEqual([0, expect.stringMatching(/\{"status":"ready"\}$/)])
      expect(output).toContain('The database is up to date.')
      for (const part of ['tenants', 'identity', 'audit'])
        expect(output).toContain(`the ${part} subgraph listens on port`)
      const admin = (...args: string[]) =>
        run('node', [`--env-file=${settings}/admin.env`, 'admin/main.ts', ...args], {
          cwd: tree,
          env,
        })
      const [, create = ''] = /admin\/main\.ts (tenant create .*)$/m.exec(guide) ?? []
      await admin(...create.split(' '))
      const { stdout } = await admin('tenant', 'list', '--json')
      expect(JSON.parse(stdout)).toMatchObject([{ name: 'Contoso', domains: 'contoso.com' }])
      const query = '{"query":"{ loginOptions(tenant: { domain: \\"contoso.com\\" }) { method } }"}'
      const headers = ['-H', 'host: backup.example', '-H', 'content-type: application/json']
      const url = `http://127.0.0.1:${ports[0]}/graphql`
      const answer = await run('curl', [
        '--silent',
        '--max-time',
        '10',
        ...headers,
        '-d',
        query,
        url,
      ])
      expect(JSON.parse(answer.stdout).data.loginOptions[0]).toEqual({ method: 'MICROSOFT' })
    } finally {
      await endGroup(shell.pid!)
      await postgres.stop()
    }
  },
  180_000,
)

/** Ends all processes of the group, and waits for their end for at most 10 seconds. */
async function endGroup(pid: number): Promise<void> {
  const signal = (name: NodeJS.Signals | 0) => {
    try {
      return process.kill(-pid, name)
    } catch {
      return false
    }
  }
  signal('SIGTERM')
  for (const until = performance.now() + 10_000; signal(0) && performance.now() < until; )
    await wait(50)
  signal('SIGKILL')
}
