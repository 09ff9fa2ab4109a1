/** Rows of a small account, as the database hands them out, for cards to be made of. */

import type { ApprovalView } from '../../bot/cards/approval.ts'
import type { BackupRunView } from '../../bot/cards/backup-run.ts'
import type { JobView } from '../../bot/cards/job.ts'
import type { Approval } from '../../db/approvals.ts'
import type { Drive } from '../../db/drives.ts'
import type { Item } from '../../db/items.ts'
import type { JobItem, JobItemTotals } from '../../db/job-items.ts'
import type { Job } from '../../db/jobs.ts'
import type { BackupRun } from '../../db/runs.ts'
import type { Snapshot } from '../../db/snapshots.ts'
import type { Task } from '../../db/tasks.ts'
import type { PlanSummary } from '../../workflows/policy/restore-summary.ts'

/** Minutes after noon of a fixed day. */
export const at = (minutes: number): Date => new Date(Date.UTC(2026, 10, 24, 12, minutes))

export const task = (over: Partial<Task> = {}): Task => ({
  id: 'task_1',
  name: 'Acme',
  state: 'active',
  connection: 'Connected',
  connectionNote: null,
  connectedEmail: 'admin@acme.example',
  frequency: 'Daily',
  hourUtc: 2,
  autoActivate: false,
  indexForSearch: true,
  holdPercent: 30,
  holdItems: 50,
  withComments: false,
  fetchFlagged: false,
  labelIds: [],
  discoveredAt: at(0),
  createdAt: at(0),
  updatedAt: at(0),
  ...over,
})

export const drive = (over: Partial<Drive> = {}): Drive => ({
  id: '0Afinance',
  taskId: 'task_1',
  name: 'Finance',
  lifecycle: 'active',
  currentRunId: null,
  lastOutcome: 'success',
  lastError: null,
  managerReachable: true,
  latestGeneration: 3,
  pageToken: 'token',
  itemCount: 1204,
  backupBytes: 5_000_000,
  firstSeenAt: at(0),
  activatedAt: at(0),
  lastBackupAt: at(5),
  lastCheckedAt: at(5),
  domainSeenBy: 'acme.example',
  heldRemovals: null,
  archivedAt: null,
  archivedFrom: null,
  ...over,
})

export const backupRun = (over: Partial<BackupRun> = {}): BackupRun => ({
  id: 'run_1',
  driveId: '0Afinance',
  taskId: 'task_1',
  reason: 'on demand',
  requestedBy: 'person_ada',
  mode: 'incremental',
  phase: 'queued',
  outcome: null,
  parentGeneration: 3,
  generation: null,
  listed: 0,
  stored: 0,
  skipped: 0,
  failed: 0,
  bytesTotal: 0,
  bytesDone: 0,
  apiCalls: 0,
  apiUnits: 0,
  reasons: {},
  error: null,
  heldRemovals: null,
  queuedAt: at(10),
  startedAt: null,
  finishedAt: null,
  driveName: 'Finance',
  taskName: 'Acme',
  ...over,
})

export const runView = (run: Partial<BackupRun>, over: Partial<BackupRunView> = {}): BackupRunView => ({
  run: backupRun(run),
  reasons: run.reasons ?? {},
  task: task(),
  lastGood: { generation: 3, committedAt: at(-24 * 60) },
  now: at(12),
  ...over,
})

export const snapshot = (over: Partial<Snapshot> = {}): Snapshot => ({
  driveId: '0Afinance',
  generation: 3,
  rootKey: 'roots/3',
  runId: 'run_1',
  mode: 'incremental',
  outcome: 'success',
  committedAt: at(5),
  changed: 12,
  listed: 12,
  stored: 12,
  skipped: 0,
  failed: 0,
  itemCount: 1204,
  totalBytes: 5_000_000,
  rootHash: 'hash',
  pageToken: 'token',
  ...over,
})

export const item = (over: Partial<Item> = {}): Item => ({
  itemId: 'file_q3',
  parentId: '0Afinance',
  name: 'Q3 plan',
  mimeType: 'application/vnd.google-apps.document',
  size: 2048,
  modifiedAt: at(-600),
  trashed: false,
  outcome: 'stored',
  fromGeneration: 1,
  toGeneration: null,
  row: {},
  ...over,
})

