import { buryUnlisted, takeFailedItems } from '../../db/backup-run-items.ts'
import type { Database } from '../../db/client.ts'
import { countRun, saveFeed, saveListing } from '../../db/run-progress.ts'
import { DriveFailure } from '../drive/failure-types.ts'
import type { DriveSource } from '../drive/source.ts'
import type { Heartbeat } from '../kit/heartbeat.ts'
import type { Wants } from './compare.ts'
import { type Guarded, guardRemovals } from './guard.ts'
import { confirmAccess } from './reach.ts'
import { takeChanges, takeListed } from './take-items.ts'

/** Pages of one activity: 50,000 items, so that a long listing is some activities and not one endless one. */
const pagesPerShard = 50

export type DrainDeps = {
  readonly db: Database
  readonly source: DriveSource
  readonly heartbeat: Heartbeat<number>
  readonly onPage: () => Promise<void>
}

/** Where a run stands before a shard. */
export type DrainFrom = Guarded &
  Wants & {
    readonly listCursor: string | null
    /** Position in the change feed; null when the run is about to begin with a full listing. */
    readonly pageToken: string | null
    /** The snapshot that the run started from; 0 for none. */
    readonly parentGeneration: number
  }

/**
 * Reads on in the full listing. The feed's position is taken before the first page, so what happens meanwhile is not lost. A page token
 * that Drive no longer knows sends the listing back to its first page: items are kept by id, so reading them twice does no harm.
 */
export async function drainListing(deps: DrainDeps, run: DrainFrom): Promise<{ readonly done: boolean }> {
  let cursor = run.listCursor
  if (run.pageToken === null) {
    const pageToken = await deps.source.startPageToken(run.driveId)
    await saveFeed(deps.db, run.accountId, run.runId, { pageToken, driveChanged: true })
  }
  for (let page = 0; page < pagesPerShard; page++) {
    deps.heartbeat.beat(page)
    const read = await pageOrRestart(() => deps.source.listItems(run.driveId, cursor ?? undefined))
    if (read === 'restart') {
      cursor = null
      continue
    }
    cursor = read.nextPageToken ?? null
    const done = cursor === null
    await deps.db.transaction(async (tx) => {
      await takeListed(tx, run, read.items)
      if (done && run.parentGeneration > 0) await buryUnlisted(tx, run.accountId, run.runId, run.driveId)
      await saveListing(tx, run.accountId, run.runId, cursor, done)
      await countRun(tx, run.accountId, run.runId)
    })
    await deps.onPage()
    if (done) return { done: true }
  }
  return { done: false }
}

/**
 * Follows the change feed from the run's position to its end, where the next run will begin. The last page also brings back what failed before,
 * and looks at how much would be removed.
 * @throws {DriveFailure} `InvalidPageToken`: only a full listing helps · `AccessLost` when items vanished because the drive is out of reach
 */
export async function drainChanges(deps: DrainDeps, run: DrainFrom): Promise<{ readonly done: boolean }> {
  let pageToken = run.pageToken
  if (pageToken === null) throw new Error(`The run ${run.runId} has no position in the change feed.`)
  for (let page = 0; page < pagesPerShard; page++) {
    deps.heartbeat.beat(page)
    const read = await deps.source.changes(run.driveId, pageToken)
    const next = read.nextPageToken ?? read.newStartPageToken
    if (next === undefined)
      throw new DriveFailure('TransientProvider', 'Google sent a page of changes without saying where the next one begins.')
    const done = read.nextPageToken === undefined
    // An entry with its item proves that the drive is within reach; a page of nothing but losses proves nothing.
    if (read.changes.length > 0 && read.changes.every((change) => change.removed)) await confirmAccess(deps.source, run.driveId)
    pageToken = next
    const driveChanged = read.changes.some((change) => change.type === 'drive' || change.itemId === run.driveId)
    await deps.db.transaction(async (tx) => {
      await takeChanges(tx, run, read.changes)
      if (done) {
        await takeFailedItems(tx, run.accountId, run.runId, run.driveId)
        await guardRemovals(tx, run)
      }
      await saveFeed(tx, run.accountId, run.runId, { pageToken: next, driveChanged })
      await countRun(tx, run.accountId, run.runId)
    })
    await deps.onPage()
    if (done) return { done: true }
  }
  return { done: false }
}

async function pageOrRestart<Page>(read: () => Promise<Page>): Promise<Page | 'restart'> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof DriveFailure && error.type === 'InvalidPageToken') return 'restart'
    throw error
  }
}
