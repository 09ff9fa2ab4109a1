/**
 * What a restore would do, line by line, decided without touching anything. Rules:
 * nothing is ever overwritten or replaced (P8, G19); what is still there unchanged is left alone; what lies in Drive's trash comes back by
 * its own id, since that keeps links and history; a folder that is gone is made again; everything else is a new item with the old content.
 */

export type ItemKind = 'folder' | 'file' | 'native' | 'shortcut'

/** An item of the snapshot that is to come back, or (`ancestor`) a folder above one that may have to be made again for it. */
export type PlanItem = {
  readonly id: string
  readonly parentId?: string | undefined
  readonly name: string
  readonly kind: ItemKind
  readonly size: number
  /** What tells that content is the same: Drive's sha256, or for Google-native files the time of the last change. */
  readonly contentKey?: string | undefined
  /** Why its content cannot come back, when the vault holds none. */
  readonly unrestorable?: string | undefined
  readonly grants: readonly { readonly type: string; readonly role: string }[]
  readonly ancestor: boolean
}

/** An item as Drive has it now. */
export type LivingItem = {
  readonly parentId?: string | undefined
  readonly name: string
  readonly trashed: boolean
  readonly explicitlyTrashed: boolean
  readonly contentKey?: string | undefined
}

export type World = {
  readonly living: ReadonlyMap<string, LivingItem>
  /** True when an untrashed item of this name lies in the folder. */
  nameTaken(parentId: string, name: string): boolean
}

export type Destination =
  | { readonly kind: 'original'; readonly driveId: string }
  | { readonly kind: 'elsewhere'; readonly driveId: string; readonly folderId: string }

/** `keep`: it is there, or comes back with its folder. `none`: nothing of it can come back, and the note says why. */
export type PlanAction = 'create-folder' | 'reuse-folder' | 'untrash' | 'upload' | 'import' | 'shortcut' | 'keep' | 'none'

const creating: ReadonlySet<PlanAction> = new Set(['create-folder', 'upload', 'import', 'shortcut'])

/** True for the actions that make a new item in Drive. */
export const creates = (action: PlanAction): boolean => creating.has(action)

/** One line of a plan. Its place under the parent is either another line's result or a folder that exists. */
export type PlanLine = {
  readonly itemId: string
  readonly kind: ItemKind
  readonly action: PlanAction
  readonly name: string
  readonly path: string
  readonly size: number
  /** Index of the line that brings the parent; absent when the parent exists. */
  readonly parentLine?: number
  /** The existing parent; absent when `parentLine` is set. */
  readonly parentId?: string
  /** For `untrash`, `reuse-folder`: the id that exists. */
  readonly targetId?: string
  readonly conflict: boolean
  readonly note?: string
}

/** Lines in the order in which they are carried out: folders from the top down, then files, then shortcuts (their targets come first). */
export function planLines(items: readonly PlanItem[], world: World, destination: Destination): PlanLine[] {
  const byId = new Map(items.map((item) => [item.id, item]))
  const lines: PlanLine[] = []
  const lineOf = new Map<string, number>()

  for (const item of inOrder(items, byId, destination)) {
    const place = placeOf(item, byId, lineOf, destination)
    const parent = place.parentLine === undefined ? undefined : lines[place.parentLine]
    const decided = decide(item, parent, world, destination)
    const intoExisting = place.parentId ?? (parent?.action === 'reuse-folder' || parent?.action === 'untrash' ? parent.targetId : undefined)
    lineOf.set(item.id, lines.length)
    lines.push({
      itemId: item.id,
      kind: item.kind,
      name: item.name,
      path: pathOf(item, byId),
      size: item.size,
      ...place,
      conflict: creates(decided.action) && intoExisting !== undefined && world.nameTaken(intoExisting, item.name),
      ...decided,
    })
  }
  return lines
}

/** Where an item goes: below its own parent when that is part of the plan, else into the original parent or the chosen folder. */
function placeOf(
  item: PlanItem,
  byId: ReadonlyMap<string, PlanItem>,
  lineOf: ReadonlyMap<string, number>,
  destination: Destination,
): { parentLine?: number; parentId?: string } {
  const parentLine = item.parentId === undefined ? undefined : lineOf.get(item.parentId)
  if (parentLine !== undefined) return { parentLine }
  if (destination.kind === 'elsewhere') return { parentId: destination.folderId }
  const inDrive = item.parentId !== undefined && !byId.has(item.parentId) ? item.parentId : destination.driveId
  return { parentId: inDrive }
}

function decide(
  item: PlanItem,
  parent: PlanLine | undefined,
  world: World,
  destination: Destination,
): { action: PlanAction; targetId?: string; note?: string } {
  const living = destination.kind === 'original' ? world.living.get(item.id) : undefined
  const same = living !== undefined && (item.kind === 'folder' || living.contentKey === item.contentKey)

  if (living && same && !living.trashed) {
    if (item.kind === 'folder') return { action: 'reuse-folder', targetId: item.id }
    return { action: 'keep', targetId: item.id, note: 'It is still there, unchanged.' }
  }
  // A folder above the wanted item is not pulled out of the trash for it: all that lies in it would come along, unasked.
  if (living && same && living.explicitlyTrashed && !item.ancestor) {
    return { action: 'untrash', targetId: item.id, note: 'It lies in the trash of Drive and comes back with its id, links and history.' }
  }
  if (living && same && parent?.action === 'untrash') {
    if (item.kind === 'folder') return { action: 'reuse-folder', targetId: item.id }
    return { action: 'keep', targetId: item.id, note: 'It comes back with its folder.' }
  }
  if (item.unrestorable) return { action: 'none', note: item.unrestorable }
  const actions = { folder: 'create-folder', file: 'upload', native: 'import', shortcut: 'shortcut' } as const
  return { action: actions[item.kind] }
}

/** Folders by depth, then the rest; within a level by path and id, so that the same input always gives the same plan. */
function inOrder(items: readonly PlanItem[], byId: ReadonlyMap<string, PlanItem>, destination: Destination): PlanItem[] {
  const rank = { folder: 0, file: 1, native: 1, shortcut: 2 }
  return items
    .filter((item) => !(item.ancestor && destination.kind === 'elsewhere'))
    .map((item) => ({ item, depth: ancestors(item, byId).length }))
    .sort((a, b) => {
      const byKind = rank[a.item.kind] - rank[b.item.kind]
      const byDepth = a.item.kind === 'folder' && b.item.kind === 'folder' ? a.depth - b.depth : 0
      return byKind || byDepth || compare(a.item.id, b.item.id)
    })
    .map(({ item }) => item)
}

function pathOf(item: PlanItem, byId: ReadonlyMap<string, PlanItem>): string {
  return [...ancestors(item, byId).reverse(), item].map(({ name }) => name).join('/')
}

/** The chain of parents within the plan, nearest first. A loop, which Drive should never hand out, ends it. */
function ancestors(item: PlanItem, byId: ReadonlyMap<string, PlanItem>): PlanItem[] {
  const chain: PlanItem[] = []
  const seen = new Set([item.id])
  let parentId = item.parentId
  while (parentId !== undefined && !seen.has(parentId)) {
    seen.add(parentId)
    const parent = byId.get(parentId)
    if (!parent) break
    chain.push(parent)
    parentId = parent.parentId
  }
  return chain
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
