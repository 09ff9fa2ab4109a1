import type { Mask } from './mask.ts'

/** What `mask` lets through of `value`. Lists are masked element by element; a field that is absent stays absent. */
export function project(value: unknown, mask: Mask): unknown {
  if (mask === 'all') return value
  if (Array.isArray(value)) return value.map((element) => project(element, mask))
  if (typeof value !== 'object' || value === null) return value
  const whole = mask.get('*')
  if (whole !== undefined) return projectAny(value, mask, whole)
  const source = value as Record<string, unknown>
  const picked: Record<string, unknown> = {}
  for (const [name, below] of mask) {
    const held = source[name]
    if (held !== undefined) picked[name] = project(held, below)
  }
  return picked
}

function projectAny(value: object, mask: ReadonlyMap<string, Mask>, whole: Mask): Record<string, unknown> {
  const picked: Record<string, unknown> = {}
  for (const [name, held] of Object.entries(value)) {
    if (held !== undefined) picked[name] = project(held, mask.get(name) ?? whole)
  }
  return picked
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
