/**
 * What people did in their drives, step by step, kept apart from the practice Drive: the judge of what a snapshot may say. An item's state
 * holds from its step on, until the next one; nothing stands for an item that is not there.
 */
import { createHash } from 'node:crypto'

export type ItemState = {
  readonly name: string
  readonly parentId: string
  readonly kind: 'file' | 'folder' | 'shortcut'
  /** Of a file's bytes. */
  readonly sha256?: string
  readonly targetId?: string
  /** By a person's own hand, not by a folder above. */
  readonly trashed: boolean
  /** Direct grants: whom, and as what. */
  readonly grants: Readonly<Record<string, string>>
}

type Entry = { readonly step: number; readonly state: ItemState | undefined }

export type Ledger = ReturnType<typeof createLedger>

export function createLedger() {
  /** By drive, then by item. */
  const history = new Map<string, Map<string, Entry[]>>()
  const places = new Map<string, string>()
  const contents = new Map<string, Buffer>()
  let step = 0

  function write(driveId: string, itemId: string, state: ItemState | undefined): void {
    const items = history.get(driveId) ?? new Map<string, Entry[]>()
    history.set(driveId, items)
    const entries = items.get(itemId) ?? []
    items.set(itemId, entries)
    if (entries.at(-1)?.step === step) entries.pop()
    entries.push({ step, state })
    if (state) places.set(itemId, driveId)
    else if (places.get(itemId) === driveId) places.delete(itemId)
  }

  const now = (driveId: string, itemId: string): ItemState | undefined => history.get(driveId)?.get(itemId)?.at(-1)?.state

  /** The items of a drive as they are now. */
  function live(driveId: string): ReadonlyMap<string, ItemState> {
    const found = new Map<string, ItemState>()
    for (const [id, entries] of history.get(driveId) ?? []) {
      const state = entries.at(-1)?.state
      if (state) found.set(id, state)
    }
    return found
  }

  /** An item and everything below it, parents first. */
  function below(driveId: string, itemId: string): readonly string[] {
    const items = live(driveId)
    const found = [itemId]
    for (const id of found) for (const [child, { parentId }] of items) if (parentId === id) found.push(child)
    return found
  }

  return {
    get step() {
      return step
    },
    /** Begins a step: what is written from now on happened at once. */
    begin(): void {
      step += 1
    },
    live,
    below,
    write,
    driveOf: (itemId: string) => places.get(itemId),
    change(itemId: string, change: Partial<ItemState>): void {
      const driveId = places.get(itemId)
      const before = driveId === undefined ? undefined : now(driveId, itemId)
      if (driveId === undefined || !before) throw new Error(`The ledger does not know the item ${itemId}.`)
      write(driveId, itemId, { ...before, ...change })
    },
    /** With everything below, as Drive does it. */
    moveTo(itemId: string, driveId: string, parentId: string): void {
      const from = places.get(itemId) ?? driveId
      for (const id of below(from, itemId)) {
        const state = now(from, id)
        if (!state) continue
        if (from !== driveId) write(from, id, undefined)
        write(driveId, id, id === itemId ? { ...state, parentId } : state)
      }
    },
    drop(itemId: string): void {
      const driveId = places.get(itemId)
      if (driveId !== undefined) for (const id of below(driveId, itemId)) write(driveId, id, undefined)
    },
    keep(bytes: Buffer): string {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      contents.set(sha256, bytes)
      return sha256
    },
    bytesOf: (sha256: string) => contents.get(sha256),
    /** Every state that an item had at some moment from step `from` to step `to`, both included. */
    between(driveId: string, itemId: string, from: number, to: number): readonly (ItemState | undefined)[] {
      const entries = history.get(driveId)?.get(itemId) ?? []
      const first = entries.findLast(({ step: at }) => at <= from)
      return [first?.state, ...entries.filter(({ step: at }) => at > from && at <= to).map(({ state }) => state)]
    },
    /** Every item that the drive ever had. */
    everSeen: (driveId: string): readonly string[] => [...(history.get(driveId)?.keys() ?? [])],
  }
}
