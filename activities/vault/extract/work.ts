/** The units of work of one batch: blobs that lie together in a pack are fetched together. */
import type { BlobEntry } from '../engine.ts'
import type { ContentRef } from '../manifest-row.ts'
import type { PlaceBook } from './places.ts'

/** Content that is to be written. */
export type Wanted = { readonly content: ContentRef }

/** Items in the order of their bytes, and what must be held to read them all, when that is one piece of a pack. */
export type Unit<Item extends Wanted> = {
  readonly items: readonly Item[]
  readonly piece?: { readonly entry: BlobEntry; readonly start: number; readonly end: number }
}

/** A gap of this many bytes costs less than another request. */
const mostGapBytes = 128 * 1024
/** One unit is no more than this, so that several are under way also for few or very small files; a single blob may be up to 8 MiB. */
const mostPieceBytes = 4 * 1024 * 1024
const mostPieceItems = 256

/** Large content first, so that the end of a batch does not wait for it. */
export function unitsOf<Item extends Wanted>(items: readonly Item[], places: PlaceBook): readonly Unit<Item>[] {
  const packed: { item: Item; entry: BlobEntry }[] = []
  const single: Item[] = []
  for (const item of items) {
    const entry = onlyPackedBlob(item.content, places)
    if (entry) packed.push({ item, entry })
    else single.push(item)
  }
  packed.sort((a, b) =>
    a.entry.container === b.entry.container ? a.entry.offset - b.entry.offset : a.entry.container < b.entry.container ? -1 : 1,
  )
  single.sort((a, b) => b.content.size - a.content.size)
  return [...single.map((item) => ({ items: [item] })), ...piecesOf(packed)]
}

function onlyPackedBlob({ segments }: ContentRef, places: PlaceBook): BlobEntry | undefined {
  const [segment, ...more] = segments
  const entry = segment && more.length === 0 ? places.get(segment.blobId) : undefined
  return entry?.container.startsWith('packs/') ? entry : undefined
}

function* piecesOf<Item extends Wanted>(packed: readonly { item: Item; entry: BlobEntry }[]): Iterable<Unit<Item>> {
  let open: { items: Item[]; piece: { entry: BlobEntry; start: number; end: number } } | undefined
  for (const { item, entry } of packed) {
    const end = entry.offset + entry.length
    const joins =
      open !== undefined &&
      open.piece.entry.container === entry.container &&
      open.piece.entry.versionId === entry.versionId &&
      entry.offset - open.piece.end <= mostGapBytes &&
      end - open.piece.start <= mostPieceBytes &&
      open.items.length < mostPieceItems
    if (open && joins) {
      open.items.push(item)
      open.piece.end = Math.max(open.piece.end, end)
    } else {
      if (open) yield open
      open = { items: [item], piece: { entry, start: entry.offset, end } }
    }
  }
  if (open) yield open
}
