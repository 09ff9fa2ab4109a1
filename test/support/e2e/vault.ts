import { createHash } from 'node:crypto'
import { localKeyFile, type ManifestRow, openLocalStore, openVault } from '../../../activities/vault/index.ts'
import { dataFolder } from '../../../bot/local/folder/data-folder.ts'
import { secretFile } from '../../../bot/local/folder/secrets.ts'
import { systemClock as clock } from '../../../db/kit/clock.ts'
import { systemRandom as random } from '../../../db/kit/random.ts'
import type { Machine } from '../../local/support/machine.ts'
import { withDatabase } from './inside.ts'

/** What the vault of a machine holds of a drive, whatever the database believes: each row of each snapshot, and the hash of its bytes. */
export type Stored = { readonly generation: number; readonly rows: readonly (ManifestRow & { readonly bytesSha256?: string })[] }

/** Every snapshot of a drive, read from the vault alone, down to the content. */
export async function storedIn(machine: Machine, driveId: string): Promise<readonly Stored[]> {
  const folder = dataFolder(machine.data)
  const { rows } = await withDatabase(machine, (database) => database.query<{ id: string }>('select id from account'))
  const store = await openLocalStore({ path: folder.vault, create: false, random })
  const kms = localKeyFile({ path: secretFile(folder, 'key'), random })
  const drive = (await openVault({ store, kms, accountId: rows[0]?.id ?? '', clock, random })).drive(driveId)
  const snapshots: Stored[] = []
  for await (const { gen } of drive.roots()) {
    const snapshot = await drive.snapshot(gen)
    const found: Stored['rows'][number][] = []
    for await (const row of snapshot.rows()) {
      found.push(row.content ? { ...row, bytesSha256: await sha256(snapshot.readBlob(row.content)) } : row)
    }
    snapshots.push({ generation: gen, rows: found })
  }
  return snapshots
}

async function sha256(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of content) hash.update(chunk)
  return hash.digest('hex')
}
