/**
 * Writes one snapshot of one drive into a folder: `files/`, `trash/`, `orphans/` and `deep/` with the tree, `metadata.jsonl` with a line
 * for each item, `root.json` with the root as it was committed, `report.json`. Needs the store and the key, and nothing else. The same
 * snapshot may be extracted into the same folder again, in parts or after a crash: what is there is compared and left.
 */
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInput } from '../errors.ts'
import { canonicalBytes } from '../format/canonical-json.ts'
import type { SealedStore } from '../read/container.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import { createFrameReader } from '../read/frame-reader.ts'
import { healedFrames } from '../read/healed.ts'
import { type OpenSnapshot, openSnapshot } from '../read/snapshot.ts'
import type { Root } from '../root.ts'
import { type BatchDeps, type Item, writeBatch } from './batch.ts'
import { elsewhere } from './elsewhere.ts'
import { findPlaces } from './find-places.ts'
import { type MetadataFile, openMetadata } from './metadata-file.ts'
import { type ReadAhead, readAhead } from './read-ahead.ts'
import { selection } from './selection.ts'
import { rowsOf, type Survey, survey } from './survey.ts'
import { type ExtractReport, type Tally, tally } from './tally.ts'
import { drafts, openTarget, type Target, unusable } from './target.ts'

export type ExtractRequest = {
  readonly reader: DriveReader
  readonly root: Root
  /** The folder of this drive; made when it is missing. */
  readonly folder: string
  /** Only what lies here in the tree, as an extraction of everything would write it. */
  readonly path?: string
  readonly stop: AbortSignal
  /** Told about damage as it is met. */
  warn(message: string): void
  /** Told about the progress, often. */
  progress(step: Progress): void
}

export type Progress =
  | { readonly step: 'reading'; readonly items: number }
  | { readonly step: 'scanning'; readonly containers: number }
  | { readonly step: 'writing'; readonly items: number; readonly of: number; readonly bytes: number }

const batchItems = 16_384
const batchBytes = 32 * 1024 * 1024

/**
 * @throws {IntegrityError} the list of items cannot be read; nothing was written
 * @throws {InvalidInput} the folder holds something else, or nothing lies at `path`
 * @throws {StoreUnavailable} the store or the folder cannot be used; the same call goes on later
 */
export async function extractDrive(request: ExtractRequest): Promise<ExtractReport> {
  const found = await lookInto(request)
  const target = await openTarget(request.folder)
  try {
    await claim(target, request.root)
    await writeTree(
      request,
      await batchDeps(request, found, target),
      itemsOf(request, found.surveyed, rowsOf(found.snapshot, request.stop)),
    )
    return await finish(request, target, found)
  } catch (error) {
    throw unusable(target.folder, error)
  } finally {
    await target.tidy()
  }
}

type Found = {
  readonly snapshot: OpenSnapshot
  readonly sealed: SealedStore
  readonly ahead: ReadAhead
  readonly surveyed: Survey
  readonly placesFrom: ExtractReport['placesFrom']
  readonly counts: Tally
}

/** All that is read before anything is written: the rows, and where the blobs lie. */
async function lookInto({ reader, root, stop, warn, progress }: ExtractRequest): Promise<Found> {
  const ahead = readAhead(reader.store)
  const sealed = { ...reader.sealed, store: ahead.store }
  const snapshot = openSnapshot({ sealed, layout: reader.layout, idKey: reader.idKey }, root)
  const seen = (items: number) => progress({ step: 'reading', items })
  const surveyed = await survey(snapshot, { rootKey: reader.layout.root(root.gen), stop, seen })
  const counts = tally()
  const problem = (message: string) => {
    counts.problem(message)
    warn(message)
  }
  const scanned = (containers: number) => progress({ step: 'scanning', containers })
  const placesFrom = await findPlaces({ ...reader, sealed }, root, surveyed.places, { problem, scanned, stop })
  return { snapshot, sealed, ahead, surveyed, placesFrom, counts }
}

async function batchDeps({ reader, root, stop, progress }: ExtractRequest, found: Found, target: Target): Promise<BatchDeps> {
  const { sealed, ahead, surveyed, counts } = found
  return {
    ...{ target, ahead, stop, tally: counts, places: surveyed.places, targetPaths: surveyed.targetPaths, folders: [] },
    fresh: target.empty,
    containerKey: reader.layout.container,
    blobs: {
      frames: healedFrames(createFrameReader(sealed, reader.layout), elsewhere(reader, root)),
      idKey: await reader.idKey(),
      rootKey: reader.layout.root(root.gen),
      locate: async (blobId) => surveyed.places.get(blobId),
    },
    progress: () => progress({ step: 'writing', of: surveyed.listed, ...counts.progress() }),
  }
}

/** The items that were asked for, in order of their ids. */
async function* itemsOf({ path }: ExtractRequest, { tree }: Survey, rows: ReturnType<typeof rowsOf>): AsyncIterable<Item> {
  const pathOf = tree.walk()
  const isSelected = selection(path)
  for await (const { row, record } of rows) {
    const place = pathOf(row)
    if (isSelected(place)) yield { row, value: record.value, path: place }
  }
}

async function writeTree({ folder }: ExtractRequest, deps: BatchDeps, items: AsyncIterable<Item>): Promise<void> {
  const metadata = await openMetadata(join(folder, 'metadata.jsonl'), join(folder, drafts, 'metadata.jsonl'))
  try {
    let [batch, bytes]: [Item[], number] = [[], 0]
    for await (const item of items) {
      batch.push(item)
      bytes += item.value.byteLength
      if (batch.length < batchItems && bytes < batchBytes) continue
      await writeItems(deps, metadata, batch)
      batch = []
      bytes = 0
    }
    await writeItems(deps, metadata, batch)
  } catch (error) {
    await metadata.close()
    throw error
  }
  await metadata.finish()
  for (const { path, modified } of deps.folders) await deps.target.setModified(path, modified)
}

async function writeItems(deps: BatchDeps, metadata: MetadataFile, items: readonly Item[]): Promise<void> {
  await writeBatch(deps, items)
  for (const { row, outcome = {}, value } of items) await metadata.add(row.id, outcome, value)
}

async function finish({ root, path }: ExtractRequest, target: Target, { counts, surveyed, placesFrom }: Found): Promise<ExtractReport> {
  const report = counts.report(root, { stateHash: surveyed.stateHash, placesFrom, ...(path !== undefined && { path }) })
  if (path !== undefined && report.listed === 0)
    throw new InvalidInput(`Nothing in snapshot ${root.gen} of drive ${root.driveId} lies at ${JSON.stringify(path)}.`)
  await target.replace('report.json', `${JSON.stringify(report, null, 2)}\n`)
  return report
}

/** Marks the folder as that of one snapshot, by the root itself. @throws {InvalidInput} it holds another snapshot */
async function claim({ folder }: Target, { hash: _, ...root }: Root): Promise<void> {
  const path = join(folder, 'root.json')
  const mark = canonicalBytes({ ...root, format: 1 })
  const file = await open(path, 'wx').catch((error) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (file) {
    await file.writeFile(mark)
    await file.close()
    return
  }
  if (mark.equals(await readFile(path))) return
  throw new InvalidInput(
    `The folder ${folder} holds another snapshot, as its root.json says. Extract snapshot ${root.gen} into another folder.`,
  )
}
