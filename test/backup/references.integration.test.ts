/** P2, restic's rule: no snapshot names a blob that cannot be located. */
import { afterAll, expect, test } from 'vitest'
import { checkReferences } from '../../activities/backup/check-references.ts'
import { putRunItems } from '../../db/backup-run-items.ts'
import { findByName } from '../../db/items.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { queueRun } from '../../db/runs.ts'
import { backUp } from '../support/runs.ts'
import { startSystem } from '../support/system.ts'

const system = await startSystem({ world: { seed: 71, items: 80, drives: 1 } })
afterAll(() => system.stop())
const { db, accountId } = system
const driveId = system.driveId('Finance')

test('a row that names a blob that no index knows is never committed', async () => {
  await backUp(system, driveId)
  const runId = newId(systemRandom, 'run')
  await queueRun(db, accountId, { id: runId, driveId, reason: 'on demand', now: new Date(0) })
  const content = { blobId: 'f'.repeat(64), segments: [{ blobId: 'f'.repeat(64), size: 1 }] }
  await putRunItems(db, accountId, runId, [{ itemId: 'x', row: { id: 'x', content }, pending: false, size: 1 }])
  const checking = checkReferences({ db, vault: (await system.vault).drive(driveId) }, { accountId, runId, driveId, parentGeneration: 1 })
  await expect(checking).rejects.toMatchObject({ name: 'WorkFailure', type: 'Bug', message: expect.stringContaining('ffff') })
  await db.query('update backup_run set finished_at = now() where id = $1', [runId])
  await db.query('update drive set current_run_id = null where id = $1', [driveId])
})

test('a catalogue that has forgotten its blobs asks the vault, and a rename is committed', async () => {
  await backUp(system, driveId)
  await db.query('delete from blob where account_id = $1', [accountId])
  const [plan] = await findByName(db, accountId, driveId, 1, 'Q3 plan', 1)
  system.practice.drive.model.files.update({ email: system.practice.admin }, plan?.itemId ?? '', { name: 'Q3 plan, renamed' })
  expect(await backUp(system, driveId)).toMatchObject({ outcome: 'success', listed: 1, bytesDone: 0 })
})
