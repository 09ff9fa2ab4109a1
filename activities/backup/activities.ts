import { clearRun, runReasons, runTotals } from '../../db/backup-run-items.ts'
import { savePageToken } from '../../db/drive-changes.ts'
import { addProgress, countRun, endRun, listAgain, type RunState, runById, setRunPhase } from '../../db/run-progress.ts'
import { snapshotByGeneration } from '../../db/snapshots.ts'
import { laneOfRun } from '../../workflows/policy/lanes.ts'
import { backupOutcome } from '../../workflows/policy/outcome.ts'
import { heldSentence } from '../../workflows/policy/removal-guard.ts'
import type { ActivityDeps, DriveAccess } from '../deps.ts'
import { DriveFailure } from '../drive/failure-types.ts'
import { noteEta } from '../estimate/note-eta.ts'
import { activityHeartbeat, type Heartbeat, whileBeating } from '../kit/heartbeat.ts'
import { showSubject } from '../notify/show.ts'
import { announce } from './announce.ts'
import { archiveRun } from './archive.ts'
import { commitRun } from './commit-run.ts'
import { drainChanges, drainListing } from './drain.ts'
import { driveRecord } from './drive-record.ts'
import { openRun } from './open-run.ts'
import { explainRefusal } from './reach.ts'
import { storePending } from './store-pending.ts'

type Run = { readonly accountId: string; readonly runId: string }
type Drive = { readonly accountId: string; readonly driveId: string }

