import { unknownBlobs } from '../../db/blobs.ts'
import type { Database } from '../../db/client.ts'
import { WorkFailure } from '../kit/failure.ts'
import type { DriveVault } from '../vault/index.ts'
import type { RunKey } from './take-items.ts'

const page = 1_000

/**
 * Proves that every segment that a row of the run names can be located: in an entry that this commit carries or an earlier one carried, or else
 * in the parent's own index, for a catalogue that was rebuilt knows no blobs. A dangling reference is never committed.
 * @throws {WorkFailure} `Bug`
 */
export async function checkReferences(
  deps: { readonly db: Database; readonly vault: DriveVault },
  run: RunKey & { readonly parentGeneration: number },
): Promise<void> {
  const parent = run.parentGeneration > 0 ? await deps.vault.snapshot(run.parentGeneration) : undefined
  let after = ''
  for (;;) {
    const unknown = await unknownBlobs(deps.db, run.accountId, run.driveId, run.runId, after, page)
    for (const { blobId, itemId } of unknown) {
      if (!(await parent?.locate(blobId)))
        throw new WorkFailure('Bug', `Item ${itemId} names the blob ${blobId}, which no index knows, so no snapshot was made.`)
    }
    const last = unknown.at(-1)
    if (!last || unknown.length < page) return
    after = last.blobId
  }
}
