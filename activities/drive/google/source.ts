import { DriveFailure } from '../failure-types.ts'
import type { DriveItem, Grant } from '../resources.ts'
import type { ChangePage, Download, DownloadOptions, DrivePage, DriveSource, ItemPage } from '../source.ts'
import { openExport } from './export.ts'
import { driveFailure } from './failure.ts'
import { fields } from './fields.ts'
import { toChange, toDirectGrant, toDrive, toItem } from './map.ts'
import { openMedia } from './media.ts'
import type { Session } from './session.ts'

/** {@link DriveSource} over Google Drive API v3. */
export function googleSource(session: Session): DriveSource {
  const { api, call } = session
  return {
    listDrives: (options) => listDrives(session, options),
    async drive(driveId) {
      const { data } = await call('drives.get', (signal) => api.drives.get({ driveId, fields: fields.drive }, { signal }))
      return toDrive(data)
    },
    members: (driveId) => directGrants(session, driveId),
    async startPageToken(driveId) {
      const request = { driveId, supportsAllDrives: true }
      const { data } = await call('changes.getStartPageToken', (signal) => api.changes.getStartPageToken(request, { signal }))
      return demand(data.startPageToken, 'startPageToken')
    },
    listItems: (driveId, pageToken) => listItems(session, driveId, pageToken),
    changes: (driveId, pageToken) => listChanges(session, driveId, pageToken),
    grants: (itemId) => directGrants(session, itemId),
    item: (itemId) => itemNow(session, itemId),
    download: (itemId, options) => download(session, itemId, options),
    exportAs: (itemId, mimeType, { signal } = {}) => openExport(session, itemId, mimeType, signal),
  }
}

const wholeDrive = { includeItemsFromAllDrives: true, supportsAllDrives: true, spaces: 'drive', pageSize: 1000 } as const

async function listDrives(
  { api, call }: Session,
  { pageToken, asDomainAdmin = false }: { readonly pageToken?: string; readonly asDomainAdmin?: boolean } = {},
): Promise<DrivePage> {
  const page = { pageSize: 100, fields: fields.drivePage, useDomainAdminAccess: asDomainAdmin, ...at(pageToken) }
  const { data } = await call('drives.list', (signal) => api.drives.list(page, { signal }))
  return { drives: (data.drives ?? []).map(toDrive), ...next(data.nextPageToken) }
}

/** No q and no order: both would make Google search instead of list. */
async function listItems({ api, call }: Session, driveId: string, pageToken: string | undefined): Promise<ItemPage> {
  const page = { corpora: 'drive', driveId, fields: fields.itemPage, ...wholeDrive, ...at(pageToken) }
  const { data } = await call('files.list', (signal) => api.files.list(page, { signal }))
  if (data.incompleteSearch) throw driveFailure('TransientProvider', { reason: 'incompleteSearch' })
  return { items: (data.files ?? []).map(toItem), ...next(data.nextPageToken) }
}

async function listChanges({ api, call }: Session, driveId: string, pageToken: string): Promise<ChangePage> {
  const page = { driveId, pageToken, includeRemoved: true, fields: fields.changePage, ...wholeDrive }
  const { data } = await call('changes.list', (signal) => api.changes.list(page, { signal }))
  const changes = (data.changes ?? []).map(toChange)
  if (data.nextPageToken) return { changes, nextPageToken: data.nextPageToken }
  return { changes, newStartPageToken: demand(data.newStartPageToken, 'newStartPageToken') }
}

async function itemNow({ api, call }: Session, fileId: string): Promise<DriveItem | undefined> {
  try {
    const request = { fileId, supportsAllDrives: true, fields: fields.item }
    const { data } = await call('files.get', (signal) => api.files.get(request, { signal }))
    return toItem(data)
  } catch (error) {
    if (error instanceof DriveFailure && error.type === 'NotFound') return undefined
    throw error
  }
}

/** `permissions` of a file resource is empty on shared drives: they have to be listed. */
async function directGrants({ api, call }: Session, fileId: string): Promise<readonly Grant[]> {
  const grants: Grant[] = []
  let pageToken: string | undefined
  do {
    const page = { fileId, supportsAllDrives: true, pageSize: 100, fields: fields.permissionPage, ...at(pageToken) }
    const { data } = await call('permissions.list', (signal) => api.permissions.list(page, { signal }))
    for (const permission of data.permissions ?? []) {
      const grant = toDirectGrant(permission)
      if (grant) grants.push(grant)
    }
    pageToken = data.nextPageToken ?? undefined
  } while (pageToken !== undefined)
  return grants
}

function download(session: Session, itemId: string, { start = 0, acknowledgeAbuse, signal }: DownloadOptions = {}): Promise<Download> {
  const query = new URLSearchParams({ alt: 'media', supportsAllDrives: 'true', ...(acknowledgeAbuse && { acknowledgeAbuse: 'true' }) })
  const url = `${session.rootUrl}/drive/v3/files/${encodeURIComponent(itemId)}?${query}`
  return openMedia(session, { url, method: 'files.get:media', start, signal })
}

function at(pageToken: string | undefined): { readonly pageToken?: string } {
  return pageToken === undefined ? {} : { pageToken }
}

function next(nextPageToken: string | null | undefined): { readonly nextPageToken?: string } {
  return nextPageToken ? { nextPageToken } : {}
}

function demand(value: string | null | undefined, name: string): string {
  if (!value) throw driveFailure('TransientProvider', { detail: `An answer lacks ${name}.` })
  return value
}
