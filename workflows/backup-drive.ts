/**
 * Backs up one drive, one run after the other.
 *
 * Trigger   signal-with-start `backupRequested`, by a command, a schedule or a retry; the run itself is a row in PostgreSQL
 * Result    nothing; each run ends in a snapshot, in "nothing had changed", or in a failure that says why; a drive that is gone is archived
 * Promises  ACT-09: two runs of a drive never overlap. P10: listed = stored + skipped + failed. SET-04: no success without a connection
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import { type BackupDriveInput, backupRequested, cancelRun } from './contract/backup.ts'
import { failureOf } from './policy/failure.ts'
import { laneOfRun } from './policy/lanes.ts'
import { notify, records, type Shards, shards } from './proxies.ts'

type Run = { readonly accountId: string; readonly runId: string }

export async function backupDrive(input: BackupDriveInput): Promise<void> {
  let requested = true
  let current: { runId: string; scope: CancellationScope } | undefined

  setHandler(backupRequested, () => {
    requested = true
  })
  setHandler(cancelRun, ({ runId }) => {
    if (current?.runId === runId) current.scope.cancel()
  })

  while (requested) {
    requested = false
    const opened = await records.openRun(input)
    if (opened) {
      const run = { accountId: input.accountId, runId: opened.runId }
      const scope = new CancellationScope()
      current = { runId: opened.runId, scope }
      await close(
        run,
        opened.taskId,
        scope.run(() => follow(shards(laneOfRun(opened.reason)), run, opened.mode)),
      )
      current = undefined
    }
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished)
      await continueAsNew<typeof backupDrive>(input)
    }
  }
}

/** The run itself: see everything, fetch what is new, commit. */
async function follow(work: Shards, run: Run, mode: 'initial' | 'incremental' | 'full'): Promise<void> {
  if (mode === 'incremental') await followFeed(work, run)
  else await listAll(work, run)
  await until(() => work.storePending(run))
  await work.commitRun(run)
}

/** A position that Drive has forgotten is not the end: the drive is listed as a whole and compared. */
async function followFeed(work: Shards, run: Run): Promise<void> {
  try {
    await until(() => work.drainChanges(run))
  } catch (error) {
    if (failureOf(error).type !== 'InvalidPageToken') throw error
    await records.listAgain(run)
    await listAll(work, run)
  }
}

async function listAll(work: Shards, run: Run): Promise<void> {
  await until(() => work.drainListing(run))
  await until(() => work.drainChanges(run))
}

async function until(work: () => Promise<{ readonly done: boolean }>): Promise<void> {
  while (!(await work()).done);
}

/** SET-10, G8: only a drive that is known to be deleted is archived. Lost access is a failure like any other. */
function endingOf(error: unknown, type: string): 'canceled' | 'archived' | 'failed' {
  if (isCancellation(error)) return 'canceled'
  return type === 'DriveDeleted' ? 'archived' : 'failed'
}

/** Writes down how the run ended, whatever happened, and shows it. Cancellation must not stop this. */
async function close(run: Run, taskId: string, running: Promise<void>): Promise<void> {
  try {
    await running
    await records.closeRun({ ...run, ended: 'committed' })
  } catch (error) {
    const failure = failureOf(error)
    await CancellationScope.nonCancellable(async () => {
      if (failure.type === 'GrantRevoked') await records.markDisconnected({ accountId: run.accountId, taskId, reason: failure.message })
      if (failure.type === 'DriveDeleted') await records.archiveDrive(run)
      await records.closeRun({ ...run, ended: endingOf(error, failure.type), error: failure.message })
    })
  }
  await CancellationScope.nonCancellable(() =>
    notify.touchSubject({ accountId: run.accountId, subjectType: 'backup-run', subjectId: run.runId }),
  )
}
