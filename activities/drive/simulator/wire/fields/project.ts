import type { File } from '../../model/resources.ts'
import type { Mask } from './mask.ts'

/** Fields of a file that point back at this server, which the model does not know. */
export type FileLinks = Readonly<Record<'webViewLink' | 'webContentLink' | 'exportLinks', (file: File) => unknown>>

/**
 * What `mask` lets through of `value`, as plain data. Lists are masked element by element; a field that is absent stays absent.
 * Files are lazy views: only fields that are let through are read.
 */
export function project(value: unknown, mask: Mask, links?: FileLinks): unknown {
  if (Array.isArray(value)) return value.map((element) => project(element, mask, links))
  if (typeof value !== 'object' || value === null) return value
  if (mask === 'all') return whole(value, links)
  const star = mask.get('*')
  if (star !== undefined) return projectAny(whole(value, links), mask, star)
  const picked: Record<string, unknown> = {}
  for (const [name, below] of mask) {
    const held = read(value as Record<string, unknown>, name, links)
    if (held !== undefined) picked[name] = project(held, below, links)
  }
  return picked
}

function projectAny(plain: object, mask: ReadonlyMap<string, Mask>, star: Mask): Record<string, unknown> {
  const picked: Record<string, unknown> = {}
  for (const [name, held] of Object.entries(plain)) picked[name] = project(held, mask.get(name) ?? star)
  return picked
}

function whole(value: object, links: FileLinks | undefined): object {
  const file = isFile(value)
  const plain: Record<string, unknown> = {}
  for (const [name, held] of Object.entries(file ? value.toJSON() : value)) {
    const linked = file && links ? linkOf(value, name, links) : undefined
    if (held !== undefined) plain[name] = linked ?? project(held, 'all', links)
  }
  return plain
}

function read(value: Record<string, unknown>, name: string, links: FileLinks | undefined): unknown {
  const held = value[name]
  if (held === undefined || typeof held === 'function') return undefined
  return (links && isFile(value) ? linkOf(value, name, links) : undefined) ?? held
}

function linkOf(file: File, name: string, links: FileLinks): unknown {
  return name === 'webViewLink' || name === 'webContentLink' || name === 'exportLinks' ? links[name](file) : undefined
}

function isFile(value: object): value is File {
  return 'kind' in value && value.kind === 'drive#file' && 'toJSON' in value
}

/** Whether the mask lets through the field at `path`, so that what is costly and not asked for need not be made. */
export function selects(mask: Mask, ...path: readonly string[]): boolean {
  let at: Mask = mask
  for (const name of path) {
    if (at === 'all') return true
    const below: Mask | undefined = at.get(name) ?? at.get('*')
    if (below === undefined) return false
    at = below
  }
  return true
}
