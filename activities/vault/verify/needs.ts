/** Which items, in which snapshots, need blobs that cannot be read: one walk through the changes of all snapshots. */
import type { DriveVault } from '../engine.ts'
import { IntegrityError } from '../errors.ts'
import { recordToRow } from '../format/row-codec.ts'
import type { ContentRef } from '../manifest-row.ts'
import { changedRecords } from '../read/changes.ts'
import type { Root } from '../root.ts'
import { mostItems, type NeedingItem, type Needs } from './findings.ts'

type Open = { readonly name: string; readonly from: number; readonly content: ContentRef }

type Tally = { readonly open: Map<string, Open>; readonly items: NeedingItem[]; itemCount: number; readonly snapshots: [number, number][] }

/**
 * For each group of blobs (the blobs of one damaged object, by its key), who needs any of them. Costs what the runs of the drive have
 * written, once, however many groups there are. Memory: the items that need one, in the snapshot at hand.
 */
export async function needsOf(drive: DriveVault, groups: ReadonlyMap<string, readonly string[]>): Promise<ReadonlyMap<string, Needs>> {
  const groupOf = new Map([...groups].flatMap(([key, blobIds]) => blobIds.map((blobId): [string, string] => [blobId, key])))
  const tallies = new Map(
    [...groups.keys()].map((key): [string, Tally] => [key, { open: new Map(), items: [], itemCount: 0, snapshots: [] }]),
  )
  let before: Root | undefined
  let incomplete: string | undefined
  try {
    for await (const root of drive.roots()) {
      for await (const batch of changedRecords(drive.reader, before, root)) {
        for (const record of batch) {
          const row = record.value.byteLength > 0 ? recordToRow(record) : undefined
          const wanted = new Set(row?.content?.segments.flatMap(({ blobId }) => groupOf.get(blobId) ?? []))
          for (const [key, tally] of tallies) {
            const known = tally.open.get(record.key)
            if (known && !(wanted.has(key) && known.name === row?.name)) close(tally, record.key, known, root.gen)
            if (row?.content && wanted.has(key) && !tally.open.has(record.key))
              tally.open.set(record.key, { name: row.name, from: root.gen, content: row.content })
          }
        }
      }
      for (const tally of tallies.values()) if (tally.open.size > 0) extend(tally.snapshots, before?.gen, root.gen)
      before = root
    }
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error
    incomplete = `${error.objectKey} cannot be read either`
  }
  const end = (before?.gen ?? 0) + 1
  return new Map(
    [...tallies].map(([key, tally]) => {
      for (const [itemId, known] of tally.open) close(tally, itemId, known, end)
      const { items, itemCount, snapshots } = tally
      return [key, { items, itemCount, snapshots, ...(incomplete !== undefined && { incomplete }) }]
    }),
  )
}

function close(tally: Tally, itemId: string, { name, from }: Open, before: number): void {
  tally.open.delete(itemId)
  tally.itemCount += 1
  if (tally.items.length < mostItems) tally.items.push({ itemId, name, from, to: before - 1 })
}

/** Generations between two neighbouring snapshots were given up, or are maintenance: they do not end a range. */
function extend(ranges: [number, number][], before: number | undefined, gen: number): void {
  const last = ranges.at(-1)
  if (last && last[1] === before) last[1] = gen
  else ranges.push([gen, gen])
}
