/** All documents of an account whose wraps say who can open the vault, as one list: what a change of keys has to reach. */
import { KeyUnavailable } from '../errors.ts'
import type { ObjectVersion } from '../store/object-store.ts'
import { driveKeyKind } from './drive-key-documents.ts'
import { type DocumentKind, type KeyDeps, type OpenDocument, openDocument } from './open-document.ts'
import { receiptKind } from './receipt.ts'
import { type Counting, parseRevision, type Revision, revisionsIn } from './revisions.ts'

export type DocumentPlace = { readonly stem: string; readonly kind: DocumentKind; readonly revisions: readonly Revision[] }

/** The keys of drives and the receipts of destroyed ones; the configuration is for its own. */
export async function allDocuments(deps: KeyDeps): Promise<readonly DocumentPlace[]> {
  const places: DocumentPlace[] = []
  const kinds = [
    { prefix: deps.layout.keys, kind: driveKeyKind(deps) },
    { prefix: deps.layout.receipts, kind: receiptKind(deps) },
  ]
  for (const { prefix, kind } of kinds)
    for (const [stem, revisions] of await revisionsIn(deps.store, prefix)) places.push({ stem, kind, revisions })
  return places
}

/** The revision that counts, or nothing when the document has gone since it was listed. @throws {IntegrityError} @throws {KeyUnavailable} names the document */
export async function openPlaced(deps: KeyDeps, { stem, kind, revisions }: DocumentPlace): Promise<Counting<OpenDocument> | undefined> {
  return openDocument(deps, kind, revisions).catch((error) => {
    throw error instanceof KeyUnavailable ? new KeyUnavailable(`${stem}.json does not open: ${error.message}`, { cause: error }) : error
  })
}

/** Every version of every revision of the documents whose key begins with `prefix`, also of those that were marked as deleted. */
export async function* versionsOf(deps: KeyDeps, prefix: string): AsyncIterable<ObjectVersion & { readonly revision: Revision }> {
  for await (const version of deps.store.listVersions(prefix)) {
    const revision = parseRevision(version.key)
    if (revision) yield { ...version, revision }
  }
}
