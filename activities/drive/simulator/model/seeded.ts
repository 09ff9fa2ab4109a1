/** Repeatable pseudo-random numbers for generated worlds and content. Not for secrets. */
import type { Random } from '../../../../db/kit/random.ts'

export interface Seeded {
  /** An unsigned 32-bit integer. */
  next(): number
  /** An integer in [0, below). */
  int(below: number): number
  /** A number in [0, 1). */
  fraction(): number
  pick<T>(list: readonly T[]): T
}

/** FNV-1a with a final mix: 32 bits of a text. */
export function hash32(text: string, basis = 0x811c9dc5): number {
  let hash = basis
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The sequence that belongs to these parts (sfc32). The same parts give the same sequence on every machine. */
export function seeded(...parts: readonly (number | string)[]): Seeded {
  const key = parts.join('\u0000')
  let a = hash32(key)
  let b = hash32(key, a)
  let c = hash32(key, b)
  let counter = 1
  const next = () => {
    const t = (((a + b) | 0) + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  const fraction = () => next() / 2 ** 32
  const int = (below: number) => Math.floor(fraction() * below)
  return {
    next,
    int,
    fraction,
    pick: <T>(list: readonly T[]) => {
      if (list.length === 0) throw new Error('Cannot pick from an empty list.')
      return list[int(list.length)] as T
    },
  }
}

/** The {@link Random} port over a seeded sequence: for tests and for a practice Drive whose new ids must be repeatable. */
export function seededRandom(...parts: readonly (number | string)[]): Random {
  const source = seeded(...parts)
  return {
    bytes: (count) => Uint8Array.from({ length: count }, () => source.next() & 255),
    fraction: source.fraction,
  }
}
