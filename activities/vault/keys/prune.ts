/** Removes what superseded revisions still say, so that a key that was given up opens nothing any more. */
import { IntegrityError, Retained } from '../errors.ts'
import { allDocuments, openPlaced, versionsOf } from './all-documents.ts'
import { configStem, readConfig } from './config.ts'
import type { KeyDeps } from './open-document.ts'

export type Pruned = {
  /** Versions of superseded documents that are gone for good. */
  readonly removed: number
  /** Those that the store has locked: until then, a key that was given up still opens them. */
  readonly locked: readonly { readonly key: string; readonly until: Date | undefined }[]
}

/**
 * For each document, opens the highest revision with the key of `deps`, and only then removes the ones below it. When any document is in
 * doubt, nothing at all is removed. @throws {IntegrityError} @throws {KeyUnavailable} one does not open: its lower revisions are still needed
 */
export async function pruneRevisions(deps: KeyDeps): Promise<Pruned> {
  const counting = new Map<string, number>()
  for (const place of await allDocuments(deps)) {
    const found = await openPlaced(deps, place)
    if (!found) continue
    if (found.doubtful[0] !== undefined) throw inDoubt(found.doubtful[0])
    counting.set(place.stem, found.revision.rev)
  }
  const config = await readConfig(deps)
  if (config.doubtful[0] !== undefined) throw inDoubt(config.doubtful[0])
  counting.set(configStem(deps.layout), config.rev)
  return removeBelow(deps, counting)
}

async function removeBelow(deps: KeyDeps, counting: ReadonlyMap<string, number>): Promise<Pruned> {
  const locked: { key: string; until: Date | undefined }[] = []
  let removed = 0
  for (const prefix of [deps.layout.keys, deps.layout.receipts, `${configStem(deps.layout)}.`])
    for await (const { key, versionId, revision } of versionsOf(deps, prefix)) {
      if (revision.rev >= (counting.get(revision.stem) ?? 0)) continue
      const refused = await removeVersion(deps, { key, ...(versionId !== undefined && { versionId }) })
      if (refused) locked.push({ key, until: refused.until })
      else removed += 1
    }
  return { removed, locked }
}

/** @returns the store's refusal, when the version is locked */
export async function removeVersion(
  { store }: Pick<KeyDeps, 'store'>,
  address: { readonly key: string; readonly versionId?: string },
): Promise<Retained | undefined> {
  try {
    await store.remove(address)
    return undefined
  } catch (error) {
    if (error instanceof Retained) return error
    throw error
  }
}

const inDoubt = (key: string) =>
  new IntegrityError(key, 'it is later than the key document that opens and does not open itself; no older one was removed')
