/**
 * A PostgreSQL server for one test file. It flushes to disk as in production. Tests can kill,
 * suspend and restart the server on the same data.
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type EmbeddedPostgres,
  startEmbedded,
} from '../../platform/postgres/embedded/embedded-postgres.ts'
import { makeTemplate } from './global-setup.ts'
import { isGone, postgresPid } from './process.ts'

export interface OwnServer {
  /** The folder of the socket. It does not change at a restart. */
  socketDir: string
  /** The data folder of the server. */
  folder: string
  /** Sends SIGKILL to the postmaster. The child processes of the postmaster then exit. */
  kill(): Promise<void>
  start(): Promise<void>
  /**
   * Suspends or resumes all processes of the server. New connections to a suspended server wait.
   */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void
  stop(): Promise<void>
}

export async function startOwnServer(parent = tmpdir()): Promise<OwnServer> {
  const folder = await mkdtemp(join(parent, 'itcl-own-'))
  const socketDir = join(folder, 'socket')
  let server: EmbeddedPostgres
  const pid = () => postgresPid(folder)!

  const own: OwnServer = {
    socketDir,
    folder,
    async start() {
      server = await startEmbedded(folder)
      await symlink(server.socketDir, `${socketDir}.new`)
      await rename(`${socketDir}.new`, socketDir)
    },
    async kill() {
      const postmaster = pid()
      process.kill(postmaster, 'SIGKILL')
      if (!(await isGone(postmaster, 5_000)))
        throw new Error('PostgreSQL did not exit within 5 seconds of SIGKILL.')
    },
    signalAll(signal) {
      const postmaster = pid()
      const stop = () => process.kill(postmaster, signal)
      if (signal === 'SIGSTOP') stop() // Stops the postmaster first, because it starts processes.
      for (const child of childrenOf(postmaster)) process.kill(child, signal)
      if (signal === 'SIGCONT') stop()
    },
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  await own.start()
  await makeTemplate(socketDir)
  return own
}

/** Lists child processes with the options of ps that Linux and macOS share. */
const childrenOf = (parent: number): number[] =>
  execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (ppid === parent ? [pid!] : []))
