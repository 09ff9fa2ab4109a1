/**
 * Anchors: one hash for the heads of all drives of an account. Who keeps it outside of the vault can prove later that no history was cut or
 * rewritten since (docs/VAULT-FORMAT.md, "Anchors"; P2).
 */
import { createHash } from 'node:crypto'
import { drivesIn } from '../accounts.ts'
import type { Vault } from '../engine.ts'
import { AlreadyExists, IntegrityError, InvalidInput, NotFound, Shredded } from '../errors.ts'
import { canonicalBytes, isObject, parseObject } from '../format/canonical-json.ts'
import { vaultLayout } from '../format/layout.ts'
import type { Json } from '../manifest-row.ts'
import type { ChainHead } from '../read/chain.ts'
import type { ObjectStore } from '../store/object-store.ts'

export type DriveHead = ChainHead & { readonly driveId: string }

/** What is hashed: canonical JSON of this, heads in byte order of the drive's id. */
export type AnchorDocument = { readonly accountId: string; readonly format: 1; readonly heads: readonly DriveHead[] }

/** SHA-256 of the document's canonical JSON, in hex. */
export function anchorOf(document: AnchorDocument): string {
  return createHash('sha256').update(canonicalBytes(document)).digest('hex')
}

/** The heads of the account's drives, each at the end of a chain that was walked whole. @throws {IntegrityError} one is broken */
export async function takeAnchor(vault: Vault, store: ObjectStore): Promise<AnchorDocument> {
  const heads: DriveHead[] = []
  for await (const driveId of drivesIn(store, vault.accountId)) {
    const head = await unlessShredded(() => vault.drive(driveId).audit())
    if (head && head !== 'shredded') heads.push({ driveId, gen: head.gen, hash: head.hash })
  }
  return { accountId: vault.accountId, format: 1, heads: heads.sort((a, b) => (a.driveId < b.driveId ? -1 : 1)) }
}

/** Keeps the document in the vault under its own hash, so that the hash alone is enough for a later audit. Repeating it is harmless. */
export async function keepAnchor(store: ObjectStore, document: AnchorDocument): Promise<void> {
  const key = vaultLayout(document.accountId).anchor(anchorOf(document))
  await store.create(key, canonicalBytes(document)).catch((error) => {
    if (!(error instanceof AlreadyExists)) throw error
  })
}

/**
 * The document that the vault keeps for an anchor. It proves itself by the hash that the caller remembers.
 * @throws {NotFound} the vault has no such document (any more) @throws {IntegrityError} it has another one there
 */
export async function keptAnchor(store: ObjectStore, accountId: string, anchor: string): Promise<AnchorDocument> {
  const key = vaultLayout(accountId).anchor(anchor)
  const bytes = await store.read({ key }).catch((error) => {
    if (!(error instanceof NotFound)) throw error
    throw new NotFound(
      `The vault keeps no document for the anchor ${anchor}: it was never kept there, or somebody took it away. Give the file that "vault anchor --json" wrote.`,
    )
  })
  if (createHash('sha256').update(bytes).digest('hex') !== anchor) throw new IntegrityError(key, 'it is not the document of this anchor')
  return parseAnchor(bytes)
}

/** A document as `vault anchor --json` prints it; a member `anchor` must be its hash. @throws {InvalidInput} it is none */
export function parseAnchor(bytes: Uint8Array): AnchorDocument {
  const refuse = (why: string, cause?: unknown) =>
    new InvalidInput(`This is no anchor: ${why}. Give the output of "vault anchor --json".`, { cause })
  let document: ReturnType<typeof parseObject>
  try {
    document = parseObject(bytes)
  } catch (error) {
    throw refuse('it is not JSON', error)
  }
  const { accountId, format, heads, anchor } = document
  if (format !== 1 || typeof accountId !== 'string' || !Array.isArray(heads))
    throw refuse('it lacks an account or heads, or is of a newer format')
  const parsed: AnchorDocument = {
    accountId,
    format,
    heads: heads.map((head: Json) => parseHead(head) ?? raise(refuse('one of its heads cannot be read'))),
  }
  if (anchor !== undefined && anchor !== anchorOf(parsed)) throw refuse('its heads do not have the hash that stands beside them')
  return parsed
}

function raise(error: Error): never {
  throw error
}

function parseHead(value: Json): DriveHead | undefined {
  if (!isObject(value)) return undefined
  const { driveId, gen, hash } = value
  return typeof driveId === 'string' && typeof gen === 'number' && typeof hash === 'string' ? { driveId, gen, hash } : undefined
}

export type Audited = {
  readonly driveId: string
  /** What was remembered. Absent for a drive that has come since. */
  readonly remembered?: ChainHead
  /** Where the history stands now; absent when it is broken. */
  readonly head?: ChainHead
  /** Its keys were destroyed on purpose, with a receipt: there is no history to go through any more. */
  readonly shredded?: true
  /** Which object is missing or differs, and how; absent when the history goes through what was remembered. */
  readonly broken?: { readonly objectKey: string; readonly detail: string }
}

/** For each remembered head, and each drive that has come since: does the history still go through it? `only` narrows it to one drive. */
export async function auditHeads(
  vault: Vault,
  store: ObjectStore,
  heads: readonly DriveHead[],
  only?: string,
): Promise<readonly Audited[]> {
  const remembered = new Map(heads.map((head) => [head.driveId, head]))
  const since = (await Array.fromAsync(drivesIn(store, vault.accountId))).filter(
    (driveId) => !remembered.has(driveId) && (only === undefined || driveId === only),
  )
  const audited: Audited[] = []
  for (const driveId of [...remembered.keys(), ...since]) {
    const known = remembered.get(driveId)
    const base = { driveId, ...(known && { remembered: { gen: known.gen, hash: known.hash } }) }
    try {
      const head = await unlessShredded(() => vault.drive(driveId).audit(known))
      if (head === 'shredded') audited.push({ ...base, shredded: true })
      else if (head) audited.push({ ...base, head })
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error
      audited.push({ ...base, broken: { objectKey: error.objectKey, detail: error.detail } })
    }
  }
  return audited
}

async function unlessShredded<T>(work: () => Promise<T>): Promise<T | 'shredded'> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Shredded) return 'shredded'
    throw error
  }
}
