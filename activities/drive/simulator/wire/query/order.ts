import type { File } from '../../model/resources.ts'
import { invalidValue } from '../http/errors.ts'

const folderType = 'application/vnd.google-apps.folder'
const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const plain = new Intl.Collator('en', { sensitivity: 'base' })

const keys: Readonly<Record<string, (a: File, b: File) => number>> = {
  createdTime: (a, b) => byText(a.createdTime, b.createdTime),
  folder: (a, b) => Number(b.mimeType === folderType) - Number(a.mimeType === folderType),
  modifiedByMeTime: (a, b) => byText(a.modifiedByMeTime, b.modifiedByMeTime),
  modifiedTime: (a, b) => byText(a.modifiedTime, b.modifiedTime),
  name: (a, b) => plain.compare(a.name, b.name),
  name_natural: (a, b) => natural.compare(a.name, b.name),
  quotaBytesUsed: (a, b) => Number(a.quotaBytesUsed) - Number(b.quotaBytesUsed),
  recency: (a, b) => byText(a.modifiedTime, b.modifiedTime),
  sharedWithMeTime: (a, b) => byText(a.sharedWithMeTime, b.sharedWithMeTime),
  starred: (a, b) => Number(b.starred) - Number(a.starred),
  viewedByMeTime: () => 0,
}

/**
 * Reads `orderBy`: `folder,modifiedTime desc,name`. Equal entries are ordered by id, so that pages do not overlap.
 * @throws {WireError} 400 `invalid` at `orderBy`
 */
export function parseOrder(text: string): (a: File, b: File) => number {
  const comparisons = text.split(',').map((part) => {
    const [key = '', direction, ...rest] = part.trim().split(/\s+/)
    const compare = Object.hasOwn(keys, key) ? keys[key] : undefined
    if (!compare || rest.length > 0 || (direction !== undefined && direction !== 'desc' && direction !== 'asc'))
      throw invalidValue('orderBy')
    return direction === 'desc' ? (a: File, b: File) => -compare(a, b) : compare
  })
  return (a, b) => {
    for (const compare of comparisons) {
      const order = compare(a, b)
      if (order !== 0) return order
    }
    return byText(a.id, b.id)
  }
}

function byText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0
}
