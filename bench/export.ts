/**
 * Compares the speed of `GET /activity/export` with psql's `\copy` of the same rows, in rows per
 * second. The export passes through the whole service.
 */
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { promisify } from 'node:util'
import { readConfig } from '../gateway/config.ts'
import { listen } from '../gateway/http-listener.ts'
import { startService } from '../gateway/service.ts'
import { newToken } from '../platform/auth/tokens.ts'
import { createLog } from '../platform/lib/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { DatabaseTarget, openClient } from '../platform/postgres/servers.ts'
import { createSigner } from '../subgraphs/audit/log/signer.ts'
import { type History, sealHistory } from './history.ts'

interface Export {
  at: DatabaseTarget['at']
  db: Database
  owner: ReturnType<typeof openClient>
  history: History
  dataDir: string
}

const rounds = 3
const run = promisify(execFile)

/**
 * The script of a separate process that downloads the export, because psql is also a separate
 * process. The script prints the number of bytes.
 */
const reader = `
const [url, token] = process.argv.slice(1)
let bytes = 0, end = ''
for await (const piece of (await fetch(url, { headers: { authorization: 'Bearer ' + token } })).body) {
  bytes += piece.length
  end = Buffer.from(piece.subarray(-4096)).toString()
}
if (!end.includes('"manifest"') && bytes < 5000) throw new Error(end)
console.log(bytes)`

export async function compareExport({ at, db, owner, history, dataDir }: Export): Promise<void> {
  const { tenantId, events } = history
  const { privateKey } = generateKeyPairSync('ed25519')
  const [known] = await owner`select from audit.checkpoint where tenant_id = ${tenantId} limit 1`
  if (!known) await sealHistory(owner, history, createSigner('bench.example/activity', privateKey))
  const { token, hash } = newToken(tenantId)
  await owner`
    insert into identity.api_token (tenant_id, token_hash, name, created_by, expires_at)
    values (${tenantId}, ${hash}, 'bench', '{}', now() + interval '1 day')`
  const microsoft = {
    MICROSOFT_CLIENT_ID: '00000000-0000-4000-8000-000000000000',
    MICROSOFT_CLIENT_SECRET: 'none',
  }
  const config = readConfig({ PORT: '0', DATA_DIR: dataDir, DEMO: 'off', ...microsoft })
  const service = await startService({
    config,
    listener: await listen(config),
    db,
    log: createLog('silent'),
    transactionKey: new Uint8Array(32),
    microsoft: {
      authority: 'https://login.example',
      clientId: microsoft.MICROSOFT_CLIENT_ID,
      clientSecret: 'none',
    },
    sealing: null,
  })
  try {
    const url = `${service.publicUrl}/activity/export/${tenantId}`
    const copied = `\\copy (select sequence, event, disclosures from audit.sealed where tenant_id = '${tenantId}' order by sequence) to '/dev/null' csv`
    const { socketDir, user, database } = at as {
      socketDir: string
      user: string
      database: string
    }
    const psql = [
      '--no-psqlrc',
      '--quiet',
      '--host',
      socketDir,
      '--username',
      user,
      '--dbname',
      database,
      '--command',
      copied,
    ]
    const best = { exported: 0, copied: 0 }
    for (let round = 0; round < rounds; round++) {
      best.copied = Math.max(best.copied, await rate(events, () => run('psql', psql)))
      best.exported = Math.max(
        best.exported,
        await rate(events, () =>
          run(process.execPath, ['--input-type=module', '-e', reader, url, token]),
        ),
      )
    }
    const [exported, by] = [best.exported, best.copied].map((perSecond) =>
      Math.round(perSecond).toLocaleString('en'),
    )
    console.log(
      `\nexport of ${events.toLocaleString('en')} events as NDJSON: ${exported} rows/s; \\copy as csv: ${by} rows/s`,
    )
    console.log(`ratio ${(best.exported / best.copied).toFixed(2)} (best of ${rounds})`)
  } finally {
    await service.stop()
    // Deletes the audit events of the exports, because no sequencer runs here to seal them.
    await owner`delete from audit.unsealed where tenant_id = ${tenantId}`
  }
}

async function rate(events: number, work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return (events * 1000) / (performance.now() - begun)
}
