/** Live snapshots in groups whose segments can be read side by side, and which of several records with one key counts. */
import type { EveryRecord } from '../read/merge-every.ts'
import type { Root, SegmentRef } from '../root.ts'

/** Bounds the memory of a merge, at the price of reading what neighbouring groups share again. */
const mostTables = 64

export type Group = {
  /** The segments of all its snapshots, each once. */
  readonly refs: readonly SegmentRef[]
  /** For each of its snapshots its segments, newest first, as indexes into `refs`; equal lists are one. The last is that of the newest snapshot. */
  readonly states: readonly (readonly number[])[]
}

/** Neighbouring snapshots share most of their segments, so they are looked at together. `segmentsOf` gives them oldest first. */
export function* groups(roots: readonly Root[], segmentsOf: (root: Root) => readonly SegmentRef[]): Iterable<Group> {
  let lists: (readonly SegmentRef[])[] = []
  let distinct = new Set<string>()
  for (const list of roots.map(segmentsOf)) {
    const wider = distinct.union(new Set(list.map(({ sha256 }) => sha256)))
    if (lists.length > 0 && wider.size > mostTables) {
      yield groupOf(lists)
      lists = []
      distinct = new Set(list.map(({ sha256 }) => sha256))
    } else distinct = wider
    lists.push(list)
  }
  if (lists.length > 0) yield groupOf(lists)
}

function groupOf(lists: readonly (readonly SegmentRef[])[]): Group {
  const refs = [...new Map(lists.flat().map((ref) => [ref.sha256, ref])).values()]
  const place = new Map(refs.map(({ sha256 }, n) => [sha256, n]))
  const states = lists.map((list) => list.map(({ sha256 }) => place.get(sha256) ?? -1).reverse())
  const last = states.at(-1) ?? []
  const others = new Map(states.map((state) => [state.join(), state]))
  others.delete(last.join())
  return { refs, states: [...others.values(), last] }
}

/** The values that are the newest of their key in some state. */
export function liveValues({ tables, values }: EveryRecord, states: Group['states']): readonly Uint8Array[] {
  if (tables.length === 1) return values
  const live = new Set(states.map((state) => state.find((table) => tables.includes(table))))
  return values.filter((_, n) => live.has(tables[n]))
}
