/** The first walk through a snapshot: what an extraction must know before it writes anything. Memory: about 500 bytes an item. */
import { createHash } from 'node:crypto'
import { IntegrityError } from '../errors.ts'
import { encodeRecord, type StoredRecord } from '../format/record.ts'
import { recordToRow } from '../format/row-codec.ts'
import type { ManifestRow } from '../manifest-row.ts'
import type { OpenSnapshot } from '../read/snapshot.ts'
import { type PlaceBook, placeBook } from './places.ts'
import { kindOf, type PathOf, type Tree, treeBuilder } from './tree.ts'

export type Survey = {
  readonly tree: Tree
  /** All blobs of the snapshot, none of them placed yet. */
  readonly places: PlaceBook
  readonly stateHash: string
  readonly listed: number
  /** Where the targets of shortcuts are. */
  readonly targetPaths: ReadonlyMap<string, string>
}

const seenEvery = 1000

export type SurveyOptions = {
  /** Names the snapshot in messages. */
  readonly rootKey: string
  readonly stop: AbortSignal
  /** Told how many items have been read. */
  seen(items: number): void
}

/**
 * @throws {IntegrityError} the rows cannot be read, or are not those that were committed
 */
export async function survey(snapshot: OpenSnapshot, { rootKey, stop, seen }: SurveyOptions): Promise<Survey> {
  const { driveId, stateHash: committed } = snapshot.root
  const hash = createHash('sha256')
  const builder = treeBuilder(driveId)
  const places = placeBook()
  const targets = new Set<string>()
  let listed = 0
  for await (const { row, record } of rowsOf(snapshot, stop)) {
    hash.update(encodeRecord(record))
    builder.see(row)
    if (kindOf(row) === 'file') for (const { blobId } of row.content?.segments ?? []) places.want(blobId)
    if (kindOf(row) === 'shortcut' && row.shortcut) targets.add(row.shortcut.targetId)
    listed += 1
    if (listed % seenEvery === 0) seen(listed)
  }
  const stateHash = hash.digest('hex')
  if (committed !== null && committed !== stateHash) throw new IntegrityError(rootKey, 'its rows are not those that were committed')
  const tree = builder.finish()
  const targetPaths = targets.size === 0 ? new Map<string, string>() : await pathsOf(snapshot, tree.walk(), targets, stop)
  return { tree, places, stateHash, listed, targetPaths }
}

/** The rows with the records that they are stored as. */
export async function* rowsOf(
  snapshot: OpenSnapshot,
  stop: AbortSignal,
): AsyncIterable<{ readonly row: ManifestRow; readonly record: StoredRecord }> {
  for await (const batch of snapshot.records()) {
    stop.throwIfAborted()
    for (const record of batch) yield { row: recordToRow(record), record }
  }
}

async function pathsOf(snapshot: OpenSnapshot, pathOf: PathOf, ids: ReadonlySet<string>, stop: AbortSignal): Promise<Map<string, string>> {
  const paths = new Map<string, string>()
  for await (const { row } of rowsOf(snapshot, stop)) {
    const path = pathOf(row)
    if (path !== undefined && ids.has(row.id)) paths.set(row.id, path)
  }
  return paths
}
