/** Everything in the store that a drive's snapshots need, found by reading its roots and index segments. */
import type { BlobEntry, DriveVault } from '../engine.ts'
import { IntegrityError } from '../errors.ts'
import { recordToEntry } from '../format/entry-codec.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import { rangeOf } from '../read/expired.ts'
import { mergeTables } from '../read/merge.ts'
import { openTable } from '../read/table.ts'
import type { Root, SegmentRef } from '../root.ts'
import type { ObjectAddress } from '../store/object-store.ts'
import type { Collector } from './findings.ts'

/** An object that must be there. */
export type Needed = ObjectAddress & {
  readonly role: 'root' | 'manifest' | 'index' | 'container'
  /** Its size in bytes; of a container, the least that it can have. Absent for a root, whose size nothing else tells. */
  readonly sizeBytes?: number
  /** Generations of the first and last root that names it; of a container, of the root whose index was asked. */
  readonly first: number
  readonly last: number
}

export type References = {
  /** By object key. Memory: about 300 bytes an object, so 300 MB for a million containers (30 TB in packs). */
  readonly objects: ReadonlyMap<string, Needed>
  /** Distinct index segments, from the oldest. */
  readonly index: readonly SegmentRef[]
  readonly manifest: readonly SegmentRef[]
  readonly newest: Root | undefined
}

const scanBytes = 4 * 1024 * 1024

/**
 * Containers are those that the newest index leads to, at the place that goes before others: an older index may still name what was given up
 * since, or was stored again elsewhere. What cannot be read is a finding, and the rest is gathered all the same.
 * @throws what is no damage: a store that is away, a wrong key
 */
export async function gatherReferences(drive: DriveVault, found: Collector): Promise<References> {
  const { reader } = drive
  const segments = await gatherSegments(drive, found)
  const { objects, newest } = segments
  if (!newest) return segments
  const need = (entry: BlobEntry) => {
    const key = reader.layout.container(entry.container)
    const sizeBytes = Math.max(objects.get(key)?.sizeBytes ?? 0, entry.offset + entry.length + leastTailBytes)
    const version = entry.versionId === undefined ? {} : { versionId: entry.versionId }
    objects.set(key, { key, ...version, role: 'container', sizeBytes, first: newest.gen, last: newest.gen })
  }
  const merged = await noting(found, 'damaged', () => eachPlace(reader, newest, need))
  if (!merged) for (const ref of newest.idx) await noting(found, undefined, () => eachEntry(reader, ref, need))
  return segments
}

/** Calls `each` for the place of every blob that the root's index has. @throws {IntegrityError} */
export async function eachPlace(reader: DriveReader, root: Root, each: (entry: BlobEntry) => void): Promise<true> {
  for await (const batch of mergeTables(await reader.open(root).indexTables())) for (const record of batch) each(recordToEntry(record))
  return true
}

type Segments = References & { readonly objects: Map<string, Needed> }

/** Like {@link gatherReferences}, but roots and segments only: costs a read for each root. */
export async function gatherSegments(drive: DriveVault, found: Collector): Promise<Segments> {
  const { reader } = drive
  const objects = new Map<string, Needed>()
  const need = (needed: Needed) => {
    const known = objects.get(needed.key)
    objects.set(
      needed.key,
      known ? { ...known, first: Math.min(known.first, needed.first), last: Math.max(known.last, needed.last) } : needed,
    )
  }
  const index = new Map<string, SegmentRef>()
  const manifest = new Map<string, SegmentRef>()
  let newest: Root | undefined
  for await (const root of readableRoots(drive, found)) {
    newest = root
    const [first, last] = [root.gen, root.gen]
    need({ key: reader.layout.root(root.gen), role: 'root', first, last })
    for (const ref of [...root.base, ...root.deltas]) {
      manifest.set(ref.sha256, ref)
      need({ ...addressOf(reader.layout.manifest(ref.sha256), ref), role: 'manifest', sizeBytes: ref.sizeBytes, first, last })
    }
    for (const ref of root.idx) {
      index.set(ref.sha256, ref)
      need({ ...addressOf(reader.layout.index(ref.sha256), ref), role: 'index', sizeBytes: ref.sizeBytes, first, last })
    }
  }
  return { objects, index: [...index.values()], manifest: [...manifest.values()], newest }
}

/** A directory of one frame, and the trailer. */
const leastTailBytes = 25 + 20

/** Calls `each` for every entry of an index segment. @throws {IntegrityError} */
export async function eachEntry(reader: DriveReader, ref: SegmentRef, each: (entry: BlobEntry) => void): Promise<void> {
  const table = await openTable(reader.sealed, 'index', reader.layout.index(ref.sha256), ref)
  for await (const block of table.scan(undefined, scanBytes)) for (const record of block) each(recordToEntry(record))
}

/** The roots that were not given up and can be read, oldest first. The others, and a broken chain, become findings. */
async function* readableRoots({ reader, audit, latestRoot }: DriveVault, found: Collector): AsyncIterable<Root> {
  const broken = new Set<string>()
  const expired = (await noting(found, undefined, latestRoot))?.expired
  for await (const gen of rootsListed(reader)) {
    if (rangeOf(expired, gen)) continue
    const root = await noting(found, 'damaged', () => reader.root(gen), broken)
    if (root) yield root
  }
  // The chain stops at a root that was named already; anything else that it stops at is news.
  await audit().catch((error) => {
    if (!(error instanceof IntegrityError)) throw error
    if (!broken.has(error.objectKey)) found.add({ kind: 'chain', objectKey: error.objectKey, detail: error.detail })
  })
}

/** Generations by listing; a name that is none is left to the check of foreign objects. */
async function* rootsListed({ store, layout }: DriveReader): AsyncIterable<number> {
  for await (const { key } of store.list(layout.roots)) {
    const digits = /^(\d{16})\.root$/.exec(key.slice(layout.roots.length))?.[1]
    if (digits !== undefined) yield Number(digits)
  }
}

/** Damage becomes a finding of `kind`, or is passed over when there is none; everything else is thrown. */
async function noting<T>(
  found: Collector,
  kind: 'damaged' | undefined,
  work: () => Promise<T>,
  keys?: Set<string>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error
    keys?.add(error.objectKey)
    if (kind) found.add({ kind: error.detail === 'it is missing' ? 'missing' : kind, objectKey: error.objectKey, detail: error.detail })
    return undefined
  }
}

function addressOf(key: string, { versionId }: SegmentRef): ObjectAddress {
  return versionId === undefined ? { key } : { key, versionId }
}
