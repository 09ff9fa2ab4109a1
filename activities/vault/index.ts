/**
 * The vault: what a backup is, in an object store. A snapshot exists when, and only when, its root object does.
 *
 *   const store = await openLocalStore({ path: '/srv/vault', create: true, random })
 *   const kms = localKeyFile({ path: '/etc/backstop/account.key', random })
 *   const vault = await openVault({ store, kms, accountId: 'acme', clock, random })
 *   const drive = vault.drive('0AFinance')
 *
 *   const writer = await drive.writer('session-1')
 *   const content = await writer.putBlob(download, { mimeType: 'application/pdf' })   // up to about eight at once
 *   const containers = await writer.flush()                                           // durable: journal them
 *   const root = await drive.commit({ sessionId: 'session-1', parentGen: 0, rows, blobEntries, pageToken, … })
 *
 *   const snapshot = await drive.snapshot(root.gen)
 *   for await (const row of snapshot.rows()) …
 *   for await (const chunk of snapshot.readBlob(content)) …                            // verified before it is yielded
 *
 * Errors are typed (`errors.ts`). The format is specified byte by byte in `docs/VAULT-FORMAT.md`.
 */
export type {
  BlobEntry,
  BlobWriter,
  CommitRequest,
  DriveVault,
  DurableContainer,
  DurableSegment,
  MaintenanceRequest,
  Snapshot,
  Vault,
} from './engine.ts'
export {
  AlreadyExists,
  ClockInDoubt,
  GenerationTaken,
  IntegrityError,
  InvalidInput,
  InvalidKey,
  KeyServiceUnavailable,
  KeyUnavailable,
  NotFound,
  Retained,
  Shredded,
  StoreUnavailable,
  UnsupportedVault,
  VaultError,
} from './errors.ts'
export { localKeyFile } from './keys/key-file.ts'
export type { Kms } from './keys/kms.ts'
export { newRecoveryKey, recoveryHolder } from './keys/recovery-key.ts'
export type {
  ContentRef,
  ContentSegment,
  ItemFlags,
  JsonObject,
  ManifestChange,
  ManifestRow,
  PermissionGrant,
} from './manifest-row.ts'
export type { DriveRecord, Root } from './root.ts'
export { openLocalStore } from './store/local-folder.ts'
export type { ObjectStore } from './store/object-store.ts'
export { openVault } from './vault.ts'
