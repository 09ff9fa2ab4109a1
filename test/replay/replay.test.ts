/** Every history that was recorded must replay with today's workflows: a worker that cannot go on with yesterday's work has lost it. */
import '../support/quiet-temporal.ts'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleWorkflowCode, Worker } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { expect, test } from 'vitest'
import { historiesFolder } from '../support/record-histories.ts'
import { workflowBundle } from '../support/workflow-bundle.ts'

const files = readdirSync(historiesFolder).filter((file) => file.endsWith('.json'))
const history = async (file: string) => JSON.parse(await readFile(join(historiesFolder, file), 'utf8')) as unknown

test.for(files)('%s replays', async (file) => {
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, await history(file))
})

test('there is a history of every workflow, and of work whose workers were killed', () => {
  for (const type of ['approval', 'backupDrive', 'backupTask', 'connectTask', 'estimate', 'restore']) {
    expect(files.filter((file) => file.includes(`.${type}`)).length, type).toBeGreaterThan(0)
  }
  expect(files.some((file) => file.startsWith('every-part-was-killed'))).toBe(true)
})

test('a workflow that does something else than it did is caught', async () => {
  const changed = await bundleWorkflowCode({ workflowsPath: join(import.meta.dirname, 'changed', 'index.ts') })
  const file = files.find((name) => name.includes('.backupTask')) ?? ''
  const replay = Worker.runReplayHistory({ workflowBundle: changed }, await history(file))
  await expect(replay).rejects.toBeInstanceOf(DeterminismViolationError)
})