/** The activities of a backup. Each takes ids, reads the run's state from the database, and can be repeated at any point. */
export function backupActivities(deps: ActivityDeps) {
  const { db, clock } = deps

  const show = (run: Run) => showSubject(deps, { accountId: run.accountId, subjectType: 'backup-run', subjectId: run.runId })

  /** What is known of the end moves with what is done. */
  const progress = async (run: Run, refused?: DriveFailure) => {
    await noteEta(deps, run, refused)
    await show(run)
  }

  /**
   * One attempt of a shard: with Drive at hand, a heartbeat that does not stop, and its calls added to the run whatever happens. A refusal that
   * may be about the whole drive is looked into: a deleted drive and a lost membership are told apart (G8, SET-10).
   */
  async function shard<Result>(run: Run, work: (state: RunState, drive: DriveAccess, heartbeat: Heartbeat<number>) => Promise<Result>) {
    return whileBeating(clock, activityHeartbeat<number>(), async (heartbeat) => {
      const state = await runById(db, run.accountId, run.runId)
      const drive = await deps.drive(run.accountId, state.taskId, heartbeat.signal, laneOfRun(state.reason))
      try {
        return await work(state, drive, heartbeat)
      } catch (error) {
        // The work waits for the next day's quota: whoever watches is told until when.
        if (error instanceof DriveFailure && error.type === 'QuotaExceeded') await progress(run, error)
        if (!(error instanceof DriveFailure) || (error.type !== 'NotFound' && error.type !== 'AccessLost')) throw error
        throw await explainRefusal(drive.source, state, error)
      } finally {
        await addProgress(db, run.accountId, run.runId, drive.spent())
      }
    })
  }

  return {
    /** Idempotent by the drive's current run. */
    async openRun(drive: Drive) {
      const vault = await deps.vault(drive.accountId)
      const opened = await openRun({ db, vault: vault.drive(drive.driveId), now: clock.now() }, drive)
      if (opened) await show({ accountId: drive.accountId, runId: opened.runId })
      return opened ?? null
    },

    /** Idempotent by item id; resumes at the page after the last one that was written down. */
    drainListing: (run: Run) =>
      shard(run, async (state, drive, heartbeat) => {
        if (state.listingDone) return { done: true }
        return drainListing({ db, source: drive.source, heartbeat, onPage: () => show(run) }, { ...state, accountId: run.accountId })
      }),

    /** Idempotent by item id; resumes at the feed position that was written down. */
    drainChanges: (run: Run) =>
      shard(run, (state, drive, heartbeat) =>
        drainChanges({ db, source: drive.source, heartbeat, onPage: () => show(run) }, { ...state, accountId: run.accountId }),
      ),

    /** Idempotent by item id: what the journal has is not fetched again. */
    storePending: (run: Run) =>
      shard(run, async (state, drive, heartbeat) => {
        await setRunPhase(db, run.accountId, run.runId, 'storing')
        const vault = await deps.vault(run.accountId)
        const writer = await vault.drive(state.driveId).writer(run.runId, { maxBytesInFlight: 48 * 2 ** 20 })
        return storePending(
          { db, source: drive.source, writer, heartbeat, onProgress: () => progress(run) },
          { ...state, accountId: run.accountId },
        )
      }),

    /** Idempotent by the session that the root names. */
    commitRun: (run: Run) =>
      shard(run, async (state, drive, heartbeat) => {
        if (state.pageToken === null) throw new Error(`The run ${run.runId} has no position in the change feed to commit.`)
        await setRunPhase(db, run.accountId, run.runId, 'committing')
        await show(run)
        const vault = (await deps.vault(run.accountId)).drive(state.driveId)
        let beats = 0
        const root = await commitRun(
          {
            db,
            vault,
            record: () => driveRecord(drive.source, vault, state),
            heartbeat: () => heartbeat.beat(++beats),
          },
          {
            accountId: run.accountId,
            runId: run.runId,
            driveId: state.driveId,
            mode: state.mode ?? 'full',
            parentGeneration: state.parentGeneration,
            nextPageToken: state.pageToken,
            held: state.heldRemovals !== null,
            bytes: state.bytesDone,
            driveChanged: state.driveChanged,
            time: clock.now(),
          },
        )
        if (!root && state.heldRemovals === null) await savePageToken(db, run.accountId, state.driveId, state.pageToken)
        return { generation: root?.gen ?? null }
      }),

    /** SET-10: the run's drive is gone at Google. Idempotent: a drive that is archived already stays so. */
    async archiveDrive(run: Run) {
      const { driveId, taskId } = await runById(db, run.accountId, run.runId)
      await archiveRun(db, { accountId: run.accountId, driveId, taskId }, clock.now())
      await showSubject(deps, { accountId: run.accountId, subjectType: 'task', subjectId: taskId })
    },

    /** The feed's position is lost: the run goes on as a full listing. */
    async listAgain(run: Run) {
      await listAgain(db, run.accountId, run.runId)
    },

    /** Idempotent: a run that has ended stays as it ended. Its journal is dropped; what was fetched stays known by its content. */
    async closeRun(run: Run & { readonly ended: 'committed' | 'failed' | 'canceled' | 'archived'; readonly error?: string }) {
      const state = await runById(db, run.accountId, run.runId)
      const totals = await runTotals(db, run.accountId, run.runId)
      const reasons = await runReasons(db, run.accountId, run.runId)
      const snapshot = await snapshotByGeneration(db, run.accountId, state.driveId, state.parentGeneration + 1)
      const made = run.ended === 'committed' && snapshot?.runId === run.runId ? snapshot.generation : null
      const held = run.ended === 'committed' && state.heldRemovals !== null
      const committed = held ? 'held' : backupOutcome({ ...totals, listed: totals.items })
      const outcome = run.ended === 'committed' ? committed : run.ended
      await announce(db, { ...run, driveId: state.driveId, outcome }, clock.now())
      await db.transaction(async (tx) => {
        await countRun(tx, run.accountId, run.runId)
        await endRun(tx, run.accountId, run.runId, {
          outcome,
          error: held ? heldSentence(state.heldRemovals ?? 0, state.parentGeneration) : (run.error ?? null),
          generation: made,
          reasons,
          now: clock.now(),
        })
        await clearRun(tx, run.accountId, run.runId)
      })
      await show(run)
    },
  }
}
