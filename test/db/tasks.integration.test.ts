import { describe, expect, test } from 'vitest'
import {
  createTask,
  disconnectTask,
  listTasks,
  markDiscovered,
  reconnectTask,
  taskById,
  taskByName,
  taskCredential,
  updateTask,
} from '../../db/tasks.ts'
import { at, id, makeWorld, openTestDatabase, type World } from './world.ts'

const db = await openTestDatabase()

const another = (world: World, name: string, taskId = id('task')) =>
  createTask(db, world.accountId, { id: taskId, name, connectedEmail: 'bo@practice.example', credential: Buffer.from('other'), now: at(2) })

test('a new task is active and connected, is backed up daily at two, indexes, and does not activate new drives', async () => {
  const { accountId, taskId } = await makeWorld(db)
  expect(await taskById(db, accountId, taskId)).toEqual({
    id: taskId,
    name: 'Everything',
    state: 'active',
    connection: 'Connected',
    connectionNote: null,
    connectedEmail: 'ada@practice.example',
    frequency: 'Daily',
    hourUtc: 2,
    autoActivate: false,
    indexForSearch: true,
    withComments: false,
    fetchFlagged: false,
    labelIds: [],
    holdPercent: 30,
    holdItems: 50,
    discoveredAt: null,
    createdAt: at(0),
    updatedAt: at(0),
  })
})

test('a name that is taken makes no task, and a repeat with the same id gives the one that is there', async () => {
  const world = await makeWorld(db)
  expect(await another(world, 'Everything')).toBeUndefined()
  const second = await another(world, 'Sales')
  expect(await another(world, 'Sales again', second?.id)).toEqual(second)
  expect((await listTasks(db, world.accountId)).map(({ name }) => name)).toEqual(['Everything', 'Sales'])
})

test('a task is found by its name in any case, and by its exact name first', async () => {
  const world = await makeWorld(db)
  const lower = await another(world, 'everything')
  expect((await taskByName(db, world.accountId, 'everything'))?.id).toBe(lower?.id)
  expect((await taskByName(db, world.accountId, 'Everything'))?.id).toBe(world.taskId)
  expect(await taskByName(db, world.accountId, 'EVERYTHING')).toBeDefined()
  expect(await taskByName(db, world.accountId, 'Every%')).toBeUndefined()
})

describe('settings', () => {
  test('SET-02 a task is renamed, and what is not named stays', async () => {
    const world = await makeWorld(db)
    const task = await updateTask(db, world.accountId, world.taskId, { name: 'All drives', hourUtc: 5 }, at(9))
    expect(task).toMatchObject({ name: 'All drives', hourUtc: 5, frequency: 'Daily', state: 'active', updatedAt: at(9) })
  })

  test('SET-02 a name that another task has is refused and nothing is changed', async () => {
    const world = await makeWorld(db)
    await another(world, 'Sales')
    expect(await updateTask(db, world.accountId, world.taskId, { name: 'Sales', hourUtc: 5 }, at(9))).toBe('name taken')
    expect(await taskById(db, world.accountId, world.taskId)).toMatchObject({ name: 'Everything', hourUtc: 2 })
    expect(await updateTask(db, world.accountId, world.taskId, { name: 'Everything' }, at(9))).toMatchObject({ name: 'Everything' })
  })

  test('an hour that does not exist and a task that does not exist change nothing', async () => {
    const world = await makeWorld(db)
    await expect(updateTask(db, world.accountId, world.taskId, { hourUtc: 24 }, at(9))).rejects.toThrow('backup_task_hour_utc_check')
    expect(await updateTask(db, world.accountId, 'task_none', { name: 'x' }, at(9))).toBeUndefined()
    expect(await updateTask(db, world.accountId, 'task_none', { name: 'Everything' }, at(9))).toBeUndefined()
  })
})

test('SET-03 SET-04 SET-05 a lost grant is shown with its reason, and a new consent brings all back as it was', async () => {
  const world = await makeWorld(db)
  await updateTask(db, world.accountId, world.taskId, { frequency: 'Weekly' }, at(2))
  await markDiscovered(db, world.accountId, world.taskId, at(3))
  const lost = await disconnectTask(db, world.accountId, world.taskId, 'Google says that the grant was revoked.', at(4))
  expect(lost).toMatchObject({ connection: 'Disconnected', connectionNote: 'Google says that the grant was revoked.' })
  const grant = { connectedEmail: 'bo@practice.example', credential: Buffer.from('fresh') }
  const back = await reconnectTask(db, world.accountId, world.taskId, grant, at(5))
  expect(back).toMatchObject({
    connection: 'Connected',
    connectionNote: null,
    connectedEmail: 'bo@practice.example',
    frequency: 'Weekly',
    discoveredAt: at(3),
  })
  expect(Buffer.from((await taskCredential(db, world.accountId, world.taskId)) ?? []).toString()).toBe('fresh')
})

test('the credential comes with no task', async () => {
  const world = await makeWorld(db)
  const seen = [
    await taskById(db, world.accountId, world.taskId),
    await taskByName(db, world.accountId, 'Everything'),
    await listTasks(db, world.accountId),
    await updateTask(db, world.accountId, world.taskId, { hourUtc: 3 }, at(1)),
    await disconnectTask(db, world.accountId, world.taskId, 'gone', at(1)),
  ]
  expect(JSON.stringify(seen)).not.toContain('credential')
})
