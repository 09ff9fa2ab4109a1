import { expect, test } from 'vitest'
import { DurableUnavailable } from '../../bot/gateway/durable.ts'
import { folderMimeType } from '../../db/items.ts'
import { listJobs } from '../../db/jobs.ts'
import { setRoles } from '../../db/people.ts'
import { openTestDatabase } from '../db/world.ts'
import { addDrives, addSnapshots, buttonsOf, type Content, type Desk, makeDesk, tokenOf, words } from './desk.ts'

const db = await openTestDatabase()

const contents: readonly Content[] = [
  { id: 'folder-reports-1', name: 'Reports', mimeType: folderMimeType },
  { id: 'folder-2026-1', name: '2026', mimeType: folderMimeType, parent: 'folder-reports-1' },
  { id: 'file-q3-plan-1', name: 'Q3 plan', parent: 'folder-2026-1' },
  { id: 'file-lost-0001', name: 'Lost', to: 3 },
  { id: 'file-bin-00001', name: 'Binned', to: 2 },
  { id: 'file-bin-00001', name: 'Binned', from: 2, trashed: true },
  { id: 'file-letter-1', name: 'Letter from Bo' },
]

async function backedUp(): Promise<Desk> {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 3, contents)
  return desk
}

const jobsOf = (desk: Desk) => listJobs(db, desk.accountId, { limit: 10 })
const namesIn = (card: { nodes: readonly unknown[] }) =>
  (card.nodes as { type: string; rows?: { cells: unknown[] }[] }[]).flatMap((node) =>
    node.type === 'table' ? (node.rows ?? []).map(({ cells }) => cells[0]) : [],
  )

test('RES-01 RES-05 the form names the archive, and nothing starts before OK', async () => {
  const desk = await backedUp()
  const { card } = await desk.say(desk.ada, 'restore "Q3 plan" from Finance')
  expect(card.summaryText).toContain('You are about to restore items from the archive of Finance: Q3 plan')
  expect(namesIn(card)).toEqual(['Reports/2026/Q3 plan'])
  expect(await jobsOf(desk)).toEqual([])

  const reply = await desk.press(desk.ada, tokenOf(card, 'OK'), { sharing: 'keep', to: desk.driveId, label: '', why: 'oops' })
  const [job] = await jobsOf(desk)
  expect(job).toMatchObject({
    status: 'pending',
    phase: 'planning',
    selection: { kind: 'items', itemIds: ['file-q3-plan-1'] },
    generation: 3,
    withSharing: true,
    reason: 'oops',
    label: null,
    requestedBy: desk.ada,
  })
  expect(reply).toMatchObject({ subject: { type: 'job', id: job?.id }, replaces: true })
  expect(desk.durable.asked).toEqual([`restore ${job?.id}`])
})

test('RES-05 Cancel puts the form away, and nothing has started', async () => {
  const desk = await backedUp()
  const { card } = await desk.say(desk.ada, 'restore "Q3 plan" from Finance')
  expect((await desk.press(desk.ada, tokenOf(card, 'Cancel'))).card.summaryText).toBe('Nothing was started.')
  expect(await jobsOf(desk)).toEqual([])
})

test('RES-02 a label of 50 characters is taken, one of 51 is refused in the form', async () => {
  const desk = await backedUp()
  const ok = tokenOf((await desk.say(desk.ada, 'restore "Q3 plan" from Finance')).card, 'OK')
  const refused = await desk.press(desk.ada, ok, { label: 'x'.repeat(51) })
  expect(refused.card.form?.fields.find(({ name }) => name === 'label')?.error).toBe(
    'A job label has at most 50 characters, and this one has 51.',
  )
  expect(await jobsOf(desk)).toEqual([])
  await desk.press(desk.ada, ok, { label: 'x'.repeat(50) })
  expect(await jobsOf(desk)).toMatchObject([{ label: 'x'.repeat(50) }])
})

test('RES-03 another drive can be the destination, and a folder there has to be one that is known', async () => {
  const desk = await backedUp()
  const [archive = ''] = await addDrives(desk, 'Archive')
  await addSnapshots(desk, archive, 1, [{ id: 'folder-inbox-01', name: 'Inbox', mimeType: folderMimeType }])
  const wrong = await desk.say(desk.ada, 'restore "Q3 plan" from Finance --to Archive --folder nothing --yes')
  expect(wrong.card.form?.fields.find(({ name }) => name === 'folder')?.error).toContain('has no folder nothing')
  await desk.say(
    desk.ada,
    'restore "Q3 plan" from Finance --to Archive --folder https://drive.google.com/drive/folders/folder-inbox-01 --yes',
  )
  expect(await jobsOf(desk)).toMatchObject([{ destinationDriveId: archive, destinationFolderId: 'folder-inbox-01' }])
})

