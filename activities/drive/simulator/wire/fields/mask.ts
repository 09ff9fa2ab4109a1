import { type WireError, wireError } from '../http/errors.ts'
import { type ResourceName, shapeOf } from './shapes.ts'

/** A parsed `fields` parameter: everything, or the named fields with the mask of each. `*` may be a name. */
export type Mask = 'all' | ReadonlyMap<string, Mask>

const nesting = 20

/**
 * Reads a `fields` parameter: `a,b(c,d),e/f,*`.
 * Source of the grammar: https://developers.google.com/workspace/drive/api/guides/fields-parameter
 * @throws {WireError} 400 `invalidParameter` when it is malformed or names a field that `resource` does not have
 */
export function parseMask(text: string, resource: ResourceName): Mask {
  const reader = { text, at: 0 }
  const mask = readList(reader, resource, 0)
  if (reader.at < text.length) throw invalidField(text.slice(reader.at))
  return mask
}

type Reader = { readonly text: string; at: number }
type Holder = ResourceName | 'leaf' | 'map'

function readList(reader: Reader, holder: Holder, depth: number): Mask {
  if (depth > nesting) throw invalidField(reader.text)
  const fields = new Map<string, Mask>()
  do {
    const [name, mask] = readField(reader, holder, depth)
    const known = fields.get(name)
    fields.set(name, known === undefined ? mask : union(known, mask))
  } while (take(reader, ','))
  return fields.get('*') === 'all' ? 'all' : fields
}

function readField(reader: Reader, holder: Holder, depth: number): [string, Mask] {
  const name = readName(reader)
  const below = holderOf(name, holder)
  if (take(reader, '/')) return [name, new Map([readField(reader, below, depth + 1)])]
  if (!take(reader, '(')) return [name, 'all']
  const mask = readList(reader, below, depth + 1)
  if (!take(reader, ')')) throw invalidField(reader.text.slice(reader.at) || reader.text)
  return [name, mask]
}

function readName(reader: Reader): string {
  const pattern = /\s*(\*|[^\s,()/]+)\s*/y
  pattern.lastIndex = reader.at
  const match = pattern.exec(reader.text)
  if (!match?.[1]) throw invalidField(reader.text.slice(reader.at) || reader.text)
  reader.at = pattern.lastIndex
  return match[1]
}

function take(reader: Reader, letter: string): boolean {
  if (reader.text[reader.at] !== letter) return false
  reader.at += 1
  while (reader.text[reader.at] === ' ') reader.at += 1
  return true
}

function holderOf(name: string, holder: Holder): Holder {
  if (holder === 'map') return 'map'
  if (holder === 'leaf') throw invalidField(name)
  if (name === '*') return 'map'
  const below = shapeOf(holder).get(name)
  if (below === undefined) throw invalidField(name)
  return below
}

function union(a: Mask, b: Mask): Mask {
  if (a === 'all' || b === 'all') return 'all'
  const merged = new Map(a)
  for (const [name, mask] of b) {
    const known = merged.get(name)
    merged.set(name, known === undefined ? mask : union(known, mask))
  }
  return merged
}

function invalidField(name: string): WireError {
  return wireError(400, 'invalidParameter', `Invalid field selection ${name}`, { location: 'fields', locationType: 'parameter' })
}
