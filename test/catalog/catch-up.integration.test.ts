import { afterEach, expect, test } from 'vitest'
import { catchUp } from '../../activities/catalog/catch-up.ts'
import { compareWithVault } from '../../activities/rebuild/compare.ts'
import type { DriveVault, ManifestChange } from '../../activities/vault/index.ts'
import { recordDiscovery } from '../../db/drive-changes.ts'
import { driveById } from '../../db/drives.ts'
import { listSnapshots } from '../../db/snapshots.ts'
import { at, id, makeWorld, openTestDatabase, type World } from '../db/world.ts'
import { memoryStore, openTestVault, request, row, stream } from '../vault/support/vaults.ts'

const db = await openTestDatabase()

const itemId = (n: number) => `i${String(n).padStart(5, '0')}`

/** A drive in a vault and, without a snapshot, in the database. */
async function drive(items: number): Promise<{ world: World; vault: DriveVault }> {
  const world = await makeWorld(db)
  const driveId = id('0A')
  await recordDiscovery(db, world.accountId, world.taskId, [{ id: driveId, name: 'Big', managerReachable: true }], at(1))
  const vault = (await openTestVault(memoryStore(), world.accountId)).drive(driveId)
  await commit(
    vault,
    0,
    Array.from({ length: items }, (_, n) => row(itemId(n), { size: n })),
  )
  return { world, vault }
}

async function commit(vault: DriveVault, parentGen: number, rows: readonly ManifestChange[]) {
  const removed = rows.filter((change) => 'removed' in change).length
  const listed = rows.length - removed
  return vault.commit(
    request({
      sessionId: `run-${vault.driveId}-${parentGen + 1}`,
      parentGen,
      rows: stream([...rows].sort((a, b) => (a.id < b.id ? -1 : 1))),
      pageToken: String(parentGen + 1),
      counts: { listed, stored: listed, metadataOnly: 0, skipped: 0, failed: 0, removed, bytes: 0 },
    }),
  )
}

/** Renames, trips to the trash and back, deletions and new items; enough generations for the segments to be merged once. */
async function live(vault: DriveVault, items: number, generations: number): Promise<number> {
  for (let gen = 1; gen <= generations; gen++) {
    await commit(vault, gen, [
      row(itemId(gen), { name: `Renamed in ${gen}` }),
      row(itemId(gen + 100), { flags: { trashed: true }, size: 5 }),
      row(itemId(gen + 99), { size: 5 }),
      { id: itemId(items - gen), removed: true },
      row(`new${String(gen).padStart(4, '0')}`, { size: 7 }),
    ])
  }
  return generations + 1
}

afterEach(async () => {
  expect(await db.query("select id from backup_run where id like 'catch-up/%'")).toEqual([])
})

test('a catalogue of many snapshots is made at the cost of what each has changed, and every state hash is equal', async () => {
  const { world, vault } = await drive(3_000)
  const newest = await live(vault, 3_000, 40)
  let staged = 0
  const before = new Map<number, number>()
  await catchUp(db, vault, world.accountId, 1, newest, ({ generation, rows }) => {
    staged += rows - (before.get(generation) ?? 0)
    before.set(generation, rows)
  })
  expect(staged).toBe(3_000 + 40 * 5)
  expect(await compareWithVault(db, vault, world.accountId, { every: true })).toEqual({ hashed: 41, differences: [] })

  const counted = await db.query<{ items: number; bytes: number }>(
    `select count(*)::float8 as items, sum(size)::float8 as bytes from item
     where account_id = $1 and drive_id = $2 and to_generation is null and not trashed`,
    [world.accountId, vault.driveId],
  )
  expect(await driveById(db, world.accountId, vault.driveId)).toMatchObject({
    latestGeneration: 41,
    pageToken: '41',
    itemCount: counted[0]?.items,
    backupBytes: counted[0]?.bytes,
  })
})

test('a catch-up that is cut off within a snapshot goes on there, and shows no part of it meanwhile', async () => {
  const { world, vault } = await drive(3_500)
  const newest = await live(vault, 3_500, 2)
  const stop = new Error('killed')
  const killed = catchUp(db, vault, world.accountId, 1, newest, ({ rows }) => {
    if (rows === 2_000) throw stop
  })
  await expect(killed).rejects.toBe(stop)
  expect(await listSnapshots(db, world.accountId, vault.driveId, { limit: 9 })).toEqual([])

  const seen: number[] = []
  await catchUp(db, vault, world.accountId, 1, newest, ({ generation, rows }) => {
    if (generation === 1) seen.push(rows)
  })
  expect(seen).toEqual([1_000, 1_500])
  expect(await compareWithVault(db, vault, world.accountId, { every: true })).toEqual({ hashed: 3, differences: [] })
})

test.each([1, 2, 3])('catch-ups at once make one catalogue, wherever one overtakes another (%i)', async (late) => {
  const { world, vault } = await drive(1_200)
  const newest = await live(vault, 1_200, 5)
  const all = [catchUp(db, vault, world.accountId, 1, newest)]
  // The others begin when the first is within a snapshot.
  const begun = new Promise<void>((resolve) => {
    all.push(catchUp(db, vault, world.accountId, 1, newest, ({ generation }) => void (generation >= late && resolve())))
  })
  await begun
  for (let n = 0; n < 2; n++) all.push(catchUp(db, vault, world.accountId, 1, newest))
  await Promise.all(all)
  expect(await compareWithVault(db, vault, world.accountId, { every: true })).toEqual({ hashed: 6, differences: [] })
})

test('a catalogue whose last snapshot the vault no longer has is compared as a whole with the next one', async () => {
  const { world, vault } = await drive(50)
  await catchUp(db, vault, world.accountId, 1, 1)
  const newest = await live(vault, 50, 2)
  const without = { ...vault, reader: { ...vault.reader, findRoot: async () => undefined } }
  await catchUp(db, without, world.accountId, 2, newest)
  expect(await compareWithVault(db, vault, world.accountId, { every: true })).toEqual({ hashed: 3, differences: [] })
})

test('what was given up is no snapshot, and a generation of maintenance is no restore point', async () => {
  const { world, vault } = await drive(60)
  const newest = await live(vault, 60, 4)
  const head = await vault.maintain({ sessionId: 'expire', parentGen: newest, expire: [{ from: 2, to: 3 }] })
  await catchUp(db, vault, world.accountId, 1, head.gen)
  expect((await listSnapshots(db, world.accountId, vault.driveId, { limit: 9 })).map(({ generation }) => generation)).toEqual([5, 4, 1])
  expect(await driveById(db, world.accountId, vault.driveId)).toMatchObject({ latestGeneration: 6, pageToken: '5' })
  expect(await compareWithVault(db, vault, world.accountId, { every: true })).toEqual({ hashed: 3, differences: [] })
})
