import { DriveFailure } from '../failure-types.ts'
import type { Comment, DriveItem, Grant } from '../resources.ts'
import type { ChangePage, Download, DownloadOptions, DrivePage, DriveSource, ItemPage } from '../source.ts'
import { openExport } from './export.ts'
import { driveFailure } from './failure.ts'
import { fields } from './fields.ts'
import { toChange, toDirectGrant, toDrive, toItem } from './map.ts'
import { openMedia } from './media.ts'
import type { Session } from './session.ts'

/** {@link DriveSource} over Google Drive API v3. Items come with those of their labels that `labelIds` names. */
export function googleSource(session: Session, labelIds: readonly string[] = []): DriveSource {
  const { api, call } = session
  const labels: Labels = labelIds.length > 0 ? { includeLabels: labelIds.join(',') } : {}
  return {
    listDrives: (options) => listDrives(session, options),
    async drive(driveId, { asDomainAdmin = false } = {}) {
      const request = { driveId, fields: fields.drive, ...(asDomainAdmin && { useDomainAdminAccess: true }) }
      const { data } = await call('drives.get', (signal) => api.drives.get(request, { signal }))
      return toDrive(data)
    },
    members: (driveId) => directGrants(session, driveId),
    async startPageToken(driveId) {
      const request = { driveId, supportsAllDrives: true }
      const { data } = await call('changes.getStartPageToken', (signal) => api.changes.getStartPageToken(request, { signal }))
      return demand(data.startPageToken, 'startPageToken')
    },
    listItems: (driveId, pageToken) => listItems(session, labels, driveId, pageToken),
    changes: (driveId, pageToken) => listChanges(session, labels, driveId, pageToken),
    grants: (itemId) => directGrants(session, itemId),
    comments: (itemId) => commentsOf(session, itemId),
    item: (itemId) => itemNow(session, labels, itemId),
    download: (itemId, options) => download(session, itemId, options),
    exportAs: (itemId, mimeType, { signal } = {}) => openExport(session, itemId, mimeType, signal),
  }
}

/** Asking for labels by their ids costs no call of its own (drive.md, "Full listing"). */
type Labels = { readonly includeLabels?: string }

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
async function listItems({ api, call }: Session, labels: Labels, driveId: string, pageToken: string | undefined): Promise<ItemPage> {
  const page = { corpora: 'drive', driveId, fields: fields.itemPage, ...wholeDrive, ...labels, ...at(pageToken) }
  const { data } = await call('files.list', (signal) => api.files.list(page, { signal }))
  if (data.incompleteSearch) throw driveFailure('TransientProvider', { reason: 'incompleteSearch' })
  return { items: (data.files ?? []).map(toItem), ...next(data.nextPageToken) }
}

async function listChanges({ api, call }: Session, labels: Labels, driveId: string, pageToken: string): Promise<ChangePage> {
  const page = { driveId, pageToken, includeRemoved: true, fields: fields.changePage, ...wholeDrive, ...labels }
  const { data } = await call('changes.list', (signal) => api.changes.list(page, { signal }))
  const changes = (data.changes ?? []).map(toChange)
  if (data.nextPageToken) return { changes, nextPageToken: data.nextPageToken }
  return { changes, newStartPageToken: demand(data.newStartPageToken, 'newStartPageToken') }
}

async function itemNow({ api, call }: Session, labels: Labels, fileId: string): Promise<DriveItem | undefined> {
  try {
    const request = { fileId, supportsAllDrives: true, fields: fields.item, ...labels }
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

async function commentsOf({ api, call }: Session, fileId: string): Promise<readonly Comment[]> {
  const comments: Comment[] = []
  let pageToken: string | undefined
  do {
    const page = { fileId, pageSize: 100, fields: fields.commentPage, ...at(pageToken) }
    const { data } = await call('comments.list', (signal) => api.comments.list(page, { signal }))
    comments.push(...((data.comments ?? []) as Comment[]))
    pageToken = data.nextPageToken ?? undefined
  } while (pageToken !== undefined)
  return comments.sort((a, b) => (inTime(a) < inTime(b) ? -1 : 1))
}

const inTime = ({ createdTime = '', id = '' }: Comment): string => `${createdTime} ${id}`

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