export const plan = (over: Partial<PlanSummary> = {}): PlanSummary => ({
  folders: 1,
  files: 2,
  fromTrash: 0,
  alreadyThere: 1,
  unrestorable: {},
  conflicts: 1,
  bytes: 4096,
  grants: 3,
  openGrants: 1,
  calls: 7,
  units: 350,
  seconds: 2,
  sample: ['Reports/Q3 plan', 'Reports/Q3 budget'],
  ...over,
})

export const job = (over: Partial<Job> = {}): Job => ({
  id: 'job_1',
  number: 1042,
  kind: 'restore',
  service: 'Google Shared Drives',
  label: 'Bring back Q3',
  status: 'pending',
  phase: 'planning',
  taskId: 'task_1',
  taskName: 'Acme',
  driveId: '0Afinance',
  driveName: 'Finance',
  generation: 3,
  backupAt: at(5),
  selection: { kind: 'items', itemIds: ['file_q3', 'file_budget'] },
  destinationDriveId: '0Afinance',
  destinationDriveName: 'Finance',
  destinationFolderId: null,
  withSharing: true,
  requestedBy: 'person_ada',
  requesterName: 'Ada Admin',
  reason: 'deleted by mistake',
  plan: null,
  planHash: null,
  totalItems: 0,
  totalBytes: 0,
  doneItems: 0,
  skippedItems: 0,
  failedItems: 0,
  doneBytes: 0,
  warnings: 0,
  error: null,
  createdAt: at(20),
  startedAt: null,
  finishedAt: null,
  ...over,
})

export const totals = (over: Partial<JobItemTotals> = {}): JobItemTotals => ({
  total: 4,
  done: 0,
  skipped: 0,
  failed: 0,
  open: 0,
  doneBytes: 0,
  warnings: 0,
  ...over,
})

export const line = (over: Partial<JobItem> = {}): JobItem => ({
  ordinal: 1,
  itemId: 'file_q3',
  action: 'upload',
  name: 'Q3 plan',
  path: 'Reports/Q3 plan',
  size: 2048,
  parentOrdinal: null,
  parentId: '0Afinance',
  targetId: 'new_q3',
  conflict: false,
  sharing: [],
  row: {},
  state: 'done',
  note: null,
  link: 'https://drive.example/new_q3',
  ...over,
})

export const approval = (over: Partial<Approval> = {}): Approval => ({
  id: 'apr_1',
  jobId: 'job_1',
  requesterId: 'person_ada',
  approverIds: ['person_bo', 'person_di'],
  quorum: 1,
  planHash: 'a1b2c3d4e5f60718',
  status: 'pending',
  createdAt: at(21),
  expiresAt: at(21 + 24 * 60),
  decidedAt: null,
  votes: [],
  ...over,
})

export const vote = (choice: 'approve' | 'deny', comment: string | null = null, over = {}) => ({
  personId: 'person_bo',
  displayName: 'Bo Approver',
  choice,
  comment,
  votedAt: at(25),
  ...over,
})

export const jobView = (over: Partial<Job> = {}, rest: Partial<JobView> = {}): JobView => ({
  job: job(over),
  sourceNames: ['Q3 plan', 'Q3 budget'],
  totals: totals(),
  approvals: [],
  approverNames: ['Bo Approver', 'Di Approver'],
  remarks: [],
  opened: [],
  now: at(30),
  ...rest,
})

/** A job whose plan waits for the approval. */
export const waiting = { phase: 'approval', plan: plan(), planHash: 'a1b2c3d4e5f60718', totalItems: 3, totalBytes: 4096 } as const

export const approvalView = (
  over: Partial<Approval> = {},
  jobOver: Partial<Job> = waiting,
  rest: Partial<ApprovalView> = {},
): ApprovalView => {
  const own = approval(over)
  return { ...jobView(jobOver, { approvals: [own] }), approval: own, viewer: { id: 'person_bo' }, ...rest }
}
