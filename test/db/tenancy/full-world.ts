/** An account that has a row in every table that belongs to one. */
import { recordActivity } from '../../../db/activity.ts'
import { createApproval } from '../../../db/approvals.ts'
import { recordAudit } from '../../../db/audit.ts'
import { putRunItems } from '../../../db/backup-run-items.ts'
import { putBlobs, putContents } from '../../../db/blobs.ts'
import { addCardActions } from '../../../db/card-actions.ts'
import { linkIdentity } from '../../../db/chat-identities.ts'
import { addTyped } from '../../../db/chat-messages.ts'
import { requestMessage } from '../../../db/chat-outbox.ts'
import type { Database, Sql } from '../../../db/client.ts'
import { addConsent } from '../../../db/consents.ts'
import { createEstimate } from '../../../db/estimates.ts'
import { bumpEpoch } from '../../../db/gc.ts'
import { claimInbound, saveInboundResult } from '../../../db/inbound.ts'
import { folderMimeType } from '../../../db/items.ts'
import { replaceJobItems } from '../../../db/job-items.ts'
import { changeQuota, noteQuotaUse } from '../../../db/quota.ts'
import { saveRunEta } from '../../../db/run-eta.ts'
import { queueRun } from '../../../db/runs.ts'
import { putSegment } from '../../../db/segments.ts'
import { addSignInLink, openSession } from '../../../db/sessions.ts'
import { insertSnapshot } from '../../../db/snapshots.ts'
import { putStoredObjects, recordVerdicts, saveVerification } from '../../../db/verification.ts'
import { at, id, makeJob, makeWorld } from '../world.ts'

const hash = () => Buffer.from(id('hash'))

export async function makeFullWorld(db: Database) {
  const world = { ...(await makeWorld(db)), ...ids() }
  await backUp(db, world)
  await useQuota(db, world)
  await converse(db, world)
  return { ...world, ...(await askForRestore(db, world)) }
}

export type FullWorld = Awaited<ReturnType<typeof makeFullWorld>>

function ids() {
  const subject = { type: 'job', id: id('job') } as const
  const conversation = { platform: 'console', teamId: '', conversationId: id('conversation') } as const
  return {
    runId: id('run'),
    quotaKey: `user:${id('person')}`,
    estimateId: id('estimate'),
    generation: 1,
    folderId: id('folder'),
    fileId: id('file'),
    blobId: id('blob'),
    objectKey: id('object'),
    container: id('pack'),
    sha256: id('sha256'),
    approvalId: id('approval'),
    typedId: id('msg'),
    messageId: id('msg'),
    subject,
    conversation,
    token: id('token'),
    answeredKey: id('event'),
    openKey: id('event'),
    linkHash: hash(),
    sessionHash: hash(),
    stateHash: hash(),
    identity: { platform: 'slack', teamId: id('T'), chatUserId: 'U1' } as const,
  }
}

type Start = Awaited<ReturnType<typeof makeWorld>> & ReturnType<typeof ids>

/** The vault's row of the file, as far as the catalogue reads it. */
export const fileRow = (world: Pick<Start, 'fileId' | 'folderId'>) => ({
  id: world.fileId,
  parentId: world.folderId,
  name: 'Q3 plan',
  mimeType: 'text/plain',
  outcome: { status: 'failed', reason: 'gone' },
})

export const snapshotOf = (world: Pick<Start, 'driveId' | 'runId' | 'generation'>) => ({
  driveId: world.driveId,
  generation: world.generation,
  rootKey: 'root/1',
  runId: world.runId,
  mode: 'initial' as const,
  outcome: 'success' as const,
  committedAt: at(3),
  changed: 2,
  listed: 2,
  stored: 1,
  skipped: 0,
  failed: 1,
  itemCount: 2,
  totalBytes: 5,
  rootHash: 'hash',
  pageToken: '1',
})

async function backUp(db: Database, world: Start): Promise<void> {
  const { accountId, driveId, runId, folderId, fileId } = world
  await queueRun(db, accountId, { id: runId, driveId, reason: 'on demand', requestedBy: world.ada, now: at(2) })
  await insertSnapshot(db, accountId, snapshotOf(world))
  await addItem(db, world, { itemId: folderId, parentId: driveId, name: 'Plans', mimeType: folderMimeType, outcome: 'stored' })
  await addItem(db, world, { itemId: fileId, parentId: folderId, name: 'Q3 plan', mimeType: 'text/plain', outcome: 'failed' })
  await putRunItems(db, accountId, runId, [
    { itemId: 'seen', row: { ...fileRow(world), id: 'seen' }, pending: true, size: 5 },
    { itemId: 'gone', row: null, pending: false, size: 0 },
    {
      itemId: 'astray',
      row: {
        id: 'astray',
        parentId: 'unseen',
        name: 'astray',
        mimeType: 'text/plain',
        outcome: { status: 'stored' },
        content: { segments: [{ blobId: 'loose' }] },
      },
      pending: false,
      size: 5,
    },
  ])
  const { blobId, container } = world
  const entry = { blobId, container }
  await putBlobs(db, accountId, driveId, [entry])
  await putSegment(db, accountId, { driveId, itemId: fileId, version: 'v1', number: 0 }, { blobId: world.blobId })
  await putContents(db, accountId, driveId, [{ sha256: world.sha256, size: 5, content: { segments: [{ blobId: world.blobId }] } }])
  await putStoredObjects(
    db,
    accountId,
    driveId,
    [{ key: world.objectKey, versionId: null, role: 'container', sizeBytes: 5, firstNeeded: 1, lastNeeded: 1 }],
    at(3),
  )
  await recordVerdicts(db, accountId, driveId, [{ key: world.objectKey, damage: 'it is missing' }], at(4))
  await saveVerification(db, accountId, { driveId, level: 1, finishedAt: at(4), alarms: 1, findings: 1, report: {} })
  await db.query('update drive set latest_generation = 1 where account_id = $1 and id = $2', [accountId, driveId])
  await bumpEpoch(db, accountId, driveId, 0, 'gc/plan')
  await db.query('update account set retention_days = 30 where id = $1', [accountId])
}

