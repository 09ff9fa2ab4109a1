import { putRunItems, type RunItem } from '../../db/backup-run-items.ts'
import { putBlobs, putContents } from '../../db/blobs.ts'
import type { Database } from '../../db/client.ts'
import { addProgress } from '../../db/run-progress.ts'
import { dropSegments } from '../../db/segments.ts'
import type { BlobWriter, ManifestRow } from '../vault/index.ts'
import type { Fetched } from './fetch-item.ts'
import { segmentedFromBytes } from './resume.ts'
import { holdStanding } from './standing.ts'
import type { RunKey } from './take-items.ts'

/** Content that may wait for its pack to be closed. A crash costs fetching again at most this much. */
const flushBytes = 32 * 2 ** 20
const flushItems = 500

/**
 * Writes down what a shard has fetched, in steps: first the content becomes durable in the vault, then one transaction notes the rows, where
 * their blobs lie, and the progress. A row in the journal is therefore never ahead of the vault. A run that was ended meanwhile writes nothing.
 */
export function openJournal(db: Database, run: RunKey, writer: BlobWriter, onProgress: () => Promise<void>) {
  let waiting: { itemId: string; fetched: Fetched }[] = []
  let waitingBytes = 0
  let writing = Promise.resolve()

  async function write(): Promise<void> {
    const batch = waiting
    waiting = []
    waitingBytes = 0
    const containers = await writer.flush()
    if (batch.length === 0 && containers.length === 0) return
    await db.transaction(async (tx) => {
      const { offers } = await holdStanding(tx, run, 'storing')
      await putBlobs(
        tx,
        run.accountId,
        run.driveId,
        containers.flatMap(({ entries }) => entries),
      )
      if (offers) await putContents(tx, run.accountId, run.driveId, contentsOf(batch.map(({ fetched }) => fetched.row)))
      await putRunItems(tx, run.accountId, run.runId, batch.map(finished))
      await dropSegments(tx, run.accountId, run.driveId, batch.flatMap(largeOf))
      await addProgress(tx, run.accountId, run.runId, {
        bytes: batch.reduce((sum, { fetched }) => sum + fetched.bytes, 0),
        ...counts(batch),
      })
    })
    await onProgress()
  }

  /** One after the other, so that a later batch never overtakes an earlier one. */
  const flush = (): Promise<void> => {
    writing = writing.then(write)
    return writing
  }

  return {
    async add(itemId: string, fetched: Fetched): Promise<void> {
      waiting.push({ itemId, fetched })
      waitingBytes += fetched.bytes
      if (waiting.length >= flushItems || waitingBytes >= flushBytes) await flush()
    },
    flush,
  }
}

/** Files that may have segments of their own in the journal: they are whole now. */
function largeOf({ itemId, fetched }: { itemId: string; fetched: Fetched }): string[] {
  return (fetched.row?.content?.size ?? 0) >= segmentedFromBytes ? [itemId] : []
}

function finished({ itemId, fetched }: { itemId: string; fetched: Fetched }): RunItem {
  // What vanished under way is left as it is in the newest state: to remove it is the next run's, which the feed tells of it.
  return { itemId, row: fetched.row, pending: false, size: fetched.bytes, unchanged: fetched.row === null }
}

function counts(batch: readonly { fetched: Fetched }[]) {
  const by = (wanted: (status: string) => boolean) =>
    batch.filter(({ fetched }) => fetched.row && wanted(fetched.row.outcome.status)).length
  return {
    stored: by((status) => status === 'stored'),
    skipped: by((status) => status === 'metadata-only' || status === 'skipped'),
    failed: by((status) => status === 'failed'),
  }
}

/** Only bytes that Drive vouched for by a checksum can stand in for a later download. */
function contentsOf(rows: readonly (ManifestRow | null)[]) {
  return rows.flatMap((row) =>
    row?.content && row.sha256Checksum === row.content.sha256
      ? [{ sha256: row.content.sha256, size: row.content.size, content: row.content }]
      : [],
  )
}
