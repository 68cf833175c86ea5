import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./drizzle/tables/shared.ts', './drizzle/tables/tenants.ts', './drizzle/tables/identity.ts', './drizzle/tables/audit.ts'],
  out: './drizzle/migrations',
  schemaFilter: ['tenants', 'identity', 'audit'],
  entities: { roles: { include: [] } },
})
