/**
 * Starts one PostgreSQL server for the whole test run, with a migrated template database. Every
 * world clones its database from the template.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../../platform/postgres/embedded/embedded-postgres.ts'
import { migrate } from '../../platform/postgres/migrations.ts'
import { openClient } from '../../platform/postgres/servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    socketDir: string
    /** The folder for the files of all worlds. A worker exits without stopping its world. */
    worldsDir: string
  }
}

export const templateDatabase = 'template_it_complete'

interface Shared {
  socketDir: string
  worldsDir: string
  stop(): Promise<void>
}
/** Stored on `globalThis`, because every Vitest project evaluates this module again. */
const ofRun = globalThis as { testPostgres?: { started: Promise<Shared>; projects: number } }

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  ofRun.testPostgres ??= { started: start(), projects: 0 }
  const postgres = ofRun.testPostgres
  postgres.projects++
  const { socketDir, worldsDir, stop } = await postgres.started
  project.provide('socketDir', socketDir)
  project.provide('worldsDir', worldsDir)
  return async () => {
    if (--postgres.projects > 0) return
    delete ofRun.testPostgres
    await stop()
  }
}

async function start(): Promise<Shared> {
  const dataDir = await mkdtemp(join(tmpdir(), 'itcl-test-'))
  const server = await startEmbedded(dataDir, { durable: false, maxConnections: 400 })
  await makeTemplate(server.socketDir)
  const worldsDir = await mkdtemp(join(tmpdir(), 'itcl-worlds-'))
  return {
    socketDir: server.socketDir,
    worldsDir,
    async stop() {
      await server.stop()
      for (const folder of [dataDir, worldsDir]) await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function makeTemplate(socketDir: string): Promise<void> {
  const sql = openClient({ at: { socketDir, user: 'postgres', database: 'postgres' } })
  await sql.unsafe(`create database ${templateDatabase}`)
  await sql.end()
  await migrate({ at: { socketDir, user: 'postgres', database: templateDatabase } })
}
