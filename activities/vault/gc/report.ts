import type { Garbage, Marked } from './mark.ts'
import type { Removed } from './remove.ts'

export type Counted = { readonly roots: number; readonly segments: number; readonly containers: number; readonly bytes: number }

/** What one call of a collection found and did. */
export type GcReport = {
  readonly driveId: string
  readonly epoch: number
  readonly outcome:
    | { readonly did: 'nothing'; readonly why: 'no snapshot' | 'no garbage' | 'something else has begun meanwhile' }
    | { readonly did: 'looked' | 'marked' }
    | { readonly did: 'waited'; readonly why: 'too soon' | 'runs are open'; readonly runs: readonly string[] }
    /** The store does not let this process delete; the cycle waits for one that may. */
    | { readonly did: 'was not allowed'; readonly removed: Removed }
    /** Give `token` back to let exactly this go. */
    | { readonly did: 'asked for approval'; readonly token: string; readonly percent: number }
    | { readonly did: 'swept'; readonly removed: Removed; readonly kept: number; readonly fenced: readonly string[] }
  /** What is to go, or went. */
  readonly garbage?: Counted
  /** All that the drive has in the vault. */
  readonly total?: Marked['total']
  /** There is more than one cycle takes. */
  readonly more?: boolean
}

export function counted(garbage: readonly Garbage[]): Counted {
  const of = (kind: Garbage['kind']) => garbage.filter((one) => one.kind === kind).length
  return {
    roots: of('root'),
    segments: of('segment'),
    containers: of('container'),
    bytes: garbage.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  }
}
