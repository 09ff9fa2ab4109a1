/**
 * The keys of one drive: the data key (DEK) that its objects are sealed under, and the id key that its blob ids are made with.
 * Both are 32 random bytes, wrapped together in `keys/<keyId>.json`. The key id is computed from the drive and a sequence number, so that
 * of two writers that make a drive's first key exactly one wins.
 */
import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import { AlreadyExists, IntegrityError, type Shredded, type VaultError } from '../errors.ts'
import type { Scope } from '../format/seal.ts'
import { configStem, readConfig } from './config.ts'
import {
  contextOf,
  type DriveSecrets,
  driveKeyKind,
  driveTag,
  keyDocuments,
  keyIdOf,
  secretsOf,
  sequenceOf,
  writeDriveKey,
} from './drive-key-documents.ts'
import { wrapForHolders } from './holders.ts'
import { type KeyDeps, openDocument } from './open-document.ts'
import { shreddedOn } from './receipt.ts'
import { type Revision, revisionKey } from './revisions.ts'

export type { DriveSecrets } from './drive-key-documents.ts'

export type DriveKeys = {
  /** The key that new objects are sealed under. Makes the drive's first key when it has none. @throws {Shredded} it had one */
  forWriting(): Promise<DriveSecrets>
  /**
   * The secrets for reading. @throws {Shredded} the drive's keys were destroyed on purpose
   * @throws {IntegrityError} the key that an object names is not in the vault
   */
  forReading(objectKey: string, keyId: string): Promise<DriveSecrets>
  /** What blob ids are made with: the same under all of the drive's keys. Makes none. @throws {Shredded} @throws {IntegrityError} */
  idKey(): Promise<Uint8Array>
  /**
   * The keys of the stored documents that it takes to open the drive: the configuration, and of each of its keys the revision that counts.
   * @throws {Shredded} also when their destruction was only begun
   */
  documents(): Promise<readonly string[]>
  /** The error that any use of the drive ends with once its keys were destroyed on purpose; nothing before. */
  shredded(): Promise<Shredded | undefined>
}

export type DriveKeyDeps = KeyDeps & { readonly clock: Clock; readonly random: Random }

/** So long a running process goes on with what it has read: a renewal, and a shredding, reach it without a restart. */
const keptForMs = 10 * 60_000

export function driveKeys(deps: DriveKeyDeps, driveId: string): DriveKeys {
  const scope = { accountId: deps.layout.accountId, driveId }
  const remembered = keptFor(deps.clock)
  /** Asks the store and the KMS once for each key; a failure is not remembered. */
  const load = (keyId: string, revisions?: readonly Revision[]) => remembered(keyId, () => loadKey(deps, scope, keyId, revisions))
  return {
    forWriting: () =>
      remembered('newest', async () => {
        const last = [...(await keyDocuments(deps, driveTag(scope)))].at(-1)
        return load(last?.[0] ?? (await createKey(deps, scope, 0, deps.random.bytes(64))), last?.[1])
      }),
    async forReading(objectKey, keyId) {
      if (!keyId.startsWith(driveTag(scope))) throw new IntegrityError(objectKey, 'it names the key of another drive')
      return load(keyId).catch((error) => {
        throw error instanceof MissingKey
          ? new IntegrityError(objectKey, `the key that it names, ${deps.layout.key(keyId)}, is missing`)
          : error
      })
    },
    idKey: async () => (await remembered('any', () => anyKey(deps, scope, load))).idKey,
    documents: () => countingDocuments(deps, scope),
    shredded: () => shreddedOn(deps, scope),
  }
}

/** Does each work once and remembers what came of it for a while; a failure is not remembered. */
function keptFor(clock: Clock) {
  const kept = new Map<string, { readonly secrets: Promise<DriveSecrets>; readonly until: number }>()
  return (name: string, work: () => Promise<DriveSecrets>): Promise<DriveSecrets> => {
    const now = clock.now().getTime()
    const known = kept.get(name)
    // A clock that was set back must not keep them longer.
    if (known && now < known.until && now >= known.until - keptForMs) return known.secrets
    const secrets = work()
    kept.set(name, { secrets, until: now + keptForMs })
    secrets.catch(() => kept.delete(name))
    return secrets
  }
}

