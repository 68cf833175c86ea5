/**
 * Implements `npm run db:migrate`, which applies missing migrations to the database at
 * DATABASE_URL. The database login needs the privileges to create schemas and roles.
 */
import { loadEnvFile } from '../platform/config.ts'
import { UnusableDatabase } from '../platform/postgres/errors.ts'
import { migrate } from '../platform/postgres/migrations.ts'

loadEnvFile()
const url = process.env.DATABASE_URL
try {
  if (!url)
    throw new UnusableDatabase(
      'Set DATABASE_URL to the database to migrate. The embedded database is migrated at each start.',
    )
  await migrate({ at: { url } })
  console.log('The database is up to date.')
} catch (error) {
  console.error(error instanceof UnusableDatabase ? error.message : error)
  process.exitCode = 1
}
