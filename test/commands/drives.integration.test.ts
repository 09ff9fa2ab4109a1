import { expect, test } from 'vitest'
import { DurableUnavailable } from '../../bot/gateway/durable.ts'
import { listAudit } from '../../db/audit.ts'
import { driveById } from '../../db/drives.ts'
import { listRuns } from '../../db/runs.ts'
import { disconnectTask } from '../../db/tasks.ts'
import { at, openTestDatabase } from '../db/world.ts'
import { addDrives, addSnapshots, buttonsOf, makeDesk, tokenOf, words } from './desk.ts'

const db = await openTestDatabase()

const rowsOf = (card: { nodes: readonly unknown[] }) =>
  (card.nodes as { type: string; rows?: { cells: unknown[] }[] }[]).flatMap((node) =>
    node.type === 'table' ? (node.rows ?? []).map(({ cells }) => cells) : [],
  )

test('DRV-01 drives are listed with status, backup size and last backup', async () => {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 1)
  await db.query(`update drive set last_outcome = 'success', last_backup_at = $2 where account_id = $1`, [desk.accountId, at(5)])
  const { card } = await desk.say(desk.ada, 'drives')
  expect(rowsOf(card)).toEqual([
    ['Finance', { type: 'status', tone: 'ok', text: 'Success' }, { type: 'bytes', bytes: 2048 }, { type: 'time', at: at(5).toISOString() }],
  ])
})

test('DRV-02 a search shows every drive that contains the keyword, whatever its case', async () => {
  const desk = await makeDesk(db)
  await addDrives(desk, 'Marketing', 'Old finance', 'R&D_100%')
  expect(rowsOf((await desk.say(desk.ada, 'drives FIN')).card).map(([name]) => name)).toEqual(['Finance', 'Old finance'])
  expect(rowsOf((await desk.say(desk.ada, 'drives _100%')).card).map(([name]) => name)).toEqual(['R&D_100%'])
})

test('DRV-03 the status filter takes the eight words, and any other word is answered with them', async () => {
  const desk = await makeDesk(db)
  await addDrives(desk, 'Marketing')
  await desk.say(desk.ada, 'activate Marketing')
  expect(rowsOf((await desk.say(desk.ada, 'drives --status not active')).card).map(([name]) => name)).toEqual(['Finance'])
  expect(rowsOf((await desk.say(desk.ada, 'drives status:Scheduled')).card).map(([name]) => name)).toEqual(['Marketing'])
  const wrong = await desk.say(desk.ada, 'drives --status broken')
  expect(wrong.card.summaryText).toContain('Not Active, Scheduled, Success, In Process, Failed, Paused, Archived, Partial')
})

test('a long list comes in pages, and More shows the next one in its place', async () => {
  const desk = await makeDesk(db)
  await addDrives(desk, ...Array.from({ length: 14 }, (_, index) => `Team ${String(index).padStart(2, '0')}`))
  const first = await desk.say(desk.ada, 'drives team')
  expect(rowsOf(first.card)).toHaveLength(10)
  const second = await desk.press(desk.ada, tokenOf(first.card, 'More'))
  expect(second.replaces).toBe(true)
  expect(rowsOf(second.card).map(([name]) => name)).toEqual(['Team 10', 'Team 11', 'Team 12', 'Team 13'])
})

test('ACT-03 ACT-07 Activate sets the status to Scheduled for every chosen drive, and names the next backup', async () => {
  const desk = await makeDesk(db)
  const [marketing = ''] = await addDrives(desk, 'Marketing')
  const { card } = await desk.say(desk.ada, 'activate Finance, Marketing')
  expect(card.summaryText).toContain('Finance and Marketing are activated. The status is Scheduled')
  expect(words(card)).toContain('2026-11-25T02:00:00.000Z')
  expect((await driveById(db, desk.accountId, marketing))?.lifecycle).toBe('active')
})

