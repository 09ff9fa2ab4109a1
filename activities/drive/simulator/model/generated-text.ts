/** Lines for generated text: a pool of sentences and rows of exactly 64 bytes, so that any offset of any file can be computed at once. */
import { seeded } from './seeded.ts'

const lineBytes = 64
export type LineKind = 'sentence' | 'row' | 'comment'

const poolSize = 4096

const subjects = [
  'Revenue',
  'The forecast',
  'Headcount',
  'The vendor contract',
  'Churn',
  'The launch plan',
  'Travel spend',
  'The audit',
  'Pipeline',
  'The budget',
]
const verbs = ['rose by', 'fell by', 'is above plan by', 'is below plan by', 'changed by', 'was revised by', 'slipped by', 'improved by']
const places = [
  'in EMEA',
  'in APAC',
  'in the Americas',
  'for new accounts',
  'for renewals',
  'in the north',
  'after the merger',
  'since June',
]
const states = ['approved', 'pending', 'rejected', 'paid', 'overdue', 'draft']

/** One sentence of business prose, such as generated documents are full of. */
export function sentence(pick: <T>(list: readonly T[]) => T, number: number): string {
  return `${pick(subjects)} ${pick(verbs)} ${number}% ${pick(places)}.`
}

const pools = new Map<LineKind, Buffer>()

function pool(kind: LineKind): Buffer {
  const known = pools.get(kind)
  if (known) return known
  const source = seeded('lines', kind)
  const made = Buffer.alloc(poolSize * lineBytes, 0x20)
  for (let i = 0; i < poolSize; i++) {
    const words = sentence(source.pick, 1 + source.int(40))
    const row = `2026-0${1 + source.int(9)}-${10 + source.int(18)},INV-${10_000 + source.int(90_000)},${source.int(99_999)}.${10 + source.int(90)},${source.pick(states)}`
    made.write({ sentence: words, row, comment: `% ${words}` }[kind].slice(0, lineBytes - 1), i * lineBytes, 'latin1')
    made[(i + 1) * lineBytes - 1] = 0x0a
  }
  pools.set(kind, made)
  return made
}

const blockBytes = 16 * lineBytes
const blocks = (poolSize * lineBytes) / blockBytes

/** Copies generated lines from `offset` of the endless text that `salt` stands for. Blocks of 16 lines, so that it is a copy and not a loop over lines. */
export function fillLines(kind: LineKind, salt: number, into: Buffer, offset: number): void {
  const source = pool(kind)
  let at = 0
  while (at < into.length) {
    const position = offset + at
    const within = position % blockBytes
    const block = (Math.imul(salt ^ Math.floor(position / blockBytes), 0x9e3779b1) >>> 12) % blocks
    at += source.copy(into, at, block * blockBytes + within, (block + 1) * blockBytes)
  }
}

/** The `index`th sentence for `salt`. */
export function lineOf(salt: number, index: number): string {
  const slot = (salt + Math.imul(index, 0x9e3779b1)) & (poolSize - 1)
  return pool('sentence')
    .toString('latin1', slot * lineBytes, (slot + 1) * lineBytes)
    .trimEnd()
}

/** `count` paragraphs of a generated document, the same for the same salt. */
export function paragraphs(salt: number, count: number): string[] {
  const source = seeded('paragraphs', salt)
  return Array.from({ length: count }, () =>
    Array.from({ length: 3 + source.int(4) }, () => sentence(source.pick, 1 + source.int(40))).join(' '),
  )
}
