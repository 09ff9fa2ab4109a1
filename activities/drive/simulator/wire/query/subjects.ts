import type { DriveModel } from '../../model/api.ts'
import { DriveError } from '../../model/errors.ts'
import type { Actor } from '../../model/requests.ts'
import type { Drive, File, Permission } from '../../model/resources.ts'
import type { Subject } from './match.ts'

/** A drive with what only its query fields tell. */
export type CountedDrive = Drive & { readonly memberCount: number; readonly organizerCount: number }

export function driveSubject(drive: CountedDrive): Subject {
  return {
    text: (field) => (field === 'name' || field === 'orgUnitId' || field === 'themeId' ? drive[field] : undefined),
    searchable: () => [drive.name],
    number: (field) =>
      field === 'createdTime' ? Date.parse(drive.createdTime) : field === 'memberCount' ? drive.memberCount : drive.organizerCount,
    flag: (field) => field === 'hidden' && drive.hidden,
    isIn: () => false,
    has: () => false,
  }
}

/** A file as one actor's queries see it. Sharing and labels are asked of the model only when a term needs them. */
export function fileSubject(file: File, actor: Actor, model: DriveModel): Subject {
  return {
    text: (field) => textOf(file, field, () => permissionsOf(file, actor, model)),
    searchable: () => [file.name, file.description ?? '', file.fullText()],
    number: (field) => (field === 'modifiedTime' || field === 'createdTime' ? Date.parse(file[field]) : undefined),
    flag: (field) =>
      field === 'trashed'
        ? file.trashed
        : field === 'starred'
          ? file.starred
          : field === 'sharedWithMe' && file.sharedWithMeTime !== undefined,
    isIn(collection, value) {
      if (collection === 'parents') return file.parents?.includes(value) ?? false
      if (collection === 'labels') return labelIds(file, actor, model).includes(value.replace(/^labels\//, ''))
      const roles = collection === 'writers' ? writerRoles : collection === 'readers' ? readerRoles : []
      return permissionsOf(file, actor, model).some((held) => roles.includes(held.role) && isHeldBy(held, value))
    },
    has: (map, key, value) => (map === 'properties' ? file.properties : file.appProperties)?.[key] === value,
  }
}

const writerRoles: readonly string[] = ['organizer', 'fileOrganizer', 'writer']
const readerRoles: readonly string[] = [...writerRoles, 'commenter', 'reader']

function textOf(file: File, field: string, permissions: () => readonly Permission[]): string | undefined {
  switch (field) {
    case 'name':
    case 'mimeType':
      return file[field]
    case 'shortcutDetails.targetId':
      return file.shortcutDetails?.targetId
    case 'visibility':
      return visibility(permissions())
    default:
      return undefined
  }
}

/** https://developers.google.com/workspace/drive/api/guides/ref-search-terms: the widest way in which the file is shared. */
function visibility(permissions: readonly Permission[]): string {
  const wide = permissions.find(({ type }) => type === 'anyone') ?? permissions.find(({ type }) => type === 'domain')
  if (!wide) return 'limited'
  return `${wide.type}${wide.allowFileDiscovery ? 'CanFind' : 'WithLink'}`
}

function isHeldBy(permission: Permission, email: string): boolean {
  return permission.emailAddress?.toLowerCase() === email.toLowerCase()
}

function permissionsOf(file: File, actor: Actor, model: DriveModel): readonly Permission[] {
  return pages((pageToken) => {
    const page = model.permissions.list(actor, file.id, { pageSize: 100, pageToken })
    return { entries: page.permissions, nextPageToken: page.nextPageToken }
  })
}

function labelIds(file: File, actor: Actor, model: DriveModel): readonly string[] {
  return pages((pageToken) => {
    const page = model.files.listLabels(actor, file.id, { pageSize: 100, pageToken })
    return { entries: page.labels.map(({ id }) => id), nextPageToken: page.nextPageToken }
  })
}

type PageOf<T> = { readonly entries: readonly T[]; readonly nextPageToken: string | undefined }

/** All pages; nothing of a file whose sharing or labels the actor may not see, which then simply does not match. */
function pages<T>(next: (pageToken: string | undefined) => PageOf<T>): readonly T[] {
  const all: T[] = []
  let pageToken: string | undefined
  try {
    do {
      const page = next(pageToken)
      all.push(...page.entries)
      pageToken = page.nextPageToken
    } while (pageToken !== undefined)
  } catch (error) {
    if (!(error instanceof DriveError)) throw error
    return []
  }
  return all
}
