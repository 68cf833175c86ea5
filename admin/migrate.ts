/** `npm run db:migrate`: brings the database at DATABASE_URL up to date. Its user must be allowed to create schemas and roles. */
import { loadEnvFile } from '../platform/config.ts'
import { migrate, UnusableDatabase } from '../platform/postgres/migrations.ts'

loadEnvFile()
const url = process.env.DATABASE_URL
try {
  if (!url)
    throw new UnusableDatabase(
      'Set DATABASE_URL to the database that is to be migrated. The embedded one migrates itself at start.',
    )
  await migrate({ at: { url } })
  console.log('The database is up to date.')
} catch (error) {
  console.error(error instanceof UnusableDatabase ? error.message : error)
  process.exitCode = 1
}
