/** Does a snapshot say what people did? Every row must be a state that its item had while the run looked, and every byte the byte of then. */
import type { ManifestRow, Snapshot } from '../../../activities/vault/index.ts'
import { folderMime, shortcutMime } from '../../simulator/model/support.ts'
import { collect } from '../../vault/support/vaults.ts'
import type { ItemState, Ledger } from '../people/ledger.ts'

export type Look = { readonly from: number; readonly to: number }

/** What is wrong with a snapshot, in words; nothing when it is right. */
export async function differences(snapshot: Snapshot, driveId: string, ledger: Ledger, look: Look): Promise<readonly string[]> {
  const wrong: string[] = []
  const rows = new Map<string, ManifestRow>()
  for await (const row of snapshot.rows()) rows.set(row.id, row)
  for (const id of new Set([...ledger.everSeen(driveId), ...rows.keys()])) {
    const row = rows.get(id)
    const states = ledger.between(driveId, id, lookBack(ledger, driveId, id, look), look.to)
    const found = row === undefined ? absence(states) : presence(row, states)
    if (found) wrong.push(`${id}: ${found}`)
  }
  for (const row of rows.values()) {
    const found = await content(snapshot, row, ledger)
    if (found) wrong.push(`${row.id}: ${found}`)
  }
  return wrong
}

/** What vanished before it could be fetched stays as the snapshot before had it, until the next run removes it: then older states count too. */
function lookBack(ledger: Ledger, driveId: string, id: string, { from, to }: Look): number {
  return ledger.between(driveId, id, from, to).slice(1).includes(undefined) ? 0 : from
}

function absence(states: readonly (ItemState | undefined)[]): string | undefined {
  return states.includes(undefined) ? undefined : `it is missing, and was there all the time as ${JSON.stringify(states[0])}`
}

function presence(row: ManifestRow, states: readonly (ItemState | undefined)[]): string | undefined {
  const there = states.filter((state) => state !== undefined)
  if (there.length === 0) return `it is there as ${JSON.stringify(told(row))}, and was not there at any time`
  if (!there.some((state) => same(told(row), state)))
    return `it is there as ${JSON.stringify(told(row))}, and was never so, but ${JSON.stringify(there)}`
  // Sharing is read by a call of its own, maybe later than the rest.
  if (row.outcome.status === 'failed') return undefined
  const grants = Object.fromEntries((row.permissions ?? []).map(({ emailAddress = '?', role }) => [emailAddress, role]))
  if (there.some((state) => equal(grants, state.grants))) return undefined
  return `its sharing is ${JSON.stringify(grants)}, and was never so, but ${JSON.stringify(there.map((state) => state.grants))}`
}

/** What a row says of its item, in the words of the ledger. */
function told(row: ManifestRow): Omit<ItemState, 'grants'> {
  const kind = row.mimeType === folderMime ? 'folder' : row.mimeType === shortcutMime ? 'shortcut' : 'file'
  return {
    name: row.name,
    parentId: row.parentId ?? '',
    kind,
    trashed: row.flags?.explicitlyTrashed === true,
    ...(kind === 'file' && row.sha256Checksum !== undefined && { sha256: row.sha256Checksum }),
    ...(row.shortcut && { targetId: row.shortcut.targetId }),
  }
}

function same(row: Omit<ItemState, 'grants'>, { grants: _, ...state }: ItemState): boolean {
  return equal(row, state)
}

function equal(a: object, b: object): boolean {
  const sorted = (value: object) => JSON.stringify(Object.entries(value).sort())
  return sorted(a) === sorted(b)
}

async function content(snapshot: Snapshot, row: ManifestRow, ledger: Ledger): Promise<string | undefined> {
  if (row.mimeType === folderMime || row.mimeType === shortcutMime) return undefined
  if (row.outcome.status === 'failed') return undefined
  if (row.content === undefined) return `it has no content, and its outcome is ${JSON.stringify(row.outcome)}`
  const expected = ledger.bytesOf(row.sha256Checksum ?? '')
  if (!expected) return `nobody ever stored bytes of the checksum ${row.sha256Checksum}`
  try {
    const bytes = await collect(snapshot.readBlob(row.content))
    return bytes.equals(expected) ? undefined : `its ${bytes.length} bytes are not the ${expected.length} that people stored`
  } catch (error) {
    return `its content cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
}
