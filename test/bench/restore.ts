import { approvalsOfJob } from '../../db/approvals.ts'
import { subtree } from '../../db/items.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { approvalWorkflowId, castVote } from '../../workflows/contract/approval.ts'
import { askRestore, endOf } from '../support/runs.ts'
import { type System, startSystemAt } from '../support/system.ts'
import { backUpWhole, rounded, secondsOf } from './measure.ts'
import type { Measured } from './report.ts'
import { benchServers } from './servers.ts'

const items = 10_000
/** drive.md: ids are given a thousand at a time; our shards ask for those of 500 lines. */
const idsAtOnce = 500

/** Every file of a drive is lost for ever, and comes back: calls against the least that it can take, and speed against the backup's. */
export async function restore(): Promise<Measured> {
  const servers = await benchServers()
  const system = await startSystemAt(servers.places, {
    world: { seed: 5, items, drives: 1, plain: true, minBytes: 1_024, maxBytes: 65_536 },
  })
  try {
    const driveId = system.practice.drive.model.practice.drives()[0]?.id ?? ''
    const backupSeconds = await secondsOf(() => backUpWhole(system, driveId))
    const rows = (await subtree(system.db, system.accountId, driveId, 1, 'drive')).map(({ row }) => row as StoredRow)
    const files = rows.filter(({ mimeType }) => mimeType !== 'application/vnd.google-apps.folder')
    for (const { id } of files) system.practice.drive.model.practice.lose(id, driveId)

    const job = await askRestore(system, { driveId, generation: 1, selection: { kind: 'drive' } })
    const approve = await approvalOf(system, job.id)
    const before = callsOf(system)
    let ended = job
    const restoreSeconds = await secondsOf(async () => {
      await approve()
      ended = await endOf(system, job.id)
    })
    if (ended.failedItems > 0 || ended.doneItems !== files.length)
      throw new Error(`Of ${files.length} files ${ended.doneItems} came back and ${ended.failedItems} failed: ${ended.error}`)
    const grants = files.reduce((sum, { permissions }) => sum + (permissions?.length ?? 0), 0)
    const locks = files.filter(({ contentRestrictions }) => contentRestrictions?.length).length
    const floor = files.length + grants + locks + Math.ceil(files.length / idsAtOnce)
    const calls = callsOf(system) - before
    return {
      figures: {
        files: files.length,
        grants,
        calls,
        callsFloor: floor,
        callsRatio: rounded(calls / floor),
        backupItemsPerSecond: rounded(rows.length / backupSeconds),
        restoreItemsPerSecond: rounded(files.length / restoreSeconds),
        speedRatio: rounded(files.length / restoreSeconds / (rows.length / backupSeconds)),
      },
      goals: { callsRatio: { atMost: 1.02 }, speedRatio: { atLeast: 1 } },
    }
  } finally {
    await system.stop()
    await servers.stop()
  }
}

type StoredRow = {
  readonly id: string
  readonly mimeType: string
  readonly permissions?: readonly unknown[]
  readonly contentRestrictions?: readonly unknown[]
}

const callsOf = (system: System): number => system.practice.drive.wire.ledger.report()?.total.calls ?? 0

/** Waits until the request for the restore is there. @returns what approves it */
async function approvalOf(system: System, jobId: string): Promise<() => Promise<void>> {
  for (;;) {
    const [request] = await approvalsOfJob(system.db, system.accountId, jobId)
    if (request) {
      const { id, planHash } = request
      const handle = system.client.workflow.getHandle(approvalWorkflowId(id))
      const vote = { args: [{ personId: system.people.bo.id, choice: 'approve', planHash }] as const, updateId: id }
      return async () => void (await handle.executeUpdate(castVote, { ...vote, args: [...vote.args] }))
    }
    await clock.sleep(100)
  }
}
