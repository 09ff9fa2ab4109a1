import { expect, test } from 'vitest'
import { putBlobs } from '../../db/blobs.ts'
import { replaceJobItems } from '../../db/job-items.ts'
import { putStoredObjects, recordVerdicts } from '../../db/verification.ts'
import { at, id, makeJob, openTestDatabase } from '../db/world.ts'
import { addDrives, addSnapshots, type Desk, makeDesk, tokenOf, words } from './desk.ts'

const db = await openTestDatabase()

const driveUrl = (itemId: string) => `https://docs.google.com/document/d/${itemId}/edit`

/** A file that was renamed and then lost, in a drive with four snapshots. */
async function withFile(desk: Desk) {
  const fileId = id('file-with-a-long-id')
  await addSnapshots(desk, desk.driveId, 4, [
    { id: fileId, name: 'Draft', from: 1, to: 3 },
    { id: fileId, name: 'Q3 plan', from: 3, to: 4 },
    { id: id('file'), name: 'Q3 planning', from: 1 },
  ])
  return fileId
}

test('an item is found by name, by id and by its address in Google Drive, and shows all its versions', async () => {
  const desk = await makeDesk(db)
  const fileId = await withFile(desk)
  for (const text of ['"q3 PLAN"', fileId, driveUrl(fileId), 'Draft from Finance'].slice(0, 3)) {
    const { card } = await desk.say(desk.ada, `item show ${text}`)
    expect(card).toMatchObject({ kind: 'item-ledger', title: 'Item · Q3 plan' })
    expect(card.summaryText).toMatch(
      /^2 versions are kept of “Q3 plan” of Finance; it is gone since snapshot 4 of .*\. No restore has used it\.$/,
    )
    expect(words(card)).toContain('renamed from “Draft”')
  }
})

test('the ledger says where each version lies, when that was verified, and which restores have used it', async () => {
  const desk = await makeDesk(db)
  const { accountId, driveId } = desk
  const fileId = await withFile(desk)
  const row = { content: { blobId: 'blob-1', sha256: 'c0ffee', segments: [{ blobId: 'blob-1', size: 9 }] }, outcome: { status: 'stored' } }
  await db.query('update item set row = $3 where account_id = $1 and item_id = $2', [accountId, fileId, JSON.stringify(row)])
  const show = async () => words((await desk.say(desk.ada, `item show ${fileId}`)).card)
  expect(await show()).toContain('1 piece of 1 NOT FOUND')

  const blob = { blobId: 'blob-1', container: 'packs/3f/3f00' }
  await putBlobs(db, accountId, driveId, [blob])
  expect(await show()).toContain('packs/3f/3f00')
  expect(await show()).toContain('not yet')

  const key = `a/${accountId}/d/${driveId}/packs/3f/3f00`
  const object = { key, versionId: null, role: 'container', sizeBytes: 10, firstNeeded: 1, lastNeeded: 4 } as const
  await putStoredObjects(db, accountId, driveId, [object], at(20))
  expect(await show()).toContain('not yet')
  await recordVerdicts(db, accountId, driveId, [{ key, damage: null }], at(30))
  expect(await show()).toContain(at(30).toISOString())
  await recordVerdicts(db, accountId, driveId, [{ key, damage: { what: 'truncated' } }], at(40))
  expect((await desk.say(desk.ada, `item show ${fileId}`)).card.summaryText).toContain('DAMAGED')

  const job = await makeJob(db, desk, { generation: 3 })
  const line = {
    ordinal: 0,
    itemId: fileId,
    action: 'upload',
    name: 'Q3 plan',
    path: 'Q3 plan',
    size: 9,
    parentOrdinal: null,
    parentId: null,
    targetId: null,
    conflict: false,
    sharing: [],
    row: {},
    state: 'done',
    note: null,
  } as const
  await replaceJobItems(db, accountId, job.id, [line])
  const used = (await desk.say(desk.ada, `item show ${fileId}`)).card
  expect(used.summaryText).toContain('1 restore has used it.')
  expect(words(used)).toContain(`R-${job.number}`)
  expect((await desk.press(desk.ada, tokenOf(used, 'Show'))).card.kind).toBe('job')
})

