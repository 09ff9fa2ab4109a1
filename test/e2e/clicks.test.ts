/** R1: a hundred clicks of Approve by two people at once, through the console's HTTP interface: one decision, one restore, a hundred answers. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Machine, startMachine } from '../local/support/machine.ts'
import { scratch } from '../local/support/rig.ts'
import { connectTask } from '../support/e2e/connect.ts'
import { conversation, wordsOf } from '../support/e2e/console.ts'
import { withDatabase } from '../support/e2e/inside.ts'
import { practiceOf } from '../support/e2e/practice.ts'

test('R1 P6 a hundred concurrent clicks of two approvers make one decision and one restore, and each gets an answer', async () => {
  const machine = startMachine(join(scratch(), 'data'))
  await machine.shows(/Ctrl-C stops everything/)
  await withDatabase(machine, (database) => database.query(`update person set roles = '{on-call,approver}' where handle = 'cy'`))
  const [ada, bo, cy] = [await conversation(machine, 'ada'), await conversation(machine, 'bo'), await conversation(machine, 'cy')]

  await connectTask(machine, ada, 'Main')
  await ada.say('activate Finance')
  await ada.say('backup now Finance')
  await ada.sees(/Backup done · Finance/)
  await ada.say('practice lose "Q3 plan" from Finance')
  await ada.say('restore "Q3 plan" from Finance --yes')
  const requests = [await bo.sees(/Please decide: restore R-1001/), await cy.sees(/Please decide: restore R-1001/)] as const

  const clicks = Array.from({ length: 50 }, () => [bo.press(requests[0], 'Approve'), cy.press(requests[1], 'Approve')]).flat()
  const answers = await Promise.all(clicks)

  expect(answers).toHaveLength(100)
  const texts = answers.map((answer) => (answer.card ? answer.card.summaryText : ''))
  expect(texts.filter((text) => text === '')).toEqual([])
  expect(texts.filter((text) => /^You approved/.test(text))).toHaveLength(1)
  expect(texts.filter((text) => !/^You approved|approved already|been decided|voted .* already/.test(text))).toEqual([])

  const done = await ada.sees(/Restore R-1001 done/)
  expect(wordsOf(done)).toContain('1 listed = 1 restored + 0 skipped + 0 failed.')
  await expect.poll(() => requestTitles(machine), { timeout: 20_000 }).toEqual(Array(2).fill('Approved: restore R-1001 · Finance'))
  const counts = `select (select count(*)::int from approval_vote) as votes, (select count(*)::int from approval) as approvals, (select count(*)::int from job) as jobs`
  expect((await withDatabase(machine, (database) => database.query(counts))).rows).toEqual([{ votes: 1, approvals: 1, jobs: 1 }])
  const practice = await practiceOf(machine)
  const finance = (await practice.drives()).find(({ name }) => name === 'Finance')
  expect((await practice.files(finance?.id ?? '')).filter(({ name }) => name === 'Q3 plan')).toHaveLength(1)
})

/** How the request stands in the two approvers' conversations, where the answers have scrolled it away. */
async function requestTitles(machine: Machine): Promise<readonly string[]> {
  const titles = `select card->>'title' as title from chat_message where subject_type = 'approval'`
  return (await withDatabase(machine, (database) => database.query<{ title: string }>(titles))).rows.map(({ title }) => title)
}
