/** The running server of an embedded PostgreSQL: its start, its end with our process, and what its pid file says. */
import { execFileSync, spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import fs, { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'

export const superuser = 'postgres'
const port = 5432 // part of the socket's name, no more
const stopTimeoutMs = 30_000 // more than the watcher's three signals take
const orphanTimeoutMs = 500 // how long a server may run on after its parent

/**
 * Starts the server and stays with it, blocked on a pipe from our process, which ends when we do, however we do.
 * Both are in a session of their own, so that Ctrl-C in a terminal reaches us alone; of signals sent to every process
 * there is (systemd does) the watcher ignores the gentle ones, since it has to outlive us.
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
  /** False where the server has ended, or the deadline has passed. */
  isReady(deadline: number): Promise<boolean>
  stop(): Promise<void>
}

export function launch(cluster: string, log: string, command: string[], durable: boolean): Server {
  const output = openLog(log, cluster)
  const socketDir = makeSocketDir(cluster)
  const settings = Object.entries(serverSettings(socketDir, durable)).flatMap(([name, value]) => [
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
  watcher.stdin?.on('error', () => {}) // it may be gone before us
  watcher.unref() // a program that forgets to stop the server can still end, and the server with it

  /** The socket folder, new at each start, tells our server from another starter's. */
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
        throw new Error(`The embedded PostgreSQL does not stop: see ${log}.`)
      await sleep(10)
    }
  }
  let stopping: Promise<void> | undefined
  return { socketDir, isReady, stop: () => (stopping ??= stopNow()) }
}

/** Emptied at each start. It belongs to whom the data belong to, so that this user can start without root as well. */
function openLog(log: string, cluster: string): number {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = fs.constants
  const output = fs.openSync(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
  const { uid, gid } = fs.statSync(cluster)
  if (process.geteuid?.() === 0) fs.fchownSync(output, uid, gid)
  return output
}

/**
 * Private and new at each start: nobody can have made it before us, and a server that is just cleaning up cannot take
 * it from its successor. Short, because the path of a socket holds 103 bytes (macOS), and without a comma or a quote,
 * because PostgreSQL takes a list of folders.
 */
function makeSocketDir(cluster: string): string {
  const parent = /^[\w/.+-]{1,50}$/.test(tmpdir()) ? tmpdir() : '/tmp'
  const hash = createHash('sha256').update(cluster).digest('hex').slice(0, 12)
  return fs.mkdtempSync(join(parent, `embedded-pg-${hash}-`))
}

function serverSettings(socketDir: string, durable: boolean) {
  return {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    port,
    max_connections: 100,
    shared_buffers: '64MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // A line for each error, without the statement and the row it was about, which hold other people's data.
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
    return (await Promise.race([sql`select 1`, sleep(2000, null, { ref: false })])) !== null
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** The server of this data folder whose process is there. */
export function runningServer(cluster: string) {
  const found = readPidFile(cluster)
  return found && isServerOf(cluster, found.pid) ? found : null
}

/** What a server last wrote about itself. */
function readPidFile(cluster: string) {
  const text = unless('ENOENT', () => readFileSync(join(cluster, 'postmaster.pid'), 'utf8'))
  if (text === undefined) return null
  const [pid = '', , , , socketDir = '', , , status = ''] = text.split('\n')
  return { text, pid: Number.parseInt(pid, 10), socketDir, status: status.trim() }
}

/** Pids are reused, in containers almost surely: only its command line says that a process is this folder's server. */
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

/** Waits for a server that is on its way out, refuses one that stays, clears the pid file of one that is no more. */
export async function clearPredecessor(cluster: string): Promise<void> {
  const start = performance.now()
  for (let other = runningServer(cluster); other; other = runningServer(cluster)) {
    const patienceMs = other.status === 'stopping' ? stopTimeoutMs : orphanTimeoutMs
    if (performance.now() - start > patienceMs) throw inUse(cluster, other)
    await sleep(20)
  }
  const stale = readPidFile(cluster)
  if (!stale?.pid) return // none, or one that another starter is just writing

  // PostgreSQL refuses to start where the pid was given to some other program since. Taken away first and looked at
  // then, since another starter may have put its own there meanwhile.
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

/** Nothing of ours but the way to find programs: PGPORT, PGOPTIONS and their like would change the server. */
export function environment() {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
}

/** What `act` returns; undefined where it fails with that error code of the system. */
function unless<T>(code: string, act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined
    throw error
  }
}