test('several items of one name are offered, and one click shows the right one', async () => {
  const desk = await makeDesk(db)
  await withFile(desk)
  const [other] = await addDrives(desk, 'HR')
  await addSnapshots(desk, other ?? '', 1, [{ id: id('file'), name: 'Q3 plan' }])
  const { card } = await desk.say(desk.ada, 'item show "Q3 plan"')
  expect(card).toMatchObject({ kind: 'picker', summaryText: expect.stringContaining('could be 2 items') })
  expect((await desk.press(desk.ada, tokenOf(card, 'Choose', 'HR'))).card.summaryText).toContain('of HR')
})

test('a beginning is enough; a part of a name needs the drive, and what is not there says so', async () => {
  const desk = await makeDesk(db)
  await withFile(desk)
  expect((await desk.say(desk.ada, 'item show "Q3 plann"')).card.title).toBe('Item · Q3 planning')
  expect((await desk.say(desk.ada, 'item show anning')).card.summaryText).toContain('Name the drive to look within names')
  expect((await desk.say(desk.ada, 'item show anning from Finance')).card.title).toBe('Item · Q3 planning')
  expect((await desk.say(desk.ada, `item show ${driveUrl('nowhere-to-be-found')}`)).card.summaryText).toBe(
    'No snapshot has the item of this address.',
  )
  expect((await desk.say(desk.ada, 'item show "100%_" from Finance')).card.title).toBe('Not found')
})

test('a path within a drive is followed, and an item that moved shows its other drive', async () => {
  const desk = await makeDesk(db)
  const [folder, file] = [id('folder'), id('file')]
  await addSnapshots(desk, desk.driveId, 2, [
    { id: folder, name: 'Reports', mimeType: 'application/vnd.google-apps.folder' },
    { id: file, name: 'budget', parent: folder },
  ])
  const [other] = await addDrives(desk, 'Archive')
  await addSnapshots(desk, other ?? '', 1, [{ id: file, name: 'budget', to: 2 }])
  const { card } = await desk.say(desk.ada, 'versions reports/Budget from Finance')
  expect(card.summaryText).toContain('of Finance; it is there now')
  expect(words(card)).toContain('Reports/budget')
  expect((await desk.press(desk.ada, tokenOf(card, 'In Archive'))).card.summaryText).toContain('of Archive; it is gone')
})

test('many versions come a page at a time', async () => {
  const desk = await makeDesk(db)
  const file = id('file')
  const versions = Array.from({ length: 13 }, (_, index) => ({ id: file, name: `budget ${index + 1}`, from: index + 1, to: index + 2 }))
  await addSnapshots(desk, desk.driveId, 14, versions)
  const { card } = await desk.say(desk.ada, `item show ${file}`)
  expect(card.summaryText).toContain('13 versions')
  expect(words(card)).not.toContain('renamed from “budget 2”')
  const older = await desk.press(desk.ada, tokenOf(card, 'Older versions'))
  expect(words(older.card)).toContain('renamed from “budget 2”')
  expect(words(older.card)).toContain('there from the first backup on')
})

test('P15 the item of another account is not there, by name, id or address', async () => {
  const [mine, other] = [await makeDesk(db), await makeDesk(db)]
  const fileId = await withFile(other)
  await addSnapshots(mine, mine.driveId, 1)
  for (const text of ['"Q3 plan"', fileId, driveUrl(fileId)]) {
    expect((await mine.say(mine.ada, `item show ${text}`)).card.title).toBe('Not found')
  }
})

test('an approver may look, and gets no button to restore', async () => {
  const desk = await makeDesk(db)
  const fileId = await withFile(desk)
  const { card } = await desk.say(desk.bo, `item show ${fileId}`)
  expect(card.kind).toBe('item-ledger')
  expect(() => tokenOf(card, 'Restore')).toThrow(/has no button “Restore”/)
})
