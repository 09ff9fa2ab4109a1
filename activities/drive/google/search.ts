import type { ChildPage, StoredItem } from '../target.ts'
import { keyProperty } from './create.ts'
import { driveFailure } from './failure.ts'
import { fields } from './fields.ts'
import { toStored } from './map.ts'
import type { Session } from './session.ts'

/** See {@link DriveTarget.findByKey}. */
export async function findByKey(session: Session, driveId: string, key: string): Promise<StoredItem | undefined> {
  const q = `appProperties has { key='${keyProperty}' and value=${quoted(key)} } and trashed = false`
  return (await search(session, driveId, q, undefined)).items[0]
}

/** See {@link DriveTarget.children}. */
export function findChildren(
  session: Session,
  driveId: string,
  parentId: string,
  { names = [], pageToken }: { readonly names?: readonly string[]; readonly pageToken?: string } = {},
): Promise<ChildPage> {
  const named = names.length > 0 ? ` and (${names.map((name) => `name = ${quoted(name)}`).join(' or ')})` : ''
  return search(session, driveId, `${quoted(parentId)} in parents and trashed = false${named}`, pageToken)
}

async function search({ api, call }: Session, driveId: string, q: string, pageToken: string | undefined): Promise<ChildPage> {
  const request = {
    corpora: 'drive',
    driveId,
    q,
    spaces: 'drive',
    includeItemsFromAllDrives: true,
    supportsAllDrives: true,
    pageSize: 1000,
    fields: fields.storedPage,
    ...(pageToken !== undefined && { pageToken }),
  }
  const { data } = await call('files.list', (signal) => api.files.list(request, { signal }))
  if (data.incompleteSearch) throw driveFailure('TransientProvider', { reason: 'incompleteSearch' })
  return { items: (data.files ?? []).map(toStored), ...(data.nextPageToken && { nextPageToken: data.nextPageToken }) }
}

/** A value in a search query: https://developers.google.com/workspace/drive/api/guides/search-files */
function quoted(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
