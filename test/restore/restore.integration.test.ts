import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findByName, folderMimeType, itemById, subtree } from '../../db/items.ts'
import { jobItemsPage } from '../../db/job-items.ts'
import { approve, askRestore, backUp, endOf } from '../support/runs.ts'
import { type System, startSystem } from '../support/system.ts'

let system: System
let finance: string
let admin: { readonly email: string }
beforeAll(async () => {
  system = await startSystem({ world: { seed: 12, items: 400, drives: 3 } })
  finance = system.driveId('Finance')
  admin = { email: system.practice.admin }
  await backUp(system, finance)
})
afterAll(() => system.stop())

const files = () => system.practice.drive.model.files
const grantsOf = (id: string) =>
  system.practice.drive.model.permissions
    .list(admin, id, { pageSize: 100 })
    .permissions.filter(({ permissionDetails }) => permissionDetails?.some(({ inherited }) => inherited === false))

async function restore(itemIds: readonly string[], over: Partial<Parameters<typeof askRestore>[1]> = {}) {
  const job = await askRestore(system, { driveId: finance, generation: 1, selection: { kind: 'items', itemIds }, ...over })
  await approve(system, job.id)
  return endOf(system, job.id)
}

const named = async (name: string) => {
  const [item] = await findByName(system.db, system.accountId, finance, 1, name, 1)
  if (!item) throw new Error(`There is no ${name} in the snapshot.`)
  return item
}

test('RES-03 RES-04 a lost file comes back to its original folder with its content and its sharing', async () => {
  const plan = await named('Q3 plan')
  const sharedWith = grantsOf(plan.itemId).map(({ emailAddress, role }) => `${emailAddress} ${role}`)
  system.practice.drive.model.practice.lose(plan.itemId, finance)

  const job = await restore([plan.itemId])
  expect(job).toMatchObject({ status: 'succeeded', doneItems: 1, failedItems: 0, skippedItems: 0 })

  const [line] = await jobItemsPage(system.db, system.accountId, job.id, { states: ['done'], limit: 10 }).then((lines) =>
    lines.filter(({ itemId }) => itemId === plan.itemId),
  )
  const back = files().get(admin, line?.targetId ?? '')
  expect(back).toMatchObject({ name: 'Q3 plan', parents: [plan.parentId], trashed: false })
  expect(grantsOf(line?.targetId ?? '').map(({ emailAddress, role }) => `${emailAddress} ${role}`)).toEqual(sharedWith)
  expect(sharedWith.length).toBeGreaterThan(0)
})

test('RES-06 the requester gets a mail with the counts when a restore has ended', async () => {
  expect(system.mails.at(-1)).toMatchObject({ to: 'ada@practice.example' })
  expect(system.mails.at(-1)?.text).toContain('1 listed = 1 restored + 0 skipped + 0 failed.')
})

test('no restored grant sends a mail from Google', () => {
  expect(system.practice.drive.model.practice.mails()).toEqual([])
})

test('P8 G19 a file that has changed since is not overwritten: the old content comes back beside it under the same name', async () => {
  const [item] = (await subtree(system.db, system.accountId, finance, 1, 'drive')).filter(
    ({ mimeType, trashed }) => mimeType === 'text/plain' && !trashed,
  )
  if (!item) throw new Error('The practice drive has no text file.')
  system.practice.drive.model.practice.edit(item.itemId)
  const changed = files().get(admin, item.itemId)

  const job = await restore([item.itemId])
  expect(job).toMatchObject({ status: 'succeeded', doneItems: 1 })
  expect(job.plan).toMatchObject({ conflicts: 1, files: 1 })
  const [line] = await jobItemsPage(system.db, system.accountId, job.id, { states: ['done'], limit: 10 }).then((lines) =>
    lines.filter(({ itemId }) => itemId === item.itemId),
  )
  expect(files().get(admin, item.itemId).sha256Checksum).toBe(changed.sha256Checksum)
  const restored = files().get(admin, line?.targetId ?? '')
  expect(restored.name).toBe(item.name)
  expect(restored.sha256Checksum).toBe((item.row as { sha256Checksum?: string }).sha256Checksum)
})

