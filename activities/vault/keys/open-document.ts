/** Reading the documents with wrapped keys: what each must say of itself, and the secret that its wraps hold. */
import { IntegrityError } from '../errors.ts'
import type { VaultLayout } from '../format/layout.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { type KeyDocument, parseDocument } from './key-document.ts'
import type { KeyContext, Kms } from './kms.ts'
import { type Counting, highestThatOpens, type Revision } from './revisions.ts'

export type KeyDeps = { readonly store: ObjectStore; readonly kms: Kms; readonly layout: VaultLayout }

export type OpenDocument = KeyDocument & { readonly secret: Uint8Array; readonly context: KeyContext }

/** What documents of one kind are bound to. */
export type DocumentKind = {
  /** The context of its wraps. @throws {IntegrityError} the document says another thing of itself than its place does */
  contextOf(document: KeyDocument, revision: Revision): KeyContext
  /** @throws {IntegrityError} the secret is not one that belongs to this document */
  check(document: KeyDocument, secret: Uint8Array, revision: Revision): void
}

/** @throws {NotFound} @throws {IntegrityError} @throws {KeyUnavailable} `kms` is no holder of it */
export async function openRevision({ store, kms }: KeyDeps, kind: DocumentKind, revision: Revision): Promise<OpenDocument> {
  const { key, rev } = revision
  const document = parseDocument(key, await store.read({ key }), rev)
  const context = kind.contextOf(document, revision)
  const secret = await kms.unwrap(document.wraps, context).catch((error) => {
    throw error instanceof IntegrityError ? new IntegrityError(key, error.detail, { cause: error }) : error
  })
  kind.check(document, secret, revision)
  return { ...document, context, secret }
}

/** The highest revision that opens. @returns nothing when there is no revision */
export function openDocument(
  deps: KeyDeps,
  kind: DocumentKind,
  revisions: readonly Revision[],
): Promise<Counting<OpenDocument> | undefined> {
  return highestThatOpens(revisions, (revision) => openRevision(deps, kind, revision))
}
