/** Does the catalogue hold what the vault holds? By the hash over all rows, which both sides compute from what they have. */
import { createHash } from 'node:crypto'
import type { Db } from '../../db/client.ts'
import { snapshotRows } from '../../db/rebuild.ts'
import { listSnapshots } from '../../db/snapshots.ts'
import { encodeRecord } from '../vault/format/record.ts'
import { rowToRecord } from '../vault/format/row-codec.ts'
import type { DriveVault, ManifestRow, Root } from '../vault/index.ts'

const pageRows = 2_000

export type Difference = { readonly generation: number; readonly detail: string }

export type Comparison = {
  /** Snapshots that both sides were asked for by all of their rows. */
  readonly hashed: number
  readonly differences: readonly Difference[]
}

/**
 * Compares each snapshot's root by hash, and the rows of the newest one and of those whose root keeps a state hash; of `every` one when asked.
 * @throws {IntegrityError} the vault cannot be read
 */
export async function compareWithVault(
  db: Db,
  vault: DriveVault,
  accountId: string,
  options: { readonly every?: boolean; readonly onSnapshot?: (generation: number) => void } = {},
): Promise<Comparison> {
  const known = await rootHashes(db, accountId, vault.driveId)
  const differences: Difference[] = []
  let hashed = 0
  let newest: Root | undefined
  const compareRows = async (root: Root) => {
    options.onSnapshot?.(root.gen)
    hashed += 1
    const wanted = root.stateHash ?? (await vault.reader.open(root).stateHash())
    if ((await catalogHash(db, accountId, vault.driveId, root.gen)) !== wanted)
      differences.push({ generation: root.gen, detail: 'its items are not those of the vault' })
  }
  for await (const root of vault.roots()) {
    if (root.maintenance) continue
    const hash = known.get(root.gen)
    known.delete(root.gen)
    if (hash !== root.hash)
      differences.push({
        generation: root.gen,
        detail: hash === undefined ? 'the database does not have it' : 'the database has another one',
      })
    else if (options.every || root.stateHash !== null) await compareRows(root)
    newest = root
  }
  if (newest && !options.every && newest.stateHash === null && differences.every(({ generation }) => generation !== newest?.gen))
    await compareRows(newest)
  for (const generation of known.keys()) differences.push({ generation, detail: 'the vault does not have it' })
  return { hashed, differences }
}

/** SHA-256 over a snapshot's rows as the catalogue has them, in the form of `Snapshot.stateHash()`. */
export async function catalogHash(db: Db, accountId: string, driveId: string, generation: number): Promise<string> {
  const hash = createHash('sha256')
  let after = ''
  for (;;) {
    const page = await snapshotRows(db, accountId, driveId, generation, { after, limit: pageRows })
    for (const { row } of page) hash.update(encodeRecord(rowToRecord(row as ManifestRow)))
    const last = page.at(-1)
    if (!last || page.length < pageRows) return hash.digest('hex')
    after = last.itemId
  }
}

async function rootHashes(db: Db, accountId: string, driveId: string): Promise<Map<number, string>> {
  const hashes = new Map<number, string>()
  let before: number | undefined
  for (;;) {
    const page = await listSnapshots(db, accountId, driveId, { limit: pageRows, before })
    for (const { generation, rootHash } of page) hashes.set(generation, rootHash)
    before = page.at(-1)?.generation
    if (page.length < pageRows) return hashes
  }
}