type NewItem = {
  readonly itemId: string
  readonly parentId: string
  readonly name: string
  readonly mimeType: string
  readonly outcome: string
}

async function addItem(db: Sql, world: Start, item: NewItem): Promise<void> {
  await db.query(
    `insert into item (account_id, drive_id, item_id, from_generation, parent_id, name, mime_type, size, trashed, outcome, row)
     values ($1, $2, $3, 1, $4, $5, $6, 5, false, $7, '{}')`,
    [world.accountId, world.driveId, item.itemId, item.parentId, item.name, item.mimeType, item.outcome],
  )
}

async function askForRestore(db: Database, world: Start) {
  const { id: jobId, number: jobNumber } = await makeJob(db, world)
  const line = {
    itemId: world.fileId,
    action: 'upload',
    name: 'Q3 plan',
    path: 'Plans/Q3 plan',
    size: 5,
    parentOrdinal: null,
    parentId: null,
    targetId: null,
    conflict: false,
    sharing: [],
    row: {},
    note: null,
  }
  await replaceJobItems(db, world.accountId, jobId, [
    { ...line, ordinal: 0, state: 'planned' },
    { ...line, ordinal: 1, state: 'done' },
  ])
  await createApproval(db, world.accountId, {
    id: world.approvalId,
    jobId,
    requesterId: world.ada,
    approverIds: [world.bo],
    quorum: 1,
    planHash: 'h1',
    expiresAt: at(60),
    now: at(11),
  })
  return { jobId, jobNumber }
}

/** Its limits as a worker has met them, an estimate that has just been asked for, and a run that tells how fast backups are. */
async function useQuota(db: Database, world: Start): Promise<void> {
  const { accountId, taskId, driveId, ada, quotaKey, estimateId } = world
  await noteQuotaUse(db, accountId, taskId, [quotaKey], at(1))
  const row = { key: quotaKey, available: 1, refilledAt: at(1), lanes: {}, unitsToday: 1, egressToday: 1 }
  const limits = { perMinute: null, unitsPerDay: null, egressPerDay: null }
  await changeQuota(db, [quotaKey], () => ({ rows: [{ ...row, ...limits }], result: undefined }))
  await db.query(
    `insert into backup_run (id, account_id, drive_id, task_id, reason, phase, outcome, bytes_done, stored, queued_at, started_at, finished_at)
     values ($2, $1, $3, $4, 'scheduled', 'done', 'success', 5, 1, $5, $5, $6)`,
    [accountId, id('run'), driveId, taskId, at(1), at(2)],
  )
  await saveRunEta(db, accountId, world.runId, { bound: 'speed' }, at(2))
  await createEstimate(db, accountId, { id: estimateId, requestedBy: ada, driveIds: [driveId], now: at(1) })
}

async function converse(db: Database, world: Start): Promise<void> {
  const { accountId, ada } = world
  await linkIdentity(db, accountId, world.identity, ada, at(1))
  await addTyped(db, accountId, { ...world.conversation, id: world.typedId, personId: ada, text: 'restore', now: at(1) })
  await requestMessage(db, accountId, { ...world.conversation, id: world.messageId, personId: ada, subject: world.subject, now: at(1) })
  await addCardActions(db, accountId, [{ token: world.token, intent: 'approve', payload: {}, expiresAt: at(5) }], at(1))
  await claimInbound(db, accountId, world.answeredKey, { leaseMs: 60_000, now: at(1) })
  await saveInboundResult(db, accountId, world.answeredKey, 'the answer')
  await claimInbound(db, accountId, world.openKey, { leaseMs: 60_000, now: at(1) })
  await addSignInLink(db, accountId, { tokenHash: world.linkHash, personId: ada, expiresAt: at(60) })
  await openSession(db, accountId, { tokenHash: world.sessionHash, personId: ada, csrfToken: 'csrf', expiresAt: at(60), now: at(1) })
  await addConsent(db, accountId, {
    stateHash: world.stateHash,
    personId: ada,
    taskId: world.taskId,
    taskName: 'Everything',
    codeVerifier: Buffer.from('sealed'),
    expiresAt: at(60),
  })
  await recordActivity(db, accountId, { activity: 'Backup', status: 'Succeeded', now: at(1) })
  await recordAudit(db, accountId, {
    at: at(1),
    actorId: ada,
    surface: 'console',
    verb: 'restore',
    target: null,
    arguments: {},
    decision: 'allowed',
    outcome: 'ok',
    latencyMs: 1,
  })
}
