/** `files.list`: scoping by corpora, the query's predicate, order and resumable pages. Without an order a page costs what it looks at, not what exists. */
import { canSee, rank, roleOnDrive, type Sight, seenDrive, sightOf } from './access.ts'
import type { ContentStore } from './content-store.ts'
import { DriveError } from './errors.ts'
import { fileView, type Lens } from './file-view.ts'
import { decodeToken, encodeToken, pageSize } from './paging.ts'
import type { Actor, FilePage, ListFiles } from './requests.ts'
import type { DriveState, Item, Principal, World } from './state.ts'
import { byOrd, lowerBound, subtree } from './tree.ts'

/** Where a listing goes on: its query, when it began, and either the drive and place, or the ordered result and offset. */
type Cursor = {
  readonly fingerprint: string
  readonly startedAt: number
  readonly source: number
  readonly position: number
  readonly ordered: number
}

/** Results in a client's order, kept for the pages that follow. The oldest goes first; its tokens are then rejected, as Google's are after hours. */
export type OrderedLists = { readonly held: Map<number, readonly string[]>; next: number }
const orderedListsHeld = 16

type Source = { readonly list: readonly Item[]; readonly all: boolean }

function readCursor(world: World, fingerprint: string, token: string | undefined): Cursor {
  const now = world.clock.now().getTime()
  if (token === undefined) return { fingerprint, startedAt: now, source: 0, position: 0, ordered: -1 }
  const [print, ...numbers] = decodeToken(token)
  const [startedAt, source, position, ordered] = numbers.map(Number)
  if (print !== fingerprint || startedAt === undefined || source === undefined || position === undefined || ordered === undefined)
    throw new DriveError('invalidPageToken')
  if (!numbers.every(Number.isInteger) || now - startedAt > world.knobs.listTokenTtlMs) throw new DriveError('invalidPageToken')
  return { fingerprint, startedAt, source, position, ordered }
}

const writeCursor = (at: Cursor) => encodeToken([at.fingerprint, at.startedAt, at.source, at.position, at.ordered])

/** The lists to walk, in order. `all` = every item in it is the actor's to see, so none needs a look at its grants. */
function sourcesFor(sight: Sight, args: ListFiles): Source[] {
  const { world } = sight
  if (args.corpora === 'drive' || args.driveId !== undefined) {
    if (args.driveId === undefined) throw new DriveError('required', 'driveId')
    if (args.includeItemsFromAllDrives !== true)
      throw new DriveError('invalid', 'includeItemsFromAllDrives', 'must be true when driveId is given')
    const drive = seenDrive(sight, args.driveId)
    return [within(sight, args.parentId, drive) ?? { list: drive.items, all: roleOnDrive(sight, drive) === rank.organizer }]
  }
  if (args.includeItemsFromAllDrives !== true) return []
  if (args.parentId !== undefined) {
    const folder = world.items.get(args.parentId)
    return folder ? [{ list: folder.children ?? [], all: false }] : []
  }
  const member = args.sharedWithMe ? [] : [...world.drives.values()].filter((drive) => roleOnDrive(sight, drive) > 0)
  const own = member.map((drive) => ({ list: drive.items, all: roleOnDrive(sight, drive) === rank.organizer }))
  return [...own, { list: sharedItems(sight, args.sharedWithMe === true), all: false }]
}

/** What a person was given in drives of others, by name or by group; what is open to anyone with the link is found only if it was made discoverable. */
function sharedItems(sight: Sight, givenOnly: boolean): Item[] {
  const { world, keys } = sight
  const given = [...world.granted].filter((item) => {
    if (roleOnDrive(sight, item.drive) > 0) return false
    return item.grants?.some((grant) => keys.has(grant.to.key) && (isPersonal(grant.to) || (!givenOnly && grant.discoverable === true)))
  })
  const all = givenOnly ? given : [...new Set(given.flatMap(subtree))]
  return all.sort((a, b) => a.ord - b.ord)
}

const isPersonal = (to: Principal) => to.type === 'user' || to.type === 'group'

function within(sight: Sight, parentId: string | undefined, drive: DriveState): Source | undefined {
  if (parentId === undefined) return undefined
  const folder = sight.world.items.get(parentId)
  return { list: folder?.drive === drive ? (folder.children ?? []) : [], all: roleOnDrive(sight, drive) === rank.organizer }
}

export function listFiles(world: World, store: ContentStore, ordered: OrderedLists, actor: Actor, args: ListFiles): FilePage {
  const sight = sightOf(world, actor)
  const lens: Lens = { sight, store, labels: args.includeLabels ?? [] }
  const at = readCursor(world, args.fingerprint ?? '', args.pageToken)
  const size = pageSize(args.pageSize, 100, 1000)
  const found = args.compare ? orderedPage(lens, ordered, args, at, size) : naturalPage(lens, args, at, size)
  return {
    files: found.items.map((item) => fileView(item, lens)),
    ...(found.next && { nextPageToken: writeCursor(found.next) }),
    incompleteSearch: false,
  }
}

type Found = { readonly items: readonly Item[]; readonly next?: Cursor }

function naturalPage(lens: Lens, args: ListFiles, at: Cursor, size: number): Found {
  const sources = sourcesFor(lens.sight, args)
  const items: Item[] = []
  for (let s = at.source; s < sources.length; s++) {
    const { list, all } = sources[s] as Source
    for (let i = lowerBound(list, s === at.source ? at.position : 0, byOrd); i < list.length; i++) {
      const item = list[i] as Item
      if (!admits(lens, args, item, all)) continue
      if (items.length === size) return { items, next: { ...at, source: s, position: item.ord } }
      items.push(item)
    }
  }
  return { items }
}

function admits(lens: Lens, args: ListFiles, item: Item, all: boolean): boolean {
  if (!all && !canSee(lens.sight, item)) return false
  return args.matches === undefined || args.matches(fileView(item, lens))
}

function orderedPage(lens: Lens, lists: OrderedLists, args: ListFiles, at: Cursor, size: number): Found {
  const { world } = lens.sight
  let key = at.ordered
  let ids = lists.held.get(key)
  if (key >= 0 && !ids) throw new DriveError('invalidPageToken')
  if (!ids) {
    ids = sortedIds(lens, args)
    key = lists.next++
    lists.held.set(key, ids)
    const [oldest] = lists.held.keys()
    if (lists.held.size > orderedListsHeld && oldest !== undefined) lists.held.delete(oldest)
  }
  const end = at.position + size
  // What was deleted or hidden since the first page is left out: the page is then shorter than asked, as Google allows.
  const items = ids.slice(at.position, end).flatMap((id) => world.items.get(id) ?? [])
  return {
    items: items.filter((item) => canSee(lens.sight, item)),
    ...(end < ids.length && { next: { ...at, position: end, ordered: key } }),
  }
}

function sortedIds(lens: Lens, args: ListFiles): readonly string[] {
  const compare = args.compare as NonNullable<ListFiles['compare']>
  const views = sourcesFor(lens.sight, args).flatMap(({ list, all }) =>
    list.filter((item) => admits(lens, args, item, all)).map((item) => fileView(item, lens)),
  )
  return views.sort(compare).map((view) => view.id)
}
