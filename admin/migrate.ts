/**
 * Implements `npm run db:migrate`, which applies missing migrations to the database at
 * DATABASE_URL. The database login needs the privileges to create schemas and roles.
 */
import { ConfigurationError, loadEnvFile, readDatabaseConfig } from '../platform/config.ts'
import { UnusableDatabase } from '../platform/postgres/errors.ts'
import { migrate } from '../platform/postgres/migrations.ts'

loadEnvFile()
try {
  const { DATABASE_URL: url } = readDatabaseConfig(process.env)
  if (!url)
    throw new UnusableDatabase(
      'Set DATABASE_URL to the database to migrate. The embedded database is migrated at each start.',
    )
  await migrate({ at: { url } })
  console.log('The database is up to date.')
} catch (error) {
  const isExpected = error instanceof UnusableDatabase || error instanceof ConfigurationError
  console.error(isExpected ? error.message : error)
  process.exitCode = 1
}
