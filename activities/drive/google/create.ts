import type { drive_v3 } from '@googleapis/drive'
import { DriveFailure } from '../failure-types.ts'
import type { NewItem, StoredItem } from '../target.ts'
import { fields } from './fields.ts'
import { toStored } from './map.ts'
import type { Session } from './session.ts'

/** The property by which an attempt finds what an earlier one made. Private to our OAuth client. */
export const keyProperty = 'backstopKey'

/** The writable fields of a new item. */
export function metadata(item: Omit<NewItem, 'id'> & { readonly id?: string }, mimeType: string): drive_v3.Schema$File {
  const { id, name, parentId, createdTime, modifiedTime, description, properties, appProperties } = item
  return {
    name,
    mimeType,
    parents: [parentId],
    appProperties: { ...appProperties, [keyProperty]: item.key },
    ...(id !== undefined && { id }),
    ...(createdTime !== undefined && { createdTime }),
    ...(modifiedTime !== undefined && { modifiedTime }),
    ...(description !== undefined && { description }),
    ...(properties !== undefined && { properties: { ...properties } }),
  }
}

/** Creates an item without content, or finds what an earlier attempt made under this id. */
export function createItem(session: Session, id: string, key: string, body: drive_v3.Schema$File): Promise<StoredItem> {
  return orExisting(session, id, key, async () => {
    const request = { supportsAllDrives: true, fields: fields.stored, requestBody: body }
    const { data } = await session.call('files.create', (signal) => session.api.files.create(request, { signal }))
    return toStored(data)
  })
}

/** An id that is taken is ours when the item there carries our key: an earlier attempt was through, and its answer got lost. */
export async function orExisting(session: Session, id: string, key: string, create: () => Promise<StoredItem>): Promise<StoredItem> {
  try {
    return await create()
  } catch (error) {
    if (!(error instanceof DriveFailure) || error.type !== 'Conflict') throw error
    const request = { fileId: id, supportsAllDrives: true, fields: fields.stored }
    const { data } = await session.call('files.get', (signal) => session.api.files.get(request, { signal }))
    if (data.appProperties?.[keyProperty] !== key) throw error
    return toStored(data)
  }
}
