import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['shared', 'tenants', 'identity', 'audit', 'notifications', 'gateway'].map(
    (name) => `./drizzle/tables/${name}.ts`,
  ),
  out: './drizzle/migrations',
  schemaFilter: ['tenants', 'identity', 'audit', 'notifications', 'gateway'],
  entities: { roles: { include: [] } },
})
