/**
 * A PostgreSQL server (version 15 or newer) from the packages of the operating system. Tests use
 * this server, because the server from npm lacks pg_dump and pg_restore.
 */
import { execFile, spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openClient } from '../../platform/postgres/servers.ts'

const programs = ['initdb', 'postgres', 'pg_dump', 'pg_restore']

/**
 * Returns the program folder of the newest installed version, or null if no version is installed.
 */
export function systemPrograms(): string | null {
  // Debian's packages, and Homebrew on macOS.
  const folders = globSync([
    '/usr/lib/postgresql/*/bin',
    '/{opt/homebrew,usr/local}/opt/postgresql@*/bin',
  ])
    .map((folder) => ({ folder, version: Number(/(\d+)\/bin$/.exec(folder)?.[1]) }))
    .filter(({ version }) => version >= 15)
    .toSorted((a, b) => b.version - a.version)
    .map(({ folder }) => folder)
  return (
    folders.find((folder) => programs.every((program) => existsSync(join(folder, program)))) ?? null
  )
}

export interface SystemPostgres {
  socketDir: string
  stop(): Promise<void>
}

/** @param tcp where the server also listens; the superuser `postgres` needs the password there */
export async function startSystemPostgres(
  folder: string,
  tcp: { port: number; password: string } | null = null,
): Promise<SystemPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'itcl-pg-'))
  const [data, socketDir] = [join(home, 'data'), join(home, 'socket')]
  await mkdir(socketDir)
  if (tcp) await writeFile(join(socketDir, 'password'), tcp.password)
  // Root starts PostgreSQL as the user `nobody`, because PostgreSQL refuses to run as root.
  const isRoot = process.geteuid?.() === 0
  const nobody = 65_534
  if (isRoot) for (const path of [home, socketDir]) await chown(path, nobody, nobody)
  const prefix = isRoot
    ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
    : []
  const [initdb = '', ...words] = [
    ...prefix,
    join(folder, 'initdb'),
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    ...(tcp ? ['--auth-host=scram-sha-256', `--pwfile=${join(socketDir, 'password')}`] : []),
  ]
  await promisify(execFile)(initdb, words, { cwd: '/', timeout: 60_000 })
  const settings = [
    '-k',
    socketDir,
    '-c',
    `listen_addresses=${tcp ? '127.0.0.1' : ''}`,
    '-c',
    `port=${tcp?.port ?? 5432}`,
    '-c',
    'fsync=off',
    '-c',
    'max_connections=60',
  ]
  const [postgres = '', ...more] = [...prefix, join(folder, 'postgres'), '-D', data, ...settings]
  const server = spawn(postgres, more, { cwd: '/', stdio: 'ignore' })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  for (const end = performance.now() + 20_000; ; await wait(100)) {
    const sql = openClient(
      { at: { socketDir, user: 'postgres', database: 'postgres' } },
      { connect_timeout: 2, ...(tcp && { port: tcp.port }) },
    )
    const answers = await sql`select 1`.then(
      () => true,
      () => false,
    )
    await sql.end({ timeout: 1 })
    if (answers) break
    if (performance.now() > end || server.exitCode !== null)
      throw new Error(
        'The PostgreSQL server of the operating system did not start within 20 seconds.',
      )
  }
  return {
    socketDir,
    async stop() {
      server.kill('SIGINT')
      await ended
      await rm(home, { recursive: true, force: true })
    },
  }
}
