/** The database is lost; the vault is all there is. With the whole product around it: real activities, real servers. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rebuilt, rebuildAccount } from '../../activities/rebuild/rebuild.ts'
import { openLocalStore } from '../../activities/vault/index.ts'
import { driveById } from '../../db/drives.ts'
import { findByName, itemById } from '../../db/items.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { listSnapshots } from '../../db/snapshots.ts'
import { reconnectTask, taskById, taskCredential } from '../../db/tasks.ts'
import { backUp } from '../support/runs.ts'
import { type System, startSystem } from '../support/system.ts'

let system: System
let finance: string
let marketing: string
let before: Awaited<ReturnType<typeof catalog>>
let rebuilt: Rebuilt

const calls = () => system.practice.drive.wire.ledger.report()?.total.calls ?? 0
const admin = () => ({ email: system.practice.admin })

async function rebuild(): Promise<Rebuilt> {
  return rebuildAccount({
    db: system.db,
    store: await openLocalStore({ path: system.vaultFolder, create: false, random: systemRandom }),
    vault: await system.vault,
    clock: systemClock,
    signal: new AbortController().signal,
    every: true,
    note: () => {},
  })
}

/** All that the catalogue says of the account's drives, but for what only the moment of writing explains. */
async function catalog() {
  const { db, accountId } = system
  const rows = (sql: string) => db.query(sql, [accountId])
  return {
    items: await rows('select * from item where account_id = $1 order by drive_id, item_id, from_generation'),
    snapshots: await rows('select * from snapshot where account_id = $1 order by drive_id, generation'),
    blobs: await rows('select drive_id, blob_id, entry from blob where account_id = $1 order by 1, 2'),
    contents: await rows('select * from content where account_id = $1 order by drive_id, sha256, size'),
    drives: await rows(
      'select id, name, lifecycle, last_outcome, latest_generation, page_token, item_count, backup_bytes from drive where account_id = $1 and latest_generation > 0 order by 1',
    ),
  }
}

beforeAll(async () => {
  system = await startSystem({ world: { seed: 11, items: 400, drives: 3 } })
  finance = system.driveId('Finance')
  marketing = system.driveId('Marketing')
  await backUp(system, finance)
  await backUp(system, marketing)
  const [plan] = await findByName(system.db, system.accountId, finance, 1, 'Q3 plan', 1)
  system.practice.drive.model.files.update(admin(), plan?.itemId ?? '', { name: 'Q3 plan, final' })
  await backUp(system, finance)
  system.practice.drive.model.practice.lose(plan?.itemId ?? '', finance)
  await backUp(system, finance)
  before = await catalog()
})
afterAll(() => system.stop())

async function loseEverything(): Promise<Uint8Array> {
  const { db, accountId, taskId } = system
  const credential = await taskCredential(db, accountId, taskId)
  for (const table of ['item', 'snapshot', 'blob', 'content', 'backup_run_item', 'backup_run', 'drive', 'backup_task'])
    await db.query(`delete from ${table} where account_id = $1`, [accountId])
  return credential ?? new Uint8Array()
}

test('a lost database is made again from the vault alone: drives, every snapshot, every item, all state hashes equal', async () => {
  const credential = await loseEverything()
  rebuilt = await rebuild()
  expect(
    rebuilt.drives.map(({ driveId, outcome, snapshots, hashed, differences }) => ({ driveId, outcome, snapshots, hashed, differences })),
  ).toEqual(
    [
      { driveId: finance, outcome: 'rebuilt', snapshots: 3, hashed: 3, differences: [] },
      { driveId: marketing, outcome: 'rebuilt', snapshots: 1, hashed: 1, differences: [] },
    ].sort((a, b) => (a.driveId < b.driveId ? -1 : 1)),
  )
  expect(await catalog()).toEqual(before)
  expect(await taskById(system.db, system.accountId, rebuilt.task?.id ?? '')).toMatchObject({
    name: 'Recovered drives',
    connection: 'Disconnected',
  })
  await reconnectTask(
    system.db,
    system.accountId,
    rebuilt.task?.id ?? '',
    { connectedEmail: system.practice.admin, credential },
    systemClock.now(),
  )
})

test('the next backup after a rebuild goes on in the change feed: one call, no listing', async () => {
  const first = calls()
  expect(await backUp(system, finance)).toMatchObject({ outcome: 'success', generation: null, mode: 'incremental' })
  expect(calls() - first).toBe(1)

  const [item] = await findByName(system.db, system.accountId, finance, 3, 'budget', 1)
  system.practice.drive.model.files.update(admin(), item?.itemId ?? '', { name: 'Budget after the fire' })
  const second = calls()
  expect(await backUp(system, finance)).toMatchObject({ generation: 4, mode: 'incremental', listed: 1, bytesDone: 0 })
  expect(calls() - second).toBeLessThanOrEqual(2)
  expect((await itemById(system.db, system.accountId, finance, 4, item?.itemId ?? ''))?.name).toBe('Budget after the fire')
})

test('a second rebuild finds everything complete and changes nothing', async () => {
  const level = await catalog()
  const again = await rebuild()
  expect(again.drives.map(({ outcome }) => outcome)).toEqual(['complete already', 'complete already'])
  expect(again.task).toBeUndefined()
  expect(await catalog()).toEqual(level)
})

test('a catalogue that holds something else than the vault is noticed and made again', async () => {
  const { db, accountId } = system
  const level = await catalog()
  await db.query(
    `update item set name = 'changed', row = jsonb_set(row, '{name}', '"changed"') where account_id = $1 and drive_id = $2 and from_generation = 1`,
    [accountId, finance],
  )
  const again = await rebuild()
  expect(again.drives.find(({ driveId }) => driveId === finance)).toMatchObject({ outcome: 'complete already', differences: [] })
  expect(await catalog()).toEqual(level)
  expect((await driveById(db, accountId, finance))?.latestGeneration).toBe(4)
  expect(await listSnapshots(db, accountId, finance, { limit: 9 })).toHaveLength(4)
})
