/**
 * A process that owns an embedded PostgreSQL, for embedded.test.ts to kill: says what happened, a
 * line each.
 */
import postgres from 'postgres'
import { startEmbedded } from '../../platform/postgres/embedded/embedded-postgres.ts'

const [dataDir = '', mode] = process.argv.slice(2)

try {
  const server = await startEmbedded(dataDir, { durable: false })
  process.on('SIGINT', async () => {
    const sql = postgres({
      host: server.socketDir,
      port: 5432,
      user: server.superuser,
      database: 'postgres',
      max: 1,
    })
    const [row] = await sql`select 1 as one`
    await sql.end()
    await server.stop()
    console.log(`answered ${row?.one} after Ctrl-C`)
    process.exit(0)
  })
  console.log(`started ${server.socketDir}`)
  // 'forget' ends without a stop; the others live until they are killed or interrupted.
  if (mode !== 'forget') setInterval(() => {}, 60_000)
} catch (error) {
  console.log(`refused ${(error as Error).message}`)
}
