import { approvalById, approvalsOfJob, approvalsWaitingFor, createApproval, decideApproval, recordVote } from '../../../db/approvals.ts'
import { archiveDrive, recordDiscovery, saveDriveState, savePageToken, setLifecycle } from '../../../db/drive-changes.ts'
import { countDrives, countNeverActivated, driveById, drivesById, listDrives } from '../../../db/drives.ts'
import {
  createEstimate,
  endEstimate,
  estimateById,
  estimateDrives,
  failEstimateDrive,
  nextEstimateDrive,
  queuedEstimates,
  runSpeeds,
  saveMeasured,
} from '../../../db/estimates.ts'
import { findItemById, findItemsByName, ledgerTotals, restoresOf, versionsOf } from '../../../db/item-ledger.ts'
import {
  assignTargets,
  endJobItems,
  jobItemsPage,
  jobItemTargets,
  jobItemTotals,
  openJobItems,
  replaceJobItems,
  skipOpenItems,
} from '../../../db/job-items.ts'
import { countJob, endJob, restoreJob, saveJobPlan, setJobPhase } from '../../../db/job-progress.ts'
import { createJob } from '../../../db/job-requests.ts'
import { countJobs, jobById, jobByNumber, listJobs } from '../../../db/jobs.ts'
import { noteQuotaUse, quotaStanding } from '../../../db/quota.ts'
import { runEta, saveRunEta } from '../../../db/run-eta.ts'
import { latestRuns, listRuns, openRuns, queueRun, runSummary } from '../../../db/runs.ts'
import {
  createTask,
  disconnectTask,
  listTasks,
  markDiscovered,
  reconnectTask,
  taskById,
  taskByName,
  taskCredential,
  updateTask,
} from '../../../db/tasks.ts'
import { at, newJob } from '../world.ts'
import type { Case } from './cases.ts'

const now = at(50)
const grant = { connectedEmail: 'eve@elsewhere.example', credential: Buffer.from('other') }

