/** `shred/<drive>.json`: the record that a drive's keys were destroyed on purpose. Its proof is a wrapped digest, as a configuration's. */
import { createHash } from 'node:crypto'
import { IntegrityError, Shredded } from '../errors.ts'
import { canonicalBytes } from '../format/canonical-json.ts'
import type { Scope } from '../format/seal.ts'
import type { JsonObject } from '../manifest-row.ts'
import { readConfig } from './config.ts'
import { wrapForHolders } from './holders.ts'
import { encodeDocument } from './key-document.ts'
import { type DocumentKind, type KeyDeps, openDocument } from './open-document.ts'
import { revisionKey, revisionsIn } from './revisions.ts'

export type Receipt = {
  readonly accountId: string
  readonly driveId: string
  /** When the destruction began, and when nothing of the keys was left; RFC 3339 in UTC. */
  readonly begun: string
  readonly finished?: string
  /** All data keys that the drive had, in order. */
  readonly keyIds: readonly string[]
  /** Stored documents with a wrap of them, all revisions and versions counted. */
  readonly documents: number
  /** What had been sealed under them: snapshots, and all objects of the drive with their bytes. */
  readonly snapshots: number
  readonly objects: number
  readonly bytes: number
  /** When nothing of the drive's objects was left either. */
  readonly purged?: string
}

/** @throws {IntegrityError} there is a receipt, and it was not written by a holder of the account key */
export async function readReceipt(
  deps: KeyDeps,
  scope: Scope,
): Promise<{ readonly receipt: Receipt; readonly key: string; readonly rev: number } | undefined> {
  const stem = deps.layout.receipt(scope.driveId)
  const revisions = (await revisionsIn(deps.store, `${stem}.`)).get(stem) ?? []
  const found = await openDocument(deps, receiptKind(deps), revisions)
  // Authentic by its proof and of format 1: the shape is what the writer of format 1 wrote.
  return found && { receipt: found.value.content as unknown as Receipt, key: found.revision.key, rev: revisions[0]?.rev ?? 0 }
}

/** The error that any use of the drive ends with, or nothing when its keys were never destroyed. */
export async function shreddedOn(deps: KeyDeps, scope: Scope): Promise<Shredded | undefined> {
  const found = await readReceipt(deps, scope)
  if (!found) return undefined
  const { begun, finished } = found.receipt
  const state = finished === undefined ? ' The destruction was not finished: repeat it with  backstop vault keys shred' : ''
  return new Shredded(
    `The backup of drive ${scope.driveId} was shredded on ${(finished ?? begun).slice(0, 10)}: its keys were destroyed, and nobody can read it any more. The receipt is ${found.key}.${state}`,
  )
}

/** Writes the receipt as revision `rev`. @throws {AlreadyExists} somebody else shreds the drive at the same moment */
export async function writeReceipt(deps: KeyDeps, receipt: Receipt, rev: number): Promise<void> {
  const content = { ...receipt, format: 1 } as unknown as JsonObject
  const wraps = await wrapForHolders(deps.kms, await readConfig(deps), digest(content), contextOf(receipt))
  await deps.store.create(revisionKey(deps.layout.receipt(receipt.driveId), rev), encodeDocument({ rev, content, wraps }))
}

export function receiptKind({ layout }: Pick<KeyDeps, 'layout'>): DocumentKind {
  return {
    contextOf({ content: { accountId, driveId, format } }, { key, stem }) {
      if (format !== 1 || accountId !== layout.accountId || typeof driveId !== 'string' || layout.receipt(driveId) !== stem)
        throw new IntegrityError(key, 'it is not the receipt that was written there')
      return contextOf({ accountId, driveId })
    },
    check({ content }, secret, { key }) {
      if (!digest(content).equals(secret)) throw new IntegrityError(key, 'it was changed since it was written')
    },
  }
}

const contextOf = ({ accountId, driveId }: Scope) => ({ purpose: 'backstop shred receipt', accountId, driveId })

function digest(content: JsonObject): Buffer {
  return createHash('sha256').update(canonicalBytes(content)).digest()
}