test('ACT-02 ACT-06 the list acts upon the chosen drives, and without a choice nothing happens', async () => {
  const desk = await makeDesk(db)
  const [marketing = ''] = await addDrives(desk, 'Marketing')
  const list = (await desk.say(desk.ada, 'drives')).card
  const activate = list.actions.find((action) => action.type === 'button' && action.label === 'Activate')
  expect(activate).toMatchObject({ requires: ['drives'] })
  const token = tokenOf(list, 'Activate')
  expect((await desk.press(desk.ada, token)).card.summaryText).toContain('No drive is chosen')
  await desk.press(desk.ada, token, { drives: [marketing] })
  expect((await driveById(db, desk.accountId, marketing))?.lifecycle).toBe('active')
  expect((await driveById(db, desk.accountId, desk.driveId))?.lifecycle).toBe('not-active')
})

test('ACT-02 “all” means every drive, or every drive of a task', async () => {
  const desk = await makeDesk(db)
  await addDrives(desk, 'Marketing', 'Sales')
  expect((await desk.say(desk.ada, 'activate all --task every')).card.title).toBe('3 drives activated')
  expect((await desk.say(desk.ada, 'pause all')).card.title).toBe('3 drives paused')
  expect((await desk.say(desk.ada, 'resume all --task Nothing')).card.summaryText).toContain('There is no backup task “Nothing”')
})

test('ACT-08 Pause sets the status to Paused, its snapshots stay, and Resume takes it back', async () => {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 2)
  await desk.say(desk.cy, 'pause Finance')
  expect(rowsOf((await desk.say(desk.ada, 'drives --status paused')).card)).toHaveLength(1)
  expect(rowsOf((await desk.say(desk.ada, 'snapshots Finance')).card)).toHaveLength(2)
  const refused = await desk.say(desk.ada, 'backup now Finance')
  expect(refused.card.summaryText).toContain('it is Paused')
  await desk.press(desk.ada, tokenOf(refused.card, 'Resume'))
  expect((await driveById(db, desk.accountId, desk.driveId))?.lifecycle).toBe('active')
})

test('ACT-05 the home card counts drives that were never activated and leads to them', async () => {
  const desk = await makeDesk(db)
  const { card } = await desk.say(desk.ada, '')
  expect(card.summaryText).toContain('1 drive has never been activated')
  const list = await desk.press(desk.ada, tokenOf(card, 'Activate drives'))
  expect(rowsOf(list.card).map(([name]) => name)).toEqual(['Finance'])
})

test('ACT-04 starts an on-demand backup, as a card that follows it', async () => {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 0)
  const reply = await desk.say(desk.cy, 'backup now finance')
  const [run] = await listRuns(db, desk.accountId, desk.driveId, { limit: 5 })
  expect(reply).toMatchObject({ subject: { type: 'backup-run', id: run?.id }, ephemeral: false })
  expect(run).toMatchObject({ reason: 'on demand', requestedBy: desk.cy })
  expect(desk.durable.asked).toEqual([`backup ${desk.driveId}`])
})

test('ACT-09 a second request joins the first, and the card says that queued is not failed', async () => {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 0)
  const first = await desk.say(desk.ada, 'backup now Finance')
  const second = await desk.say(desk.cy, 'backup now Finance')
  expect(second.subject).toEqual(first.subject)
  expect(await listRuns(db, desk.accountId, desk.driveId, { limit: 5 })).toHaveLength(1)
  expect(second.card.summaryText).toContain('may take several minutes. Queued is not failed')
})

test('ACT-01 a drive that is not active is not backed up, and the answer offers to activate it', async () => {
  const desk = await makeDesk(db)
  const { card } = await desk.say(desk.ada, 'backup now Finance')
  expect(card.summaryText).toContain('it is Not Active')
  expect(buttonsOf(card).map(({ label }) => label)).toEqual(['Activate'])
  expect(desk.durable.asked).toEqual([])
})

test('SET-04 a disconnected task starts no backup, and its drives are no Success', async () => {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 1)
  await db.query(`update drive set last_outcome = 'success' where account_id = $1`, [desk.accountId])
  await disconnectTask(db, desk.accountId, desk.taskId, 'the grant was revoked', at(30))
  const { card } = await desk.say(desk.ada, 'backup now Finance')
  expect(card.summaryText).toContain('Disconnected (the grant was revoked)')
  expect(buttonsOf(card).map(({ label }) => label)).toEqual(['Reconnect'])
  expect(rowsOf((await desk.say(desk.ada, 'drives')).card)[0]?.[1]).toMatchObject({ text: 'Failed' })
})

