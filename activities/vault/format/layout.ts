/** Where things lie: the only place that builds object keys (docs/VAULT-FORMAT.md, "Layout"). */
import { checkId } from '../store/object-key.ts'

export type VaultLayout = {
  readonly accountId: string
  readonly config: string
  readonly keys: string
  key(keyId: string): string
  readonly receipts: string
  /** Without `.json`: the record that a drive's keys were destroyed on purpose. */
  receipt(driveId: string): string
  /** The document that stands for an anchor. */
  anchor(sha256: string): string
  /** What begins the key of everything that belongs to a drive. */
  readonly drives: string
  drive(driveId: string): DriveLayout
}

export type DriveLayout = {
  readonly accountId: string
  readonly driveId: string
  /** The key of a container, from the name that entries and directories use: `packs/3f/3f…`. */
  container(name: string): string
  index(sha256: string): string
  manifest(sha256: string): string
  readonly roots: string
  root(gen: number): string
  /** Where collections of garbage write down what they mean to delete. */
  readonly collections: string
}

/** @throws {InvalidKey} the id may not become part of a path */
export function vaultLayout(accountId: string): VaultLayout {
  const top = `v1/t/${checkId('account id', accountId)}`
  return {
    accountId,
    config: `${top}/config.json`,
    keys: `${top}/keys/`,
    drives: `${top}/d/`,
    key: (keyId) => `${top}/keys/${keyId}.json`,
    receipts: `${top}/shred/`,
    receipt: (driveId) => `${top}/shred/${checkId('drive id', driveId)}`,
    anchor: (sha256) => `${top}/attest/${sha256}.json`,
    drive: (driveId) => driveLayout(accountId, driveId, top),
  }
}

function driveLayout(accountId: string, driveId: string, account: string): DriveLayout {
  const top = `${account}/d/${checkId('drive id', driveId)}`
  return {
    accountId,
    driveId,
    container: (name) => `${top}/${name}`,
    index: (sha256) => `${top}/idx/${sha256}`,
    manifest: (sha256) => `${top}/seg/${sha256}`,
    roots: `${top}/snap/`,
    collections: `${account}/gc/${driveId}/`,
    root: (gen) => `${top}/snap/${String(gen).padStart(16, '0')}.root`,
  }
}

export function containerName(kind: 'pack' | 'object', containerId: string): string {
  return `${kind === 'pack' ? 'packs' : 'objs'}/${containerId.slice(0, 2)}/${containerId}`
}

/** The generation that a root's key stands for, or nothing when the object is not a root. */
export function generationOf(layout: DriveLayout, key: string): number | undefined {
  const digits = /^(\d{16})\.root$/.exec(key.slice(layout.roots.length))?.[1]
  const gen = digits === undefined ? 0 : Number(digits)
  return Number.isSafeInteger(gen) && gen > 0 ? gen : undefined
}