test('RES-04 the original sharing is the default, and --sharing none leaves it out', async () => {
  const desk = await backedUp()
  const { card } = await desk.say(desk.ada, 'restore "Q3 plan" from Finance')
  expect(card.form?.fields.find(({ name }) => name === 'sharing')).toMatchObject({
    value: 'keep',
    options: [{ label: 'with the original sharing settings' }, { label: 'without the original sharing settings' }],
  })
  await desk.say(desk.ada, 'restore "Q3 plan" from Finance --sharing none --yes')
  expect(await jobsOf(desk)).toMatchObject([{ withSharing: false }])
})

test('PRE-02 a file that is gone is taken from the last snapshot that had it', async () => {
  const desk = await backedUp()
  await desk.say(desk.ada, 'restore Lost from Finance --yes')
  expect(await jobsOf(desk)).toMatchObject([{ generation: 2, selection: { itemIds: ['file-lost-0001'] } }])
})

test('PRE-02 a file in the trash is taken from before it was put there', async () => {
  const desk = await backedUp()
  await desk.say(desk.ada, 'restore Binned from Finance --yes')
  expect(await jobsOf(desk)).toMatchObject([{ generation: 1, selection: { itemIds: ['file-bin-00001'] } }])
})

test('PRE-02 a whole drive, a folder by its path and a file by its address can be restored', async () => {
  const desk = await backedUp()
  await desk.say(desk.ada, 'restore all from Finance --yes')
  await desk.say(desk.ada, 'restore Reports/2026 from Finance --yes')
  await desk.say(desk.ada, 'restore https://docs.google.com/document/d/file-q3-plan-1/edit --yes')
  expect((await jobsOf(desk)).map(({ selection }) => selection).reverse()).toEqual([
    { kind: 'drive' },
    { kind: 'items', itemIds: ['folder-2026-1'] },
    { kind: 'items', itemIds: ['file-q3-plan-1'] },
  ])
})

test('a file whose name holds a preposition is found, since the last one counts', async () => {
  const desk = await backedUp()
  expect(namesIn((await desk.say(desk.ada, 'restore Letter from Bo from Finance')).card)).toEqual(['Letter from Bo'])
})

test('REC-01 without a target the drives that have snapshots are offered with their task', async () => {
  const desk = await backedUp()
  await addDrives(desk, 'Empty')
  const { card } = await desk.say(desk.ada, 'restore')
  expect(namesIn(card)).toEqual(['Finance'])
  expect(words(card)).toContain('task Everything')
  expect((await desk.press(desk.ada, tokenOf(card, 'Choose'))).card.title).toBe('Restore from the archive of Finance')
})

test('REC-02 with only a drive named one of two methods is chosen: Via Snapshot or Via Item Search', async () => {
  const desk = await backedUp()
  const { card } = await desk.say(desk.ada, 'restore from Finance')
  const method = card.form?.fields.find(({ name }) => name === 'method')
  expect(method).toMatchObject({ type: 'choice', value: 'snapshot' })
  expect(method?.type === 'choice' && method.options.map(({ label }) => label)).toEqual(['Via Snapshot', 'Via Item Search'])

  const token = tokenOf(card, 'Continue')
  const ranged = await desk.press(desk.ada, token, { method: 'snapshot', since: '2026-11-24', until: '', item: '' })
  expect(ranged.card.title).toBe('Snapshots · Finance')
  const found = await desk.press(desk.ada, token, { method: 'search', since: '', until: '', item: 'lost' })
  expect(words(found.card)).toContain('Lost')
  const empty = await desk.press(desk.ada, token, { method: 'search', since: '', until: '', item: '' })
  expect(empty.card.summaryText).toContain('Type a word or phrase')
})

test('REC-03 REC-04 snapshots are listed newest first, and only those within the range', async () => {
  const desk = await backedUp()
  const times = (card: { nodes: readonly unknown[] }) => namesIn(card).map((cell) => (cell as { at: string }).at)
  expect(times((await desk.say(desk.ada, 'snapshots Finance')).card)).toEqual([
    '2026-11-24T11:00:00.000Z',
    '2026-11-24T10:00:00.000Z',
    '2026-11-24T09:00:00.000Z',
  ])
  const ranged = await desk.say(desk.ada, 'snapshots Finance --from "2026-11-24 09:30" --to "2026-11-24 10:30"')
  expect(times(ranged.card)).toEqual(['2026-11-24T10:00:00.000Z'])
  expect(ranged.card.summaryText).toContain('from 2026-11-24 09:30 UTC to 2026-11-24 10:30 UTC')
})