test('a file in the trash comes back with its own id', async () => {
  const [item] = (await subtree(system.db, system.accountId, finance, 1, 'drive')).filter(
    ({ mimeType, trashed }) => mimeType === 'application/pdf' && !trashed,
  )
  if (!item) throw new Error('The practice drive has no PDF.')
  files().update(admin, item.itemId, { trashed: true })
  const job = await restore([item.itemId])
  expect(job).toMatchObject({ status: 'succeeded', doneItems: 1 })
  expect(files().get(admin, item.itemId).trashed).toBe(false)
})

test('a restore of what is still there unchanged needs no approval and does nothing', async () => {
  const [item] = (await subtree(system.db, system.accountId, finance, 1, 'drive')).filter(({ mimeType }) => mimeType === 'application/pdf')
  const job = await askRestore(system, { driveId: finance, generation: 1, selection: { kind: 'items', itemIds: [item?.itemId ?? ''] } })
  expect(await endOf(system, job.id)).toMatchObject({ status: 'succeeded', doneItems: 0, skippedItems: 1 })
})

test('PRE-02 RES-03 a folder comes back in another drive with its tree, without the original sharing', async () => {
  const legal = system.driveId('Marketing')
  const all = await subtree(system.db, system.accountId, finance, 1, 'drive')
  const folder = all.find(
    ({ mimeType, parentId, itemId }) =>
      mimeType === folderMimeType && parentId === finance && all.some((child) => child.parentId === itemId),
  )
  if (!folder) throw new Error('The practice drive has no folder with children at its top.')
  const expected = await subtree(system.db, system.accountId, finance, 1, [folder.itemId])

  const job = await restore([folder.itemId], { destinationDriveId: legal, withSharing: false })
  expect(job.failedItems).toBe(
    job.plan && Object.values((job.plan as { unrestorable: Record<string, number> }).unrestorable).reduce((sum, count) => sum + count, 0),
  )
  const lines = await jobItemsPage(system.db, system.accountId, job.id, { states: ['done'], limit: 1_000 })
  expect(lines.length + job.failedItems + job.skippedItems).toBe(expected.length)
  const top = lines.find(({ itemId }) => itemId === folder.itemId)
  expect(files().get(admin, top?.targetId ?? '')).toMatchObject({ name: folder.name, parents: [legal] })
  for (const line of lines) {
    const made = files().get(admin, line.targetId ?? '')
    expect(made.driveId).toBe(legal)
    expect(grantsOf(line.targetId ?? '')).toEqual([])
    const row = (await itemById(system.db, system.accountId, finance, 1, line.itemId))?.row as { sha256Checksum?: string } | undefined
    if (row?.sha256Checksum) expect(made.sha256Checksum).toBe(row.sha256Checksum)
  }
})

test('P8 after all these restores every item that was there before still is', async () => {
  for (const item of await subtree(system.db, system.accountId, finance, 1, 'drive')) {
    if (item.name === 'Q3 plan') continue
    expect(files().get(admin, item.itemId).id).toBe(item.itemId)
  }
})

test('P12 what the vault gives back has the hash that it was stored with', async () => {
  const snapshot = await (await system.vault).drive(finance).snapshot(1)
  const rows = (await Array.fromAsync(snapshot.rows())).filter(({ content }) => content)
  expect(rows.length).toBeGreaterThan(50)
  for (const { content } of rows.slice(0, 50)) {
    if (!content) continue
    const hash = createHash('sha256')
    for await (const chunk of snapshot.readBlob(content)) hash.update(chunk)
    expect(hash.digest('hex')).toBe(content.sha256)
  }
})

test('P10 of many files that come back at once every one is accounted for', async () => {
  const lost = (await subtree(system.db, system.accountId, finance, 1, 'drive'))
    .filter(({ row, trashed, name }) => (row as { sha256Checksum?: string }).sha256Checksum && !trashed && name !== 'Q3 plan')
    .map(({ itemId }) => itemId)
  for (const itemId of lost) system.practice.drive.model.practice.lose(itemId, finance)
  expect(lost.length).toBeGreaterThan(60)
  const job = await restore(lost)
  expect(job.doneItems + job.failedItems).toBe(lost.length)
  expect(job.skippedItems).toBe(0)
})
