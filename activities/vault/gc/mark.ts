/**
 * Finds what no live snapshot needs. Reads every live root, their manifests and indexes once (a base once for each group of some sixty
 * snapshots), and lists the drive's objects once. Memory stays bounded whatever the drive holds: ids and containers are sorted on disk
 * (`id-sorter.ts`), segments are read by streaming, and no more than `mostCandidates` are remembered; the rest is for the next cycle.
 */
import type { DriveVault } from '../engine.ts'
import { generationOf } from '../format/layout.ts'
import { rangeOf } from '../read/expired.ts'
import type { Root } from '../root.ts'
import type { ObjectRef } from '../store/object-store.ts'
import { createIdSorter, type IdSorter } from './id-sorter.ts'
import { liveBlobs } from './live-blobs.ts'
import { containerDigitBytes, containerDigits, liveContainers } from './live-containers.ts'

/** An object that no live snapshot needs. */
export type Garbage = {
  readonly key: string
  readonly sizeBytes: number
  readonly kind: 'root' | 'segment' | 'container'
  readonly lastModified?: Date
}

export type Marked = {
  readonly head: Root
  readonly liveRoots: number
  /** Sorted by kind (roots, segments, containers) and key. */
  readonly garbage: readonly Garbage[]
  /** More was found than is remembered. */
  readonly more: boolean
  readonly total: { readonly objects: number; readonly bytes: number }
}

export const mostCandidates = 100_000

type Progress = (line: string) => void

export type MarkOptions = {
  readonly progress?: Progress
  /** Only these objects are looked for. */
  readonly among?: ReadonlySet<string>
  readonly most?: number
}

/** Nothing when the drive has no snapshot. @throws {IntegrityError} the chain, or what a snapshot needs, is not whole: nothing may be deleted */
export async function mark(
  drive: DriveVault,
  { progress = () => {}, among, most = mostCandidates }: MarkOptions = {},
): Promise<Marked | undefined> {
  const roots = await Array.fromAsync(drive.roots({ maintenance: true }))
  const head = roots.at(-1)
  if (!head) return undefined
  const containers = await containersOf(drive, roots, progress)
  try {
    const found = gatherer(most, among)
    await rootsGivenUp(drive, head, found)
    await segmentsUnnamed(drive, roots, found)
    await containersUnneeded(drive, containers, found)
    return { head, liveRoots: roots.length, ...found.result() }
  } finally {
    await containers.close()
  }
}

async function containersOf(drive: DriveVault, roots: readonly Root[], progress: Progress): Promise<IdSorter> {
  const blobs = createIdSorter(32)
  const containers = createIdSorter(containerDigitBytes)
  try {
    let rows = 0
    await liveBlobs(drive.reader, roots, blobs, (more) => {
      rows += more
      progress(`${rows} rows of ${roots.length} snapshots read`)
    })
    await liveContainers(drive.reader, roots, () => blobs.sorted(), containers)
    return containers
  } finally {
    await blobs.close()
  }
}

function gatherer(most: number, among: ReadonlySet<string> | undefined) {
  const garbage: Garbage[] = []
  const total = { objects: 0, bytes: 0 }
  let more = false
  return {
    saw({ sizeBytes }: ObjectRef) {
      total.objects += 1
      total.bytes += sizeBytes
    },
    garbage({ key, sizeBytes, lastModified }: ObjectRef, kind: Garbage['kind']) {
      if (among && !among.has(key)) return
      if (garbage.length >= most) more = true
      else garbage.push({ key, sizeBytes, kind, ...(lastModified && { lastModified }) })
    },
    result: () => ({ garbage, more, total }),
  }
}

type Gatherer = ReturnType<typeof gatherer>

async function rootsGivenUp({ reader: { store, layout } }: DriveVault, head: Root, found: Gatherer): Promise<void> {
  for await (const ref of store.list(layout.roots)) {
    found.saw(ref)
    if (rangeOf(head.expired, generationOf(layout, ref.key) ?? 0)) found.garbage(ref, 'root')
  }
}

async function segmentsUnnamed({ reader: { store, layout } }: DriveVault, roots: readonly Root[], found: Gatherer): Promise<void> {
  const indexes = new Set(roots.flatMap(({ idx }) => idx).map(({ sha256 }) => layout.index(sha256)))
  const manifests = new Set(roots.flatMap(({ base, deltas }) => [...base, ...deltas]).map(({ sha256 }) => layout.manifest(sha256)))
  for (const [prefix, named] of [
    [layout.index(''), indexes],
    [layout.manifest(''), manifests],
  ] as const) {
    for await (const ref of store.list(prefix)) {
      found.saw(ref)
      if (!named.has(ref.key)) found.garbage(ref, 'segment')
    }
  }
}

/** Two sorted streams side by side: what is there, and what is needed. */
async function containersUnneeded({ reader: { store, layout } }: DriveVault, containers: IdSorter, found: Gatherer): Promise<void> {
  const needed = digits(containers.sorted())[Symbol.asyncIterator]()
  let next = await needed.next()
  for (const prefix of ['objs/', 'packs/']) {
    for await (const ref of store.list(layout.container(prefix))) {
      found.saw(ref)
      const own = containerDigits(ref.key.slice(layout.container('').length))
      while (!next.done && next.value < own) next = await needed.next()
      if (next.done || next.value !== own) found.garbage(ref, 'container')
    }
  }
}

async function* digits(batches: AsyncIterable<readonly string[]>): AsyncIterable<string> {
  for await (const batch of batches) yield* batch
}
