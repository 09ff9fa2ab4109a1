/** What must hold before an item may be put somewhere or changed: the limits and locks of shared drives. */
import { rank, roleOn, type Sight } from './access.ts'
import { DriveError } from './errors.ts'
import { type Item, isFolder, type World } from './state.ts'
import { depthOf, isTrashed, subtree } from './tree.ts'

/** The folder with this id as a place to put something. */
export function parentFor(sight: Sight, id: string): Item {
  const parent = sight.world.items.get(id)
  if (!parent || roleOn(sight, parent) === 0) throw new DriveError('fileNotFound', id)
  if (!isFolder(parent)) throw new DriveError('parentNotAFolder')
  if (roleOn(sight, parent) < rank.writer || isTrashed(parent)) throw new DriveError('insufficientParentPermissions')
  return parent
}

/** @throws {DriveError} teamDriveFileLimitExceeded when `count` more items do not fit, trash included */
export function checkRoom(world: World, parent: Item, count: number): void {
  if (parent.drive.items.length + count > world.knobs.itemLimit) throw new DriveError('teamDriveFileLimitExceeded')
}

/** Folders nest at most 100 deep; files and shortcuts may lie in the deepest. */
export function checkDepth(world: World, parent: Item, item?: Item): void {
  const base = depthOf(parent) + 1
  const folders = item ? subtree(item).filter(isFolder) : undefined
  const height = folders ? Math.max(-1, ...folders.map((folder) => depthOf(folder))) - depthOf(item as Item) : 0
  if (folders?.length === 0) return
  if (base + height > world.knobs.maxDepth) throw new DriveError('teamDriveHierarchyTooDeep')
}

/** @throws {DriveError} contentRestricted while the file is locked */
export function checkUnlocked(item: Item): void {
  if (item.more?.lock) throw new DriveError('contentRestricted')
}

/** The maps of custom pairs: limits of https://developers.google.com/workspace/drive/api/guides/properties. */
export function checkProperties(common: Readonly<Record<string, string>>, own: Readonly<Record<string, string>>): void {
  const tooLong = Object.entries({ ...common })
    .concat(Object.entries(own))
    .some(([key, value]) => Buffer.byteLength(key + value) > 124)
  const counts = [Object.keys(common).length, Object.keys(own).length]
  if (tooLong || counts.some((count) => count > 30)) throw new DriveError('propertyLimit')
}

/** @throws {DriveError} invalid when a time is no RFC 3339 date-time */
export function timeOf(text: string, field: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at) || !/^\d{4}-\d\d-\d\dT/.test(text)) throw new DriveError('invalid', field, text)
  return at
}
