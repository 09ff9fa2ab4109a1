/** The stored keys of drives: `keys/<keyId>.json` and its revisions, each the drive's two secrets wrapped for everyone who may open it. */
import { createHash } from 'node:crypto'
import { IntegrityError } from '../errors.ts'
import type { DataKey, Scope } from '../format/seal.ts'
import type { JsonObject } from '../manifest-row.ts'
import type { ObjectRef } from '../store/object-store.ts'
import { encodeDocument } from './key-document.ts'
import type { KeyContext, WrappedKey } from './kms.ts'
import type { DocumentKind, KeyDeps } from './open-document.ts'
import { type Revision, revisionKey, revisionsIn } from './revisions.ts'

export type DriveSecrets = DataKey & { readonly idKey: Uint8Array }

/** 12 bytes that stand for the drive in its key ids, as hex; the sequence number follows as 4 bytes. */
export function driveTag({ accountId, driveId }: Scope): string {
  return createHash('sha256').update(`backstop drive key\0${accountId}\0${driveId}`).digest('hex').slice(0, 24)
}

export const keyIdOf = (scope: Scope, sequence: number): string => `${driveTag(scope)}${sequence.toString(16).padStart(8, '0')}`

export const sequenceOf = (keyId: string): number => Number.parseInt(keyId.slice(24), 16)

/** The stored documents whose key id begins with `prefix`, by key id in ascending order, each with its revisions from the highest down. */
export async function keyDocuments({ store, layout }: KeyDeps, prefix: string): Promise<ReadonlyMap<string, readonly Revision[]>> {
  const found = await revisionsIn(store, `${layout.keys}${prefix}`)
  const named = [...found].map(([stem, revisions]) => [stem.slice(layout.keys.length), revisions] as const)
  return new Map(named.filter(([keyId]) => /^[0-9a-f]{32}$/.test(keyId)))
}

/** The key documents of an account, whichever drive each is of: it says so itself, and its name must agree. */
export function driveKeyKind({ layout }: Pick<KeyDeps, 'layout'>): DocumentKind {
  return {
    contextOf({ content }, { key, stem }) {
      const keyId = stem.slice(layout.keys.length)
      const { accountId, driveId } = content
      const named = typeof driveId === 'string' && accountId === layout.accountId && keyId.startsWith(driveTag({ accountId, driveId }))
      if (!named || content['keyId'] !== keyId || content['format'] !== 1)
        throw new IntegrityError(key, 'it is not the key document that was written there')
      return contextOf({ accountId, driveId }, keyId)
    },
    check(_, secret, { key }) {
      if (secret.byteLength !== 64) throw new IntegrityError(key, 'it does not hold two keys')
    },
  }
}

/** Revision 0 of a new key. @throws {AlreadyExists} another writer has made this key */
export async function writeDriveKey(
  { store, layout }: KeyDeps,
  scope: Scope,
  keyId: string,
  wraps: readonly WrappedKey[],
): Promise<ObjectRef> {
  const content: JsonObject = { format: 1, keyId, accountId: scope.accountId, driveId: scope.driveId }
  return store.create(revisionKey(`${layout.keys}${keyId}`, 0), encodeDocument({ rev: 0, content, wraps }))
}

export const secretsOf = (keyId: string, secret: Uint8Array): DriveSecrets => ({
  keyId,
  dek: secret.subarray(0, 32),
  idKey: secret.subarray(32),
})

/** What every wrap of the key is bound to. A revision's number is not part of it: wraps are carried over from one to the next. */
export function contextOf({ accountId, driveId }: Scope, keyId: string): KeyContext {
  return { purpose: 'backstop drive key', accountId, driveId, keyId }
}
