import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ManifestRow } from '../../activities/vault/index.ts'
import { driveById } from '../../db/drives.ts'
import { children, findByName, itemById } from '../../db/items.ts'
import { runById } from '../../db/run-progress.ts'
import { listSnapshots } from '../../db/snapshots.ts'
import { taskById } from '../../db/tasks.ts'
import { backUp, queueBackup } from '../support/runs.ts'
import { type System, startSystem } from '../support/system.ts'

let system: System
let finance: string
beforeAll(async () => {
  system = await startSystem({ world: { seed: 11, items: 600, drives: 3 } })
  finance = system.driveId('Finance')
})
afterAll(() => system.stop())

const calls = () => system.practice.drive.wire.ledger.report()?.total.calls ?? 0
const admin = () => ({ email: system.practice.admin })

/** Every row of a snapshot as the vault gives it. */
async function rowsOf(generation: number): Promise<ManifestRow[]> {
  const snapshot = await (await system.vault).drive(finance).snapshot(generation)
  return Array.fromAsync(snapshot.rows())
}

test('ACT-04 P10 an initial backup stores every item of the drive and accounts for each', async () => {
  const run = await backUp(system, finance)
  expect(run).toMatchObject({ phase: 'done', mode: 'initial', generation: 1 })
  expect(run.listed).toBe(run.stored + run.skipped + run.failed)
  expect(run.failed).toBe(0)

  const rows = await rowsOf(1)
  const { items } = (await system.practice.drive.model.practice.drives()).find(({ id }) => id === finance) ?? { items: -1 }
  expect(rows).toHaveLength(items)
})

test('what is stored has the content that Drive has', async () => {
  const snapshot = await (await system.vault).drive(finance).snapshot(1)
  for await (const row of snapshot.rows()) {
    if (!row.content || !row.sha256Checksum) continue
    const hash = createHash('sha256')
    for await (const chunk of snapshot.readBlob(row.content)) hash.update(chunk)
    expect(hash.digest('hex')).toBe(row.sha256Checksum)
  }
})

test('PRE-01 neither a name nor a piece of content lies readable in the store', async () => {
  const [plan] = await findByName(system.db, system.accountId, finance, 1, 'Q3 plan', 1)
  const snapshot = await (await system.vault).drive(finance).snapshot(1)
  const row = await snapshot.row(plan?.itemId ?? '')
  if (!row?.content) throw new Error('Q3 plan has no content in the vault.')
  const text = Buffer.concat(await Array.fromAsync(snapshot.readBlob(row.content)))
  const entries = await readdir(system.vaultFolder, { recursive: true, withFileTypes: true })
  const objects = entries.filter((entry) => entry.isFile())
  expect(objects.length).toBeGreaterThan(4)
  for (const entry of objects) {
    const stored = await readFile(join(entry.parentPath, entry.name))
    expect({ object: entry.name, name: stored.includes('Q3 plan'), content: stored.includes(text.subarray(0, 32)) }).toEqual({
      object: entry.name,
      name: false,
      content: false,
    })
  }
})

test('an incremental backup of an unchanged drive takes one API call and makes no snapshot', async () => {
  const before = calls()
  const run = await backUp(system, finance)
  expect(calls() - before).toBe(1)
  expect(run).toMatchObject({ outcome: 'success', generation: null, apiCalls: 1 })
  expect(await listSnapshots(system.db, system.accountId, finance, { limit: 10 })).toHaveLength(1)
})

test('a rename is stored without reading content again, and both snapshots keep their name', async () => {
  const [plan] = await findByName(system.db, system.accountId, finance, 1, 'Q3 plan', 1)
  system.practice.drive.model.files.update(admin(), plan?.itemId ?? '', { name: 'Q3 plan, final' })
  const before = calls()
  const run = await backUp(system, finance)
  expect(run).toMatchObject({ generation: 2, listed: 1, bytesDone: 0 })
  expect(calls() - before).toBeLessThanOrEqual(2)
  expect((await itemById(system.db, system.accountId, finance, 1, plan?.itemId ?? ''))?.name).toBe('Q3 plan')
  expect((await itemById(system.db, system.accountId, finance, 2, plan?.itemId ?? ''))?.name).toBe('Q3 plan, final')
})

test('a lost file is gone from the next snapshot and still in the one before', async () => {
  const [lost] = await findByName(system.db, system.accountId, finance, 2, 'Q3 plan, final', 1)
  system.practice.drive.model.practice.lose(lost?.itemId ?? '', finance)
  expect(await backUp(system, finance)).toMatchObject({ generation: 3, listed: 0 })
  expect(await itemById(system.db, system.accountId, finance, 3, lost?.itemId ?? '')).toBeUndefined()
  expect((await itemById(system.db, system.accountId, finance, 2, lost?.itemId ?? ''))?.name).toBe('Q3 plan, final')
  expect((await rowsOf(3)).some(({ id }) => id === lost?.itemId)).toBe(false)
})

test('ACT-09 a second request while a backup is queued joins it', async () => {
  const first = await queueBackup(system, finance)
  const second = await queueBackup(system, finance)
  expect(second.id).toBe(first.id)
  await backUp(system, finance)
})

test('REC-05 the tree of a snapshot can be walked from the drive down', async () => {
  const top = await children(system.db, system.accountId, finance, 1, finance, { limit: 100 })
  expect(top.length).toBeGreaterThan(0)
  const rows = await rowsOf(1)
  expect(new Set(top.map(({ itemId }) => itemId))).toEqual(
    new Set(rows.filter((row) => row.parentId === finance && !row.flags?.trashed).map(({ id }) => id)),
  )
})

test('the catalogue can be rebuilt from the vault alone, snapshot by snapshot', async () => {
  const { db, accountId } = system
  const items = `select item_id, from_generation, to_generation, row from item where account_id = $1 and drive_id = $2 order by 1, 2`
  const before = await db.query(items, [accountId, finance])
  const snapshots = await listSnapshots(db, accountId, finance, { limit: 100 })
  await db.query('delete from item where account_id = $1 and drive_id = $2', [accountId, finance])
  await db.query('delete from snapshot where account_id = $1 and drive_id = $2', [accountId, finance])
  await db.query('update drive set latest_generation = 0, page_token = null where account_id = $1 and id = $2', [accountId, finance])

  await backUp(system, finance)
  expect(await db.query(items, [accountId, finance])).toEqual(before)
  expect(
    (await listSnapshots(db, accountId, finance, { limit: 100 })).map(({ generation, itemCount }) => ({ generation, itemCount })),
  ).toEqual(snapshots.map(({ generation, itemCount }) => ({ generation, itemCount })))
})

test('a full backup lists everything again and changes nothing when nothing has changed', async () => {
  const run = await backUp(system, finance, { mode: 'full' })
  const state = await runById(system.db, system.accountId, run.id)
  expect(state.mode).toBe('full')
  expect(run.failed).toBe(0)
  expect(run.bytesDone).toBeLessThan(1_000_000)
})

test('SET-04 a revoked grant fails the run in words and disconnects the task, and no drive shows a success', async () => {
  const marketing = system.driveId('Marketing')
  system.practice.drive.wire.grants.revoke(system.grantId)
  const run = await backUp(system, marketing)
  expect(run.outcome).toBe('failed')
  expect(run.error).toContain('Google no longer accepts the consent')
  expect(await taskById(system.db, system.accountId, system.taskId)).toMatchObject({ connection: 'Disconnected' })
  expect((await driveById(system.db, system.accountId, marketing))?.lastOutcome).toBe('failed')
})