test('a date that cannot be read is answered with the field, what is wrong, and an example', async () => {
  const desk = await backedUp()
  const { card } = await desk.say(desk.ada, 'browse Finance --at 45/45/2026')
  expect(card.title).toBe('browse: at')
  expect(card.summaryText).toContain('“45/45/2026” is no date')
  expect(card.summaryText).toContain('For example:')
})

test('REC-05 a snapshot is browsed folder by folder, folders first', async () => {
  const desk = await backedUp()
  const top = await desk.say(desk.ada, 'browse Finance')
  expect(namesIn(top.card)).toEqual(['Reports', 'Letter from Bo'])
  const reports = await desk.press(desk.ada, tokenOf(top.card, 'Open', 'Reports'))
  expect(reports).toMatchObject({ replaces: true, card: { title: 'Finance / Reports' } })
  const deep = await desk.say(desk.ada, 'browse Finance reports/2026 --at "2026-11-24 09:00"')
  expect(deep.card.title).toBe('Finance / Reports / 2026')
  expect(namesIn(deep.card)).toEqual(['Q3 plan'])
})

test('REC-06 Restore needs a selection: the button is disabled until then, and a click without one is refused', async () => {
  const desk = await backedUp()
  const { card } = await desk.say(desk.ada, 'browse Finance')
  expect(card.actions.find((action) => action.type === 'button' && action.label === 'Restore selected')).toMatchObject({
    requires: ['items'],
  })
  const token = tokenOf(card, 'Restore selected')
  expect((await desk.press(desk.ada, token, { items: [] })).card.summaryText).toContain('Choose a snapshot or at least one item first')
  const form = await desk.press(desk.ada, token, { items: ['folder-reports-1', 'file-letter-1'] })
  expect(namesIn(form.card)).toEqual(['Letter from Bo', 'Reports'])
})

test('R3 values cannot change what a button is bound to', async () => {
  const desk = await backedUp()
  const [other = ''] = await addDrives(desk, 'Archive')
  const { card } = await desk.say(desk.ada, 'restore "Q3 plan" from Finance')
  await desk.press(desk.ada, tokenOf(card, 'OK'), { drive: other, items: ['file-letter-1'], generation: '1' })
  expect(await jobsOf(desk)).toMatchObject([{ driveId: desk.driveId, generation: 3, selection: { itemIds: ['file-q3-plan-1'] } }])
})

test('R7 when nobody else could approve, the request fails at once and says so', async () => {
  const desk = await backedUp()
  await setRoles(db, desk.accountId, desk.bo, ['on-call'])
  const { card } = await desk.say(desk.ada, 'restore "Q3 plan" from Finance --yes')
  expect(card).toMatchObject({ tone: 'fail', title: 'Nobody can approve' })
  expect(await jobsOf(desk)).toEqual([])
})

test('PRE-05 who may not restore is told what is missing and who can give it, and sees no Restore button', async () => {
  const desk = await backedUp()
  const { card } = await desk.say(desk.cy, 'restore "Q3 plan" from Finance')
  expect(card.summaryText).toContain('restores:write, which comes with the role admin')
  expect(buttonsOf((await desk.say(desk.cy, 'browse Finance')).card).map(({ label }) => label)).not.toContain('Restore selected')
})

test('what no snapshot has is answered in words', async () => {
  const desk = await backedUp()
  expect((await desk.say(desk.ada, 'restore Nothing from Finance')).card.summaryText).toContain(
    'No snapshot of Finance has anything called “Nothing”',
  )
  expect((await desk.say(desk.ada, 'restore "Q3 plan" from Finance --at "2020-01-01"')).card.summaryText).toContain(
    'has no snapshot as old as 2020-01-01',
  )
})

test('a request that Temporal could not take is kept, and Try again hands it over', async () => {
  const desk = await backedUp()
  desk.durable.answers.fail = new DurableUnavailable('Temporal does not answer.')
  const { card } = await desk.say(desk.ada, 'restore "Q3 plan" from Finance --yes')
  expect(card.summaryText).toBe('Temporal does not answer. The request R-1001 is kept.')
  desk.durable.answers.fail = undefined
  expect((await desk.press(desk.ada, tokenOf(card, 'Try again'))).subject?.type).toBe('job')
  expect(desk.durable.asked).toHaveLength(2)
  expect(await jobsOf(desk)).toHaveLength(1)
})
