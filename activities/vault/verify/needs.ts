/** Which items, in which snapshots, need blobs that cannot be read: one walk through the changes of all snapshots. */
import type { DriveVault } from '../engine.ts'
import { IntegrityError } from '../errors.ts'
import type { StoredRecord } from '../format/record.ts'
import { recordToRow } from '../format/row-codec.ts'
import { changedRecords } from '../read/changes.ts'
import type { Root } from '../root.ts'
import { mostItems, type NeedingItem, type Needs } from './findings.ts'

type Open = { readonly name: string; readonly from: number }

/** Who needs one group of blobs, so far. `open` are the items of the snapshot at hand that do. */
type Tally = { readonly open: Map<string, Open>; readonly items: NeedingItem[]; itemCount: number; readonly snapshots: [number, number][] }

type Walk = {
  readonly groupOf: ReadonlyMap<string, string>
  readonly tallies: ReadonlyMap<string, Tally>
  /** For each item that needs any group: which ones. */
  readonly needing: Map<string, ReadonlySet<string>>
}

/**
 * For each group of blobs (the blobs of one damaged object, by its key), who needs any of them. Costs what the runs of the drive have
 * written, once, however many groups there are. Memory: the items that need one, in the snapshot at hand.
 */
export async function needsOf(drive: DriveVault, groups: ReadonlyMap<string, readonly string[]>): Promise<ReadonlyMap<string, Needs>> {
  const walk: Walk = {
    groupOf: new Map([...groups].flatMap(([key, blobIds]) => blobIds.map((blobId): [string, string] => [blobId, key]))),
    tallies: new Map([...groups.keys()].map((key): [string, Tally] => [key, { open: new Map(), items: [], itemCount: 0, snapshots: [] }])),
    needing: new Map(),
  }
  let before: Root | undefined
  let incomplete: string | undefined
  try {
    for await (const root of walk.groupOf.size > 0 ? drive.roots() : []) {
      for await (const batch of changedRecords(drive.reader, before, root)) for (const record of batch) take(walk, record, root.gen)
      for (const tally of walk.tallies.values()) if (tally.open.size > 0) extend(tally.snapshots, before?.gen, root.gen)
      before = root
    }
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error
    incomplete = `${error.objectKey} cannot be read either`
  }
  const end = (before?.gen ?? 0) + 1
  return new Map(
    [...walk.tallies].map(([key, tally]) => {
      for (const itemId of tally.open.keys()) close(tally, itemId, end)
      const { items, itemCount, snapshots } = tally
      return [key, { items, itemCount, snapshots, ...(incomplete !== undefined && { incomplete }) }]
    }),
  )
}

function take({ groupOf, tallies, needing }: Walk, record: StoredRecord, gen: number): void {
  const before = needing.get(record.key)
  const row = record.value.byteLength > 0 ? recordToRow(record) : undefined
  const now = new Set(row?.content?.segments.flatMap(({ blobId }) => groupOf.get(blobId) ?? []))
  for (const key of before ?? []) {
    const tally = tallies.get(key)
    if (tally && !(now.has(key) && tally.open.get(record.key)?.name === row?.name)) close(tally, record.key, gen)
  }
  for (const key of now) {
    const tally = tallies.get(key)
    if (tally && row && !tally.open.has(record.key)) tally.open.set(record.key, { name: row.name, from: gen })
  }
  if (now.size > 0) needing.set(record.key, now)
  else if (before) needing.delete(record.key)
}

function close(tally: Tally, itemId: string, before: number): void {
  const known = tally.open.get(itemId)
  if (!known) return
  tally.open.delete(itemId)
  tally.itemCount += 1
  if (tally.items.length < mostItems) tally.items.push({ itemId, name: known.name, from: known.from, to: before - 1 })
}

/** Generations between two neighbouring snapshots were given up, or are maintenance: they do not end a range. */
function extend(ranges: [number, number][], before: number | undefined, gen: number): void {
  const last = ranges.at(-1)
  if (last && last[1] === before) last[1] = gen
  else ranges.push([gen, gen])
}
