/** Does the database agree with the vault, and each run with itself? */
import { catalogHash } from '../../../activities/rebuild/compare.ts'
import type { BlobEntry, ContentRef, DriveVault, Root, Snapshot } from '../../../activities/vault/index.ts'
import type { Database } from '../../../db/client.ts'

type Books = { readonly db: Database; readonly accountId: string; readonly vault: DriveVault }

/** The catalogue's rows of each snapshot, hashed as the vault hashes its own. */
export async function catalogueDiffers({ db, accountId, vault }: Books, root: Root, stateHash: string): Promise<string | undefined> {
  const hash = await catalogHash(db, accountId, vault.driveId, root.gen)
  return hash === stateHash ? undefined : `the catalogue of snapshot ${root.gen} has the state hash ${hash}, the vault ${stateHash}`
}

/** What the database would take for stored, and so not fetch again, must be in the vault, or be carried into it by the next commit. */
export async function danglingCache({ db, accountId, vault }: Books, latest: Snapshot): Promise<readonly string[]> {
  const wrong: string[] = []
  const blobs = await db.query<{ entry: BlobEntry; generation: number | null }>(
    'select entry, generation from blob where account_id = $1 and drive_id = $2',
    [accountId, vault.driveId],
  )
  const carried = new Set(blobs.filter(({ generation }) => generation === null).map(({ entry }) => entry.blobId))
  for (const { entry, generation } of blobs)
    if (generation !== null && !(await latest.locate(entry.blobId)))
      wrong.push(`the database has blob ${entry.blobId} down as committed with snapshot ${generation}, and no index knows it`)
  const contents = await db.query<{ content: ContentRef }>('select content from content where account_id = $1 and drive_id = $2', [
    accountId,
    vault.driveId,
  ])
  for (const { content } of contents)
    for (const { blobId } of content.segments)
      if (!carried.has(blobId) && !(await latest.locate(blobId)))
        wrong.push(`the database has content ${content.sha256} down as stored, and no index knows its blob ${blobId}`)
  return wrong
}

/** P10, on both sides. */
export function unbalanced(root: Root): string | undefined {
  const { listed, stored, metadataOnly, skipped, failed } = root.counts
  if (listed === stored + metadataOnly + skipped + failed) return undefined
  return `snapshot ${root.gen} accounts for ${stored + metadataOnly + skipped + failed} of ${listed} listed items`
}

export async function unbalancedRuns(db: Database, accountId: string): Promise<readonly string[]> {
  const rows = await db.query<{ id: string; listed: number; accounted: number }>(
    `select id, listed::float8, (stored + skipped + failed)::float8 as accounted from backup_run
     where account_id = $1 and outcome in ('success', 'partial') and listed <> stored + skipped + failed`,
    [accountId],
  )
  return rows.map(({ id, listed, accounted }) => `the run ${id} ended well and accounts for ${accounted} of ${listed} listed items`)
}
