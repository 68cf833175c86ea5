/**
 * The embedded PostgreSQL preserves its data, allows only one process at a time, and exits with
 * this process.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  type EmbeddedPostgres,
  findRunningEmbedded,
  startEmbedded,
} from '../../platform/postgres/embedded/embedded-postgres.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 }) // several runs of initdb, on a busy machine

/** A folder with an initialized cluster, which most tests copy. */
let template: string
let dataDir: string
let children: ChildProcess[]
let servers: EmbeddedPostgres[]

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'embedded-template-'))
  await (await startEmbedded(template)).stop()
})
afterAll(() => rmSync(template, { recursive: true, force: true }))

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-test-')) // mode 0700: for root, a folder that the server's user cannot reach
  execFileSync('cp', ['-a', join(template, 'postgres'), dataDir])
  children = []
  servers = []
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const server of servers) await server.stop()
  await eventually(() =>
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid')) && isAlive(postmasterPid())).toBe(
      false,
    ),
  )
  rmSync(dataDir, { recursive: true, force: true })
})

test('keeps its data across restarts, flushed to disk, in UTF-8 and UTC', async () => {
  const first = await start()
  await query(first, 'create table kept (word text)')
  await query(first, `insert into kept values ('Übung')`)
  await first.stop()
  expect(existsSync(first.socketDir)).toBe(false)

  const second = await start()
  expect(await query(second, 'select word, upper(word) as upper from kept')).toEqual([
    { word: 'Übung', upper: 'ÜBUNG' },
  ])
  const settings = `select current_setting('fsync') as fsync, current_setting('listen_addresses') as tcp, current_setting('timezone') as timezone,
    current_setting('server_encoding') as encoding, uuidv7() is not null as uuidv7`
  expect(await query(second, settings)).toEqual([
    { fsync: 'on', tcp: '', timezone: 'UTC', encoding: 'UTF8', uuidv7: true },
  ])
})

test('is durable unless asked otherwise', async () => {
  const server = await start({ durable: false })
  expect(
    await query(
      server,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
    ),
  ).toEqual([{ fsync: 'off', commit: 'off' }])
})

test('other users cannot reach the socket', async () => {
  const { socketDir } = await start()
  expect(statSync(socketDir)).toMatchObject({ uid: process.getuid?.() })
  expect(statSync(socketDir).mode & 0o777).toBe(0o700)
  expect(statSync(join(socketDir, '.s.PGSQL.5432')).mode & 0o777).toBe(0o700)
})

test('stopping twice is the same as once', async () => {
  const server = await start()
  await Promise.all([server.stop(), server.stop()])
  await server.stop()
})

test('a second start on the same data folder fails with one sentence', async () => {
  await start()
  const pid = postmasterPid()
  await expect(startEmbedded(dataDir)).rejects.toThrow(
    `The data folder ${dataDir} is in use by another process (pid ${pid}).`,
  )
  expect(await findRunningEmbedded(dataDir)).not.toBe(null)
})

test('of two simultaneous first starts one succeeds and no partial cluster remains', async () => {
  removeCluster()
  const lines = await Promise.all([childStart(), childStart()])
  expect(lines.filter((line) => line.startsWith('started '))).toHaveLength(1)
  expect(
    lines.filter((line) =>
      /^refused The data folder .* is in use by another process \(pid \d+\)\.$/.test(line),
    ),
  ).toHaveLength(1)
  expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.log'])
})

test('leftovers of a killed first start are removed', async () => {
  removeCluster()
  for (const [name, ageMs] of [
    ['postgres.new-old', 3_600_000],
    ['postgres.new-young', 0],
  ] as const) {
    mkdirSync(join(dataDir, name))
    utimesSync(join(dataDir, name), new Date(), new Date(Date.now() - ageMs))
  }
  await start()
  expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.log', 'postgres.new-young'])
})

test('SIGKILL of the starting process ends the server', async () => {
  const line = await childStart()
  const processes = serverProcesses()
  expect(processes.length).toBeGreaterThan(1)
  children[0]?.kill('SIGKILL')
  await eventually(() => expect(processes.filter(isAlive)).toEqual([]))
  await eventually(() => expect(existsSync(line.replace('started ', ''))).toBe(false))

  // Restarts at once, as a supervisor would.
  await childStart()
  children[1]?.kill('SIGKILL')
  await start()
})

