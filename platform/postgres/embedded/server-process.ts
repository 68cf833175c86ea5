/**
 * Starts the server process of an embedded PostgreSQL, stops the server when this process ends, and
 * reads the server's pid file.
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
const port = 5432 // only part of the socket's name; no TCP port is opened
const stopTimeoutMs = 30_000 // the watcher script needs up to 24 s for its three signals
const orphanTimeoutMs = 500 // the time that a server needs to end after its parent process

/**
 * A shell script that starts the server and watches a pipe from this process. The pipe closes when
 * this process ends for any reason, and the script then stops the server. The script and the server
 * run in a separate session, so Ctrl-C does not signal them. The script ignores HUP, INT and TERM,
 * because systemd sends these signals to all processes, but the script must outlive this process.
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
   * Waits until the server accepts connections. Resolves to false if the server has ended or the
   * deadline has passed.
   * @param deadline a `performance.now()` time in milliseconds
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
  watcher.stdin?.on('error', () => {}) // an error is harmless, because the watcher may end first
  watcher.unref() // allows this process to end before the watcher

  /**
   * Returns the server that this call started, or null. The socket folder identifies the server,
   * because each start creates a new folder.
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
        throw new Error(`The embedded PostgreSQL server did not stop in time. See ${log}.`)
      await sleep(10)
    }
  }
  let stopping: Promise<void> | undefined
  return { socketDir, isReady, stop: () => (stopping ??= stopNow()) }
}

/**
 * Opens the server's log file and deletes its content. The owner of the data folder becomes the
 * owner of the file, so that this user can later start the server without root privileges.
 */
function openLog(log: string, cluster: string): number {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = fs.constants
  const output = fs.openSync(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
  const { uid, gid } = fs.statSync(cluster)
  if (process.geteuid?.() === 0) fs.fchownSync(output, uid, gid)
  return output
}

/**
 * Creates a private socket folder. Each start uses a new name, so that an old server cannot remove
 * the socket of a new server. The path is short because macOS limits socket paths to 103 bytes. The
 * path contains no comma or quote because PostgreSQL parses the setting as a list.
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
    shared_buffers: durable ? '64MB' : '256MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // The server logs one line per error. The line does not contain the statement and its values,
    // because they may contain personal data.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    ...(durable ? {} : forSpeed),
  }
}

/** Settings for a server whose data may be lost: they save writes. */
const forSpeed = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
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

/** Returns the server of the data folder, or null if its process does not exist. */
export function runningServer(cluster: string) {
  const found = readPidFile(cluster)
  return found && isServerOf(cluster, found.pid) ? found : null
}

/** Parses the file postmaster.pid of the server. Returns null if the file does not exist. */
function readPidFile(cluster: string) {
  const text = unless('ENOENT', () => readFileSync(join(cluster, 'postmaster.pid'), 'utf8'))
  if (text === undefined) return null
  const [pid = '', , , , socketDir = '', , , status = ''] = text.split('\n')
  return { text, pid: Number.parseInt(pid, 10), socketDir, status: status.trim() }
}

/**
 * Checks whether a process is the server of this folder. The pid alone is not sufficient, because
 * operating systems reuse pids, so this function compares the command line.
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
 * Waits for a previous server that is stopping, and removes the pid file of a server that has
 * ended.
 * @throws when the previous server continues to run
 */
export async function clearPredecessor(cluster: string): Promise<void> {
  const start = performance.now()
  for (let other = runningServer(cluster); other; other = runningServer(cluster)) {
    const timeoutMs = other.status === 'stopping' ? stopTimeoutMs : orphanTimeoutMs
    if (performance.now() - start > timeoutMs) throw inUse(cluster, other)
    await sleep(20)
  }
  const stale = readPidFile(cluster)
  // The file does not exist, or another process is writing the file now.
  if (!stale?.pid) return

  // PostgreSQL refuses to start if another program now has the pid in this file, so this function
  // removes the file. Before that, the file is renamed and read again. If another process has
  // replaced the file in the meantime, the new file is restored.
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
 * Returns the environment variables for server programs. Only PATH is inherited, because variables
 * such as PGPORT and PGOPTIONS would change the behavior of these programs.
 */
export function environment() {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
}

/**
 * Returns the result of `action`, or undefined if `action` fails with the given system error code.
 */
function unless<T>(code: string, action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined
    throw error
  }
}