test('--dry-run says what would happen and does nothing', async () => {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 0)
  for (const line of ['backup now Finance --dry-run', 'pause Finance --dry-run', 'task rename Everything to X --dry-run']) {
    expect((await desk.say(desk.ada, line)).card.summaryText).toContain('Nothing was done.')
  }
  expect(await listRuns(db, desk.accountId, desk.driveId, { limit: 5 })).toEqual([])
  expect((await driveById(db, desk.accountId, desk.driveId))?.lifecycle).toBe('active')
})

test('R3 Cancel on an old card does not stop the backup of today', async () => {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 0)
  const old = await desk.say(desk.ada, 'backup now Finance')
  await db.query(`update drive set current_run_id = null where account_id = $1`, [desk.accountId])
  await db.query(`update backup_run set phase = 'done', outcome = 'failed', finished_at = $2 where account_id = $1`, [
    desk.accountId,
    at(61),
  ])
  const now = await desk.say(desk.ada, 'backup now Finance')
  expect((await desk.press(desk.ada, tokenOf(old.card, 'Cancel'))).card.summaryText).toContain('has ended already')
  await desk.press(desk.ada, tokenOf(now.card, 'Cancel'))
  expect(desk.durable.asked.filter((asked) => asked.startsWith('stop'))).toEqual([`stop ${now.subject?.id}`])
})

test('R18 the same event asks once, and gets the same answer', async () => {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 0)
  const first = await desk.say(desk.ada, 'backup now Finance', 'event-1')
  expect(await desk.say(desk.ada, 'backup now Finance', 'event-1')).toEqual(first)
  expect(desk.durable.asked).toHaveLength(1)
  expect(await listAudit(db, desk.accountId, { limit: 10 })).toHaveLength(1)
})

test('when Temporal is away the answer says so, and the same event tried again makes no second run', async () => {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 0)
  desk.durable.answers.fail = new DurableUnavailable('Temporal does not answer, so nothing was started.')
  const { card } = await desk.say(desk.ada, 'backup now Finance', 'event')
  expect(card.summaryText).toBe('Temporal does not answer, so nothing was started.')
  desk.durable.answers.fail = undefined
  expect((await desk.say(desk.ada, 'backup now Finance', 'event')).subject?.type).toBe('backup-run')
  expect(await listRuns(db, desk.accountId, desk.driveId, { limit: 5 })).toHaveLength(1)
  expect(desk.failures).toHaveLength(1)
})

test('a drive that is not there is answered with the nearest three, one click away', async () => {
  const desk = await makeDesk(db)
  await addDrives(desk, 'Financial reports', 'Fiance', 'Legal', 'Marketing')
  await addSnapshots(desk, desk.driveId, 1)
  const { card } = await desk.say(desk.ada, 'snapshots Finanze')
  expect(card.summaryText).toContain('There is no drive “Finanze”')
  expect(rowsOf(card)).toHaveLength(3)
  expect((await desk.press(desk.ada, tokenOf(card, 'Choose', 'Finance'))).card.title).toBe('Snapshots · Finance')
})

test('a name that two drives have gets a picker', async () => {
  const desk = await makeDesk(db)
  const [twin = ''] = await addDrives(desk, 'Finance')
  const { card } = await desk.say(desk.ada, 'activate finance')
  expect(card.summaryText).toContain('could be 2 drives')
  await desk.press(desk.ada, tokenOf(card, 'Choose', twin.slice(-6)))
  expect((await driveById(db, desk.accountId, twin))?.lifecycle).toBe('active')
  expect((await driveById(db, desk.accountId, desk.driveId))?.lifecycle).toBe('not-active')
})

test('a drive can be named by its address', async () => {
  const desk = await makeDesk(db)
  const url = `https://drive.google.com/drive/folders/${desk.driveId}`
  expect((await desk.say(desk.ada, `activate <${url}|Finance>`)).card.title).toBe('1 drive activated')
})
