/** Level 1: reads stored objects whole, decrypts every frame, and compares what comes out with every digest and place there is. */
import { createHash } from 'node:crypto'
import type { BlobEntry, DriveVault } from '../engine.ts'
import { IntegrityError } from '../errors.ts'
import { parseObject } from '../format/canonical-json.ts'
import { contentDigest } from '../format/hashes.ts'
import { containerName, generationOf } from '../format/layout.ts'
import { readDirectory, readReferenced } from '../read/container.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import { createFrameReader, frameCount } from '../read/frame-reader.ts'
import { openTable } from '../read/table.ts'
import type { Root, SegmentRef } from '../root.ts'
import type { ObjectAddress } from '../store/object-store.ts'
import { held } from './held-object.ts'
import { eachEntry, eachPlace, type Needed, type References } from './references.ts'

export type Verdict = {
  readonly key: string
  /** Bytes that were read. */
  readonly bytes: number
  /** Why the object is not as it was written; absent when it is. */
  readonly damage?: string
  /** Blobs in it that cannot be read; absent when nothing of it can. */
  readonly blobIds?: readonly string[]
}

const scanBytes = 4 * 1024 * 1024

/**
 * Verifies the objects of a batch, one after the other, and tells each verdict. At most a few hundred containers a batch: the entries of
 * all index segments that point into them are held. Memory beside that: the object at hand, at most about 70 MB.
 * @throws what is no damage: a store that is away, a wrong key
 */
export async function verifyContent(
  drive: DriveVault,
  references: Pick<References, 'index' | 'manifest'>,
  batch: readonly Needed[],
  tell: (verdict: Verdict) => Promise<void>,
): Promise<void> {
  const { reader } = drive
  const containers = batch.filter(({ role }) => role === 'container').map(({ key }) => key)
  const entries = await entriesIn(reader, references.index, containers)
  const segments = new Map([...references.index, ...references.manifest].map((ref) => [ref.sha256, ref]))
  for (const needed of batch) {
    const verdict = await verdictOf(needed, async (): Promise<Checked> => {
      if (needed.role === 'container') return verifyContainer(reader, needed, entries.get(needed.key) ?? [])
      if (needed.role === 'root') return { bytes: await verifyRoot(reader, needed.key) }
      return { bytes: await verifySegment(reader, needed, needed.role, segments.get(needed.key.slice(-64))) }
    })
    await tell(verdict)
  }
}

type Checked = { readonly bytes: number; readonly damage?: string; readonly blobIds?: readonly string[] }

async function verdictOf({ key }: Needed, check: () => Promise<Checked>): Promise<Verdict> {
  try {
    return { key, ...(await check()) }
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error
    return { key, bytes: 0, damage: error.detail }
  }
}

/** What every index segment says of these containers, by their key. A segment that cannot be read is damaged by itself and says nothing here. */
export async function entriesIn(
  reader: DriveReader,
  index: readonly SegmentRef[],
  containers: readonly string[],
): Promise<ReadonlyMap<string, readonly BlobEntry[]>> {
  const wanted = new Map<string, BlobEntry[]>(containers.map((key) => [key, []]))
  if (wanted.size === 0) return wanted
  for (const ref of index) {
    await eachEntry(reader, ref, (entry) => wanted.get(reader.layout.container(entry.container))?.push(entry)).catch((error) => {
      if (!(error instanceof IntegrityError)) throw error
    })
  }
  return wanted
}

/** In which object each of these blobs lies by the root's index, by key. Nothing of an index that cannot be read: that is a finding of its own. */
export async function containersOf(
  reader: DriveReader,
  root: Root | undefined,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const places = new Map<string, string>()
  if (!root || wanted.size === 0) return places
  try {
    await eachPlace(reader, root, ({ blobId, container }) => {
      if (wanted.has(blobId)) places.set(blobId, reader.layout.container(container))
    })
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error
  }
  return places
}

async function verifyRoot(reader: DriveReader, key: string): Promise<number> {
  const gen = generationOf(reader.layout, key)
  if (gen === undefined) throw new IntegrityError(key, 'it is no root')
  await reader.root(gen)
  return (await reader.store.stat({ key })).sizeBytes
}

