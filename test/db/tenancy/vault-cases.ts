import {
  addRecoveredDrive,
  dropStaging,
  ensureRecoveredTask,
  forgetCatalog,
  holdStaging,
  insertPastRun,
  lockDriveLevel,
  openStaging,
  putIndexedBlobs,
  snapshotRows,
  stagedTotals,
  stagedUpTo,
} from '../../../db/rebuild.ts'
import {
  damagedObjects,
  driveLongestUnverified,
  dropUnlistedObjects,
  forgetContents,
  longestUnverified,
  nextDriveWithSnapshots,
  putStoredObjects,
  recordVerdicts,
  saveVerification,
  verificationSummary,
  verificationsOf,
} from '../../../db/verification.ts'
import { at } from '../world.ts'
import type { Case } from './cases.ts'

const now = at(50)
const page = { after: '', limit: 9 }

export const vaultCases: Readonly<Record<string, Case>> = {
  'rebuild.addRecoveredDrive': {
    ask: (db, accountId, w) => addRecoveredDrive(db, accountId, { id: w.driveId, taskId: w.taskId, name: 'x', since: now }),
    fresh: { driveId: 'fresh' },
  },
  'rebuild.dropStaging': (db, accountId, w) => dropStaging(db, accountId, w.runId),
  'rebuild.ensureRecoveredTask': (db, accountId, w) =>
    ensureRecoveredTask(db, accountId, 'x', now).then(({ id }) => id.endsWith(w.accountId)),
  'rebuild.forgetCatalog': (db, accountId, w) => forgetCatalog(db, accountId, w.driveId),
  'rebuild.holdStaging': (db, accountId, w) => holdStaging(db, accountId, w.runId),
  'rebuild.insertPastRun': (db, accountId, w) =>
    insertPastRun(db, accountId, {
      id: 'fresh',
      driveId: w.driveId,
      mode: 'initial',
      outcome: 'success',
      generation: 9,
      listed: 0,
      stored: 0,
      skipped: 0,
      failed: 0,
      bytes: 0,
      reasons: {},
      at: now,
    }),
  'rebuild.lockDriveLevel': (db, accountId, w) => lockDriveLevel(db, accountId, w.driveId),
  'rebuild.openStaging': (db, accountId, w) => openStaging(db, accountId, w.driveId, 'fresh', now),
  'rebuild.putIndexedBlobs': (db, accountId, w) => putIndexedBlobs(db, accountId, w.driveId, 9, [{ blobId: w.blobId }]),
  'rebuild.snapshotRows': (db, accountId, w) => snapshotRows(db, accountId, w.driveId, 1, page),
  'rebuild.stagedTotals': (db, accountId, w) => stagedTotals(db, accountId, w.driveId, w.runId),
  'rebuild.stagedUpTo': (db, accountId, w) => stagedUpTo(db, accountId, w.runId),
  'verification.damagedObjects': (db, accountId, w) => damagedObjects(db, accountId, w.driveId, 9),
  'verification.driveLongestUnverified': (db, accountId) => driveLongestUnverified(db, accountId, now),
  'verification.dropUnlistedObjects': (db, accountId, w) => dropUnlistedObjects(db, accountId, w.driveId, now),
  'verification.forgetContents': (db, accountId, w) => forgetContents(db, accountId, w.driveId, [w.blobId]),
  'verification.longestUnverified': (db, accountId, w) => longestUnverified(db, accountId, w.driveId, now, 9),
  'verification.nextDriveWithSnapshots': (db, accountId) => nextDriveWithSnapshots(db, accountId, ''),
  'verification.putStoredObjects': (db, accountId, w) =>
    putStoredObjects(
      db,
      accountId,
      w.driveId,
      [{ key: w.objectKey, versionId: null, role: 'container', sizeBytes: 9, firstNeeded: 1, lastNeeded: 9 }],
      now,
    ),
  'verification.recordVerdicts': (db, accountId, w) => recordVerdicts(db, accountId, w.driveId, [{ key: w.objectKey, damage: null }], now),
  'verification.saveVerification': (db, accountId, w) =>
    saveVerification(db, accountId, { driveId: w.driveId, level: 1, finishedAt: now, alarms: 0, findings: 0, report: {} }),
  'verification.verificationSummary': (db, accountId) => verificationSummary(db, accountId),
  'verification.verificationsOf': (db, accountId, w) => verificationsOf(db, accountId, w.driveId),
}