/** The newest key that opens: a damaged one must not keep from reading what is under the others. */
async function anyKey(deps: DriveKeyDeps, scope: Scope, load: (keyId: string, revisions: readonly Revision[]) => Promise<DriveSecrets>) {
  const failures: VaultError[] = []
  for (const [keyId, revisions] of [...(await keyDocuments(deps, driveTag(scope)))].reverse()) {
    try {
      return await load(keyId, revisions)
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error
      failures.push(error)
    }
  }
  throw failures[0] ?? (await shreddedOn(deps, scope)) ?? new MissingKey(deps.layout.key(keyIdOf(scope, 0)))
}

/**
 * Writes a new key document for all holders. When another writer makes the same one at the same moment, theirs is the drive's key.
 * @returns the key id @throws {Shredded} the drive's keys were destroyed, also when that happens at the same moment
 */
async function createKey(deps: DriveKeyDeps, scope: Scope, sequence: number, secret: Uint8Array): Promise<string> {
  const before = await shreddedOn(deps, scope)
  if (before) throw before
  const keyId = keyIdOf(scope, sequence)
  const wraps = await wrapForHolders(deps.kms, await readConfig(deps), secret, contextOf(scope, keyId))
  const made = await writeDriveKey(deps, scope, keyId, wraps).catch((error) => {
    if (!(error instanceof AlreadyExists)) throw error
  })
  // A shredding that began after the first look may not have seen the document: then it is taken back here.
  const meanwhile = await shreddedOn(deps, scope)
  if (!meanwhile) return keyId
  if (made) await deps.store.remove(made)
  throw meanwhile
}

/**
 * Gives the drive a new data key with the next sequence number, for everything that is stored from now on. The id key stays.
 * @returns its key id @throws {IntegrityError} the present key cannot be read @throws {Shredded}
 */
export async function renewKey(deps: DriveKeyDeps, driveId: string): Promise<string> {
  const scope = { accountId: deps.layout.accountId, driveId }
  const last = [...(await keyDocuments(deps, driveTag(scope)))].at(-1)
  if (!last) throw (await shreddedOn(deps, scope)) ?? new MissingKey(deps.layout.key(keyIdOf(scope, 0)))
  const { idKey } = await loadKey(deps, scope, ...last)
  return createKey(deps, scope, sequenceOf(last[0]) + 1, Buffer.concat([deps.random.bytes(32), idKey]))
}

async function countingDocuments(deps: KeyDeps, scope: Scope): Promise<readonly string[]> {
  const gone = await shreddedOn(deps, scope)
  if (gone) throw gone
  const { rev } = await readConfig(deps)
  const keys = [revisionKey(configStem(deps.layout), rev)]
  for (const revisions of (await keyDocuments(deps, driveTag(scope))).values()) {
    const found = await openDocument(deps, driveKeyKind(deps), revisions)
    if (found) keys.push(found.revision.key)
  }
  return keys
}

/** The key id that new objects of the drive are sealed under, or nothing when it has no key. */
export async function newestKeyId(deps: KeyDeps, driveId: string): Promise<string | undefined> {
  return [...(await keyDocuments(deps, driveTag({ accountId: deps.layout.accountId, driveId }))).keys()].at(-1)
}

/** There is no document of this key, and no receipt of its destruction. */
class MissingKey extends IntegrityError {
  constructor(objectKey: string) {
    super(objectKey, 'it is missing')
  }
}

async function loadKey(deps: KeyDeps, scope: Scope, keyId: string, listed?: readonly Revision[]): Promise<DriveSecrets> {
  const revisions = listed ?? (await keyDocuments(deps, keyId)).get(keyId) ?? []
  const found = await openDocument(deps, driveKeyKind(deps), revisions)
  if (!found) throw (await shreddedOn(deps, scope)) ?? new MissingKey(deps.layout.key(keyId))
  return secretsOf(keyId, found.value.secret)
}
