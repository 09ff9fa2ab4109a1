/** Who opens a vault, as its documents say it. */
import { allDocuments, openPlaced } from './all-documents.ts'
import { readConfig } from './config.ts'
import type { KeyDeps } from './open-document.ts'

export type KeyList = {
  readonly accountKey: string
  readonly recovery?: string
  readonly drives: readonly { readonly driveId: string; readonly keyId: string; readonly holders: readonly string[] }[]
}

/** @throws {IntegrityError} @throws {KeyUnavailable} a document does not open */
export async function listKeys(deps: KeyDeps): Promise<KeyList> {
  const { accountKey, recovery, holders } = await readConfig(deps)
  const drives: KeyList['drives'][number][] = []
  for (const place of await allDocuments(deps)) {
    const found = await openPlaced(deps, place)
    const { driveId, keyId } = found?.value.content ?? {}
    if (!found || typeof driveId !== 'string' || typeof keyId !== 'string') continue
    drives.push({ driveId, keyId, holders: found.value.wraps.map(({ recipient }) => recipient) })
  }
  return { accountKey: accountKey ?? holders.join(', '), ...(recovery && { recovery: recovery.recipient }), drives }
}
