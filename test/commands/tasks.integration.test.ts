import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { listAudit } from '../../db/audit.ts'
import { consentByState } from '../../db/consents.ts'
import { disconnectTask, taskById } from '../../db/tasks.ts'
import { at, openTestDatabase } from '../db/world.ts'
import { addDrives, buttonsOf, makeDesk, tokenOf, words } from './desk.ts'

const db = await openTestDatabase()

const stateIn = (card: { actions: readonly unknown[] }) => {
  const link = (card.actions as { type: string; url?: string; label: string }[]).find(({ type }) => type === 'link')
  expect(link?.label).toBe('Sign in with Google')
  return link?.url?.replace('http://backstop.test/connect/', '') ?? ''
}

test('TASK-01 TASK-02 task add leads to Google’s sign-in, by a link that is one person’s and expires', async () => {
  const desk = await makeDesk(db)
  const { card, ephemeral } = await desk.say(desk.ada, 'task add Acme Europe')
  const state = stateIn(card)
  const consent = await consentByState(db, createHash('sha256').update(state).digest())
  expect(consent).toMatchObject({ personId: desk.ada, taskId: null, taskName: 'Acme Europe', usedAt: null, expiresAt: at(70) })
  expect(ephemeral).toBe(true)
  const log = JSON.stringify(await listAudit(db, desk.accountId, { limit: 5 }))
  expect(log).toContain('Acme Europe')
  expect(log).not.toContain(state)
})

test('a second task needs a name of its own', async () => {
  const desk = await makeDesk(db)
  expect((await desk.say(desk.ada, 'task add everything')).card.summaryText).toContain('There is a backup task Everything already')
})

test('SET-05 reconnecting asks for consent for the same task', async () => {
  const desk = await makeDesk(db)
  await disconnectTask(db, desk.accountId, desk.taskId, 'the grant was revoked', at(30))
  const shown = await desk.say(desk.ada, 'task show Everything')
  expect(shown.card.summaryText).toContain('is Disconnected: the grant was revoked')
  const { card } = await desk.press(desk.ada, tokenOf(shown.card, 'Reconnect'))
  expect(await consentByState(db, createHash('sha256').update(stateIn(card)).digest())).toMatchObject({ taskId: desk.taskId })
})

test('TASK-04 SET-03 the task’s card follows the task, shows its connection and leads to settings and activation', async () => {
  const desk = await makeDesk(db)
  const reply = await desk.say(desk.cy, 'task show everything')
  expect(reply.subject).toEqual({ type: 'task', id: desk.taskId })
  expect(words(reply.card)).toContain('"text":"Connected"')
  expect(buttonsOf(reply.card).map(({ label }) => label)).toEqual(expect.arrayContaining(['Settings', 'Activate drives']))
})

test('TASK-05 a drive without a Manager to act for is warned of', async () => {
  const desk = await makeDesk(db)
  await db.query('update drive set manager_reachable = false where account_id = $1', [desk.accountId])
  expect(words((await desk.say(desk.ada, 'task Everything')).card)).toContain('No Manager can be acted for in Finance')
})

test('SET-01 SET-06 settings show name, connection and that everything is indexed for search', async () => {
  const desk = await makeDesk(db)
  const { card } = await desk.say(desk.ada, 'settings Everything')
  expect(card.nodes).toContainEqual(
    expect.objectContaining({ type: 'fields', fields: expect.arrayContaining([{ label: 'Index all data for Search', value: 'On' }]) }),
  )
})

test('SET-02 a task is renamed by words and by its settings’ form; a name that is taken or empty is refused', async () => {
  const desk = await makeDesk(db)
  await desk.say(desk.ada, 'task rename Everything to Acme Europe')
  expect((await taskById(db, desk.accountId, desk.taskId))?.name).toBe('Acme Europe')
  const settings = await desk.say(desk.ada, 'settings acme')
  await desk.press(desk.ada, tokenOf(settings.card, 'Rename'), { name: 'Acme' })
  expect((await taskById(db, desk.accountId, desk.taskId))?.name).toBe('Acme')
  expect((await desk.press(desk.ada, tokenOf(settings.card, 'Rename'), { name: '  ' })).card.tone).toBe('warn')
  expect((await desk.press(desk.ada, tokenOf(settings.card, 'Rename'), { name: 'x'.repeat(101) })).card.summaryText).toContain(
    '1 to 100 characters',
  )
  expect((await taskById(db, desk.accountId, desk.taskId))?.name).toBe('Acme')
})

test('PRE-05 somebody who is not of the account gets one answer and nothing else', async () => {
  const [desk, other] = [await makeDesk(db), await makeDesk(db)]
  const { card } = await desk.say(other.ada, 'drives')
  expect(card.summaryText).toContain('You are not known here')
  expect(await listAudit(db, desk.accountId, { limit: 5 })).toEqual([])
})

test('P15 the things of another account are not there: by name and by id the answer is the same', async () => {
  const [desk, other] = [await makeDesk(db), await makeDesk(db)]
  await addDrives(other, 'Secret drive')
  for (const line of ['activate Secret drive', `activate ${other.driveId}`]) {
    expect((await desk.say(desk.ada, line)).card.summaryText).toMatch(/^There is no drive/)
  }
})

test('P14 every command leaves a row with who, what, the decision and how long it took', async () => {
  const desk = await makeDesk(db)
  await desk.say(desk.ada, 'activate Finance --reason "quarter end"')
  await desk.say(desk.bo, 'activate Finance')
  await desk.say(desk.bo, 'frobnicate')
  expect((await listAudit(db, desk.accountId, { limit: 5 })).reverse()).toMatchObject([
    {
      actorId: desk.ada,
      verb: 'activate',
      decision: 'allowed',
      outcome: 'done',
      arguments: { drives: ['Finance'], reason: 'quarter end' },
    },
    { actorId: desk.bo, verb: 'activate', decision: 'denied', outcome: 'missing backups:execute' },
    { actorId: desk.bo, verb: 'unknown', decision: 'refused' },
  ])
})

test('doctor says which part does not answer and what to do', async () => {
  const desk = await makeDesk(db)
  expect((await desk.say(desk.cy, 'doctor')).card.summaryText).toBe('Every part answers.')
  desk.durable.answers.fail = new Error('connection refused')
  const { card } = await desk.say(desk.cy, 'doctor')
  expect(card.summaryText).toContain('Temporal needs attention. Start Temporal')
})
