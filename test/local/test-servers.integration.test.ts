import { Connection, Client as Temporal } from '@temporalio/client'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { testDatabase } from '../support/servers/database.ts'
import { testTemporal } from '../support/servers/temporal.ts'

async function tables(url: string): Promise<readonly string[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ table_name: string }>(
    "select table_name from information_schema.tables where table_schema = 'public'",
  )
  await client.end()
  return rows.map((row) => row.table_name)
}

test('two test databases have the newest schema and are not the same', async () => {
  const [one, two] = await Promise.all([testDatabase(), testDatabase()])
  expect(one.url).not.toBe(two.url)
  expect(await tables(one.url)).toContain('account')
  expect(await tables(two.url)).toEqual(await tables(one.url))
})

test('the shared Temporal server answers, and each caller has a task queue of its own', async () => {
  const [one, two] = await Promise.all([testTemporal(), testTemporal()])
  expect(one.address).toBe(two.address)
  expect(one.taskQueue).not.toBe(two.taskQueue)
  const connection = await Connection.connect({ address: one.address })
  const client = new Temporal({ connection, namespace: one.namespace })
  expect(await client.workflow.count()).toMatchObject({ count: expect.any(Number) })
  await connection.close()
})
