/** The metadata fields that create, update and copy share: first everything is checked, then everything is written. */
import { rank, roleOn, type Sight } from './access.ts'
import { DriveError } from './errors.ts'
import { checkProperties, checkUnlocked } from './item-checks.ts'
import type { FileBody } from './requests.ts'
import { type Extras, type Item, isFolder } from './state.ts'

/** @throws {DriveError} for the first field that this actor may not set on this item */
export function checkFields(sight: Sight, item: Item, body: FileBody): void {
  const role = roleOn(sight, item)
  const organizer = role >= rank.organizer
  if (body.writersCanShare !== undefined) throw new DriveError('teamDrivesSharingRestrictionNotAllowed')
  if (body.name !== undefined && body.name !== item.name) checkUnlocked(item)
  if (body.inheritedPermissionsDisabled !== undefined) {
    if (!isFolder(item)) throw new DriveError('invalid', 'inheritedPermissionsDisabled', 'only folders can have limited access')
    if (!organizer) throw new DriveError('insufficientFilePermissions')
  }
  if (body.copyRequiresWriterPermission !== undefined && role < rank.fileOrganizer) throw new DriveError('insufficientFilePermissions')
  if (body.downloadRestrictions !== undefined && !organizer) throw new DriveError('insufficientFilePermissions')
  if (body.contentRestrictions !== undefined) checkLock(item, body, organizer)
  const { properties, appProperties } = mergedPairs(item, sight.app, body)
  checkProperties(properties ?? {}, appProperties?.[sight.app] ?? {})
}

function checkLock(item: Item, body: FileBody, organizer: boolean): void {
  if (isFolder(item)) throw new DriveError('invalid', 'contentRestrictions', 'folders cannot be locked')
  const wanted = body.contentRestrictions?.[0]
  if ((item.more?.lock?.ownerRestricted || wanted?.ownerRestricted) && !organizer) throw new DriveError('insufficientFilePermissions')
}

function mergePairs(
  old: Record<string, string> | undefined,
  change: Readonly<Record<string, string | null>> | undefined,
): Record<string, string> | undefined {
  if (!change) return old
  const pairs = Object.entries({ ...old, ...change }).filter((pair): pair is [string, string] => pair[1] !== null)
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined
}

function mergedPairs(item: Item, app: string, body: FileBody): Pick<Extras, 'properties' | 'appProperties'> {
  const properties = mergePairs(item.more?.properties, body.properties)
  const own = mergePairs(item.more?.appProperties?.[app], body.appProperties)
  const appProperties = { ...item.more?.appProperties, ...(own && { [app]: own }) }
  if (!own) delete appProperties[app]
  return { ...(properties && { properties }), ...(Object.keys(appProperties).length > 0 && { appProperties }) }
}

/** Writes the fields that {@link checkFields} let through. */
export function writeFields(sight: Sight, item: Item, body: FileBody, now: number): void {
  const more: Extras = { ...item.more }
  const set = <K extends keyof Extras>(key: K, value: Extras[K] | undefined) => {
    if (value === undefined) delete more[key]
    else more[key] = value
  }
  if (body.name !== undefined) item.name = body.name
  if (body.description !== undefined) set('description', body.description || undefined)
  if (body.folderColorRgb !== undefined) set('color', body.folderColorRgb ?? undefined)
  if (body.originalFilename !== undefined) set('originalName', body.originalFilename)
  if (body.inheritedPermissionsDisabled !== undefined) set('limited', body.inheritedPermissionsDisabled || undefined)
  if (body.copyRequiresWriterPermission !== undefined) set('copyRequiresWriter', body.copyRequiresWriterPermission || undefined)
  if (body.starred !== undefined) {
    const others = (more.starredBy ?? []).filter((email) => email !== sight.email)
    const stars = body.starred ? [...others, sight.email] : others
    set('starredBy', stars.length > 0 ? stars : undefined)
  }
  const pairs = mergedPairs(item, sight.app, body)
  set('properties', pairs.properties)
  set('appProperties', pairs.appProperties)
  const download = body.downloadRestrictions?.itemDownloadRestriction
  if (download) {
    set('restrictWriters', download.restrictedForWriters || undefined)
    set('restrictReaders', download.restrictedForReaders || download.restrictedForWriters || undefined)
  }
  if (body.contentRestrictions) set('lock', lockOf(sight, body.contentRestrictions[0], now))
  item.more = Object.keys(more).length > 0 ? more : undefined
}

function lockOf(
  sight: Sight,
  wanted: NonNullable<FileBody['contentRestrictions']>[number] | undefined,
  at: number,
): Extras['lock'] | undefined {
  if (wanted?.readOnly !== true) return undefined
  return {
    ...(wanted.reason !== undefined && { reason: wanted.reason }),
    ownerRestricted: wanted.ownerRestricted === true,
    by: sight.email,
    at,
  }
}
