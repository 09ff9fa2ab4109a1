/**
 * Key documents are never overwritten: a change of who can open one is a next revision beside it. `<stem>.json` is revision 0,
 * `<stem>.00000001.json` the first after it. The highest that opens counts; one that does not open is no reason to stop reading.
 */
import { IntegrityError, KeyUnavailable, NotFound } from '../errors.ts'
import type { ObjectStore } from '../store/object-store.ts'

/** One stored document: the key that all its revisions share up to `.json`, and which of them it is. */
export type Revision = { readonly key: string; readonly stem: string; readonly rev: number }

export const revisionKey = (stem: string, rev: number): string =>
  rev === 0 ? `${stem}.json` : `${stem}.${String(rev).padStart(8, '0')}.json`

/** @returns nothing for a key that no document has */
export function parseRevision(key: string): Revision | undefined {
  const match = /^(.+?)(?:\.(\d{8}))?\.json$/.exec(key)
  const rev = Number(match?.[2] ?? 0)
  return match?.[1] === undefined || revisionKey(match[1], rev) !== key ? undefined : { key, stem: match[1], rev }
}

/** The revisions of each document whose key begins with `prefix`, by stem in ascending order; each list from the highest down. */
export async function revisionsIn(store: ObjectStore, prefix: string): Promise<ReadonlyMap<string, readonly Revision[]>> {
  const found = new Map<string, Revision[]>()
  for await (const { key } of store.list(prefix)) {
    const revision = parseRevision(key)
    if (!revision) continue
    found.set(
      revision.stem,
      [...(found.get(revision.stem) ?? []), revision].sort((a, b) => b.rev - a.rev),
    )
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

export type Counting<T> = {
  readonly value: T
  readonly revision: Revision
  /** Keys of higher revisions that did not open: damaged, forged, or made for other holders. While there is one, nothing new is wrapped. */
  readonly doubtful: readonly string[]
}

/**
 * The highest of `revisions` (highest first) that `open` accepts.
 * @throws what the highest one failed with when none opens; other errors than those of damage and of a missing key at once
 */
export async function highestThatOpens<T>(
  revisions: readonly Revision[],
  open: (revision: Revision) => Promise<T>,
): Promise<Counting<T> | undefined> {
  const failures: { readonly key: string; readonly error: Error }[] = []
  for (const revision of revisions) {
    try {
      return { value: await open(revision), revision, doubtful: failures.map(({ key }) => key) }
    } catch (error) {
      if (!(error instanceof IntegrityError || error instanceof KeyUnavailable || error instanceof NotFound)) throw error
      // A revision that is gone since the listing was given up for a higher one.
      if (!(error instanceof NotFound)) failures.push({ key: revision.key, error })
    }
  }
  if (failures[0]) throw failures[0].error
  return undefined
}
