/**
 * Finds where the wanted blobs lie: in the index segments that the root names, and, when one of them is lost or does not know a blob, in
 * the directories of the packs and objects themselves.
 */
import { forEachLimited } from '../../kit/limit.ts'
import type { BlobEntry } from '../engine.ts'
import { parseObject } from '../format/canonical-json.ts'
import { recordToEntry } from '../format/entry-codec.ts'
import type { StoredRecord } from '../format/record.ts'
import { readDirectory, type SealedStore } from '../read/container.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import { openTable } from '../read/table.ts'
import type { Root } from '../root.ts'
import type { ObjectRef } from '../store/object-store.ts'
import { isOfObject } from './is-of-object.ts'
import type { PlaceBook } from './places.ts'

const windowBytes = 4 * 1024 * 1024
/** Directories that are read at the same time. */
const atOnce = 8

export type FindOptions = {
  /** Told about every object that could not be used. */
  problem(message: string): void
  /** Told how many packs and objects have been looked into. */
  scanned(count: number): void
  readonly stop: AbortSignal
}

/** @returns where the places came from. @throws {StoreUnavailable} */
export async function findPlaces(
  reader: DriveReader,
  root: Root,
  places: PlaceBook,
  options: FindOptions,
): Promise<'index' | 'containers'> {
  const damaged = await readIndex(reader, root, places, options)
  if (!damaged && places.missing() === 0) return 'index'
  if (!damaged) options.problem(`The index does not know ${places.missing()} of the blobs that the snapshot needs.`)
  await scanContainers(reader, places, options)
  return 'containers'
}

async function readIndex({ sealed, layout }: DriveReader, root: Root, places: PlaceBook, options: FindOptions): Promise<boolean> {
  let damaged = false
  for (const ref of root.idx) {
    options.stop.throwIfAborted()
    try {
      const table = await openTable(sealed, 'index', layout.index(ref.sha256), ref)
      for await (const records of table.scan(undefined, windowBytes)) for (const record of records) places.add(recordToEntry(record))
    } catch (error) {
      if (!isOfObject(error)) throw error
      damaged = true
      options.problem(error.message)
    }
  }
  return damaged
}

/**
 * Reads the directory of every pack and object. A place from the index stays when its container is there: only what was sealed again
 * elsewhere since that part of the index was written needs another one.
 */
async function scanContainers(reader: DriveReader, places: PlaceBook, options: FindOptions): Promise<void> {
  const { store, layout } = reader
  const present = new Set<string>()
  for (const kind of ['packs', 'objs']) for await (const { key } of store.list(layout.container(`${kind}/`))) present.add(key)
  const isThere = (entry: BlobEntry | undefined) => entry !== undefined && present.has(layout.container(entry.container))
  let count = 0
  for (const kind of ['pack', 'object'] as const) {
    await forEachLimited(store.list(layout.container(kind === 'pack' ? 'packs/' : 'objs/')), atOnce, async (ref) => {
      options.stop.throwIfAborted()
      try {
        for (const entry of await entriesOf(reader.sealed, ref, kind, layout.container(''))) {
          if (!isThere(places.get(entry.blobId))) places.add(entry)
        }
      } catch (error) {
        if (!isOfObject(error)) throw error
        options.problem(error.message)
      }
      count += 1
      options.scanned(count)
    })
  }
}

/** The blobs that a pack or an object says it holds. @throws {IntegrityError} */
async function entriesOf(sealed: SealedStore, ref: ObjectRef, kind: 'pack' | 'object', top: string): Promise<readonly BlobEntry[]> {
  const container = ref.key.slice(top.length)
  const { records } = await readDirectory(sealed, ref, kind, container.slice(-32))
  const version = ref.versionId === undefined ? {} : { versionId: ref.versionId }
  return records.filter(({ key }) => key !== '').map((record) => ({ ...placeIn(record), container, ...version }))
}

function placeIn({ key, value }: StoredRecord): Pick<BlobEntry, 'blobId' | 'offset' | 'length' | 'frame' | 'size'> {
  const { offset, length, frame, size } = parseObject(value)
  return { blobId: key, offset: Number(offset), length: Number(length), frame: Number(frame), size: Number(size) }
}
