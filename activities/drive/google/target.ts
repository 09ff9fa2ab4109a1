import type { drive_v3 } from '@googleapis/drive'
import { DriveFailure } from '../failure-types.ts'
import { folderMimeType, type Grant, shortcutMimeType } from '../resources.ts'
import type { DriveTarget, StoredItem } from '../target.ts'
import { createItem, keyProperty, metadata, orExisting } from './create.ts'
import { driveFailure } from './failure.ts'
import { fields } from './fields.ts'
import { toStored } from './map.ts'
import { quoted } from './query.ts'
import type { Session } from './session.ts'
import { uploadContent } from './upload.ts'

/** {@link DriveTarget} over Google Drive API v3. */
export function googleTarget(session: Session): DriveTarget {
  const { api, call } = session

  async function update(fileId: string, requestBody: drive_v3.Schema$File): Promise<StoredItem> {
    const request = { fileId, supportsAllDrives: true, fields: fields.stored, requestBody }
    const { data } = await call('files.update', (signal) => api.files.update(request, { signal }))
    return toStored(data)
  }

  async function search(driveId: string, q: string, pageSize: number, pageToken?: string) {
    const scope = { corpora: 'drive', driveId, spaces: 'drive', includeItemsFromAllDrives: true, supportsAllDrives: true }
    const request = { ...scope, q, pageSize, fields: fields.storedPage, ...(pageToken !== undefined && { pageToken }) }
    const { data } = await call('files.list', (signal) => api.files.list(request, { signal }))
    if (data.incompleteSearch) throw driveFailure('TransientProvider', { reason: 'incompleteSearch' })
    return { items: (data.files ?? []).map(toStored), ...(data.nextPageToken && { nextPageToken: data.nextPageToken }) }
  }

  const findByKey: DriveTarget['findByKey'] = async (driveId, key) => {
    const q = `appProperties has { key='${keyProperty}' and value=${quoted(key)} } and trashed = false`
    return (await search(driveId, q, 10)).items[0]
  }

  return {
    findByKey,

    async generateIds(count, use = 'files') {
      const { data } = await call('files.generateIds', (signal) => api.files.generateIds({ count, space: 'drive', type: use }, { signal }))
      if (data.ids?.length !== count)
        throw driveFailure('TransientProvider', { detail: `Google made ${data.ids?.length ?? 0} ids, not ${count}.` })
      return data.ids
    },

    createFolder(folder) {
      return createItem(session, folder.id, folder.key, {
        ...metadata(folder, folderMimeType),
        ...(folder.folderColorRgb !== undefined && { folderColorRgb: folder.folderColorRgb }),
        ...(folder.limited && { inheritedPermissionsDisabled: true }),
      })
    },

    upload(file) {
      const { originalFilename, copyRequiresWriterPermission } = file
      const body = {
        ...metadata(file, file.mimeType),
        ...(originalFilename !== undefined && { originalFilename }),
        ...(copyRequiresWriterPermission !== undefined && { copyRequiresWriterPermission }),
      }
      return orExisting(session, file.id, file.key, () =>
        uploadContent(session, {
          metadata: body,
          contentMimeType: file.mimeType,
          size: file.size,
          content: file.content,
          onProgress: file.onProgress,
        }),
      )
    },

    async importAs(file) {
      const earlier = await findByKey(file.driveId, file.key)
      if (earlier) return earlier
      const { contentMimeType, size, content, onProgress } = file
      const findEarlier = () => findByKey(file.driveId, file.key)
      return uploadContent(session, { metadata: metadata(file, file.mimeType), contentMimeType, size, content, onProgress, findEarlier })
    },

    createShortcut(shortcut) {
      const shortcutDetails = { targetId: shortcut.targetId }
      return createItem(session, shortcut.id, shortcut.key, { ...metadata(shortcut, shortcutMimeType), shortcutDetails })
    },

    async grant(itemId, grant) {
      try {
        const request = { fileId: itemId, supportsAllDrives: true, fields: 'id', requestBody: permission(grant), ...withoutMail(grant) }
        await call('permissions.create', (signal) => api.permissions.create(request, { signal }))
      } catch (error) {
        throw asSharingRefusal(error)
      }
    },

    async restrict(itemId, contentRestrictions) {
      const locks = contentRestrictions.map(({ readOnly, reason, ownerRestricted }) => ({ readOnly, reason, ownerRestricted }))
      await update(itemId, { contentRestrictions: locks as drive_v3.Schema$ContentRestriction[] })
    },

    untrash: (itemId) => update(itemId, { trashed: false }),

    async trash(itemId) {
      await update(itemId, { trashed: true })
    },

    children(driveId, parentId, { names, pageToken } = {}) {
      const named = names && names.length > 0 ? ` and (${names.map((name) => `name = ${quoted(name)}`).join(' or ')})` : ''
      return search(driveId, `${quoted(parentId)} in parents and trashed = false${named}`, 1000, pageToken)
    },
  }
}

/** Users and groups are named by address, domains by name, `anyone` by nothing. */
function permission({ type, role, emailAddress, domain, allowFileDiscovery, expirationTime, view }: Grant): drive_v3.Schema$Permission {
  const person = type === 'user' || type === 'group'
  return {
    type,
    role,
    ...(person && emailAddress !== undefined && { emailAddress }),
    ...(type === 'domain' && domain !== undefined && { domain }),
    ...(!person && allowFileDiscovery !== undefined && { allowFileDiscovery }),
    ...(person && expirationTime !== undefined && { expirationTime }),
    ...(view !== undefined && { view }),
  }
}

/** A restore must not mail thousands of people. Only people and groups are mailed at all. */
function withoutMail({ type }: Grant): { readonly sendNotificationEmail?: false } {
  return type === 'user' || type === 'group' ? { sendNotificationEmail: false } : {}
}

/** Whatever Google has against a grant concerns the sharing, not the restored item. */
function asSharingRefusal(error: unknown): unknown {
  const refused = error instanceof DriveFailure && ['InvalidRequest', 'AccessLost', 'Conflict'].includes(error.type)
  if (!refused) return error
  const { status, reason, detail } = error
  return driveFailure('SharingRefused', { status, reason, detail, cause: error })
}
