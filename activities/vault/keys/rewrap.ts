/**
 * Brings the documents of an account to a wanted set of holders, by next revisions beside the present ones. Nothing is removed here, so
 * at every moment each secret can be opened by those who could before. A killed run is repeated: what is done already is left alone.
 */
import { AlreadyExists } from '../errors.ts'
import { allDocuments, openPlaced } from './all-documents.ts'
import { encodeDocument } from './key-document.ts'
import type { WrappedKey, Wrapper } from './kms.ts'
import type { KeyDeps, OpenDocument } from './open-document.ts'
import { type Counting, type Revision, revisionKey } from './revisions.ts'

export type Holder = Wrapper & { readonly name: string }

export type WantedHolders = {
  /** Each document gets a wrap for these where it has none. */
  readonly add: readonly Holder[]
  /** Which of the other wraps stay. */
  readonly keep: (recipient: string) => boolean
}

export type Rewrapped = { readonly documents: number; readonly written: number }

/**
 * Repeats until a pass finds nothing to do, so that a document that a backup made meanwhile is not left out. `note` hears of each document.
 * @throws {KeyUnavailable} a document does not open with the key of `deps` @throws {IntegrityError} one is damaged in all its revisions
 */
export async function rewrapAll(deps: KeyDeps, wanted: WantedHolders, note: (line: string) => void): Promise<Rewrapped> {
  for (let written = 0; ; ) {
    const places = await allDocuments(deps)
    let changed = 0
    for (const place of places) {
      const found = await openPlaced(deps, place)
      if (!found || !(await rewrapOne(deps, found, place.revisions, wanted))) continue
      changed += 1
      note(`${written + changed} of ${places.length} key documents wrapped`)
    }
    written += changed
    if (changed === 0) return { documents: places.length, written }
  }
}

async function rewrapOne(
  { store }: KeyDeps,
  { value, revision, doubtful }: Counting<OpenDocument>,
  revisions: readonly Revision[],
  { add, keep }: WantedHolders,
): Promise<boolean> {
  // Beside a revision that does not open, the wraps of the others are not trusted either: they are made anew.
  const anew = doubtful.length > 0 ? add.map(({ name }) => name) : []
  const kept = value.wraps.filter(
    ({ recipient }) => !anew.includes(recipient) && (keep(recipient) || add.some(({ name }) => name === recipient)),
  )
  const missing = add.filter(({ name }) => !kept.some(({ recipient }) => recipient === name))
  if (missing.length === 0 && kept.length === value.wraps.length) return false
  const fresh: WrappedKey[] = []
  for (const holder of missing) fresh.push(await holder.wrap(value.secret, value.context))
  const rev = (revisions[0]?.rev ?? revision.rev) + 1
  const body = encodeDocument({ rev, content: value.content, wraps: [...kept, ...fresh] })
  await store.create(revisionKey(revision.stem, rev), body).catch((error) => {
    // Someone else is at it too; the next pass sees what they made of it.
    if (!(error instanceof AlreadyExists)) throw error
  })
  return true
}
