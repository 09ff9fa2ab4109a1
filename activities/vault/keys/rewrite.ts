/**
 * After a data key leaked: stores what the newest state of a drive needs anew under the drive's newest key, in bounded steps. Each step
 * is a generation of maintenance, so a killed run goes on where it was. Snapshots from before keep the old key until they expire and
 * their objects are collected as garbage.
 */
import type { Random } from '../../../db/kit/random.ts'
import { newId } from '../../../db/kit/random.ts'
import { forEachLimited } from '../../kit/limit.ts'
import type { BlobEntry, CommitRequest, DriveVault } from '../engine.ts'
import { GenerationTaken, IntegrityError, InvalidInput } from '../errors.ts'
import { decodeHeader, headerBytes } from '../format/header.ts'
import type { ManifestRow } from '../manifest-row.ts'
import { readReferenced } from '../read/container.ts'
import type { Root } from '../root.ts'

export type RewriteOptions = {
  /** The key that everything is to be under: the drive's newest. */
  readonly keyId: string
  readonly random: Random
  /** After so many bytes of content were looked at, what was stored anew is committed. */
  readonly stepBytes?: number
  readonly note?: (line: string) => void
  readonly signal?: AbortSignal
}

export type Rewritten = {
  /** Content that was stored anew. */
  readonly items: number
  readonly bytes: number
  /** Snapshots before this generation may still need an older key. */
  readonly gen: number
}

const defaultStepBytes = 1024 ** 3
const concurrency = 8
/** Backups of the drive come first: a step that one of them overtook is committed on top of what it made. */
const maxTries = 10

/** @throws {IntegrityError} something in the newest state is damaged @throws {GenerationTaken} backups overtook it again and again */
export async function rewriteDrive(drive: DriveVault, options: RewriteOptions): Promise<Rewritten | undefined> {
  const { note = () => {} } = options
  const under = keyOfObjects(drive)
  let [items, bytes] = [0, 0]
  let after: string | undefined
  for (;;) {
    const root = await drive.latestRoot()
    if (!root) return undefined
    const step = await rewriteStep(drive, root, after, options, under)
    items += step.items
    bytes += step.bytes
    if (step.entries.length > 0) await commit(drive, options, { blobEntries: step.entries })
    note(`${items} items with ${bytes} bytes stored anew${step.last === undefined ? '' : `, up to ${step.last}`}`)
    options.signal?.throwIfAborted()
    if (step.last === undefined) break
    after = step.last
  }
  const gen = await rewriteTables(drive, options, under)
  return { items, bytes, gen }
}

type Step = {
  readonly items: number
  readonly bytes: number
  readonly entries: readonly BlobEntry[]
  /** The item that the next step goes on after; nothing when this was the last step. */
  readonly last?: string
}

/** Stores anew the content of items after `after`, until about a step's bytes are there. */
async function rewriteStep(
  drive: DriveVault,
  root: Root,
  after: string | undefined,
  options: RewriteOptions,
  under: KeyOfObjects,
): Promise<Step> {
  const { keyId, stepBytes = defaultStepBytes, signal } = options
  const snapshot = await drive.snapshot(root.gen)
  const writer = await drive.writer(newId(options.random, 'rewrite'))
  let [items, bytes] = [0, 0]
  let looked = 0
  let last: string | undefined
  async function* wanted(): AsyncIterable<ManifestRow> {
    for await (const row of snapshot.rows(after === undefined ? {} : { after })) {
      looked += row.content?.size ?? 0
      yield row
      if (looked >= stepBytes || signal?.aborted) {
        last = row.id
        return
      }
    }
  }
  await forEachLimited(wanted(), concurrency, async ({ content, mimeType }) => {
    if (!content) return
    const places = await Promise.all(content.segments.map(({ blobId }) => snapshot.locate(blobId)))
    const keys = await Promise.all(places.map((place) => place && under(drive.reader.layout.container(place.container), place)))
    if (keys.every((key) => key === keyId)) return
    items += 1
    bytes += content.size
    const stored = await writer.putBlob(snapshot.readBlob(content), { mimeType, expectedSize: content.size })
    if (stored.blobId !== content.blobId)
      throw new IntegrityError(drive.reader.layout.root(root.gen), `content ${content.blobId} cannot be cut as it was`)
  })
  const entries = (await writer.flush()).flatMap((container) => container.entries)
  const [first] = entries
  if (first && (await under(drive.reader.layout.container(first.container), first)) !== keyId)
    throw new InvalidInput(`Drive ${drive.driveId} was opened before its key was renewed. Open it again, then rewrite it.`)
  return { items, bytes, entries, ...(last !== undefined && { last }) }
}

/** Writes the manifest and the index of the newest state anew, unless both are under the key already. @returns the generation that is */
async function rewriteTables(drive: DriveVault, options: RewriteOptions, under: KeyOfObjects): Promise<number> {
  const root = await drive.latestRoot()
  if (!root) return 0
  const { layout } = drive.reader
  const tables = [...root.base, ...root.deltas].map((ref) => ({ ...ref, key: layout.manifest(ref.sha256) }))
  const keys = await Promise.all(tables.map(({ key, versionId }) => under(key, { ...(versionId !== undefined && { versionId }) })))
  if (keys.every((key) => key === options.keyId)) return root.gen
  return (await commit(drive, options, { mode: 'full' })).gen
}

/** Commits on top of the newest root, whichever that is by then: the blobs are what they are, and the rows are that root's own. */
async function commit(
  drive: DriveVault,
  { random }: RewriteOptions,
  what: Partial<Pick<CommitRequest, 'mode' | 'blobEntries'>>,
): Promise<Root> {
  const sessionId = newId(random, 'rewrite')
  for (let tries = 1; ; tries++) {
    const parent = await drive.latestRoot()
    if (!parent) throw new GenerationTaken(`The drive ${drive.driveId} has no snapshot any more.`)
    const { gen: parentGen, pageToken, time, drive: record } = parent
    const rows = what.mode === 'full' ? (await drive.snapshot(parentGen)).rows() : nothing()
    try {
      return await drive.commit({
        blobEntries: [],
        ...what,
        sessionId,
        parentGen,
        rows,
        pageToken,
        time: new Date(time),
        counts: { listed: 0, stored: 0, metadataOnly: 0, skipped: 0, failed: 0, removed: 0, bytes: 0 },
        histogram: {},
        drive: record,
        maintenance: true,
      })
    } catch (error) {
      if (!(error instanceof GenerationTaken) || tries === maxTries) throw error
    }
  }
}

async function* nothing(): AsyncIterable<never> {}

type KeyOfObjects = (key: string, address: { readonly versionId?: string }) => Promise<string>

/** Which data key an object is sealed under, by its header; each is looked at once. */
function keyOfObjects({ reader }: DriveVault): KeyOfObjects {
  const known = new Map<string, Promise<string>>()
  return (key, { versionId }) => {
    const asked = known.get(key) ?? keyOfObject(key, versionId)
    known.set(key, asked)
    return asked
  }

  async function keyOfObject(key: string, versionId: string | undefined): Promise<string> {
    const address = { key, ...(versionId !== undefined && { versionId }) }
    const lead = await readReferenced(reader.store, address, { start: 0, end: headerBytes })
    const kind = key.startsWith(reader.layout.container('packs/'))
      ? 'pack'
      : key.startsWith(reader.layout.container('objs/'))
        ? 'object'
        : 'manifest'
    return decodeHeader(key, kind, lead).keyId
  }
}
