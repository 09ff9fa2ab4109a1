import { markBlobsCommitted, uncommittedBlobs } from '../../db/blobs.ts'
import type { Database } from '../../db/client.ts'
import type { BlobEntry, DriveVault, Root } from '../vault/index.ts'
import type { RunKey } from './take-items.ts'

const page = 2_000

/**
 * Notes which of the uncommitted blobs the root's index has. They are looked up in what this root added to the index, rather than taken to
 * be all that there are: what another worker wrote down in the meantime is in no index yet, and the next snapshot has to carry it.
 */
export async function markIndexed({ db, vault }: { db: Database; vault: DriveVault }, run: RunKey, root: Root): Promise<void> {
  const before = new Set((await vault.reader.findRoot(root.parentGen))?.idx.map(({ sha256 }) => sha256))
  const added = vault.reader.open({ ...root, idx: root.idx.filter(({ sha256 }) => !before.has(sha256)) })
  let after = ''
  for (;;) {
    const entries = await uncommittedBlobs<BlobEntry>(db, run.accountId, run.driveId, after, page)
    const indexed: string[] = []
    for (const { blobId, container } of entries) if ((await added.locate(blobId))?.container === container) indexed.push(blobId)
    await markBlobsCommitted(db, run.accountId, run.driveId, root.gen, indexed)
    const last = entries.at(-1)
    if (!last || entries.length < page) return
    after = last.blobId
  }
}
