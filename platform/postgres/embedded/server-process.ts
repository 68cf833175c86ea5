/**
 * Starts the server process of an embedded PostgreSQL, stops it when this process ends, and reads
 * its pid file.
 */
import { execFileSync, spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import fs, { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { withTimeout } from '../../lib/with-timeout.ts'

export const superuser = 'postgres'
const port = 5432 // used in the socket's name only; no TCP port is opened
const stopTimeoutMs = 30_000 // longer than the watcher's three signals take (24 s)
const orphanTimeoutMs = 500 // time for a server to end after its parent process

/**
 * A shell script that starts the server and watches a pipe from this process. The pipe closes when
 * this process ends for any reason, and the script then stops the server. Both run in a session of
 * their own, so that Ctrl-C reaches this process only; the script ignores HUP, INT and TERM, which
 * systemd sends to all processes, because it must outlive this process.
 */
const watcherScript = `
trap '' HUP INT TERM
socket_dir=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{
  read -r _ <&3
  for signal in INT QUIT KILL; do # fast shutdown, immediate shutdown, none
    kill -$signal $server
    for second in 1 2 3 4 5 6 7 8; do sleep 1; kill -0 $server || exit; done
  done
} 2>/dev/null &
watcher=$!
wait $server
kill -KILL $watcher
rm -f "$socket_dir"/.s.PGSQL.*
rmdir "$socket_dir"
`

export interface Server {
  socketDir: string
  /**
   * Waits until the server accepts connections. Resolves to false when the server has ended or the
   * deadline has passed (milliseconds on the clock of `performance.now()`).
   */
  isReady(deadline: number): Promise<boolean>
  stop(): Promise<void>
}

interface ServerOptions {
  durable: boolean
  maxConnections: number
}

export function launch(
  cluster: string,
  log: string,
  command: string[],
  options: ServerOptions,
): Server {
  const output = openLog(log, cluster)
  const socketDir = makeSocketDir(cluster)
  const settings = Object.entries(serverSettings(socketDir, options)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const words = [
    '-c',
    watcherScript,
    'embedded-postgres',
    socketDir,
    ...command,
    '-D',
    cluster,
    ...settings,
  ]
  const watcher = spawn('/bin/sh', words, {
    detached: true,
    cwd: '/',
    env: environment(),
    stdio: ['pipe', output, output],
  })
  fs.closeSync(output)

  let exited = false
  watcher.on('exit', () => (exited = true)).on('error', () => (exited = true))
  watcher.stdin?.on('error', () => {}) // ignored, because the watcher may end first
  watcher.unref() // does not keep this process running

  /**
   * Returns the server that this call started. It is identified by its socket folder, which is new
   * at each start.
   */
  function ours() {
    const server = runningServer(cluster)
    return server?.socketDir === socketDir ? server : null
  }
  async function isReady(deadline: number): Promise<boolean> {
    while (!exited && performance.now() < deadline) {
      if (ours()?.status === 'ready' && (await answers(socketDir))) return true
      await sleep(20)
    }
    return false
  }
  async function stopNow(): Promise<void> {
    watcher.stdin?.end()
    const deadline = performance.now() + stopTimeoutMs
    while (!exited || ours()) {
      if (performance.now() > deadline)
        throw new Error(`The embedded PostgreSQL does not stop. See ${log}.`)
      await sleep(10)
    }
  }
  let stopping: Promise<void> | undefined
  return { socketDir, isReady, stop: () => (stopping ??= stopNow()) }
}

/**
 * Opens and empties the server's log file. The file gets the owner of the data folder, so that this
 * user can start the server without root later.
 */
function openLog(log: string, cluster: string): number {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = fs.constants
  const output = fs.openSync(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
  const { uid, gid } = fs.statSync(cluster)
  if (process.geteuid?.() === 0) fs.fchownSync(output, uid, gid)
  return output
}

/**
 * Creates a private socket folder with a new name at each start, so that an old server cannot
 * remove its successor's socket. The path is short because macOS limits socket paths to 103 bytes,
 * and has no comma or quote because PostgreSQL parses the setting as a list.
 */
function makeSocketDir(cluster: string): string {
  const parent = /^[\w/.+-]{1,50}$/.test(tmpdir()) ? tmpdir() : '/tmp'
  const hash = createHash('sha256').update(cluster).digest('hex').slice(0, 12)
  return fs.mkdtempSync(join(parent, `embedded-pg-${hash}-`))
}

function serverSettings(socketDir: string, { durable, maxConnections }: ServerOptions) {
  return {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    port,
    max_connections: maxConnections,
    shared_buffers: '64MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // The server logs one line per error, without the statement and its values, because they may
    // contain personal data.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
}

async function answers(socketDir: string): Promise<boolean> {
  const sql = postgres({
    host: socketDir,
    port,
    user: superuser,
    database: 'postgres',
    max: 1,
    connect_timeout: 2,
    fetch_types: false,
  })
  try {
    return await withTimeout(
      sql`select 1`.then(() => true),
      2_000,
      () => false,
    )
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Returns the data folder's server, or null if its process does not exist. */
export function runningServer(cluster: string) {
  const found = readPidFile(cluster)
  return found && isServerOf(cluster, found.pid) ? found : null
}

/** Parses postmaster.pid, which the server writes. */
function readPidFile(cluster: string) {
  const text = unless('ENOENT', () => readFileSync(join(cluster, 'postmaster.pid'), 'utf8'))
  if (text === undefined) return null
  const [pid = '', , , , socketDir = '', , , status = ''] = text.split('\n')
  return { text, pid: Number.parseInt(pid, 10), socketDir, status: status.trim() }
}

/**
 * Checks by its command line whether a process is this folder's server. The pid alone is not
 * enough, because pids are reused, in containers very often.
 */
function isServerOf(cluster: string, pid: number): boolean {
  try {
    const [command, gap] =
      process.platform === 'linux'
        ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '\0']
        : [
            execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {
              encoding: 'utf8',
              timeout: 5000,
            }),
            ' ',
          ]
    return command.includes(['/postgres', '-D', cluster, ''].join(gap))
  } catch {
    return false // no such process
  }
}

/**
 * Waits for a previous server that is stopping, and removes the pid file of a server that no longer
 * runs.
 * @throws when the previous server keeps running
 */
export async function clearPredecessor(cluster: string): Promise<void> {
  const start = performance.now()
  for (let other = runningServer(cluster); other; other = runningServer(cluster)) {
    const timeoutMs = other.status === 'stopping' ? stopTimeoutMs : orphanTimeoutMs
    if (performance.now() - start > timeoutMs) throw inUse(cluster, other)
    await sleep(20)
  }
  const stale = readPidFile(cluster)
  if (!stale?.pid) return // no file, or another process is writing it now

  // PostgreSQL refuses to start if another program now has the pid in this file, so the file is
  // removed. It is renamed first and read again: if another process has replaced it in the
  // meantime, it is put back.
  const file = join(cluster, 'postmaster.pid')
  const aside = `${file}.${randomUUID()}`
  unless('ENOENT', () => {
    fs.renameSync(file, aside)
    if (readFileSync(aside, 'utf8') !== stale.text) unless('EEXIST', () => fs.linkSync(aside, file))
    fs.rmSync(aside)
  })
}

export function inUse(cluster: string, server: { pid: number }): Error {
  return new Error(
    `The data folder ${dirname(cluster)} is in use by another process (pid ${server.pid}).`,
  )
}

/**
 * The environment of server programs: only PATH is inherited, because PGPORT, PGOPTIONS and others
 * would change their behaviour.
 */
export function environment() {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
}

/** Returns what `action` returns, or undefined when it fails with this system error code. */
function unless<T>(code: string, action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined
    throw error
  }
}
