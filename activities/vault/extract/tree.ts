/**
 * Where each item of a snapshot goes in an extracted tree (docs/VAULT-FORMAT.md, "An extracted tree"). A function of the rows alone: the
 * order of work, the machine and what lies in the target folder make no difference.
 */
import { createHash } from 'node:crypto'
import type { ManifestRow } from '../manifest-row.ts'
import { endingOf, nextName, safeName, sameNameKey } from './safe-name.ts'

export const folderMimeType = 'application/vnd.google-apps.folder'
const shortcutSuffix = '.shortcut.json'

/** A folder whose path would be longer than this begins anew below `deep/`. */
const mostFolderBytes = 500

/** What an item becomes on disk; `nothing` when the vault holds only its row. */
export type ItemKind = 'folder' | 'file' | 'shortcut' | 'nothing'

export function kindOf(row: ManifestRow): ItemKind {
  if (row.mimeType === folderMimeType) return 'folder'
  if (row.content) return 'file'
  return row.shortcut ? 'shortcut' : 'nothing'
}

export type Tree = {
  /** Begins to give out paths. Every walk through the rows needs one of its own. */
  walk(): PathOf
}

/**
 * The path of an item, relative to the folder of its drive, with `/` between its parts; nothing for what has no place on disk.
 * Must be asked for every row of the snapshot, once, in their order: of two items with one name the first gets it.
 */
export type PathOf = (row: ManifestRow) => string | undefined

export type TreeBuilder = {
  /** Takes note of a row. All rows must have been seen before {@link TreeBuilder.finish}. */
  see(row: ManifestRow): void
  finish(): Tree
}

type Top = 'files' | 'trash' | 'orphans' | 'deep'

type Folder = {
  readonly id: string
  readonly name: string
  readonly parentId: string | undefined
  readonly trashed: boolean
  parent?: Folder
  /** What it is called on disk, and where that is. `rel` is empty for the tops. */
  localName: string
  place?: { readonly top: Top; readonly rel: string }
  /** The names of the folders within it, made when there is one. */
  taken?: Set<string>
}

/** The names of what lies in each folder beside its folders, as a walk has given them out. */
type Given = Map<Folder, Set<string>>

export function treeBuilder(driveId: string): TreeBuilder {
  const folders = new Map<string, Folder>()
  const parents = new Set<string>()
  return {
    see(row) {
      if (row.parentId !== undefined) parents.add(row.parentId)
      if (kindOf(row) === 'folder') folders.set(row.id, folderOf(row.id, row.name, row.parentId, row.flags?.trashed === true))
    },
    finish() {
      const files = topFolder('files')
      const orphans = topFolder('orphans')
      // A parent that the snapshot does not hold becomes a folder that is called by its id.
      for (const id of parents) if (id !== driveId && !folders.has(id)) folders.set(id, folderOf(id, id, undefined, false))
      const parentOf = (parentId: string | undefined) =>
        parentId === undefined ? orphans : parentId === driveId ? files : (folders.get(parentId) ?? orphans)
      const inOrder = [...folders.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
      for (const folder of inOrder) folder.parent = parentOf(folder.parentId)
      cutRings(inOrder, orphans)
      for (const folder of inOrder) nameFolder(folder, folder.parent ?? orphans)
      for (const folder of inOrder) settle(folder)
      return {
        walk: () => {
          const given: Given = new Map()
          return (row) => pathIn(row, kindOf(row) === 'folder' ? folders.get(row.id) : parentOf(row.parentId), given)
        },
      }
    },
  }
}

function folderOf(id: string, name: string, parentId: string | undefined, trashed: boolean): Folder {
  return { id, name, parentId, trashed, localName: '' }
}

function topFolder(top: Top): Folder {
  return { ...folderOf('', '', undefined, false), place: { top, rel: '' } }
}

function pathIn(row: ManifestRow, folder: Folder | undefined, given: Given): string | undefined {
  const kind = kindOf(row)
  if (kind === 'nothing' || !folder?.place) return undefined
  const { top, rel } = folder.place
  if (kind === 'folder') return `${top}/${rel}`
  const suffix = kind === 'shortcut' ? shortcutSuffix : endingOf(row.content?.exportMimeType ?? '')
  const within = given.get(folder) ?? new Set()
  given.set(folder, within)
  const name = freeName(
    safeName(row.name, { folder: false, suffix }),
    false,
    row.id,
    (key) => within.has(key) || folder.taken?.has(key) === true,
  )
  within.add(sameNameKey(name))
  return join(topBelow(top, row.flags?.trashed === true), rel, name)
}

function nameFolder(folder: Folder, parent: Folder): void {
  const taken = parent.taken ?? new Set()
  parent.taken = taken
  folder.localName = freeName(safeName(folder.name, { folder: true }), true, folder.id, (key) => taken.has(key))
  taken.add(sameNameKey(folder.localName))
}

/** The safe name, or the first of those after it, that nothing in the folder has. */
function freeName(name: string, isFolder: boolean, id: string, isTaken: (key: string) => boolean): string {
  let free = name
  for (let attempt = 1; isTaken(sameNameKey(free)); attempt += 1) free = nextName(name, isFolder, id, attempt)
  return free
}

/** Of folders that lie in each other, the one with the least id is taken out and becomes an orphan. `inOrder` ascends by id. */
function cutRings(inOrder: readonly Folder[], orphans: Folder): void {
  const walkOf = new Map<Folder, Folder>()
  for (const start of inOrder) {
    let folder: Folder | undefined = start
    while (folder?.place === undefined && folder !== undefined && !walkOf.has(folder)) {
      walkOf.set(folder, start)
      folder = folder.parent
    }
    if (folder === undefined || folder.place !== undefined || walkOf.get(folder) !== start) continue
    let least: Folder = folder
    for (let other = folder.parent; other && other !== folder; other = other.parent) if (other.id < least.id) least = other
    least.parent = orphans
  }
}

/** Gives a folder its place, after those above it; without recursion, because a hostile drive may nest a hundred thousand deep. */
function settle(folder: Folder): void {
  const open: Folder[] = []
  for (let above: Folder | undefined = folder; above && !above.place; above = above.parent) open.push(above)
  for (const next of open.reverse()) {
    const { top, rel } = next.parent?.place ?? { top: 'orphans', rel: '' }
    const below = topBelow(top, next.trashed)
    const path = join('', rel, next.localName)
    next.place =
      Buffer.byteLength(`${below}/${path}`) <= mostFolderBytes
        ? { top: below, rel: path }
        : { top: 'deep', rel: createHash('sha256').update(next.id).digest('hex').slice(0, 32) }
  }
}

const topBelow = (top: Top, trashed: boolean): Top => (top === 'files' && trashed ? 'trash' : top)

const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('/')
