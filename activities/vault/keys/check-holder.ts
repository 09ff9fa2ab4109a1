/** Proves that one key opens everything that it should: the answer to "is the paper in the safe still good?" */
import { VaultError } from '../errors.ts'
import { allDocuments, openPlaced } from './all-documents.ts'
import { readConfig } from './config.ts'
import type { KeyDeps } from './open-document.ts'

export type HolderCheck = {
  readonly recipient: string
  /** Keys of drives and receipts that opened. */
  readonly opened: number
  /** A sentence for each that did not, or whose newest revision did not. */
  readonly failures: readonly string[]
}

/** Opens every document with the key of `deps`. @throws {KeyUnavailable} it is no key of this vault at all */
export async function checkHolder(deps: KeyDeps): Promise<HolderCheck> {
  const { doubtful } = await readConfig(deps)
  const failures = doubtful.map(notNewest)
  let opened = 0
  for (const place of await allDocuments(deps)) {
    try {
      const found = await openPlaced(deps, place)
      if (!found) continue
      failures.push(...found.doubtful.map(notNewest))
      if (found.doubtful.length === 0) opened += 1
    } catch (error) {
      if (!(error instanceof VaultError) || error.code === 'StoreUnavailable' || error.code === 'KeyServiceUnavailable') throw error
      failures.push(error.message)
    }
  }
  return { recipient: await deps.kms.recipient(), opened, failures }
}

const notNewest = (key: string): string => `${key} does not open; an older revision of it does.`
