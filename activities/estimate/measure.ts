import { knownContents } from '../../db/blobs.ts'
import type { Sql } from '../../db/client.ts'
import { type EstimateDrive, saveMeasured } from '../../db/estimates.ts'
import { type Measured, type MeasuredDrive, nothingMeasured } from '../../workflows/policy/estimate.ts'
import { needsComments } from '../backup/comments.ts'
import { needsContent } from '../backup/compare.ts'
import { isBare, isShortcut, rowOf } from '../backup/row.ts'
import { DriveFailure } from '../drive/failure-types.ts'
import { type DriveItem, isGoogleNative } from '../drive/resources.ts'
import type { DriveSource } from '../drive/source.ts'
import type { ManifestRow } from '../vault/index.ts'
import { addToSample, distinctOf, type Seen } from './content-sample.ts'

export type MeasureDeps = {
  readonly db: Sql
  readonly source: Pick<DriveSource, 'listItems'>
  /** Calls that the source has made so far. */
  readonly calls: () => number
  readonly withComments: boolean
  readonly onPage: () => Promise<void>
}

export type MeasureKey = { readonly accountId: string; readonly estimateId: string }

/**
 * Reads on in the listing of one drive, at most so many pages, and writes each page's sums down with the place of the next: an attempt after a
 * crash reads one page again and counts it once. Nothing is asked about single items.
 * @returns how many pages it has read, and whether the drive is measured to its end
 */
export async function measureDrive(
  deps: MeasureDeps,
  key: MeasureKey,
  drive: EstimateDrive,
  mostPages: number,
): Promise<{ readonly pages: number; readonly done: boolean }> {
  let cursor = drive.cursor
  let measured: Measured = { ...nothingMeasured, ...(drive.measured as Partial<Measured>) }
  let sample = drive.sample as readonly Seen[]
  let counted = deps.calls()
  for (let pages = 1; pages <= mostPages; pages++) {
    const page = await pageOrRestart(() => deps.source.listItems(drive.driveId, cursor ?? undefined))
    if (page === 'restart') {
      ;[cursor, measured, sample] = [null, nothingMeasured, []]
      continue
    }
    const rows = page.items.map(rowOf)
    const held = await heldOf(deps.db, key.accountId, drive.driveId, rows)
    measured = addPage(measured, page.items, rows, held, deps.withComments)
    sample = addToSample(
      sample,
      contentsOf(rows).filter((content) => !held.has(keyOf(content))),
    )
    cursor = page.nextPageToken ?? null
    const done = cursor === null
    const calls = deps.calls()
    await saveMeasured(deps.db, key.accountId, key.estimateId, {
      driveId: drive.driveId,
      cursor,
      done,
      calls: calls - counted,
      measured: done ? ({ ...measured, distinct: distinctOf(sample) } satisfies MeasuredDrive) : measured,
      sample: done ? [] : sample,
    })
    counted = calls
    await deps.onPage()
    if (done) return { pages, done }
  }
  return { pages: mostPages, done: false }
}

/** The sums with one more page: what of it a backup would fetch is told by the backup's own rules. */
function addPage(
  sums: Measured,
  items: readonly DriveItem[],
  rows: readonly ManifestRow[],
  held: ReadonlySet<string>,
  withComments: boolean,
): Measured {
  const fetched = rows.filter(needsContent)
  const files = fetched.filter(({ mimeType }) => !isGoogleNative(mimeType))
  const exports = fetched.filter(({ mimeType }) => isGoogleNative(mimeType))
  const known = contentsOf(rows).filter((content) => held.has(keyOf(content)))
  return {
    pages: sums.pages + 1,
    items: sums.items + items.length,
    files: sums.files + files.length,
    fileBytes: sums.fileBytes + bytesOf(files),
    held: sums.held + known.length,
    heldBytes: sums.heldBytes + bytesOf(known),
    exports: sums.exports + exports.length,
    exportBytes: sums.exportBytes + bytesOf(exports),
    bare: sums.bare + rows.filter((row) => !needsContent(row) && !isBare(row.mimeType)).length,
    shared: sums.shared + rows.filter(({ permissions }) => permissions === undefined).length,
    shortcuts: sums.shortcuts + rows.filter(({ mimeType }) => isShortcut(mimeType)).length,
    commented: sums.commented + rows.filter((row) => needsComments(row, withComments)).length,
  }
}

type Content = { readonly sha256: string; readonly size: number }

/** What Drive says of contents that can be told apart without being read. */
function contentsOf(rows: readonly ManifestRow[]): Content[] {
  return rows.flatMap((row) =>
    needsContent(row) && !isGoogleNative(row.mimeType) && row.sha256Checksum !== undefined && row.size !== undefined
      ? [{ sha256: row.sha256Checksum, size: row.size }]
      : [],
  )
}

const keyOf = ({ sha256, size }: Content): string => `${sha256}/${size}`
const bytesOf = (all: readonly { readonly size?: number }[]): number => all.reduce((sum, { size }) => sum + (size ?? 0), 0)

/** Contents of the page that the drive's vault holds already. */
async function heldOf(db: Sql, accountId: string, driveId: string, rows: readonly ManifestRow[]): Promise<ReadonlySet<string>> {
  const sums = [...new Set(contentsOf(rows).map(({ sha256 }) => sha256))]
  if (sums.length === 0) return new Set()
  return new Set((await knownContents(db, accountId, driveId, sums)).map(keyOf))
}

async function pageOrRestart<Page>(read: () => Promise<Page>): Promise<Page | 'restart'> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof DriveFailure && error.type === 'InvalidPageToken') return 'restart'
    throw error
  }
}
