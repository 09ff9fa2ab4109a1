/**
 * The keys of one drive: the data key (DEK) that its objects are sealed under, and the id key that its blob ids are made with.
 * Both are 32 random bytes, wrapped together for the account key in `keys/<keyId>.json`. The key id is computed from the drive and a
 * sequence number, so that of two writers that make a drive's first key exactly one wins.
 */
import { createHash } from 'node:crypto'
import type { Random } from '../../../db/kit/random.ts'
import { AlreadyExists, IntegrityError, NotFound } from '../errors.ts'
import { canonicalBytes } from '../format/canonical-json.ts'
import type { VaultLayout } from '../format/layout.ts'
import type { DataKey, Scope } from '../format/seal.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { parseKeyFile, wrapsToJson } from './key-document.ts'
import type { KeyContext, Kms } from './kms.ts'

export type DriveKeys = {
  /** The key that new objects are sealed under. Makes the drive's first key when it has none. */
  forWriting(): Promise<DriveSecrets>
  /** The secrets for reading. @throws {IntegrityError} the key that an object names is not in the vault */
  forReading(objectKey: string, keyId: string): Promise<DriveSecrets>
}

export type DriveSecrets = DataKey & { readonly idKey: Uint8Array }

type Deps = { readonly store: ObjectStore; readonly kms: Kms; readonly layout: VaultLayout; readonly random: Random }

export function driveKeys(deps: Deps, driveId: string): DriveKeys {
  const scope = { accountId: deps.layout.accountId, driveId }
  const opened = new Map<string, Promise<DriveSecrets>>()
  /** Asks the store and the KMS once for each key; a failure is not remembered. */
  const once = (name: string, work: () => Promise<DriveSecrets>) => {
    const known = opened.get(name)
    if (known) return known
    const pending = work()
    opened.set(name, pending)
    pending.catch(() => opened.delete(name))
    return pending
  }
  const load = (keyId: string) => once(keyId, () => loadKey(deps, scope, keyId))
  return {
    forWriting: () => once('newest', async () => load((await newestKeyId(deps, scope)) ?? (await createKey(deps, scope)))),
    async forReading(objectKey, keyId) {
      if (!keyId.startsWith(driveTag(scope))) throw new IntegrityError(objectKey, 'it names the key of another drive')
      return load(keyId).catch((error) => {
        throw error instanceof NotFound ? missingKey(deps, objectKey, keyId) : error
      })
    },
  }
}

/** 12 bytes that stand for the drive in its key ids, as hex; the sequence number follows as 4 bytes. */
function driveTag({ accountId, driveId }: Scope): string {
  return createHash('sha256').update(`backstop drive key\0${accountId}\0${driveId}`).digest('hex').slice(0, 24)
}

async function newestKeyId({ store, layout }: Deps, scope: Scope): Promise<string | undefined> {
  let newest: string | undefined
  for await (const { key } of store.list(`${layout.keys}${driveTag(scope)}`)) newest = /([0-9a-f]{32})\.json$/.exec(key)?.[1] ?? newest
  return newest
}

async function createKey({ store, kms, layout, random }: Deps, scope: Scope): Promise<string> {
  const keyId = `${driveTag(scope)}00000000`
  const wrap = await kms.wrap(random.bytes(64), contextOf(scope, keyId))
  const document = { format: 1, keyId, accountId: scope.accountId, driveId: scope.driveId, wraps: wrapsToJson([wrap]) }
  await store.create(layout.key(keyId), canonicalBytes(document)).catch((error) => {
    // Another writer made the drive's first key at the same moment: theirs is the drive's key.
    if (!(error instanceof AlreadyExists)) throw error
  })
  return keyId
}

async function loadKey({ store, kms, layout }: Deps, scope: Scope, keyId: string): Promise<DriveSecrets> {
  const key = layout.key(keyId)
  const wraps = parseKeyFile(key, await store.read({ key }), { format: 1, keyId, accountId: scope.accountId, driveId: scope.driveId })
  const secrets = await kms.unwrap(wraps, contextOf(scope, keyId)).catch((error) => {
    throw error instanceof IntegrityError ? new IntegrityError(key, error.detail, { cause: error }) : error
  })
  if (secrets.byteLength !== 64) throw new IntegrityError(key, 'it does not hold two keys')
  return { keyId, dek: secrets.subarray(0, 32), idKey: secrets.subarray(32) }
}

function contextOf({ accountId, driveId }: Scope, keyId: string): KeyContext {
  return { purpose: 'backstop drive key', accountId, driveId, keyId }
}

/** Damage of the object (its key id was altered) and loss of the key look the same from here. */
function missingKey({ layout }: Deps, objectKey: string, keyId: string): IntegrityError {
  return new IntegrityError(objectKey, `the key that it names, ${layout.key(keyId)}, is missing`)
}
