/** The tables can be sharded by tenant, and row-level security protects every tenant's rows. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let tables: { oid: number; name: string; secured: boolean; forced: boolean }[]
const ours = ['tenants', 'identity', 'audit', 'notifications', 'gateway']

beforeAll(async () => {
  database = await cloneDatabase()
  tables = await database.owner`
    select c.oid::int, c.oid::regclass::text as name, c.relrowsecurity as secured, c.relforcerowsecurity as forced
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ${database.owner(ours)}
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
      -- The directory and the outbox's queue, ids alone, the same on every shard: unique as a whole.
      and c.oid::regclass::text not in ('tenants.organization', 'tenants.domain', 'tenants.associated_tenant', 'notifications.due',
        'identity.open_session', 'audit.flooded_tenant')`
})
afterAll(() => database?.drop())

test('the schema has tables with tenant data', () => {
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['tenants.settings', 'identity.session', 'audit.sealed']),
  )
})

test('every primary key and unique index begins with `tenant_id`', async () => {
  const indexes = await database.owner`
    select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as index, i.indisprimary as primary,
           coalesce((select attname from pg_attribute a where a.attrelid = i.indrelid and a.attnum = i.indkey[0]), '(an expression)') as first
    from pg_index i where i.indrelid in ${database.owner(tables.map(({ oid }) => oid))} and i.indisunique`
  expect(indexes.filter(({ first }) => first !== 'tenant_id')).toEqual([])
  expect(new Set(indexes.filter(({ primary }) => primary).map(({ table }) => table))).toEqual(
    new Set(tables.map(({ name }) => name)),
  )
})

test('every other index begins with `tenant_id`, as sharding requires', async () => {
  const indexes = await database.owner`
    select i.indexrelid::regclass::text as index, a.attname as first
    from pg_index i left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid in ${database.owner(tables.map(({ oid }) => oid))} and not i.indisunique
      -- This word index is an exception: it contains the tenant's id as a word, which every search
      -- includes.
      and i.indexrelid <> 'audit.sealed_by_words'::regclass`
  expect(indexes.length).toBeGreaterThan(4)
  expect(indexes.filter(({ first }) => first !== 'tenant_id')).toEqual([])
})

test('every foreign key begins with `tenant_id` on both sides', async () => {
  const keys = await database.owner`
    select c.conrelid::regclass::text as table, c.conname as name, a.attname as first, r.attname as referred
    from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    join pg_attribute r on r.attrelid = c.confrelid and r.attnum = c.confkey[1]
    where c.contype = 'f' and (c.conrelid in ${database.owner(tables.map(({ oid }) => oid))} or c.confrelid in ${database.owner(tables.map(({ oid }) => oid))})`
  expect(keys.length).toBeGreaterThanOrEqual(tables.length - 1)
  expect(
    keys.filter(({ first, referred }) => first !== 'tenant_id' || referred !== 'tenant_id'),
  ).toEqual([])
})

test('every tenant table has forced row-level security with one policy', async () => {
  expect(tables.filter(({ secured, forced }) => !secured || !forced)).toEqual([])
  const policies = await database.owner`
    select polrelid::regclass::text as table, polname as name, polcmd as command, polpermissive as permissive,
           pg_get_expr(polqual, polrelid) as using, pg_get_expr(polwithcheck, polrelid) as check from pg_policy
    where polname <> 'functions_of_owner'`
  const condition = "(tenant_id = (current_setting('app.tenant_id'::text))::uuid)"
  const policy = {
    name: 'tenant_only',
    command: '*',
    permissive: true,
    using: condition,
    check: condition,
  }
  expect(policies.toSorted((a, b) => a.table.localeCompare(b.table))).toEqual(
    tables
      .map(({ name }) => ({ table: name, ...policy }))
      .toSorted((a, b) => a.table.localeCompare(b.table)),
  )
})

test('service roles cannot access partitions directly, without row-level security', async () => {
  const reachable = await database.owner`
    select c.oid::regclass::text as name, r.rolname as role from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_roles r
    where c.relispartition and c.relkind in ('r', 'p') and n.nspname in ${database.owner(ours)} and r.rolname like 'it_complete_%'
      and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete, truncate')`
  expect([...reachable]).toEqual([])
  const [count] =
    await database.owner`select count(*)::int as count from pg_class where relispartition and relkind = 'r'`
  expect(count!.count).toBeGreaterThan(9)
})

test('only the owner’s functions bypass row-level security, on the listed tables', async () => {
  const policies = await database.owner`
    select polrelid::regclass::text as table, polroles = array[relowner] as mine from pg_policy join pg_class c on c.oid = polrelid
    where polname = 'functions_of_owner' order by 1`
  expect([...policies]).toEqual([
    { table: 'audit.activity_count', mine: true },
    { table: 'audit.expired', mine: true },
    { table: 'audit.export', mine: true },
    { table: 'audit.facet', mine: true },
    { table: 'audit.flood', mine: true },
    { table: 'audit.recorded_once', mine: true },
    { table: 'audit.sealed', mine: true },
    { table: 'audit.unsealed', mine: true },
    { table: 'identity.api_token', mine: true },
    { table: 'identity.handoff', mine: true },
    { table: 'identity.session', mine: true },
    { table: 'notifications.message', mine: true },
    { table: 'tenants.settings', mine: true },
    { table: 'tenants.spanning_admin', mine: true },
  ])
})

test('no view or function bypasses the row-level security of its caller', async () => {
  const views = await database.owner`
    select c.oid::regclass::text as name, coalesce(c.reloptions::text, '') as options
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('v', 'm') and n.nspname in ${database.owner(ours)}`
  expect(views.length).toBeGreaterThanOrEqual(2)
  expect(views.filter(({ options }) => !/security_invoker=true/.test(options))).toEqual([])
  const functions = await database.owner`
    select p.proname as name, p.prosecdef as definer, coalesce(p.proconfig::text, '') as settings,
           has_function_privilege('it_complete_app', p.oid, 'execute') as service from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ${database.owner(ours)}`
  // These exceptions run with the owner's rights. The reasons are in
  // migrations/0009_activity_log_walls.sql, 0010_find_sealed.sql, 0011_retention.sql,
  // 0014_erase_person.sql and 0015_sealing_bounds.sql.
  const definers = functions.filter(({ definer }) => definer)
  expect(definers.map(({ name, service }) => [name, service]).toSorted()).toEqual([
    ['drop_partition', false],
    ['erase_person', false],
    ['events_at', true],
    ['find_sealed', true],
    ['find_words', true],
    ['forget_outlived', false],
    ['make_partitions', false],
    ['partitions_to_drop', false],
    ['runs_of', false],
    ['tenants_to_seal', false],
    ['told_in', false],
  ])
  expect(
    definers.filter(({ settings }) => !settings.includes('search_path=pg_catalog, pg_temp')),
  ).toEqual([])
})
