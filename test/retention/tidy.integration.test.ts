/** A night's upkeep on a real database: the activity as the workflow calls it, and what people see of it. */
import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, test } from 'vitest'
import { catchUp } from '../../activities/catalog/catch-up.ts'
import { retentionActivities } from '../../activities/retention/activities.ts'
import type { DriveVault } from '../../activities/vault/index.ts'
import { listAudit } from '../../db/audit.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { listSnapshots } from '../../db/snapshots.ts'
import type { RetentionResult } from '../../workflows/contract/retention.ts'
import { makeJob, makeWorld, openTestDatabase, type World } from '../db/world.ts'
import { all, backUp, contentsOf, memoryStore, openTestVault } from '../vault/support/vaults.ts'

const db = await openTestDatabase({ max: 4 })

/** Three snapshots, each of which replaced the one before; the vault's builder dates them all to the first of March. */
async function aged(): Promise<{ world: World; drive: DriveVault; store: ReturnType<typeof memoryStore> }> {
  const world = await makeWorld(db)
  const store = memoryStore()
  const drive = (await openTestVault(store, world.accountId)).drive(world.driveId)
  for (let gen = 0; gen < 3; gen += 1) await backUp(drive, gen, { a: Buffer.from(`version ${gen}`), [`b${gen}`]: Buffer.from('kept') })
  await catchUp(db, drive, world.accountId, 1, 3)
  return { world, drive, store }
}

/** The night so many days from now: the clock, the database's evidence and the ledger all agree. */
async function night({ world, store }: Awaited<ReturnType<typeof aged>>, days: number): Promise<RetentionResult> {
  const now = () => new Date(systemClock.now().getTime() + days * 86_400_000)
  await db.query('update drive set last_checked_at = $2 where account_id = $1', [world.accountId, now()])
  await db.query(`update gc_state set marked_at = now() - interval '25 hours' where account_id = $1 and plan is not null`, [
    world.accountId,
  ])
  const clock = { ...systemClock, now }
  const activities = retentionActivities({ db, clock, random: systemRandom, vault: (accountId) => openTestVault(store, accountId) })
  const run = () => activities.tidyDrive({ accountId: world.accountId, after: '' })
  const { last, ...result } = (await new MockActivityEnvironment().run(run)) as Awaited<ReturnType<typeof run>>
  expect(last).toBe(world.driveId)
  return result
}

const setDays = (world: World, days: number) => db.query('update account set retention_days = $2 where id = $1', [world.accountId, days])
const offered = async ({ accountId, driveId }: World) =>
  (await listSnapshots(db, accountId, driveId, { limit: 9 })).map(({ generation }) => generation).sort()

test('SET-16 what is older than the retention is given up, offered to nobody, deleted a night later, and audited without a person', async () => {
  const made = await aged()
  await setDays(made.world, 30)
  expect(await night(made, 40)).toMatchObject({ given: 2, removedObjects: 0 })
  expect(await offered(made.world)).toEqual([3])
  const second = await night(made, 42)
  expect(second).toMatchObject({ given: 0, asking: 1 })
  const audit = (await listAudit(db, made.world.accountId, { limit: 9 })).find(({ verb }) => verb === 'Backup deleted')
  expect(audit).toMatchObject({
    actorId: null,
    target: made.world.driveId,
    outcome: 'Completed',
    arguments: { snapshots: 2, olderThanDays: 30 },
  })
  expect((await contentsOf(made.drive, 3))['a']).toEqual(Buffer.from('version 2'))
  const versions = await db.query('select 1 from item where account_id = $1 and to_generation is not null', [made.world.accountId])
  expect(versions).toHaveLength(0)
})

test('SET-16 nothing younger than the retention is given up, and nothing at all where none is set', async () => {
  const made = await aged()
  expect(await night(made, 4_000)).toMatchObject({ given: 0 })
  await setDays(made.world, 30)
  expect(await night(made, 33)).toMatchObject({ given: 0 })
  expect(await offered(made.world)).toEqual([1, 2, 3])
  expect(await all(made.drive.roots())).toHaveLength(3)
})

test('a snapshot that a restore works with is not given up under it', async () => {
  const made = await aged()
  await setDays(made.world, 30)
  const job = await makeJob(db, made.world, { generation: 2 })
  await night(made, 40)
  expect(await offered(made.world)).toContain(2)
  await db.query(`update job set status = 'canceled', finished_at = now() where id = $1`, [job.id])
  await night(made, 41)
  expect(await offered(made.world)).toEqual([3])
})
