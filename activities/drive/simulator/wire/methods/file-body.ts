import type { FileBody } from '../../model/requests.ts'
import { shapeOf } from '../fields/shapes.ts'
import { wireError } from '../http/errors.ts'

/** Fields of a file that a program may write. Google ignores unknown ones, and refuses known ones that are not here. */
const writable = [
  'name',
  'mimeType',
  'description',
  'starred',
  'trashed',
  'createdTime',
  'modifiedTime',
  'originalFilename',
  'folderColorRgb',
  'properties',
  'appProperties',
  'shortcutDetails',
  'inheritedPermissionsDisabled',
  'copyRequiresWriterPermission',
  'writersCanShare',
  'downloadRestrictions',
  'contentRestrictions',
] as const

/** Known fields that Google takes and does nothing with, so that a program may send back what it got. */
const ignored = new Set(['kind', 'contentHints', 'viewedByMeTime', 'viewersCanCopyContent', 'spaces', 'resourceKey'])
const newOnly = ['id', 'parents'] as const

/**
 * The writable part of a body.
 * @throws {WireError} 403 `fieldNotWritable`; 400 when `name`, a time or another text is not a text
 */
export function fileBody(body: Readonly<Record<string, unknown>>, use: 'new' | 'update'): FileBody {
  const allowed: readonly string[] = use === 'new' ? [...newOnly, ...writable] : writable
  const picked: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(body)) {
    if (allowed.includes(name)) picked[name] = checked(name, value)
    else if (shapeOf('File').has(name) && !ignored.has(name)) throw notWritable(name)
  }
  return picked as FileBody
}

const texts = new Set(['id', 'name', 'mimeType', 'description', 'createdTime', 'modifiedTime', 'originalFilename', 'folderColorRgb'])
const flags = new Set(['starred', 'trashed', 'inheritedPermissionsDisabled', 'copyRequiresWriterPermission', 'writersCanShare'])
const lists = new Set(['parents', 'contentRestrictions'])

function checked(name: string, value: unknown): unknown {
  const right = texts.has(name)
    ? typeof value === 'string' || value === null
    : flags.has(name)
      ? typeof value === 'boolean'
      : lists.has(name)
        ? Array.isArray(value)
        : typeof value === 'object'
  if (!right) throw wireError(400, 'invalid', `Invalid value for: ${name}`, { location: name, locationType: 'parameter' })
  return value
}

function notWritable(name: string) {
  const text =
    name === 'parents'
      ? 'The parents field is not directly writable in update requests. Use the addParents and removeParents parameters instead.'
      : 'The resource body includes fields which are not directly writable.'
  return wireError(403, 'fieldNotWritable', text)
}
