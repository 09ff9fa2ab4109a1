import { expect, test } from 'vitest'
import { findItemById, findItemsByName, ledgerTotals, restoresOf, versionsOf } from '../../db/item-ledger.ts'
import { id, makeWorld, openTestDatabase } from './world.ts'

const db = await openTestDatabase()

/** 60,000 items in the account, so that PostgreSQL has a reason to use its indexes. */
async function manyItems() {
  const world = await makeWorld(db)
  await db.query(
    `insert into item (account_id, drive_id, item_id, from_generation, parent_id, name, mime_type, size, trashed, outcome, row)
     select $1, $2, 'file-' || n, 1, $2, 'Report ' || n || '.pdf', 'application/pdf', 5, false, 'stored', '{}' from generate_series(1, 60000) n`,
    [world.accountId, world.driveId],
  )
  await db.query('analyze item')
  return world
}

test('what the ledger asks is answered through indexes, whatever the size of the account', async () => {
  const { accountId, driveId } = await manyItems()
  const read: string[] = []
  // The same queries, with PostgreSQL's own account of how it answered them.
  const explaining = {
    query: async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
      const plan = await db.query<{ 'QUERY PLAN': string }>(`explain (analyze, costs off, timing off, summary off) ${text}`, values)
      read.push(plan.map((row) => row['QUERY PLAN']).join('\n'))
      return db.query<Row>(text, values)
    },
  }
  expect(await findItemById(explaining, accountId, 'file-777')).toHaveLength(1)
  expect(await findItemsByName(explaining, accountId, 'report 777.pdf', 'whole', { limit: 9 })).toHaveLength(1)
  expect(await findItemsByName(explaining, accountId, 'REPORT 5999', 'beginning', { limit: 99 })).toHaveLength(11)
  expect(await versionsOf(explaining, accountId, driveId, 'file-777', { limit: 9 })).toHaveLength(1)
  expect(await ledgerTotals(explaining, accountId, driveId, 'file-777')).toMatchObject({ versions: 1 })
  expect(await restoresOf(explaining, accountId, driveId, 'file-777', 9)).toEqual([])
  for (const plan of read) expect(plan).not.toMatch(/Seq Scan on (?:item|job_item|blob)\b/)
})

test('an unknown item has no totals', async () => {
  const { accountId, driveId } = await makeWorld(db)
  expect(await ledgerTotals(db, accountId, driveId, id('nobody'))).toBeUndefined()
})
