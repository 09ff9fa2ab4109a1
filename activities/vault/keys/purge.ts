/** What a shredding leaves behind is noise that nobody can read, and that is paid for: this removes it, as far as the store lets go of it. */
import type { Clock } from '../../../db/kit/clock.ts'
import { forEachLimited } from '../../kit/limit.ts'
import { InvalidInput } from '../errors.ts'
import type { KeyDeps } from './open-document.ts'
import { removeVersion } from './prune.ts'
import { type Receipt, readReceipt } from './receipt.ts'
import { amend } from './shred.ts'

export type Purged = {
  readonly receipt: Receipt
  /** Versions of objects that are gone for good just now, and those that the store has locked: come back for them when their locks have ended. */
  readonly removed: number
  readonly locked: number
}

const atOnce = 8

/**
 * Removes every version of every object of a drive whose keys were destroyed, and says so in the receipt when nothing is left. Killed
 * half-way, it is repeated. @throws {InvalidInput} the keys of the drive were not destroyed: its backups can still be read
 */
export async function purgeDrive(
  deps: KeyDeps & { readonly clock: Clock },
  driveId: string,
  { note = () => {}, signal }: { readonly note?: (line: string) => void; readonly signal?: AbortSignal } = {},
): Promise<Purged> {
  const found = await readReceipt(deps, { accountId: deps.layout.accountId, driveId })
  if (found?.receipt.finished === undefined)
    throw new InvalidInput(
      `The keys of drive ${driveId} were not destroyed, so its backups are not removed. Destroy them first: backstop vault keys shred`,
    )
  let [removed, locked] = [0, 0]
  await forEachLimited(deps.store.listVersions(deps.layout.drive(driveId).container('')), atOnce, async ({ key, versionId }) => {
    signal?.throwIfAborted()
    if (await removeVersion(deps, { key, ...(versionId !== undefined && { versionId }) })) locked += 1
    else removed += 1
    note(`${removed} objects removed, ${locked} still locked`)
  })
  const done = locked === 0 && found.receipt.purged === undefined
  const receipt = done ? await amend(deps, { ...found.receipt, purged: deps.clock.now().toISOString() }) : found.receipt
  return { receipt, removed, locked }
}
