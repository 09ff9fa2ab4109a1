import { buryUnlisted, takeFailedItems } from '../../db/backup-run-items.ts'
import type { Database } from '../../db/client.ts'
import { countRun, saveFeed, saveListing } from '../../db/run-progress.ts'
import { DriveFailure } from '../drive/failure-types.ts'
import type { DriveSource } from '../drive/source.ts'
import type { Heartbeat } from '../kit/heartbeat.ts'
import type { Wants } from './compare.ts'
import { confirmUnlisted } from './confirm-unlisted.ts'
import { type Guarded, guardRemovals } from './guard.ts'
import { confirmAccess } from './reach.ts'
import { holdStanding } from './standing.ts'
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
 * Reads on in the full listing. A page counts only while the run still stands where it was asked for: two workers can be at one run when the
 * first was taken for dead. The feed's position is taken before the first page, so what happens meanwhile is not lost. A page token
 * that Drive no longer knows sends the listing back to its first page: items are kept by id, so reading them twice does no harm.
 */
export async function drainListing(deps: DrainDeps, run: DrainFrom): Promise<{ readonly done: boolean }> {
  let cursor = run.listCursor
  let written = cursor
  if (run.pageToken === null) await noteStart(deps, run)
  for (let page = 0; page < pagesPerShard; page++) {
    deps.heartbeat.beat(page)
    const read = await pageOrRestart(() => deps.source.listItems(run.driveId, cursor ?? undefined))
    if (read === 'restart') {
      cursor = null
      continue
    }
    cursor = read.nextPageToken ?? null
    const done = cursor === null
    const unlisted = done && run.parentGeneration > 0 ? await confirmUnlisted(deps, run, read.items) : []
    const mine = await deps.db.transaction(async (tx) => {
      const { listingDone, listCursor } = await holdStanding(tx, run, 'listing')
      if (listingDone || listCursor !== written) return false
      await takeListed(tx, run, [...read.items, ...unlisted])
      if (done && run.parentGeneration > 0) await buryUnlisted(tx, run.accountId, run.runId, run.driveId)
      await saveListing(tx, run.accountId, run.runId, cursor, done)
      await countRun(tx, run.accountId, run.runId)
      return true
    })
    if (!mine) return { done: false }
    written = cursor
    await deps.onPage()
    if (done) return { done: true }
  }
  return { done: false }
}

/** The position of the feed before the first page of the listing; the one that is there already, when another worker was first. */
async function noteStart({ db, source }: DrainDeps, run: DrainFrom): Promise<void> {
  const pageToken = await source.startPageToken(run.driveId)
  await db.transaction(async (tx) => {
    const standing = await holdStanding(tx, run, 'listing')
    if (standing.pageToken === null) await saveFeed(tx, run.accountId, run.runId, { pageToken, driveChanged: true })
  })
}

/**
 * Follows the change feed from the run's position to its end, where the next run will begin. The last page also brings back what failed before,
 * and looks at how much would be removed.
 * @throws {DriveFailure} `InvalidPageToken`: only a full listing helps · `AccessLost` when items vanished because the drive is out of reach
 */
export async function drainChanges(deps: DrainDeps, run: DrainFrom): Promise<{ readonly done: boolean }> {
  let { pageToken } = run
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
    const driveChanged = read.changes.some((change) => change.type === 'drive' || change.itemId === run.driveId)
    const at = pageToken
    const mine = await deps.db.transaction(async (tx) => {
      if ((await holdStanding(tx, run, 'listing')).pageToken !== at) return false
      await takeChanges(tx, run, read.changes)
      if (done) {
        await takeFailedItems(tx, run.accountId, run.runId, run.driveId)
        await guardRemovals(tx, run)
      }
      await saveFeed(tx, run.accountId, run.runId, { pageToken: next, driveChanged })
      await countRun(tx, run.accountId, run.runId)
      return true
    })
    if (!mine) return { done: false }
    pageToken = next
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
