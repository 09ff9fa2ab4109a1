import { expect, test } from 'vitest'
import { type Column, prismaModels } from './prisma-models.ts'
import { openTestDatabase } from './world.ts'

const db = await openTestDatabase()

/** The migrations' runner keeps a table of its own. */
const ours = "table_schema = 'public' and table_name <> 'schema_migration'"

const inOrder = (columns: readonly Column[]) =>
  columns.map(({ table, column, type, nullable }) => `${table}.${column} ${type}${nullable ? ' null' : ''}`).sort()

test('the Prisma models have the tables, columns, types and nullability of the migrated database', async () => {
  const migrated = await db.query<Column>(
    `select table_name as "table", column_name as "column", udt_name as type, is_nullable = 'YES' as nullable
     from information_schema.columns where ${ours}`,
  )
  expect(inOrder(prismaModels().columns)).toEqual(inOrder(migrated))
})

test('the Prisma models have the primary keys of the migrated database', async () => {
  const migrated = await db.query<{ table: string; columns: string[] }>(
    `select table_name as "table", array_agg(column_name::text order by ordinal_position) as columns
     from information_schema.table_constraints join information_schema.key_column_usage using (table_schema, table_name, constraint_name)
     where constraint_type = 'PRIMARY KEY' and ${ours} group by table_name`,
  )
  expect(prismaModels().primaryKeys).toEqual(Object.fromEntries(migrated.map(({ table, columns }) => [table, columns])))
})

test('a table that holds customer data names its account', async () => {
  const shared = ['account', 'quota_bucket']
  const rows = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables t where ${ours} and not exists (
       select 1 from information_schema.columns c
       where c.table_schema = t.table_schema and c.table_name = t.table_name and c.column_name = 'account_id' and c.is_nullable = 'NO'
     ) order by table_name`,
  )
  expect(rows.map(({ name }) => name)).toEqual(shared)
})
