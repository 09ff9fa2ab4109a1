import { expect, test } from 'vitest'
import { makeJob, openTestDatabase } from '../db/world.ts'
import { addDrives, addSnapshots, makeDesk } from './desk.ts'

const db = await openTestDatabase()

async function desk() {
  const made = await makeDesk(db)
  await addDrives(made, 'Finance EMEA', 'Legal')
  await addSnapshots(made, made.driveId, 1, [{ id: 'file-q3-plan-1', name: 'Q3 plan' }])
  const complete = async (text: string, who = made.ada) =>
    (await made.gateway.complete({ accountId: made.accountId, personId: who, text, cursor: text.length })).map(
      (suggestion) => suggestion.text,
    )
  return { ...made, complete }
}

test('the beginning of a command is completed, best first', async () => {
  const { complete } = await desk()
  expect((await complete('bac'))[0]).toBe('backup now ')
  expect((await complete('bro'))[0]).toBe('browse ')
  expect((await complete('')).length).toBe(10)
  expect(await complete('reco')).toEqual(['reconnect ', 'recover '])
  expect(await complete('bro', 'nobody')).toEqual([])
})

test('only what a person may do is offered', async () => {
  const made = await desk()
  expect(await made.complete('restore', made.cy)).not.toContain('restore ')
  expect(await made.complete('appr', made.bo)).toEqual(['approve '])
})

test('names of drives are completed, quoted where they need it, and parts before stay', async () => {
  const { complete } = await desk()
  expect(await complete('backup now fin')).toEqual(['backup now Finance ', 'backup now "Finance EMEA" '])
  expect(await complete('restore "Q3 plan" from leg')).toEqual(['restore "Q3 plan" from Legal '])
  expect(await complete('restore "Q3 plan" from Finance --to le')).toEqual(['restore "Q3 plan" from Finance --to Legal '])
})

test('files are completed with the drive that has them', async () => {
  const { complete } = await desk()
  expect(await complete('restore q3')).toEqual(['restore "Q3 plan" from Finance '])
})

test('options, choices and jobs are completed', async () => {
  const made = await desk()
  await makeJob(db, made)
  expect(await made.complete('backup now Finance --f')).toEqual(['backup now Finance --full '])
  expect(await made.complete('drives --status not')).toEqual(['drives --status "Not Active" '])
  expect(await made.complete('job cancel R-')).toEqual(['job cancel R-1001 '])
  expect(await made.complete('restore x from Finance --sharing ')).toEqual([
    'restore x from Finance --sharing keep ',
    'restore x from Finance --sharing none ',
  ])
})

test('text after the cursor stays, and the cursor stands behind what was inserted', async () => {
  const made = await desk()
  const [first] = await made.gateway.complete({ accountId: made.accountId, personId: made.ada, text: 'backup now leg --full', cursor: 14 })
  expect(first).toEqual({ text: 'backup now Legal --full', cursor: 17, label: 'Legal', hint: 'not-active' })
})

test('R12 choices of a form field are looked up by what was typed, at most 25', async () => {
  const made = await desk()
  await addDrives(made, ...Array.from({ length: 40 }, (_, index) => `Team ${index}`))
  const options = (text: string, personId = made.ada) =>
    made.gateway.options({ accountId: made.accountId, personId, source: 'drives', text })
  expect(await options('team')).toHaveLength(25)
  expect((await options('legal'))[0]?.label).toBe('Legal')
  expect(await options('legal', 'nobody')).toEqual([])
})