export const workCases: Readonly<Record<string, Case>> = {
  'approvals.approvalById': (db, accountId, w) => approvalById(db, accountId, w.approvalId),
  'approvals.approvalsOfJob': (db, accountId, w) => approvalsOfJob(db, accountId, w.jobId),
  'approvals.approvalsWaitingFor': (db, accountId, w) => approvalsWaitingFor(db, accountId, w.bo),
  'approvals.createApproval': (db, accountId, w) =>
    createApproval(db, accountId, {
      id: w.approvalId,
      jobId: w.jobId,
      requesterId: w.ada,
      approverIds: [w.bo],
      quorum: 1,
      planHash: 'h2',
      expiresAt: at(60),
      now,
    }),
  'approvals.decideApproval': (db, accountId, w) => decideApproval(db, accountId, w.approvalId, 'approved', now),
  'approvals.recordVote': (db, accountId, w) => recordVote(db, accountId, w.approvalId, { personId: w.bo, choice: 'approve', now }),
  'drive-changes.recordDiscovery': (db, accountId, w) =>
    recordDiscovery(db, accountId, w.taskId, [{ id: w.driveId, name: 'Renamed', managerReachable: false }], now),
  'drive-changes.archiveDrive': (db, accountId, w) => archiveDrive(db, accountId, w.driveId, now),
  'drive-changes.saveDriveState': (db, accountId, w) =>
    saveDriveState(db, accountId, w.driveId, { generation: 9, pageToken: 'x', itemCount: 1, backupBytes: 1 }),
  'drive-changes.savePageToken': (db, accountId, w) => savePageToken(db, accountId, w.driveId, 'x'),
  'drive-changes.setLifecycle': (db, accountId, w) => setLifecycle(db, accountId, [w.driveId], 'active', now),
  'drives.countDrives': (db, accountId) => countDrives(db, accountId),
  'drives.countNeverActivated': (db, accountId) => countNeverActivated(db, accountId),
  'drives.driveById': (db, accountId, w) => driveById(db, accountId, w.driveId),
  'drives.drivesById': (db, accountId, w) => drivesById(db, accountId, [w.driveId]),
  'drives.listDrives': (db, accountId, w) => listDrives(db, accountId, { taskId: w.taskId, contains: 'fin' }),
  'estimates.createEstimate': {
    ask: (db, accountId, w) => createEstimate(db, accountId, { id: w.estimateId, requestedBy: w.ada, driveIds: [w.driveId], now }),
    fresh: { estimateId: 'fresh' },
  },
  'estimates.endEstimate': (db, accountId, w) => endEstimate(db, accountId, w.estimateId, null, now),
  'estimates.estimateById': (db, accountId, w) => estimateById(db, accountId, w.estimateId),
  'estimates.estimateDrives': (db, accountId, w) => estimateDrives(db, accountId, w.estimateId),
  'estimates.failEstimateDrive': (db, accountId, w) => failEstimateDrive(db, accountId, w.estimateId, w.driveId, 'x'),
  'estimates.nextEstimateDrive': (db, accountId, w) => nextEstimateDrive(db, accountId, w.estimateId),
  'estimates.queuedEstimates': (db, accountId) => queuedEstimates(db, accountId),
  'estimates.runSpeeds': (db, accountId) => runSpeeds(db, accountId, 9),
  'estimates.saveMeasured': (db, accountId, w) =>
    saveMeasured(db, accountId, w.estimateId, { driveId: w.driveId, cursor: null, done: true, calls: 1, measured: {}, sample: [] }),
  'item-ledger.findItemById': (db, accountId, w) => findItemById(db, accountId, w.fileId),
  'item-ledger.findItemsByName': (db, accountId) => findItemsByName(db, accountId, 'Q3 plan', 'whole', { limit: 9 }),
  'item-ledger.ledgerTotals': (db, accountId, w) => ledgerTotals(db, accountId, w.driveId, w.fileId),
  'item-ledger.restoresOf': (db, accountId, w) => restoresOf(db, accountId, w.driveId, w.fileId, 9),
  'item-ledger.versionsOf': (db, accountId, w) => versionsOf(db, accountId, w.driveId, w.fileId, { limit: 9 }),
  'job-items.assignTargets': (db, accountId, w) => assignTargets(db, accountId, w.jobId, [{ ordinal: 0, targetId: 'x' }]),
  'job-items.endJobItems': (db, accountId, w) => endJobItems(db, accountId, w.jobId, [{ ordinal: 0, state: 'failed' }]),
  'job-items.jobItemTargets': (db, accountId, w) => jobItemTargets(db, accountId, w.jobId, { ordinals: [0], itemIds: [w.fileId] }),
  'job-items.jobItemTotals': (db, accountId, w) => jobItemTotals(db, accountId, w.jobId),
  'job-items.jobItemsPage': (db, accountId, w) => jobItemsPage(db, accountId, w.jobId, { limit: 9 }),
  'job-items.openJobItems': (db, accountId, w) => openJobItems(db, accountId, w.jobId, 9),
  'job-items.replaceJobItems': (db, accountId, w) => replaceJobItems(db, accountId, w.jobId, []),
  'job-items.skipOpenItems': (db, accountId, w) => skipOpenItems(db, accountId, w.jobId, 'x'),
  'job-progress.countJob': (db, accountId, w) => countJob(db, accountId, w.jobId),
  'job-progress.endJob': (db, accountId, w) => endJob(db, accountId, w.jobId, { status: 'failed', error: 'x', now }),
  'job-progress.restoreJob': (db, accountId, w) => restoreJob(db, accountId, w.jobId),
  'job-progress.saveJobPlan': (db, accountId, w) =>
    saveJobPlan(db, accountId, w.jobId, { summary: {}, planHash: 'x', totalItems: 1, totalBytes: 1 }),
  'job-progress.setJobPhase': (db, accountId, w) => setJobPhase(db, accountId, w.jobId, 'applying', now),
  'job-requests.createJob': (db, accountId, w) => createJob(db, accountId, newJob(w, { id: w.jobId })),
  'jobs.countJobs': (db, accountId, w) => countJobs(db, accountId, { requestedBy: w.ada }),
  'jobs.jobById': (db, accountId, w) => jobById(db, accountId, w.jobId),
  'jobs.jobByNumber': (db, accountId, w) => jobByNumber(db, accountId, w.jobNumber),
  'jobs.listJobs': (db, accountId, w) => listJobs(db, accountId, { driveId: w.driveId, limit: 9 }),
  'quota.noteQuotaUse': (db, accountId, w) => noteQuotaUse(db, accountId, w.taskId, ['project:another'], now),
  'quota.quotaStanding': (db, accountId) => quotaStanding(db, accountId),
  'run-eta.runEta': (db, accountId, w) => runEta(db, accountId, w.runId),
  'run-eta.saveRunEta': (db, accountId, w) => saveRunEta(db, accountId, w.runId, { bound: 'units' }, now),
  'runs.latestRuns': (db, accountId, w) => latestRuns(db, accountId, [w.driveId]),
  'runs.listRuns': (db, accountId, w) => listRuns(db, accountId, w.driveId, { limit: 9 }),
  'runs.openRuns': (db, accountId) => openRuns(db, accountId),
  'runs.queueRun': (db, accountId, w) => queueRun(db, accountId, { id: 'fresh', driveId: w.driveId, reason: 'on demand', now }),
  'runs.runSummary': (db, accountId, w) => runSummary(db, accountId, w.runId),
  'tasks.createTask': (db, accountId, w) => createTask(db, accountId, { id: w.taskId, name: 'Mine now', now, ...grant }),
  'tasks.disconnectTask': (db, accountId, w) => disconnectTask(db, accountId, w.taskId, 'x', now),
  'tasks.listTasks': (db, accountId) => listTasks(db, accountId),
  'tasks.markDiscovered': (db, accountId, w) => markDiscovered(db, accountId, w.taskId, now),
  'tasks.reconnectTask': (db, accountId, w) => reconnectTask(db, accountId, w.taskId, grant, now),
  'tasks.taskById': (db, accountId, w) => taskById(db, accountId, w.taskId),
  'tasks.taskByName': (db, accountId, w) => taskByName(db, accountId, w.taskName),
  'tasks.taskCredential': (db, accountId, w) => taskCredential(db, accountId, w.taskId),
  'tasks.updateTask': (db, accountId, w) => updateTask(db, accountId, w.taskId, { name: 'Mine now' }, now),
}
