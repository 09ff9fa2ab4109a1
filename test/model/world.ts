/**
 * A drive's vault and ledger, shrunk until every interleaving can be looked at. There is one content, `x`. An old snapshot that was given up
 * had it, in container `X`; the newest does not. Every run wants to back it up again.
 */

export type ModelRoot = {
  readonly gen: number
  readonly session: string
  /** The backup that its run compared the drive with. */
  readonly from: number
  readonly maintenance: boolean
  readonly expired: boolean
  readonly gcEpoch: number
  /** Whether its state has `x`, and where its index says that `x` lies. */
  readonly needs: boolean
  readonly place: string | null
}

export type ModelSession = {
  state: 'queued' | 'open' | 'closed' | 'fenced'
  epoch: number
  parent: number
  from: number
  /** A row that names `x` is in its journal. */
  row: boolean
}

export type ModelWorker = {
  readonly name: string
  readonly session: string
  at: 'begin' | 'lookup' | 'upload' | 'journal' | 'read' | 'check' | 'gather' | 'put' | 'carry' | 'close' | 'end'
  uploaded: boolean
  /** What it has read and goes on with, however long ago. */
  head: number
  entry: string | null
  mine: number
}

export type ModelCollector = {
  readonly name: string
  at: 'ask' | 'mark' | 'begin' | 'fence' | 'look' | 'put' | 'delete' | 'finish' | 'end'
  cycles: number
  epoch: number
  orphans: boolean
  list: string[]
  fence: string[]
  head: number
}

export type World = {
  roots: ModelRoot[]
  objects: string[]
  epoch: number
  /** What the cycle that goes on means to delete. */
  plan: string[] | null
  /** Whether later runs are told that the vault has `x`. */
  offered: boolean
  /** Where the ledger says that `x` lies. */
  blob: { container: string; committed: boolean } | null
  sessions: Record<string, ModelSession>
  workers: ModelWorker[]
  collectors: ModelCollector[]
}

/** `workers` by the session that each works for; two of one session are one that froze and one that took over. */
export function start(workers: Readonly<Record<string, string>>, collectors: readonly string[], cycles: number): World {
  const root = { session: 'before', from: 0, maintenance: false, gcEpoch: 0, place: 'X' }
  return {
    roots: [
      { ...root, gen: 1, expired: true, needs: true },
      { ...root, gen: 2, from: 1, expired: false, needs: false },
    ],
    objects: ['X'],
    epoch: 0,
    plan: null,
    offered: true,
    blob: { container: 'X', committed: true },
    sessions: Object.fromEntries(Object.values(workers).map((id) => [id, { state: 'queued', epoch: 0, parent: 0, from: 0, row: false }])),
    workers: Object.entries(workers).map(([name, session]) => ({
      name,
      session,
      at: 'begin',
      uploaded: false,
      head: 0,
      entry: null,
      mine: 0,
    })),
    collectors: collectors.map((name) => ({
      name,
      at: 'ask',
      cycles,
      epoch: 0,
      orphans: false,
      list: [],
      fence: [],
      head: 0,
    })),
  }
}

/** A world to change. By hand, because the search makes a million of them. */
export function copyOf(world: World): World {
  return {
    ...world,
    roots: [...world.roots],
    objects: [...world.objects],
    blob: world.blob && { ...world.blob },
    sessions: Object.fromEntries(Object.entries(world.sessions).map(([id, session]) => [id, { ...session }])),
    workers: world.workers.map((worker) => ({ ...worker })),
    collectors: world.collectors.map((collector) => ({ ...collector })),
  }
}

export function headOf({ roots }: World): ModelRoot {
  const head = roots.at(-1)
  if (!head) throw new Error('The model always has a root.')
  return head
}

/** Containers that a live snapshot needs. */
export function neededIn({ roots }: World): ReadonlySet<string> {
  return new Set(roots.filter(({ expired, needs }) => !expired && needs).flatMap(({ place }) => (place === null ? [] : [place])))
}

/** What is lost in this world, in words; nothing when every live snapshot can be restored. */
export function loss(world: World): string | undefined {
  let newest = 0
  for (const { gen, session, maintenance, from, expired, needs, place } of world.roots) {
    if (!maintenance && from !== newest) return `snapshot ${gen} of ${session} has changes since ${from}, but lies on top of ${newest}`
    if (!maintenance) newest = gen
    if (expired || !needs) continue
    if (place === null) return `snapshot ${gen} of ${session} names x, and no index knows it`
    if (!world.objects.includes(place)) return `snapshot ${gen} of ${session} needs ${place}, which was deleted`
  }
  return undefined
}
