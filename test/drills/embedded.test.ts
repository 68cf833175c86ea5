/**
 * The parent process of an embedded PostgreSQL is killed repeatedly. The server then exits as well,
 * and restarts without loss of data.
 */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { Actors } from '../../demo/actors.ts'
import type { DemoFile } from '../../demo/demo.ts'
import { signAssertion } from '../../demo/partner.ts'
import { sha256 } from '../../platform/auth/tokens.ts'
import { findRunningEmbedded } from '../../platform/postgres/embedded/embedded-postgres.ts'
import { openClient } from '../../platform/postgres/servers.ts'
import { freePort } from '../support/parts.ts'
import {
  isGone,
  postgresPid,
  type Running,
  removeFolders,
  run,
  temporaryFolder,
} from '../support/process.ts'

const kills = 20

let service: Running | undefined
afterAll(async () => {
  service?.child.kill('SIGTERM')
  await service?.exit
  await removeFolders()
})

test('repeated kills of the parent lose no acknowledged write', async () => {
  const dataDir = await temporaryFolder()
  const env = { PORT: String(await freePort()) }
  const url = `http://localhost:${env.PORT}`
  const start = async () => {
    service = await run('gateway/main.ts', [], env, dataDir)
    await service.says(/is ready/, 60_000)
    if ((await fetch(`${url}/readyz`)).status !== 200)
      throw new Error('The service reported that it is ready, but does not answer.')
  }
  const firstMs = await timed(start)
  const demo = JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as DemoFile
  const tenant = demo.tenants.find(({ itCompleteLogin }) => itCompleteLogin)!
  const partner = demo.partnerInstances.find(
    ({ clientId }) => clientId === tenant.associations[0]!.clientId,
  )!
  const actors = new Actors(`${url}/graphql`, url)

  const create = 'mutation ($input: CreateHandoffInput!) { createHandoff(input: $input) { code } }'
  const acknowledged: string[] = []
  let [asked, isOver] = [0, false]
  const burst = async () => {
    while (!isOver) {
      asked++
      const assertion = await signAssertion(partner, {
        audience: url,
        tenantId: tenant.id,
        technician: partner.technicians[0]!,
      })
      const answer = await actors.ask(null, create, { input: { assertion } }).catch(() => null)
      const code = answer?.data?.createHandoff?.code
      if (code) acknowledged.push(sha256(code))
      else await wait(200)
    }
  }
  const bursting = Promise.all([burst(), burst()])
  const readyMs: number[] = []
  let orphans = 0
  for (let time = 0; time < kills; time++) {
    const before = acknowledged.length
    await expect
      .poll(() => acknowledged.length, { timeout: 20_000, interval: 10 })
      .toBeGreaterThan(before + 5)
    const server = postgresPid(dataDir)!
    service!.child.kill('SIGKILL')
    await service!.exit
    expect(await isGone(server, 5_000)).toBe(true)
    readyMs.push(await timed(start))
    orphans += postmasters(join(dataDir, 'postgres')) - 1 // one of them is the new server
  }
  isOver = true
  await bursting
  const found = await findRunningEmbedded(dataDir)
  const sql = openClient({
    at: { socketDir: found!.socketDir, user: found!.superuser, database: 'it_complete_login' },
  })
  const kept = new Set(
    (await sql<{ hash: string }[]>`select code_hash as hash from identity.handoff`).map(
      ({ hash }) => hash,
    ),
  )
  const [rows] = await sql<
    { count: number }[]
  >`select count(*)::int from audit.activity where action = 'handoff.created' and outcome = 'SUCCEEDED'`
  await sql.end({ timeout: 1 })
  const lost = acknowledged.filter((hash) => !kept.has(hash)).length
  console.log(
    `kill -9 of the embedded database's parent, ${kills} times: requested ${asked}, acknowledged ${acknowledged.length}, stored ${kept.size}, ` +
      `lost ${lost}, duplicated ${rows!.count - kept.size}, orphaned servers ${orphans}; first ready after ${firstMs} ms, then after ${readyMs.join(' ')} ms`,
  )
  expect({ lost, doubled: rows!.count - kept.size, orphans }).toEqual({
    lost: 0,
    doubled: 0,
    orphans: 0,
  })
  // At most 10 seconds or, on a busy machine, twice the time of the first start.
  expect(Math.max(...readyMs)).toBeLessThan(Math.max(10_000, 2 * firstMs))
}, 240_000)

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return Math.round(performance.now() - begun)
}

/**
 * Counts the PostgreSQL servers that run on this folder. A new backend shows its parent's command
 * line until it has read the startup packet, so children of a server do not count.
 */
function postmasters(folder: string): number {
  const found = execFileSync('ps', ['-ww', '-eo', 'pid=,ppid=,command='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
      const isServer = command.includes(`-D ${folder}`) && !command.startsWith('/bin/sh')
      return isServer ? [{ pid, parent }] : []
    })
  return found.filter(({ parent }) => !found.some(({ pid }) => pid === parent)).length
}
