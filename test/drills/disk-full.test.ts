/**
 * The volume of the database becomes full under traffic, and later has free space again. The
 * write-ahead log is on another volume.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OwnServer, startOwnServer } from '../support/own-server.ts'
import { settle, startTraffic } from '../support/traffic.ts'
import { startWorld, type World } from '../support/world.ts'

const folder = await mkdtemp(join(tmpdir(), 'itcl-full-'))
const [volume, walFolder] = [join(folder, 'volume'), join(folder, 'wal')]
const isMounted = mount()

/** Mounting requires root, and not every container allows it. */
function mount(): boolean {
  try {
    execFileSync('mkdir', [volume, walFolder])
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300m', 'tmpfs', volume], { stdio: 'pipe' })
    return true
  } catch (error) {
    console.log(
      `Skipped, because mounting a small volume failed (${String((error as { stderr?: Buffer }).stderr ?? error).trim()})`,
    )
    return false
  }
}

let server: OwnServer
let world: World

beforeAll(async () => {
  if (!isMounted) return
  server = await startOwnServer(volume)
  await server.kill()
  const wal = join(server.folder, 'postgres/pg_wal')
  execFileSync('cp', ['-a', wal, walFolder])
  execFileSync('rm', ['-r', wal])
  execFileSync('ln', ['-s', join(walFolder, 'pg_wal'), wal])
  await server.start()
  world = await startWorld({}, { socketDir: server.socketDir })
}, 120_000)
afterAll(async () => {
  await world?.stop()
  await server?.stop()
  if (isMounted) execFileSync('umount', ['--lazy', volume])
  await rm(folder, { recursive: true, force: true })
})

const ballast = join(volume, 'ballast')

/** Fills the volume to its last block. */
function fill(): void {
  const file = openSync(ballast, 'a')
  for (const size of [1_048_576, 4_096])
    try {
      for (const bytes = Buffer.alloc(size); ; ) if (writeSync(file, bytes) < size) break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  closeSync(file)
}

test.skipIf(!isMounted)(
  'with a full disk, writes are refused, reads work, and both recover',
  async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const traffic = startTraffic(world, tenant, admin)
    for (let n = 0; n < 10; n++) await traffic.next()
    // Sets the last use back, so that the next request must store a new one on the full disk.
    await world.database
      .owner`update identity.session set last_seen_at = now() - interval '3 minutes' where session_id = ${admin.sessionId}`
    fill()
    await expect
      .poll(() => [...traffic.messages].join(), { timeout: 30_000 })
      .toContain('no space left')
    const { answered } = traffic.read.reads
    await wait(3_000)
    const meanwhile = traffic.read.reads.answered - answered
    await rm(ballast)
    const hasRoom = performance.now()
    const healedMs = (await traffic.next()) - hasRoom
    for (let n = 0; n < 10; n++) await traffic.next()
    await traffic.stop()
    console.log(
      `${meanwhile} reads succeeded while the disk was full; writes work again after ${healedMs.toFixed(0)} ms`,
    )
    expect(traffic.read.reads.failed).toBe(0)
    expect(meanwhile).toBeGreaterThan(0)
    expect(healedMs).toBeLessThan(5_000)
    await settle(world, tenant, traffic, 'disk full')
  },
  120_000,
)
