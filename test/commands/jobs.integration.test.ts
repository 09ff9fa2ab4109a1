import { expect, test } from 'vitest'
import { endJob, setJobPhase } from '../../db/job-progress.ts'
import { jobById } from '../../db/jobs.ts'
import { at, makeJob, openTestDatabase } from '../db/world.ts'
import { addSnapshots, makeDesk, tokenOf, words } from './desk.ts'

const db = await openTestDatabase()

const rowsOf = (card: { nodes: readonly unknown[] }) =>
  (card.nodes as { type: string; rows?: { cells: unknown[] }[] }[]).flatMap((node) =>
    node.type === 'table' ? (node.rows ?? []).map(({ cells }) => cells) : [],
  )

test('JOB-01 JOB-11 jobs of the last seven days are listed with what JOB-11 asks for', async () => {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 1, [{ id: 'file-1', name: 'Q3 plan' }])
  await makeJob(db, desk, { label: 'Bring back Q3' })
  await makeJob(db, desk, { now: at(-8 * 24 * 60) })
  const { card } = await desk.say(desk.ada, 'jobs')
  expect(rowsOf(card)).toEqual([
    [
      'Restore R-1001 · Bring back Q3',
      { type: 'status', tone: 'info', text: 'Pending' },
      'Finance (Google Shared Drives)',
      { type: 'time', at: at(10).toISOString() },
      { type: 'time', at: at(-60).toISOString() },
      { type: 'person', personId: desk.ada, name: 'Ada Admin' },
      'Finance',
      { type: 'count', count: 0 },
      { type: 'bytes', bytes: 0 },
    ],
  ])
})

test('JOB-07 JOB-08 JOB-10 jobs are filtered by status and service and ordered either way', async () => {
  const desk = await makeDesk(db)
  const first = await makeJob(db, desk)
  await makeJob(db, desk)
  await endJob(db, desk.accountId, first.id, { status: 'partially-succeeded', error: null, now: at(20) })
  const names = async (line: string) => rowsOf((await desk.say(desk.ada, line)).card).map(([name]) => name)
  expect(await names('jobs')).toEqual(['Restore R-1002', 'Restore R-1001'])
  expect(await names('jobs --order oldest')).toEqual(['Restore R-1001', 'Restore R-1002'])
  expect(await names('jobs --status partially succeeded')).toEqual(['Restore R-1001'])
  expect(await names('jobs --service google shared drives')).toEqual(['Restore R-1002', 'Restore R-1001'])
  expect(await names('jobs --initiator bo')).toEqual([])
  expect(await names('jobs --initiator me')).toHaveLength(2)
})

test('JOB-12 Cancel asks the job’s workflow to stop, and says that what has come back stays', async () => {
  const desk = await makeDesk(db)
  const job = await makeJob(db, desk)
  await setJobPhase(db, desk.accountId, job.id, 'applying', at(12))
  const shown = await desk.say(desk.ada, 'job show r-1001')
  expect(shown.subject).toEqual({ type: 'job', id: job.id })
  const { card } = await desk.press(desk.ada, tokenOf(shown.card, 'Cancel'))
  expect(card.summaryText).toContain('What has come back stays')
  expect(desk.durable.asked).toEqual([`cancel ${job.id}`])
})

test('G27 a pending job can be canceled, an ended one cannot', async () => {
  const desk = await makeDesk(db)
  const job = await makeJob(db, desk)
  expect((await desk.say(desk.ada, 'job cancel 1001')).card.summaryText).toContain('is being canceled')
  await endJob(db, desk.accountId, job.id, { status: 'succeeded', error: null, now: at(20) })
  expect((await desk.say(desk.ada, 'job cancel 1001')).card.summaryText).toBe(
    'R-1001 has ended already: Succeeded. There is nothing left to cancel.',
  )
})

test('a job whose workflow never began is ended by Cancel', async () => {
  const desk = await makeDesk(db)
  const job = await makeJob(db, desk)
  desk.durable.durable.cancelRestore = async () => 'already finished'
  await desk.say(desk.ada, 'job cancel R-1001')
  expect(await jobById(db, desk.accountId, job.id)).toMatchObject({ status: 'canceled', phase: 'done', error: 'Canceled by Ada Admin.' })
})

test('a job that is not there is answered in words', async () => {
  const desk = await makeDesk(db)
  expect((await desk.say(desk.ada, 'job show R-77')).card.summaryText).toContain('There is no job “R-77”')
  expect((await desk.say(desk.bo, 'approve')).card.summaryText).toContain('Which job?')
})

test('RES-07 the job’s card shows who asked, from which snapshot and where to', async () => {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 1, [{ id: 'file-1', name: 'Q3 plan' }])
  await makeJob(db, desk, { reason: 'lost' })
  const { card } = await desk.say(desk.ada, 'job show R-1001')
  expect(card.summaryText).toBe(
    'R-1001: working out what bringing back Q3 plan from the archive of Finance to its original place would do. Nothing has started.',
  )
  for (const said of ['From the archive of', 'Ada Admin', '"value":"lost"']) expect(words(card)).toContain(said)
})
