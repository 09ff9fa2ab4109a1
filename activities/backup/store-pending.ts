import { livingAmong, pendingItems } from '../../db/backup-run-items.ts'
import { knownContents } from '../../db/blobs.ts'
import type { Database } from '../../db/client.ts'
import { currentRows } from '../../db/items.ts'
import { DriveFailure } from '../drive/failure-types.ts'
import { isGoogleNative } from '../drive/resources.ts'
import type { DriveSource } from '../drive/source.ts'
import type { Heartbeat } from '../kit/heartbeat.ts'
import { forEachWithin, type Room } from '../kit/limit.ts'
import type { BlobWriter, ContentRef, ManifestRow } from '../vault/index.ts'
import { type FetchDeps, type Fetched, fetchItem } from './fetch-item.ts'
import { openJournal } from './journal.ts'
import { confirmAccess } from './reach.ts'
import { resumeFrom } from './resume.ts'
import type { RunKey } from './take-items.ts'

/** Items of one activity. */
const itemsPerShard = 2_000
/**
 * Downloads at once. Many small ones hide the time to the first byte, which with Google is a tenth of a second or two; large ones fill the
 * line as well as the memory, where a segment on its way takes about so much whatever the file's size.
 */
const downloads: Room<ManifestRow> = {
  items: 32,
  weight: 56 * 2 ** 20,
  weightOf: ({ size = 0 }) => Math.min(size, 20 * 2 ** 20),
}
/** So many items failing one after the other means that Drive is down, not that they are bad. */
const maxFailuresInARow = 20

export type StoreDeps = {
  readonly db: Database
  readonly source: DriveSource
  readonly writer: BlobWriter
  readonly heartbeat: Heartbeat<number>
  readonly onProgress: () => Promise<void>
}

/**
 * Fetches what the next items of a run still lack, and says whether that was all. What the journal has is never fetched again, so an attempt
 * after a crash goes on where the last written batch ended, and within a large file behind its last stored segment.
 */
export async function storePending(deps: StoreDeps, run: RunKey & FetchDeps['wants']): Promise<{ readonly done: boolean }> {
  const items = await pendingItems(deps.db, run.accountId, run.runId, itemsPerShard)
  const rows = items.map(({ row }) => row as ManifestRow)
  const fetching = await fetchDeps(deps, run, rows)
  const journal = openJournal(deps.db, run, deps.writer, deps.onProgress)
  const breaker = failureBreaker()
  let begunItems = 0
  let fetchedItems = 0

  async function fetch(row: ManifestRow): Promise<void> {
    deps.heartbeat.signal.throwIfAborted()
    deps.heartbeat.beat(++begunItems)
    const fetched = await fetchItem(fetching, row)
    breaker(fetched)
    await journal.add(row.id, fetched)
    fetchedItems++
  }

  try {
    await forEachWithin(rows, downloads, fetch)
  } catch (error) {
    // A day that got somewhere is no failure, however many days it takes: the next shard waits for the next day.
    if (fetchedItems === 0 || !(error instanceof DriveFailure) || error.type !== 'QuotaExceeded') throw error
    return { done: false }
  } finally {
    // What is fetched is worth keeping, also when the shard has to stop.
    await journal.flush()
  }
  return { done: items.length < itemsPerShard }
}

/** What is known of a shard's items before any of them is fetched: three queries instead of three for each. */
async function fetchDeps(deps: StoreDeps, run: RunKey & FetchDeps['wants'], rows: readonly ManifestRow[]): Promise<FetchDeps> {
  const { db, source, writer } = deps
  const { accountId, driveId, runId, withComments, fetchFlagged } = run
  const targets = rows.flatMap(({ shortcut }) => (shortcut ? [shortcut.targetId] : []))
  const living = new Set(await livingAmong(db, accountId, runId, driveId, [...new Set(targets)]))
  const natives = rows.filter((row) => isGoogleNative(row.mimeType) && !row.content).map(({ id }) => id)
  const before = await currentRows(db, accountId, driveId, natives)
  return {
    source,
    writer,
    known: await contentIndex(db, run, rows),
    before: (itemId) => (before.get(itemId) as ManifestRow | undefined)?.content,
    resume: resumeFrom(db, run),
    inDrive: (itemId) => itemId === driveId || living.has(itemId),
    confirmAccess: () => confirmAccess(source, driveId),
    wants: { withComments, fetchFlagged },
  }
}

async function contentIndex(db: Database, run: RunKey, rows: readonly ManifestRow[]) {
  const wanted = rows.flatMap((row) => (row.sha256Checksum === undefined || row.content ? [] : [row.sha256Checksum]))
  const found = await knownContents(db, run.accountId, run.driveId, [...new Set(wanted)])
  const bySum = new Map(found.map((known) => [`${known.sha256}/${known.size}`, known.content as ContentRef]))
  return (sha256: string, size: number): ContentRef | undefined => bySum.get(`${sha256}/${size}`)
}

function failureBreaker(): (fetched: Fetched) => void {
  let inARow = 0
  return ({ row }) => {
    inARow = row?.outcome.status === 'failed' ? inARow + 1 : 0
    if (inARow >= maxFailuresInARow)
      throw new DriveFailure('TransientProvider', `Google Drive failed for ${inARow} items one after the other.`)
  }
}
