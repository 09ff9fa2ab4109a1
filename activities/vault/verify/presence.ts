/** Level 0: what the store lists against what the snapshots need. Reads roots and index segments, and no content. */
import { forEachLimited } from '../../kit/limit.ts'
import type { DriveVault } from '../engine.ts'
import { type DriveLayout, generationOf } from '../format/layout.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import { rangeOf } from '../read/expired.ts'
import type { ObjectStore, ObjectVersion } from '../store/object-store.ts'
import type { Collector } from './findings.ts'
import { gatherReferences, type Needed, type References } from './references.ts'

export type Presence = {
  /** Objects that the snapshots need, and how many bytes those of them have that are there. */
  readonly needed: number
  readonly bytes: number
  /** Left by a crash, a lost race or an upload that is going on: for the collection of garbage to judge. */
  readonly unreferenced: { readonly count: number; readonly bytes: number }
  readonly references: References
  /** Sizes in bytes of what is there, by key. */
  readonly sizes: ReadonlyMap<string, number>
}

/** Below this margin a lock needs extending at once (kopia's rule: the interval of the sweep is shorter than that). */
const leastMarginMs = 7 * 86_400_000
const locksAtOnce = 8

/** Compares one drive's part of the store with what its snapshots need: existence, size, version, lock. Nothing is changed. */
export async function verifyPresence(drive: DriveVault, found: Collector, now: Date): Promise<Presence> {
  const references = await gatherReferences(drive, found)
  const { store, layout } = drive.reader
  const open = new Map(references.objects)
  const there = new Map<string, ObjectVersion>()
  const unreferenced = { count: 0, bytes: 0 }
  let bytes = 0
  for await (const versions of byKey(store, layout.roots.slice(0, -'snap/'.length))) {
    const [latest] = versions
    const key = latest?.key ?? ''
    const needed = open.get(key)
    open.delete(key)
    if (needed) {
      const counts = checkVersions(needed, versions, found)
      if (counts) there.set(key, counts)
      bytes += counts?.sizeBytes ?? 0
    } else if (!isVaultKey(layout, key)) found.add({ kind: 'foreign', objectKey: key, detail: 'it is nothing that a vault writes there' })
    else if (isDeletedRoot(drive.reader, references, versions))
      found.add({ kind: 'overwritten', objectKey: key, detail: 'somebody deleted this snapshot; its version is still there' })
    else if (latest && !latest.deleted) {
      unreferenced.count += 1
      unreferenced.bytes += latest.sizeBytes
    }
  }
  for (const needed of open.values()) if (needed.role !== 'root') found.add(missing(needed, 'it is missing'))
  await checkLocks(store, there, found, now)
  const sizes = new Map([...there].map(([key, { sizeBytes }]): [string, number] => [key, sizeBytes]))
  return { needed: references.objects.size, bytes, unreferenced, references, sizes }
}

const missing = ({ key }: Needed, detail: string) => ({ kind: 'missing', objectKey: key, detail }) as const

/** Returns the version that counts, when it is there. */
function checkVersions(needed: Needed, versions: readonly ObjectVersion[], found: Collector): ObjectVersion | undefined {
  const there = versions.filter(({ deleted }) => !deleted)
  // Written once, by create-if-absent: without a name, the oldest version is the true one.
  const counts = needed.versionId === undefined ? there.at(-1) : there.find(({ versionId }) => versionId === needed.versionId)
  if (!counts) {
    found.add(missing(needed, there.length > 0 ? 'the version that the snapshots name is missing' : 'it was deleted'))
    return undefined
  }
  const right =
    needed.sizeBytes === undefined ||
    (needed.role === 'container' ? counts.sizeBytes >= needed.sizeBytes : counts.sizeBytes === needed.sizeBytes)
  if (!right)
    found.add({
      kind: 'size',
      objectKey: needed.key,
      detail: `it has ${counts.sizeBytes} bytes, which is not what was written (${needed.sizeBytes})`,
    })
  if (!counts.latest)
    found.add({
      kind: 'overwritten',
      objectKey: needed.key,
      detail: 'somebody overwrote or deleted it; the version that counts is still there',
    })
  return counts
}

async function* byKey(store: ObjectStore, prefix: string): AsyncIterable<readonly ObjectVersion[]> {
  let versions: ObjectVersion[] = []
  for await (const version of store.listVersions(prefix)) {
    if (versions[0] && versions[0].key !== version.key) {
      yield versions
      versions = []
    }
    versions.push(version)
  }
  if (versions.length > 0) yield versions
}

const patterns = [
  /^packs\/([0-9a-f]{2})\/\1[0-9a-f]{30}$/,
  /^objs\/([0-9a-f]{2})\/\1[0-9a-f]{30}$/,
  /^(idx|seg)\/[0-9a-f]{64}$/,
  /^snap\/\d{16}\.root$/,
]

function isVaultKey(layout: DriveLayout, key: string): boolean {
  const name = key.slice(layout.roots.length - 'snap/'.length)
  return patterns.some((pattern) => pattern.test(name))
}

async function checkLocks(store: ObjectStore, there: ReadonlyMap<string, ObjectVersion>, found: Collector, now: Date): Promise<void> {
  if (!store.abilities.retention) return
  const least = new Date(now.getTime() + leastMarginMs)
  await forEachLimited(there.values(), locksAtOnce, async (version) => {
    const until = await store.retainedUntil(version)
    if (until && until >= least) return
    found.add({
      kind: 'lock',
      objectKey: version.key,
      detail: until ? `its lock ends ${until.toISOString()}, in less than 7 days` : 'it has no lock',
    })
  })
}

/** A snapshot under a mark of deletion, that nobody gave up. Its version is still there, and `asWritten` reads it. */
function isDeletedRoot({ layout }: DriveReader, { newest }: References, versions: readonly ObjectVersion[]): boolean {
  const gen = generationOf(layout, versions[0]?.key ?? '')
  if (gen === undefined || !versions[0]?.deleted || !versions.some(({ deleted }) => !deleted)) return false
  return rangeOf(newest?.expired, gen) === undefined
}

/** What lies in the account's part of the store outside of its drives and is nothing of a vault's. */
export async function verifyAccountKeys(store: ObjectStore, accountId: string, found: Collector): Promise<void> {
  const top = `v1/t/${accountId}/`
  const check = ({ key }: { readonly key: string }) => {
    if (
      !/^(config(\.\d+)?\.json|(keys|shred|sess|attest)\/[A-Za-z0-9._-]+\.json|gc\/[A-Za-z0-9_-]+\/\d+-[0-9a-f]+\.json)$/.test(
        key.slice(top.length),
      )
    )
      found.add({ kind: 'foreign', objectKey: key, detail: 'it is nothing that a vault writes there' })
  }
  for await (const ref of store.list(top)) {
    if (ref.key.startsWith(`${top}d/`)) break
    check(ref)
  }
  // "0" is the character after "/": everything within the drives comes before it.
  for await (const ref of store.list(top, { startAfter: `${top}d0` })) check(ref)
}
