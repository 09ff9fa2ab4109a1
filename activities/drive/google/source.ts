import { DriveFailure } from '../failure-types.ts'
import type { Grant } from '../resources.ts'
import type { DriveSource } from '../source.ts'
import { openExport } from './export.ts'
import { driveFailure } from './failure.ts'
import { fields } from './fields.ts'
import { toChange, toDirectGrant, toDrive, toItem } from './map.ts'
import { openMedia } from './media.ts'
import type { Session } from './session.ts'

const wholeDrive = { includeItemsFromAllDrives: true, supportsAllDrives: true } as const

/** {@link DriveSource} over Google Drive API v3. */
export function googleSource(session: Session): DriveSource {
  const { api, call } = session

  return {
    async listDrives({ pageToken, asDomainAdmin = false } = {}) {
      const page = { pageSize: 100, fields: fields.drivePage, useDomainAdminAccess: asDomainAdmin, ...at(pageToken) }
      const { data } = await call('drives.list', (signal) => api.drives.list(page, { signal }))
      return { drives: (data.drives ?? []).map(toDrive), ...next(data.nextPageToken) }
    },

    async drive(driveId) {
      const { data } = await call('drives.get', (signal) => api.drives.get({ driveId, fields: fields.drive }, { signal }))
      return toDrive(data)
    },

    members: (driveId) => directGrants(session, driveId),

    async startPageToken(driveId) {
      const { data } = await call('changes.getStartPageToken', (signal) =>
        api.changes.getStartPageToken({ driveId, supportsAllDrives: true }, { signal }),
      )
      return demand(data.startPageToken, 'startPageToken')
    },

    async listItems(driveId, pageToken) {
      const page = { corpora: 'drive', driveId, spaces: 'drive', pageSize: 1000, fields: fields.itemPage, ...wholeDrive, ...at(pageToken) }
      const { data } = await call('files.list', (signal) => api.files.list(page, { signal }))
      if (data.incompleteSearch) throw driveFailure('TransientProvider', { reason: 'incompleteSearch' })
      return { items: (data.files ?? []).map(toItem), ...next(data.nextPageToken) }
    },

    async changes(driveId, pageToken) {
      const page = { driveId, pageToken, pageSize: 1000, includeRemoved: true, spaces: 'drive', fields: fields.changePage, ...wholeDrive }
      const { data } = await call('changes.list', (signal) => api.changes.list(page, { signal }))
      if (!data.nextPageToken) demand(data.newStartPageToken, 'newStartPageToken')
      return {
        changes: (data.changes ?? []).map(toChange),
        ...next(data.nextPageToken),
        ...(data.newStartPageToken && { newStartPageToken: data.newStartPageToken }),
      }
    },

    grants: (itemId) => directGrants(session, itemId),

    async item(itemId) {
      try {
        const file = { fileId: itemId, supportsAllDrives: true, fields: fields.item }
        const { data } = await call('files.get', (signal) => api.files.get(file, { signal }))
        return toItem(data)
      } catch (error) {
        if (error instanceof DriveFailure && error.type === 'NotFound') return undefined
        throw error
      }
    },

    download(itemId, { start = 0, acknowledgeAbuse = false, signal } = {}) {
      const query = new URLSearchParams({ alt: 'media', supportsAllDrives: 'true', ...(acknowledgeAbuse && { acknowledgeAbuse: 'true' }) })
      const url = `${session.rootUrl}/drive/v3/files/${encodeURIComponent(itemId)}?${query}`
      return openMedia(session, { url, method: 'files.get:media', start, signal })
    },

    exportAs: (itemId, mimeType, { signal } = {}) => openExport(session, itemId, mimeType, signal),
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
