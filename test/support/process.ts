/** Starts the service as a separate process, as a user does. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { openDatabaseTarget } from '../../platform/postgres/database-target.ts'
import { migrate } from '../../platform/postgres/migrations.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const defaults = {
  PORT: '0',
  LOG_LEVEL: 'warn',
  DRAIN_MS: '0',
  // Saves about a second of CPU time for each process. The content of a file is part of its key.
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'),
}

/** The settings that a service with its own database requires. */
export const requiredSettings = {
  STATE_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64url'),
  ACTIVITY_LOG_SIGNING_KEY: generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString(),
  MICROSOFT_CLIENT_ID: 'id',
  MICROSOFT_CLIENT_SECRET: 'secret',
}

export interface Running {
  child: ChildProcess
  dataDir: string
  /** Returns the output (stdout and stderr) so far. */
  output(): string
  /**
   * Resolves with the match when the output matches the pattern. Rejects if the process exits
   * before, or after the deadline.
   */
  says(pattern: RegExp, deadlineMs?: number): Promise<RegExpMatchArray>
  exit: Promise<number | null>
}

const folders: string[] = []

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'itcl-process-'))
  folders.push(folder)
  return folder
}

/**
 * Returns a new data folder with an initialized and migrated database. A start in this folder takes
 * about 2 seconds less than a first start.
 */
export async function initializedFolder(): Promise<string> {
  const template = join(inject('worldsDir'), 'data-folder')
  if (!existsSync(template)) {
    const building = await mkdtemp(`${template}-`)
    const target = await openDatabaseTarget({ DATA_DIR: building })
    await migrate(target.owner).finally(target.stop)
    await rename(building, template).catch(() => {}) // another worker may have been first
  }
  const folder = await temporaryFolder()
  // Keeps the owner of the files: PostgreSQL refuses a data folder of another user.
  await promisify(execFile)('cp', ['-a', join(template, 'postgres'), folder])
  return folder
}

export const removeFolders = async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
}

/**
 * Starts `node FILE …` or `npm …`. The process receives only the given environment variables, PATH
 * and HOME.
 */
export async function run(
  file: string,
  args: string[] = [],
  env: Record<string, string> = {},
  dataDir?: string,
): Promise<Running> {
  const folder = dataDir ?? (await temporaryFolder())
  const { PATH = '', HOME = '' } = process.env
  const command: [string, string[]] =
    file === 'npm' ? ['npm', args] : [process.execPath, [join(root, file), ...args]]
  const child = spawn(...command, {
    cwd: root,
    env: { ...defaults, PATH, HOME, DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const { promise: exit, resolve } = Promise.withResolvers<number | null>()
  child.once('close', resolve)
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output += text
    })
  return {
    child,
    dataDir: folder,
    output: () => output,
    exit,
    async says(pattern, deadlineMs = 30_000) {
      const signal = AbortSignal.timeout(deadlineMs)
      let hasEnded = false
      void exit.then(() => (hasEnded = true))
      while (true) {
        const match = output.match(pattern)
        if (match) return match
        if (hasEnded) throw new Error(`The process exited without printing ${pattern}: ${output}`)
        await Promise.race([
          once(child.stdout!, 'data', { signal }),
          once(child.stderr!, 'data', { signal }),
          exit,
        ])
      }
    },
  }
}

/** Returns the process id of the embedded PostgreSQL server of this data folder, or null. */
export function postgresPid(dataDir: string): number | null {
  const path = join(dataDir, 'postgres', 'postmaster.pid')
  return existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[0]) : null
}

/**
 * Returns whether the process exits before the deadline. Polls every 20 ms, because Node.js reports
 * only the exit of its own child processes.
 */
export async function isGone(pid: number, deadlineMs: number): Promise<boolean> {
  for (const until = performance.now() + deadlineMs; performance.now() < until; await wait(20)) {
    try {
      process.kill(pid, 0)
    } catch {
      return true
    }
  }
  return false
}
