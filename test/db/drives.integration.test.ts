import { describe, expect, test } from 'vitest'
import { type FoundDrive, recordDiscovery, saveDriveState, savePageToken, setLifecycle } from '../../db/drive-changes.ts'
import { countDrives, countNeverActivated, driveById, type Lifecycle, listDrives } from '../../db/drives.ts'
import { updateTask } from '../../db/tasks.ts'
import { at, id, makeWorld, openTestDatabase, times, type World } from './world.ts'

const db = await openTestDatabase()

const discover = (world: World, found: readonly Partial<FoundDrive>[], minute = 5) =>
  recordDiscovery(
    db,
    world.accountId,
    world.taskId,
    found.map((drive) => ({ id: id('0A'), name: 'Drive', managerReachable: true, ...drive })),
    at(minute),
  )

const names = (drives: readonly { name: string }[]) => drives.map(({ name }) => name)

describe('discovery', () => {
  test('DRV-01 SET-09 a new drive is Not Active, and active at once when its task says so', async () => {
    const world = await makeWorld(db)
    const { added } = await discover(world, [{ name: 'Sales' }, { name: 'HR' }])
    expect(added.map(({ name, lifecycle, activatedAt, firstSeenAt }) => ({ name, lifecycle, activatedAt, firstSeenAt }))).toEqual([
      { name: 'HR', lifecycle: 'not-active', activatedAt: null, firstSeenAt: at(5) },
      { name: 'Sales', lifecycle: 'not-active', activatedAt: null, firstSeenAt: at(5) },
    ])
    await updateTask(db, world.accountId, world.taskId, { autoActivate: true }, at(6))
    const later = await discover(world, [{ name: 'Legal' }], 7)
    expect(later.added).toMatchObject([{ name: 'Legal', lifecycle: 'active', activatedAt: at(7) }])
  })

  test('a known drive gets its new name and keeps its state, and one that is not named is left alone', async () => {
    const world = await makeWorld(db)
    await setLifecycle(db, world.accountId, [world.driveId], 'active', at(3))
    const seen = await discover(world, [{ id: world.driveId, name: 'Finance EMEA', managerReachable: false }, { name: 'HR' }])
    expect(seen).toMatchObject({ renamed: 1, added: [{ name: 'HR' }] })
    expect(await discover(world, [{ id: world.driveId, name: 'Finance EMEA' }])).toEqual({ added: [], renamed: 0 })
    expect(await driveById(db, world.accountId, world.driveId)).toMatchObject({
      name: 'Finance EMEA',
      lifecycle: 'active',
      activatedAt: at(3),
      firstSeenAt: at(1),
      managerReachable: true,
    })
    expect(await countDrives(db, world.accountId)).toBe(2)
  })

  test('of many discoveries at once each drive is new to one', async () => {
    const world = await makeWorld(db)
    const found = Array.from({ length: 10 }, (_, index) => ({ id: id('0A'), name: `Drive ${index}` }))
    const seen = await times(8, () => discover(world, found))
    expect(await countDrives(db, world.accountId)).toBe(11)
    expect(seen.every(({ renamed }) => renamed === 0)).toBe(true)
  })
})

describe('the list of drives', () => {
  test('DRV-02 has the drives that contain the words, in any case and taken literally', async () => {
    const world = await makeWorld(db)
    await discover(world, [{ name: '100% Sales' }, { name: 'sales_emea' }, { name: 'HR\\Legal' }])
    const found = async (contains: string) => names(await listDrives(db, world.accountId, { contains }))
    expect(await found('SALES')).toEqual(['100% Sales', 'sales_emea'])
    expect(await found('%')).toEqual(['100% Sales'])
    expect(await found('_')).toEqual(['sales_emea'])
    expect(await found('\\')).toEqual(['HR\\Legal'])
    expect(await countDrives(db, world.accountId, { contains: 'sales' })).toBe(2)
  })

  test('DRV-01 pages follow each other by name, also over drives of the same name', async () => {
    const world = await makeWorld(db)
    await discover(world, [{ name: 'Twin' }, { name: 'Twin' }, { name: 'Twin' }, { name: 'Zoo' }])
    const seen: string[] = []
    for (let after: { id: string; name: string } | undefined; ; ) {
      const page = await listDrives(db, world.accountId, { after, limit: 2 })
      seen.push(...names(page))
      after = page.at(-1)
      if (page.length < 2) break
    }
    expect(seen).toEqual(['Finance', 'Twin', 'Twin', 'Twin', 'Zoo'])
    expect(await listDrives(db, world.accountId, { taskId: 'task_none' })).toEqual([])
    expect(await listDrives(db, world.accountId, { lifecycle: 'active' })).toEqual([])
  })
})

describe('lifecycle', () => {
  test.each<{ from: Lifecycle; to: Lifecycle; changes: boolean }>([
    { from: 'not-active', to: 'active', changes: true },
    { from: 'paused', to: 'active', changes: true },
    { from: 'active', to: 'active', changes: false },
    { from: 'active', to: 'paused', changes: true },
    { from: 'not-active', to: 'paused', changes: false },
    { from: 'archived', to: 'active', changes: false },
    { from: 'active', to: 'archived', changes: true },
  ])('ACT-03 ACT-08 from $from to $to: $changes', async ({ from, to, changes }) => {
    const world = await makeWorld(db)
    await db.query('update drive set lifecycle = $2 where account_id = $1', [world.accountId, from])
    const changed = await setLifecycle(db, world.accountId, [world.driveId, 'elsewhere'], to, at(9))
    expect(changed.map(({ lifecycle }) => lifecycle)).toEqual(changes ? [to] : [])
    expect((await driveById(db, world.accountId, world.driveId))?.lifecycle).toBe(changes ? to : from)
  })

  test('ACT-05 a drive that was activated once does not count as never activated', async () => {
    const world = await makeWorld(db)
    await discover(world, [{ name: 'HR' }])
    expect(await countNeverActivated(db, world.accountId)).toBe(2)
    await setLifecycle(db, world.accountId, [world.driveId], 'active', at(2))
    await setLifecycle(db, world.accountId, [world.driveId], 'not-active', at(3))
    expect(await countNeverActivated(db, world.accountId)).toBe(1)
  })
})

test('an older snapshot that is reported late does not undo a newer one', async () => {
  const world = await makeWorld(db)
  const state = { pageToken: '20', itemCount: 2 ** 40, backupBytes: 2 ** 50 }
  await saveDriveState(db, world.accountId, world.driveId, { ...state, generation: 2 })
  await saveDriveState(db, world.accountId, world.driveId, { generation: 1, pageToken: '10', itemCount: 1, backupBytes: 1 })
  expect(await driveById(db, world.accountId, world.driveId)).toMatchObject({ ...state, latestGeneration: 2 })
  await savePageToken(db, world.accountId, world.driveId, '21')
  expect(await driveById(db, world.accountId, world.driveId)).toMatchObject({ pageToken: '21', latestGeneration: 2 })
})
