import { expect, test } from 'vitest'
import { renderSubject } from '../../bot/cards/subjects.ts'
import { setLifecycle } from '../../db/drive-changes.ts'
import { endEstimate, estimateDrives, saveMeasured } from '../../db/estimates.ts'
import { disconnectTask } from '../../db/tasks.ts'
import { smallDrive } from '../cards/estimates.ts'
import { at, openTestDatabase } from '../db/world.ts'
import { addDrives, makeDesk, words } from './desk.ts'

const db = await openTestDatabase()

test('an estimate is written down, handed to Temporal once, and its card follows it to the result', async () => {
  const desk = await makeDesk(db)
  const asked = await desk.say(desk.ada, 'estimate Finance', 'event-1')
  const id = asked.subject?.id ?? ''
  expect(asked).toMatchObject({ subject: { type: 'estimate' }, card: { kind: 'estimate', title: 'Estimate · Finance' } })
  expect(desk.durable.asked).toEqual([`estimate ${id}`])
  expect((await desk.say(desk.ada, 'estimate Finance', 'event-1')).subject?.id).toBe(id)
  expect(desk.durable.asked).toEqual([`estimate ${id}`])
  expect(await estimateDrives(db, desk.accountId, id)).toMatchObject([{ driveId: desk.driveId, state: 'waiting' }])

  const measured = { driveId: desk.driveId, cursor: null, done: true, calls: 1, measured: smallDrive(), sample: [] }
  await saveMeasured(db, desk.accountId, id, measured)
  await endEstimate(db, desk.accountId, id, null, at(61))
  const card = await renderSubject(desk, desk.accountId, { type: 'estimate', id })
  expect(card?.summaryText).toMatch(/^A first backup of Finance takes .* at today’s quota\. It is limited by the speed of downloads\.$/)
})

test('an estimate of all drives leaves out those that Google does not have any more', async () => {
  const desk = await makeDesk(db)
  const [gone] = await addDrives(desk, 'Gone', 'HR')
  await setLifecycle(db, desk.accountId, [gone ?? ''], 'archived', at(3))
  const asked = await desk.say(desk.ada, 'estimate all')
  const drives = await estimateDrives(db, desk.accountId, asked.subject?.id ?? '')
  expect(drives.map(({ driveName }) => driveName).toSorted()).toEqual(['Finance', 'HR'])
})

test('without a connection nothing can be measured, and the card says what to do', async () => {
  const desk = await makeDesk(db)
  await disconnectTask(db, desk.accountId, desk.taskId, 'revoked', at(5))
  const { card } = await desk.say(desk.ada, 'estimate Finance')
  expect(card.summaryText).toBe('Finance cannot be measured: the task Everything is Disconnected. Reconnect it first.')
  expect(words(card)).toContain('Reconnect')
  expect(desk.durable.asked).toEqual([])
})

test('a dry run says what would be listed, and who may not back up may not have drives listed either', async () => {
  const desk = await makeDesk(db)
  expect((await desk.say(desk.ada, 'estimate Finance --dry-run')).card.summaryText).toContain('would be listed')
  expect((await desk.say(desk.bo, 'estimate Finance')).card.summaryText).toContain('you need the permission backups:execute')
  expect(desk.durable.asked).toEqual([])
})
