/**
 * Crypto-shredding: every stored wrap of a drive's keys is removed, in all revisions and versions. What is sealed under them stays where
 * it is and is noise from then on, for everyone, whatever other key they have. Other drives have keys of their own and notice nothing.
 */
import type { Clock } from '../../../db/kit/clock.ts'
import { AlreadyExists, NotFound, type Retained } from '../errors.ts'
import { generationOf } from '../format/layout.ts'
import { versionsOf } from './all-documents.ts'
import { driveTag } from './drive-key-documents.ts'
import type { KeyDeps } from './open-document.ts'
import { removeVersion } from './prune.ts'
import { type Receipt, readReceipt, writeReceipt } from './receipt.ts'

export type ShredDeps = KeyDeps & { readonly clock: Clock }

/**
 * Destroys the keys of a drive and says so in a receipt, which is written first: from then on no writer gives the drive a new key. Killed
 * half-way, it is repeated. A process that has the keys in memory forgets them within ten minutes; nothing else can read any more.
 * @throws {NotFound} the vault has no keys of such a drive
 * @throws {Retained} the store has locked some of the documents: the rest is gone, and the receipt stays unfinished
 * @throws {KeyUnavailable} the key of `deps` is not the account key in use
 */
export async function shredDrive(deps: ShredDeps, driveId: string, note: (line: string) => void = () => {}): Promise<Receipt> {
  const scope = { accountId: deps.layout.accountId, driveId }
  const before = await readReceipt(deps, scope)
  const documents = await Array.fromAsync(versionsOf(deps, `${deps.layout.keys}${driveTag(scope)}`))
  if (before?.receipt.finished !== undefined && documents.length === 0) return before.receipt
  if (!before && documents.length === 0)
    throw new NotFound(`The vault of account ${scope.accountId} has no keys of a drive ${driveId}. Check the id with: backstop vault list`)
  const keyIds = [...new Set(documents.map(({ revision }) => revision.stem.slice(deps.layout.keys.length)))].sort()
  const begun =
    before?.receipt ?? (await begin(deps, driveId, { keyIds, documents: documents.filter(({ deleted }) => !deleted).length }, note))
  await removeAll(deps, `${deps.layout.keys}${driveTag(scope)}`, note)
  return amend(deps, { ...begun, finished: deps.clock.now().toISOString() })
}

/** The next revision of the receipt. */
export async function amend(deps: KeyDeps, receipt: Receipt): Promise<Receipt> {
  const { rev } = (await readReceipt(deps, receipt)) ?? { rev: -1 }
  await writeReceipt(deps, receipt, rev + 1)
  return receipt
}

async function begin(
  deps: ShredDeps,
  driveId: string,
  keys: Pick<Receipt, 'keyIds' | 'documents'>,
  note: (line: string) => void,
): Promise<Receipt> {
  const { accountId } = deps.layout
  const receipt = { accountId, driveId, begun: deps.clock.now().toISOString(), ...keys, ...(await countObjects(deps, driveId, note)) }
  try {
    await writeReceipt(deps, receipt, 0)
    return receipt
  } catch (error) {
    const other = error instanceof AlreadyExists ? await readReceipt(deps, receipt) : undefined
    if (!other) throw error
    return other.receipt
  }
}

async function countObjects({ store, layout }: KeyDeps, driveId: string, note: (line: string) => void) {
  const drive = layout.drive(driveId)
  let [objects, bytes, snapshots] = [0, 0, 0]
  for await (const { key, sizeBytes } of store.list(drive.container(''))) {
    objects += 1
    bytes += sizeBytes
    if (key.startsWith(drive.roots) && generationOf(drive, key) !== undefined) snapshots += 1
    note(`${objects} objects counted`)
  }
  return { snapshots, objects, bytes }
}

/** Until a listing shows nothing: a writer may have made one more, before it saw the receipt. @throws {Retained} */
async function removeAll(deps: KeyDeps, prefix: string, note: (line: string) => void): Promise<void> {
  for (let removed = 0; ; ) {
    const found = await Array.fromAsync(versionsOf(deps, prefix))
    if (found.length === 0) return
    let locked: Retained | undefined
    for (const { key, versionId } of found) {
      const refused = await removeVersion(deps, { key, ...(versionId !== undefined && { versionId }) })
      if (!refused) removed += 1
      else if (later(refused, locked)) locked = refused
      note(`${removed} key documents removed`)
    }
    if (locked) throw locked
  }
}

const later = ({ until }: Retained, other: Retained | undefined): boolean =>
  other === undefined || until === undefined || (other.until !== undefined && until > other.until)
