import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Card } from '../../bot/cards/model.ts'
import { renderSubject } from '../../bot/cards/subjects.ts'
import { createGateway } from '../../bot/gateway/create-gateway.ts'
import type { Gateway, Reply, Values } from '../../bot/gateway/gateway.ts'
import { links } from '../../bot/gateway/links.ts'
import { practiceOver } from '../../bot/gateway/practice.ts'
import { temporalDurable } from '../../bot/gateway/temporal-durable.ts'
import { approvalsOfJob } from '../../db/approvals.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { systemRandom as random } from '../../db/kit/random.ts'
import { type System, startSystem } from '../support/system.ts'
import { tokenOf, words } from './desk.ts'

/** The ten minutes of the README, typed and clicked: real PostgreSQL, real Temporal with a worker, a vault on disk, a practice Drive on the wire. */
let system: System
let gateway: Gateway
const failures: unknown[] = []
beforeAll(async () => {
  system = await startSystem({ world: { seed: 7, items: 120, drives: 2 } })
  gateway = createGateway({
    db: system.db,
    clock,
    random,
    temporal: temporalDurable(system.client, { taskQueue: system.taskQueue, clock }),
    links: links('http://backstop.test'),
    sealer: system.sealer,
    practice: practiceOver({ url: system.practice.drive.url, key: system.practice.drive.adminKey }),
    onFailure: (error) => failures.push(error),
  })
})
afterAll(() => system.stop())

/** A drive that is not Finance. */
const elsewhere = () => system.practice.drive.model.practice.drives().find(({ name }) => name !== 'Finance')?.id ?? ''

let events = 0
const from = (person: 'ada' | 'bo' | 'cy') => ({
  accountId: system.accountId,
  personId: system.people[person].id,
  surface: 'test',
  dedupeKey: `event-${++events}`,
})
const first = (replies: readonly Reply[]): Reply => {
  const [reply] = replies
  if (!reply) throw new Error('There was no reply.')
  return reply
}
const say = async (person: 'ada' | 'bo' | 'cy', text: string) => first(await gateway.say({ ...from(person), text }))
const press = async (person: 'ada' | 'bo' | 'cy', token: string, values: Values = {}) =>
  first(await gateway.act({ ...from(person), token, values }))

/** The card of a subject, once it says this. */
async function cardThatSays(reply: Reply, title: RegExp, viewer: 'ada' | 'bo' = 'ada'): Promise<Card> {
  const { subject } = reply
  if (!subject) throw new Error(`The card “${reply.card.title}” follows nothing: ${reply.card.summaryText}`)
  let card: Card | undefined
  await expect
    .poll(
      async () => {
        card = await renderSubject({ db: system.db, clock }, system.accountId, subject, { id: system.people[viewer].id })
        return card?.title
      },
      { timeout: 40_000 },
    )
    .toMatch(title)
  if (!card) throw new Error('There is no card.')
  return card
}

test('ACT-04 RES-05 RES-07 P6 a typed command backs a drive up, and an approved click brings a lost file back', async () => {
  const done = await cardThatSays(await say('ada', 'backup now Finance'), /^Backup done/)
  expect(done.summaryText).toMatch(/listed = .* stored \+ 0 skipped \+ 0 failed|listed = /)

  expect((await say('ada', 'practice lose "Q3 plan" from Finance')).card.title).toBe('Lost')
  const form = await say('ada', 'restore "Q3 plan" from Finance --label "Bring back Q3"')
  const asked = await press('ada', tokenOf(form.card, 'OK'), { sharing: 'keep', label: 'Bring back Q3' })
  const waiting = await cardThatSays(asked, /waiting for approval/)
  expect(waiting.summaryText).toContain('waits for approval by Bo Approver')

  const [approval] = await approvalsOfJob(system.db, system.accountId, asked.subject?.id ?? '')
  const request = { ...asked, subject: { type: 'approval', id: approval?.id ?? '' } } as const
  const shown = await cardThatSays(request, /^Please decide/, 'bo')
  expect(words(shown)).toContain('Sharing re-created')
  const token = tokenOf(shown, 'Approve')

  expect((await press('ada', token)).card.summaryText).toContain('approvals:decide')
  const answers = await Promise.all(Array.from({ length: 20 }, () => press('bo', token, { comment: 'checked' })))
  expect(answers.filter(({ card }) => card.tone === 'ok')).toHaveLength(1)
  for (const { card } of answers) expect(card.summaryText).toMatch(/You approved|was approved already|has been decided|voted on .* already/)

  const restored = await cardThatSays(asked, /^Restore R-1001 done/)
  expect(restored.summaryText).toContain('= 1 restored + 0 skipped + 0 failed.')
  expect(words(restored)).toContain('"type":"link","text":"')
  expect((await cardThatSays(request, /^Approved/, 'bo')).actions).toMatchObject([{ label: 'Details' }])
  expect(failures).toEqual([])
})

test('an incremental backup of an unchanged drive says that nothing had changed', async () => {
  await cardThatSays(await say('cy', 'backup now Finance'), /^Backup (done|: nothing)/)
  const again = await cardThatSays(await say('cy', 'backup now Finance'), /^Backup: nothing had changed/)
  expect(words(again)).toContain('{"label":"Calls of Google","value":{"type":"count","count":1}}')
})

test('R5 a denied request says who denied it and why, and nothing is restored', async () => {
  const asked = await say('ada', `restore "Q3 budget" from Finance --to ${elsewhere()} --yes`)
  await cardThatSays(asked, /waiting for approval/)
  const { card } = await say('bo', 'deny R-1002 --reason "not today"')
  expect(card.summaryText).toContain('You denied R-1002')
  expect((await cardThatSays(asked, /denied/)).summaryText).toContain('was denied by Bo Approver (“not today”)')
  expect((await say('bo', 'approve R-1002')).card.summaryText).toContain('was denied already by Bo Approver')
})

test('JOB-12 a pending restore is canceled, and its request with it', async () => {
  const asked = await say('ada', `restore all from Finance --to ${elsewhere()} --yes`)
  const waiting = await cardThatSays(asked, /waiting for approval/)
  expect((await press('ada', tokenOf(waiting, 'Cancel'))).card.summaryText).toContain('is being canceled')
  await cardThatSays(asked, /R-1003 canceled/)
  expect((await say('bo', 'approve R-1003')).card.summaryText).toContain('R-1003 is off')
})

test('a restore of what is still there needs no approval, and says that nothing had to be brought back', async () => {
  const asked = await say('ada', 'restore "Q3 budget" from Finance --yes')
  const done = await cardThatSays(asked, /R-1004 done/)
  expect(done.summaryText).toContain('nothing of Q3 budget from the archive of Finance had to be brought back')
})

test('doctor reaches Temporal, and the practice Drive’s ledger counts calls', async () => {
  expect(words((await say('cy', 'doctor')).card)).toMatch(/"Temporal",\{"type":"status","tone":"ok"/)
  expect((await say('ada', 'practice ledger')).card.summaryText).toMatch(/has answered [\d,]+ calls/)
  expect((await say('ada', 'practice lose "No such file" from Finance')).card.title).toBe('The practice Drive refused')
  expect((await say('ada', 'practice mess Finance')).card.title).toBe('A mess in Finance')
})