async function verifySegment(reader: DriveReader, at: ObjectAddress, kind: 'manifest' | 'index', ref: SegmentRef | undefined) {
  if (!ref) throw new IntegrityError(at.key, 'no root that can be read names it')
  const bytes = await readReferenced(reader.store, at)
  if (createHash('sha256').update(bytes).digest('hex') !== ref.sha256)
    throw new IntegrityError(at.key, 'it holds other bytes than its name says')
  const table = await openTable({ ...reader.sealed, store: held(reader.store, at.key, bytes) }, kind, at.key, ref)
  let [rows, first, last]: [number, string | undefined, string] = [0, undefined, '']
  for await (const block of table.scan(undefined, scanBytes)) {
    for (const { key } of block) {
      if (rows > 0 && key <= last) throw new IntegrityError(at.key, 'its records are not in order')
      first ??= key
      last = key
      rows += 1
    }
  }
  if (rows !== ref.rows || first !== ref.firstKey || last !== ref.lastKey)
    throw new IntegrityError(at.key, 'it holds other records than its root says')
  return bytes.length
}

/** A blob that fails does not hide the next: all that cannot be read are named. */
async function verifyContainer(reader: DriveReader, needed: Needed, entries: readonly BlobEntry[]): Promise<Checked> {
  const bytes = await readReferenced(reader.store, needed)
  const sealed = { ...reader.sealed, store: held(reader.store, needed.key, bytes) }
  const idKey = await reader.idKey()
  const frames = createFrameReader(sealed, reader.layout)
  const failures: string[] = []
  const blobIds = new Set<string>()
  const listed = await directoryOf(reader, sealed, needed, bytes.length).catch((error) => {
    if (!(error instanceof IntegrityError)) throw error
    failures.push(error.detail)
    return undefined
  })
  for (const entry of distinct([...entries, ...(listed?.values() ?? [])])) {
    const place = listed?.get(entry.blobId)
    if (listed && (!place || !samePlace(place, entry))) {
      failures.push(`the index has blob ${entry.blobId} at another place than the object itself`)
      blobIds.add(entry.blobId)
      continue
    }
    const digest = contentDigest(idKey)
    try {
      for await (const plain of frames(entry, 0, frameCount(entry.size))) digest.update(plain)
      if (digest.endSegment() !== entry.blobId) throw new IntegrityError(needed.key, `blob ${entry.blobId} holds other bytes`)
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error
      failures.push(error.detail)
      blobIds.add(entry.blobId)
    }
  }
  const [damage] = failures
  return { bytes: bytes.length, blobIds: [...blobIds], ...(damage !== undefined && { damage }) }
}

/** The blobs that the container itself lists. @throws {IntegrityError} */
async function directoryOf(reader: DriveReader, sealed: DriveReader['sealed'], { key }: Needed, sizeBytes: number) {
  const containerId = key.slice(-32)
  const kind = key === reader.layout.container(containerName('pack', containerId)) ? 'pack' : 'object'
  const { records } = await readDirectory(sealed, { key, sizeBytes }, kind, containerId)
  const container = containerName(kind, containerId)
  const places = records
    .filter((record) => record.key !== '')
    .map((record): [string, BlobEntry] => {
      const { frame, length, offset, size } = parseObject(record.value)
      return [
        record.key,
        { blobId: record.key, container, frame: Number(frame), length: Number(length), offset: Number(offset), size: Number(size) },
      ]
    })
  return new Map(places)
}

function samePlace(one: BlobEntry, other: BlobEntry): boolean {
  return one.frame === other.frame && one.length === other.length && one.offset === other.offset && one.size === other.size
}

function distinct(entries: readonly BlobEntry[]): readonly BlobEntry[] {
  const names = entries.map((entry): [string, BlobEntry] => [
    `${entry.blobId} ${entry.offset} ${entry.length} ${entry.frame} ${entry.size}`,
    entry,
  ])
  return [...new Map(names).values()]
}
