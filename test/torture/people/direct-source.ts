/** Reading the practice Drive without the wire between: the model's own answers through the field masks and maps of the real adapter. */
import { DriveFailure, type DriveFailureType } from '../../../activities/drive/failure-types.ts'
import { driveFailure } from '../../../activities/drive/google/failure.ts'
import { fields } from '../../../activities/drive/google/fields.ts'
import { toChange, toDirectGrant, toDrive, toItem } from '../../../activities/drive/google/map.ts'
import type { Grant } from '../../../activities/drive/resources.ts'
import type { DriveModel } from '../../../activities/drive/simulator/model/api.ts'
import type { Actor } from '../../../activities/drive/simulator/model/requests.ts'
import { parseMask } from '../../../activities/drive/simulator/wire/fields/mask.ts'
import { project } from '../../../activities/drive/simulator/wire/fields/project.ts'
import type { DriveSource } from '../../../activities/drive/source.ts'

const masks = {
  item: parseMask(fields.item, 'File'),
  items: parseMask(fields.itemPage, 'FileList'),
  drive: parseMask(fields.drive, 'Drive'),
  changes: parseMask(fields.changePage, 'ChangeList'),
  permissions: parseMask(fields.permissionPage, 'PermissionList'),
}

const failures: Readonly<Record<string, DriveFailureType>> = {
  fileNotFound: 'NotFound',
  driveNotFound: 'NotFound',
  invalidPageToken: 'InvalidPageToken',
  cannotDownloadAbusiveFile: 'Abusive',
  fileNotDownloadable: 'NotDownloadable',
}

export type DirectOptions = {
  /** Items of a page: few, so that a small drive has several pages. */
  readonly pageSize: number
  /** By drive: positions in its change feed before this one are not known any more. */
  readonly oldestPositions: ReadonlyMap<string, number>
}

export function directSource(model: DriveModel, actor: Actor, { pageSize, oldestPositions }: DirectOptions): DriveSource {
  const whole = { includeItemsFromAllDrives: true, pageSize } as const
  const at = (pageToken: string | undefined) => (pageToken === undefined ? {} : { pageToken })

  function grantsOf(id: string): readonly Grant[] {
    const page = project(model.permissions.list(actor, id, { pageSize: 100 }), masks.permissions) as { permissions?: object[] }
    return (page.permissions ?? []).map(toDirectGrant).filter((grant) => grant !== undefined)
  }

  const source: Omit<DriveSource, 'listDrives' | 'exportAs'> = {
    drive: (driveId) => answer(() => toDrive(project(model.drives.get(actor, driveId), masks.drive) as object)),
    members: (driveId) => answer(() => grantsOf(driveId)),
    grants: (itemId) => answer(() => grantsOf(itemId)),
    comments: () => answer(() => []),
    startPageToken: (driveId) => answer(() => model.changes.getStartPageToken(actor, { driveId })),
    listItems: (driveId, pageToken) =>
      answer(() => {
        const page = project(model.files.list(actor, { corpora: 'drive', driveId, ...whole, ...at(pageToken) }), masks.items)
        const { files = [], nextPageToken } = page as { files?: object[]; nextPageToken?: string }
        return { items: files.map(toItem), ...(nextPageToken !== undefined && { nextPageToken }) }
      }),
    changes: (driveId, pageToken) =>
      answer(() => {
        if (Number(pageToken) < (oldestPositions.get(driveId) ?? 0)) throw driveFailure('InvalidPageToken')
        const page = project(model.changes.list(actor, { driveId, pageToken, includeRemoved: true, ...whole }), masks.changes)
        const { changes = [], ...rest } = page as { changes?: object[]; nextPageToken?: string; newStartPageToken?: string }
        return { ...rest, changes: changes.map(toChange) }
      }),
    item: (itemId) =>
      answer(() => toItem(project(model.files.get(actor, itemId), masks.item) as object)).catch((error) => {
        if (error instanceof DriveFailure && error.type === 'NotFound') return undefined
        throw error
      }),
    download: (itemId, { start = 0 } = {}) =>
      answer(() => {
        const bytes = model.files.content(actor, itemId)
        return { stream: bytes.read({ start, end: bytes.size }), size: bytes.size }
      }),
  }
  const notAsked = (name: string) => () => Promise.reject(new Error(`A backup of this drive has no need of ${name}.`))
  return { ...source, listDrives: notAsked('listDrives'), exportAs: notAsked('exportAs') }
}

/** The model answers at once; a caller hears of it a tick later, as over a wire. */
async function answer<T>(ask: () => T): Promise<T> {
  try {
    return ask()
  } catch (error) {
    const type = error instanceof Error && 'code' in error ? failures[String(error.code)] : undefined
    throw type ? driveFailure(type, { cause: error }) : error
  }
}
