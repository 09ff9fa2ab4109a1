import { dropSnapshots, oldestInUse, retentionDays, timeEvidence } from '../../../db/expiry.ts'
import {
  adoptEpoch,
  bumpEpoch,
  endCycle,
  fenceRuns,
  forgetBlobs,
  forgetContainers,
  gcState,
  holdEpoch,
  moveParent,
  noteClean,
  openSessions,
  runStanding,
} from '../../../db/gc.ts'
import { beginRun } from '../../../db/run-progress.ts'
import { at } from '../world.ts'
import type { Case } from './cases.ts'

const untouched = 'the drive of another account is as one that nothing was ever collected of'

export const upkeepCases: Readonly<Record<string, Case>> = {
  'expiry.dropSnapshots': (db, accountId, w) => dropSnapshots(db, accountId, w.driveId, [{ from: 1, to: 9 }]),
  'expiry.oldestInUse': (db, accountId, w) => oldestInUse(db, accountId, w.driveId),
  'expiry.retentionDays': (db, accountId) => retentionDays(db, accountId),
  'expiry.timeEvidence': async (db, accountId, w) => {
    await db.query('update drive set last_checked_at = now() where account_id = $1 and id = $2', [accountId, w.driveId])
    return (await timeEvidence(db, accountId, w.driveId)).slice(1)
  },
  'gc.adoptEpoch': { ask: (db, accountId, w) => adoptEpoch(db, accountId, w.driveId, 9) },
  'gc.bumpEpoch': {
    ask: async (db, accountId, w) => {
      await endCycle(db, accountId, w.driveId, 1)
      return bumpEpoch(db, accountId, w.driveId, 1, 'plan')
    },
  },
  'gc.endCycle': (db, accountId, w) => endCycle(db, accountId, w.driveId, 1),
  'gc.fenceRuns': (db, accountId, w) => fenceRuns(db, accountId, [w.runId]),
  'gc.forgetBlobs': (db, accountId, w) => forgetBlobs(db, accountId, w.driveId, [w.blobId]),
  'gc.forgetContainers': (db, accountId, w) => forgetContainers(db, accountId, w.driveId, [w.container]),
  'gc.gcState': {
    ask: async (db, accountId, w) => (await gcState(db, accountId, w.driveId)).epoch,
    told: { value: 0, because: untouched },
  },
  'gc.holdEpoch': { ask: (db, accountId, w) => holdEpoch(db, accountId, w.driveId), told: { value: 0, because: untouched } },
  'gc.moveParent': (db, accountId, w) => moveParent(db, accountId, w.runId, 9),
  'gc.noteClean': { ask: (db, accountId, w) => noteClean(db, accountId, w.driveId, 9) },
  'gc.openSessions': async (db, accountId, w) => {
    await beginRun(db, accountId, w.runId, { mode: 'full', parentGeneration: 0, pageToken: null, now: at(50) })
    return openSessions(db, accountId, w.driveId)
  },
  'gc.runStanding': async (db, accountId, w) => {
    await beginRun(db, accountId, w.runId, { mode: 'full', parentGeneration: 0, pageToken: null, now: at(50) })
    return runStanding(db, accountId, w.runId)
  },
}
