/** Writes one batch of items: each ends as written, skipped or failed, and a damaged blob costs only the items that need it. */
import { createHash } from 'node:crypto'
import { forEachLimited } from '../../kit/limit.ts'
import { canonicalBytes } from '../format/canonical-json.ts'
import type { ContentRef, ManifestRow } from '../manifest-row.ts'
import { type BlobReaderDeps, readContent } from '../read/blob-reader.ts'
import { isOfObject } from './is-of-object.ts'
import type { Outcome } from './metadata-file.ts'
import type { PlaceBook } from './places.ts'
import type { ReadAhead } from './read-ahead.ts'
import type { Tally } from './tally.ts'
import { Blocked, type Target } from './target.ts'
import { kindOf } from './tree.ts'
import { type Unit, unitsOf } from './work.ts'

/** Units that are read and written at the same time: at most 8 MiB each. */
const atOnce = 8
/** Existing files that are compared at the same time. */
const looksAtOnce = 8

export type BatchDeps = {
  readonly target: Target
  readonly places: PlaceBook
  readonly ahead: ReadAhead
  readonly blobs: BlobReaderDeps
  /** The key of a container, from its name in an entry. */
  containerKey(container: string): string
  readonly targetPaths: ReadonlyMap<string, string>
  readonly tally: Tally
  /** Nothing was in the target folder: there is no file to compare with. */
  readonly fresh: boolean
  readonly stop: AbortSignal
  /** Folders that were made, with the time that they shall have in the end. */
  readonly folders: { readonly path: string; readonly modified: Date }[]
  progress(): void
}

export type Item = { readonly row: ManifestRow; readonly value: Uint8Array; readonly path: string | undefined; outcome?: Outcome }

type FileItem = { readonly item: Item; readonly path: string; readonly content: ContentRef }

export async function writeBatch(deps: BatchDeps, items: readonly Item[]): Promise<void> {
  const files: FileItem[] = []
  await forEachLimited(items, atOnce, async (item) => {
    const { row, path } = item
    deps.stop.throwIfAborted()
    deps.tally.listed()
    if (path === undefined) skip(deps, item)
    else if (kindOf(row) === 'folder') await attempt(deps, item, () => makeFolder(deps, row, path))
    else if (row.content) files.push({ item, path, content: row.content })
    else await attempt(deps, item, () => writeShortcut(deps, row, path))
  })
  const absent = deps.fresh ? files : await lookForAll(deps, files)
  await forEachLimited(unitsOf(absent, deps.places), atOnce, (unit) => writeUnit(deps, unit))
}

function skip({ tally }: BatchDeps, item: Item): void {
  const { outcome } = item.row
  const reason = outcome.status === 'stored' ? 'noContent' : `${outcome.status}:${outcome.reason}`
  tally.skipped(reason)
  item.outcome = { skipped: reason }
}

async function makeFolder({ target, folders }: BatchDeps, row: ManifestRow, path: string): Promise<Done> {
  await target.makeFolder(path)
  const modified = timeOf(row)
  if (modified) folders.push({ path, modified })
  return { how: 'now', bytes: 0 }
}

/** A shortcut becomes a small file that says what it points at, and where that lies in the tree. */
async function writeShortcut(deps: BatchDeps, { shortcut, ...row }: ManifestRow, path: string): Promise<Done> {
  const targetPath = shortcut && deps.targetPaths.get(shortcut.targetId)
  const bytes = Buffer.concat([canonicalBytes({ shortcut, targetPath }), Buffer.from('\n')])
  const expected = { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  const found = deps.fresh ? 'nothing' : await deps.target.look(path, expected)
  if (found === 'same') return { how: 'before', bytes: 0 }
  if (found === 'different') throw new Blocked(differentFile)
  await deps.target.write(path, once(bytes), timeOf(row as ManifestRow))
  return { how: 'now', bytes: bytes.length }
}

/** Compares what is there already. @returns the files that are not there yet */
async function lookForAll(deps: BatchDeps, files: readonly FileItem[]): Promise<readonly FileItem[]> {
  const absent = new Set(files)
  await forEachLimited(files, looksAtOnce, async (file) => {
    const { item, path, content } = file
    deps.stop.throwIfAborted()
    const found = await deps.target.look(path, content)
    if (found === 'nothing') return
    absent.delete(file)
    await attempt(deps, item, async () => {
      if (found === 'different') throw new Blocked(differentFile)
      return { how: 'before', bytes: 0 }
    })
  })
  return files.filter((file) => absent.has(file))
}

async function writeUnit(deps: BatchDeps, { items, piece }: Unit<FileItem>): Promise<void> {
  deps.stop.throwIfAborted()
  const release = piece && items.length > 1 ? await holdPiece(deps, piece) : () => undefined
  try {
    for (const { item, path, content } of items) {
      deps.stop.throwIfAborted()
      await attempt(deps, item, async () => {
        await deps.target.write(path, readContent(deps.blobs, content), timeOf(item.row))
        if (item.row.outcome.status === 'failed') deps.tally.earlierVersion()
        return { how: 'now', bytes: content.size }
      })
    }
  } finally {
    release()
  }
}

/** When the piece cannot be had, each of its items finds out for itself, and is named. */
async function holdPiece(
  { ahead, containerKey }: BatchDeps,
  { entry, start, end }: NonNullable<Unit<FileItem>['piece']>,
): Promise<() => void> {
  const version = entry.versionId === undefined ? {} : { versionId: entry.versionId }
  return ahead.hold({ key: containerKey(entry.container), ...version }, { start, end }).catch((error) => {
    if (!isOfObject(error)) throw error
    return () => undefined
  })
}

type Done = { readonly how: 'now' | 'before'; readonly bytes: number }

async function attempt(deps: BatchDeps, item: Item, work: () => Promise<Done>): Promise<void> {
  const { row, path = '' } = item
  try {
    const { how, bytes } = await work()
    deps.tally.written(row.name, path, how, bytes)
    item.outcome = { path }
  } catch (error) {
    if (!isOfObject(error) && !(error instanceof Blocked)) throw error
    deps.tally.failed({ id: row.id, name: row.name, path, code: error.name, detail: error.message })
    item.outcome = { failed: error.name, path }
  }
  deps.progress()
}

const differentFile = 'another file is there already; it was left as it is'

/** As Drive gives it. Anything else is left alone, because others might read it differently: another form, a day that no month has. */
const driveTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/

function timeOf({ modifiedTime = '' }: ManifestRow): Date | undefined {
  const time = new Date(driveTime.test(modifiedTime) ? modifiedTime : Number.NaN)
  return time.getTime() >= 0 && time.toISOString().startsWith(modifiedTime.slice(0, 19)) ? time : undefined
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
