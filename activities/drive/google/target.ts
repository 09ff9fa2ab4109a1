import type { drive_v3 } from '@googleapis/drive'
import { folderMimeType, type JsonObject, shortcutMimeType } from '../resources.ts'
import type { DriveTarget, NewFile, NewFolder, NewImport, StoredItem } from '../target.ts'
import { createItem, metadata, orExisting } from './create.ts'
import { driveFailure } from './failure.ts'
import { fields } from './fields.ts'
import { toStored } from './map.ts'
import { findByKey, findChildren } from './search.ts'
import type { Session } from './session.ts'
import { giveAccess } from './sharing.ts'
import { uploadContent } from './upload.ts'

/** {@link DriveTarget} over Google Drive API v3. */
export function googleTarget(session: Session): DriveTarget {
  return {
    generateIds: (count, use = 'files') => generateIds(session, count, use),
    createFolder: (folder) => createFolder(session, folder),
    upload: (file) => upload(session, file),
    importAs: (file) => importAs(session, file),
    createShortcut(shortcut) {
      const body = { ...metadata(shortcut, shortcutMimeType), shortcutDetails: { targetId: shortcut.targetId } }
      return createItem(session, shortcut.id, shortcut.key, body)
    },
    grant: (itemId, grant) => giveAccess(session, itemId, grant),
    async restrict(itemId, contentRestrictions) {
      await update(session, itemId, { contentRestrictions: contentRestrictions.map(writableLock) })
    },
    untrash: (itemId) => update(session, itemId, { trashed: false }),
    async trash(itemId) {
      await update(session, itemId, { trashed: true })
    },
    findByKey: (driveId, key) => findByKey(session, driveId, key),
    children: (driveId, parentId, options) => findChildren(session, driveId, parentId, options),
  }
}

async function generateIds({ api, call }: Session, count: number, type: 'files' | 'shortcuts'): Promise<readonly string[]> {
  const { data } = await call('files.generateIds', (signal) => api.files.generateIds({ count, space: 'drive', type }, { signal }))
  if (data.ids?.length !== count)
    throw driveFailure('TransientProvider', { detail: `Google made ${data.ids?.length ?? 0} ids, not ${count}.` })
  return data.ids
}

function createFolder(session: Session, folder: NewFolder): Promise<StoredItem> {
  return createItem(session, folder.id, folder.key, {
    ...metadata(folder, folderMimeType),
    ...(folder.folderColorRgb !== undefined && { folderColorRgb: folder.folderColorRgb }),
    ...(folder.limited && { inheritedPermissionsDisabled: true }),
  })
}

function upload(session: Session, file: NewFile): Promise<StoredItem> {
  const { originalFilename, copyRequiresWriterPermission, size, content, onProgress } = file
  const body = {
    ...metadata(file, file.mimeType),
    ...(originalFilename !== undefined && { originalFilename }),
    ...(copyRequiresWriterPermission !== undefined && { copyRequiresWriterPermission }),
  }
  return orExisting(session, file.id, file.key, () =>
    uploadContent(session, { metadata: body, contentMimeType: file.mimeType, size, content, onProgress }),
  )
}

/** Google gives what it converts an id of its own, so the key is all that an earlier attempt can be found by. */
async function importAs(session: Session, file: NewImport): Promise<StoredItem> {
  const findEarlier = () => findByKey(session, file.driveId, file.key)
  const earlier = await findEarlier()
  if (earlier) return earlier
  const { contentMimeType, size, content, onProgress } = file
  return uploadContent(session, { metadata: metadata(file, file.mimeType), contentMimeType, size, content, onProgress, findEarlier })
}

async function update({ api, call }: Session, fileId: string, requestBody: drive_v3.Schema$File): Promise<StoredItem> {
  const request = { fileId, supportsAllDrives: true, fields: fields.stored, requestBody }
  const { data } = await call('files.update', (signal) => api.files.update(request, { signal }))
  return toStored(data)
}

/** Who locked it, and when, is Google's to say. */
function writableLock({ readOnly, reason, ownerRestricted }: JsonObject): drive_v3.Schema$ContentRestriction {
  return {
    readOnly: readOnly === true,
    ...(typeof reason === 'string' && { reason }),
    ...(typeof ownerRestricted === 'boolean' && { ownerRestricted }),
  }
}