test('a program that does not stop the server can end', async () => {
  await childStart('forget')
  const exited = new Promise((resolve) => children[0]?.once('exit', resolve))
  expect(await Promise.race([exited, sleep(5000, 'still there')])).toBe(0)
  await eventually(async () => expect(await findRunningEmbedded(dataDir)).toBe(null))
})

test('Ctrl-C does not reach the server', async () => {
  await childStart()
  const processes = serverProcesses()
  const child = children[0]
  const said = nextLine(child)
  process.kill(-(child?.pid ?? 0), 'SIGINT') // to the process group, as a terminal does
  expect(await said).toBe('answered 1 after Ctrl-C')
  await eventually(() => expect(processes.filter(isAlive)).toEqual([]))
})

test('a stale pid file is removed, even if the pid is reused', async () => {
  await (await start()).stop()
  const stranger = spawn('sleep', ['60'])
  children.push(stranger)
  const pidFile = [
    stranger.pid,
    join(dataDir, 'postgres'),
    1700000000,
    5432,
    tmpdir(),
    '',
    '  5432001         0',
    'ready   ',
    '',
  ]
  writeFileSync(join(dataDir, 'postgres/postmaster.pid'), pidFile.join('\n'))
  if (process.getuid?.() === 0)
    execFileSync('chown', ['nobody', join(dataDir, 'postgres/postmaster.pid')])

  expect(await findRunningEmbedded(dataDir)).toBe(null)
  await query(await start(), 'select 1')
  expect(isAlive(stranger.pid ?? 0)).toBe(true)
})

test('after kill -9 of the server, the next start recovers committed changes', async () => {
  const crashed = await start()
  await query(crashed, 'create table kept as select generate_series(1, 1000) as n')
  process.kill(postmasterPid(), 'SIGKILL')

  const recovered = await start()
  expect(await query(recovered, 'select count(*)::int as count from kept')).toEqual([
    { count: 1000 },
  ])
  await crashed.stop() // must not affect the new server
  await query(recovered, 'select 1')
})

test('another process finds the running server', async () => {
  expect(await findRunningEmbedded(join(dataDir, 'never'))).toBe(null)
  expect(await findRunningEmbedded(dataDir)).toBe(null)
  const line = await childStart()
  const found = await findRunningEmbedded(dataDir)
  expect(found).toEqual({ socketDir: line.replace('started ', ''), superuser: 'postgres' })
  expect(await query(found as EmbeddedPostgres, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a failed start reports the reason and the log file', async () => {
  await (await start()).stop()
  rmSync(join(dataDir, 'postgres/global/pg_control'))
  await expect(startEmbedded(dataDir)).rejects.toThrow(
    /did not start \(.*(PANIC|FATAL|could not).*\)\. See .*postgres\.log, or set DATABASE_URL/,
  )
})

const removeCluster = () => rmSync(join(dataDir, 'postgres'), { recursive: true })

async function start(options?: { durable: boolean }): Promise<EmbeddedPostgres> {
  const server = await startEmbedded(dataDir, options)
  servers.push(server)
  return server
}

async function query(server: { socketDir: string; superuser: string }, text: string) {
  const sql = postgres({
    host: server.socketDir,
    port: 5432,
    user: server.superuser,
    database: 'postgres',
    max: 1,
    onnotice: () => {},
  })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/**
 * Starts the server from another process, in a process group of its own as a shell does, and
 * returns the first line of its output.
 */
async function childStart(mode = 'stay'): Promise<string> {
  const script = fileURLToPath(new URL('./embedded-child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, dataDir, mode], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return nextLine(child)
}

async function nextLine(child?: ChildProcess): Promise<string> {
  if (!child?.stdout) throw new Error('a child without output')
  const lines = createInterface({ input: child.stdout })
  try {
    return await new Promise((resolve) => lines.once('line', resolve))
  } finally {
    lines.close()
    child.stdout.resume()
  }
}

function postmasterPid(): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10)
}

/** The server's main process and, where /proc exists, its children. */
function serverProcesses(): number[] {
  const pid = postmasterPid()
  const children = `/proc/${pid}/task/${pid}/children`
  const pids = existsSync(children)
    ? readFileSync(children, 'utf8')
    : execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
  return [pid, ...pids.trim().split(/\s+/).map(Number)]
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function eventually(check: () => unknown, timeoutMs = 5000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(20)) {
    try {
      await check()
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}
