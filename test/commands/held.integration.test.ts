import { expect, test } from 'vitest'
import { taskById } from '../../db/tasks.ts'
import { openTestDatabase } from '../db/world.ts'
import { makeDesk, words } from './desk.ts'

const db = await openTestDatabase()

const asked = (desk: Awaited<ReturnType<typeof makeDesk>>) =>
  db.query<{ mode: string | null; accepted: number | null }>(
    'select mode, accepted_removals::float8 as accepted from backup_run where account_id = $1 and finished_at is null',
    [desk.accountId],
  )

test('held removals are let go by a word, up to the number that was seen', async () => {
  const desk = await makeDesk(db)
  await db.query("update drive set lifecycle = 'active', last_outcome = 'held', held_removals = 812 where account_id = $1 and id = $2", [
    desk.accountId,
    desk.driveId,
  ])
  const reply = await desk.say(desk.ada, 'backup now Finance --accept-removals')
  expect(reply.card.summaryText).toContain('is queued')
  expect(await asked(desk)).toEqual([{ mode: null, accepted: 812 }])
})

test('there is nothing to accept where nothing is held', async () => {
  const desk = await makeDesk(db)
  await db.query("update drive set lifecycle = 'active' where account_id = $1 and id = $2", [desk.accountId, desk.driveId])
  const reply = await desk.say(desk.ada, 'backup now Finance --accept-removals')
  expect(reply.card.summaryText).toContain('none of its removals are held')
  expect(await asked(desk)).toEqual([])
})

test('a backup that is queued already becomes a full one when that is asked for', async () => {
  const desk = await makeDesk(db)
  await db.query("update drive set lifecycle = 'active' where account_id = $1 and id = $2", [desk.accountId, desk.driveId])
  await desk.say(desk.ada, 'backup now Finance')
  expect(await asked(desk)).toEqual([{ mode: null, accepted: null }])
  await desk.say(desk.ada, 'backup now Finance --full')
  expect(await asked(desk)).toEqual([{ mode: 'full', accepted: null }])
})

test('task set changes what backups take along, and the settings show it', async () => {
  const desk = await makeDesk(db)
  const reply = await desk.say(desk.ada, 'task set Everything --comments on --labels "abc, d-e_f" --hold-percent 20 --hold-items 100')
  expect(words(reply.card)).toContain('from 100 items and 20 % of a drive on')
  expect(await taskById(db, desk.accountId, desk.taskId)).toMatchObject({
    withComments: true,
    fetchFlagged: false,
    labelIds: ['abc', 'd-e_f'],
    holdPercent: 20,
    holdItems: 100,
  })
  await desk.say(desk.ada, 'task set Everything --labels none --flagged on')
  expect(await taskById(db, desk.accountId, desk.taskId)).toMatchObject({ labelIds: [], fetchFlagged: true, withComments: true })
})

test.for([
  ['--hold-percent 0', 'from 1 to 100'],
  ['--hold-percent 101', 'from 1 to 100'],
  ['--hold-items none', 'from 1 on'],
  ['--labels "a b;c"', 'Label ids are'],
] as const)('task set %s is refused in words', async ([options, sentence]) => {
  const desk = await makeDesk(db)
  const reply = await desk.say(desk.ada, `task set Everything ${options}`)
  expect(reply.card.summaryText).toContain(sentence)
  expect(await taskById(db, desk.accountId, desk.taskId)).toMatchObject({ holdPercent: 30, holdItems: 50, labelIds: [] })
})
