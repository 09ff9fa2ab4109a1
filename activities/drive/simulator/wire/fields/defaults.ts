import type { Mask } from './mask.ts'
import { parseMask } from './mask.ts'
import type { ResourceName } from './shapes.ts'

const file = 'kind,id,name,mimeType,teamDriveId,driveId'
const revision = 'id,mimeType,kind,modifiedTime'

/** What Drive v3 answers when no `fields` is given: a few fields of each resource. Those that are not here answer whole. */
const defaults: Partial<Record<ResourceName, string>> = {
  Change: `kind,type,changeType,time,removed,fileId,file(${file}),teamDriveId,driveId`,
  ChangeList: `kind,newStartPageToken,nextPageToken,changes(kind,type,changeType,time,removed,fileId,file(${file}),teamDriveId,driveId)`,
  Drive: 'kind,id,name',
  DriveList: 'kind,nextPageToken,drives(kind,id,name)',
  File: file,
  FileList: `kind,incompleteSearch,nextPageToken,files(${file})`,
  Permission: 'kind,id,type,role',
  PermissionList: 'kind,nextPageToken,permissions(kind,id,type,role)',
  Revision: revision,
  RevisionList: `kind,nextPageToken,revisions(${revision})`,
}

const parsed = new Map<ResourceName, Mask>()

/** The mask of a request: the given one, or the default of the resource that the method answers with. */
export function maskFor(resource: ResourceName, fields: string | undefined): Mask {
  if (fields) return parseMask(fields, resource)
  const known = parsed.get(resource)
  if (known) return known
  const source = defaults[resource]
  const mask = source === undefined ? 'all' : parseMask(source, resource)
  parsed.set(resource, mask)
  return mask
}
