import type { FileBody } from '../../model/requests.ts'
import { shapeOf } from '../fields/shapes.ts'
import { wireError } from '../http/errors.ts'
import { typed } from '../http/typed-body.ts'
import { fileFields } from './bodies.ts'

/** Known fields that Google takes and does nothing with, so that a program may send back what it got. */
const ignored = new Set(['kind', 'contentHints', 'viewedByMeTime', 'viewersCanCopyContent', 'spaces', 'resourceKey'])
/** Fields that only a new file takes. */
const newOnly = new Set(['id', 'parents'])

/**
 * The writable part of a body.
 * @throws {WireError} 403 `fieldNotWritable`; 400 `invalid` when a field has another type
 */
export function fileBody(body: Readonly<Record<string, unknown>>, use: 'new' | 'update'): FileBody {
  for (const name of Object.keys(body)) {
    const writable = Object.hasOwn(fileFields.shape, name) && (use === 'new' || !newOnly.has(name))
    if (!writable && shapeOf('File').has(name) && !ignored.has(name)) throw notWritable(name)
  }
  const read = typed(body, fileFields)
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as FileBody
}

function notWritable(name: string) {
  const text =
    name === 'parents'
      ? 'The parents field is not directly writable in update requests. Use the addParents and removeParents parameters instead.'
      : 'The resource body includes fields which are not directly writable.'
  return wireError(403, 'fieldNotWritable', text)
}
