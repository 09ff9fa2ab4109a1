/** The ledger over a real backup: what it says of the vault is true. */
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findItemsByName, ledgerTotals, restoresOf, versionsOf } from '../../db/item-ledger.ts'
import { approve, askRestore, backUp, endOf } from '../support/runs.ts'
import { type System, startSystem } from '../support/system.ts'

let system: System
let finance: string
beforeAll(async () => {
  system = await startSystem({ world: { seed: 11, items: 300, drives: 1 } })
  finance = system.driveId('Finance')
})
afterAll(() => system.stop())

test('a file that is backed up, renamed, edited, lost and brought back has all of that in its ledger', async () => {
  const { db, accountId, practice } = system
  const admin = { email: practice.admin }
  await backUp(system, finance)
  const [file] = await findItemsByName(db, accountId, 'Q3 plan', 'beginning', { driveId: finance, limit: 1 })
  if (!file) throw new Error('The practice Drive has no Q3 plan.')
  practice.drive.model.files.update(admin, file.itemId, { name: 'Q3 final' })
  await backUp(system, finance)
  practice.drive.model.practice.lose(file.itemId, finance)
  await backUp(system, finance)
  const job = await askRestore(system, { driveId: finance, generation: 2, selection: { kind: 'items', itemIds: [file.itemId] } })
  await approve(system, job.id)
  await endOf(system, job.id)

  const versions = await versionsOf(db, accountId, finance, file.itemId, { limit: 9 })
  expect(versions).toMatchObject([
    { name: 'Q3 final', fromGeneration: 2, toGeneration: 3, reason: 'on demand', damaged: false },
    { name: file.name, fromGeneration: 1, toGeneration: 2 },
  ])
  const objects = (await readdir(system.vaultFolder, { recursive: true })).map(String)
  for (const { pieces, placed, containers, containerNames } of versions) {
    expect(pieces).toBeGreaterThan(0)
    expect(placed).toBe(pieces)
    expect(containers).toBe(containerNames.length)
    for (const name of containerNames) expect(objects.some((object) => object.endsWith(name))).toBe(true)
  }
  // The rename stored nothing anew.
  expect(versions[0]?.contentGeneration).toBe(versions[1]?.contentGeneration)
  expect(await ledgerTotals(db, accountId, finance, file.itemId)).toMatchObject({
    versions: 2,
    firstGeneration: 1,
    goneSince: 3,
    restores: 1,
  })
  expect(await restoresOf(db, accountId, finance, file.itemId, 9)).toMatchObject([{ jobId: job.id, generation: 2, state: 'done' }])
})
