import type { drive_v3 } from '@googleapis/drive'
import type { Change, DriveInfo, DriveItem, Grant } from '../resources.ts'
import type { StoredItem } from '../target.ts'
import { driveFailure } from './failure.ts'

/**
 * From Google's answers to our resources. They are Google's own words, so only what the program stands on is checked: ids, names and types.
 * @throws {DriveFailure} `TransientProvider`: the answer is not what Google documents
 */
export function toItem(file: drive_v3.Schema$File): DriveItem {
  const { size, trashed, ...rest } = file
  required(file, 'id', 'name', 'mimeType')
  return { ...rest, ...(size != null && { size: Number(size) }), trashed: trashed === true } as unknown as DriveItem
}

export function toStored(file: drive_v3.Schema$File): StoredItem {
  return toItem(file)
}

export function toDrive(drive: drive_v3.Schema$Drive): DriveInfo {
  required(drive, 'id', 'name')
  return drive as DriveInfo
}

export function toChange(change: drive_v3.Schema$Change): Change {
  const removed = change.removed === true
  const time = change.time == null ? {} : { time: change.time }
  if (change.changeType === 'drive') {
    required(change, 'driveId')
    return { type: 'drive', driveId: change.driveId as string, removed, ...time, ...(change.drive && { drive: toDrive(change.drive) }) }
  }
  required(change, 'fileId')
  return { type: 'item', itemId: change.fileId as string, removed, ...time, ...(change.file && !removed && { item: toItem(change.file) }) }
}

/**
 * The direct part of a permission, or nothing when it is inherited through and through. On a shared drive `role` is the strongest of what
 * is inherited and what is granted on the item; the role of the direct grant stands in the details.
 */
export function toDirectGrant(permission: drive_v3.Schema$Permission): Grant | undefined {
  required(permission, 'type', 'role')
  const { permissionDetails: details, teamDrivePermissionDetails: _old, kind: _kind, photoLink: _photo, ...rest } = permission
  if (!details) return rest as Grant
  const direct = details.find((detail) => detail.inherited !== true)
  return direct && ({ ...rest, role: direct.role ?? rest.role } as Grant)
}

function required<Resource extends object>(resource: Resource, ...keys: readonly (keyof Resource & string)[]): void {
  const missing = keys.filter((key) => typeof resource[key] !== 'string')
  if (missing.length > 0) throw driveFailure('TransientProvider', { detail: `An answer lacks ${missing.join(', ')}.` })
}
