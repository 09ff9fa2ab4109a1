/** A check of one drive's vault from what is in the store alone, with nothing remembered from earlier ones. */
import type { DriveVault } from '../engine.ts'
import { containersOf, entriesIn, type Verdict, verifyContent } from './content.ts'
import { collectFindings, type Finding, type Findings } from './findings.ts'
import { needsOf } from './needs.ts'
import { type Presence, verifyPresence } from './presence.ts'
import type { Needed, References } from './references.ts'

/** Containers whose index entries are held at once. */
export const batchObjects = 64

export type DriveCheck = {
  readonly driveId: string
  readonly findings: Findings
  readonly needed: number
  readonly bytes: number
  readonly unreferenced: Presence['unreferenced']
  /** What was read and compared whole, and whether that was everything. */
  readonly read: { readonly objects: number; readonly bytes: number; readonly everything: boolean }
}

export type CheckOptions = {
  readonly now: Date
  /** Also read, decrypt and hash objects, up to about so many bytes. Without it only what the store lists is compared. */
  readonly readBytes?: number
  readonly signal: AbortSignal
  readonly note: (line: string) => void
}

/** Reports what is wrong; changes nothing. @throws what is no damage: a store that is away, a wrong key */
export async function checkDrive(drive: DriveVault, options: CheckOptions): Promise<DriveCheck> {
  const found = collectFindings()
  const presence = await verifyPresence(drive, found, options.now)
  const read = await readAll(drive, presence, options, (verdict) => found.add(damageOf(verdict)))
  const findings = await withNeeds(drive, presence.references, found.result())
  const { needed, bytes, unreferenced } = presence
  return { driveId: drive.driveId, findings, needed, bytes, unreferenced, read }
}

async function readAll(drive: DriveVault, { references, sizes }: Presence, options: CheckOptions, damaged: (verdict: Verdict) => void) {
  const { readBytes = 0, signal, note } = options
  const present = [...references.objects.values()].filter(({ key }) => sizes.has(key))
  const read = { objects: 0, bytes: 0 }
  while (read.objects < present.length && read.bytes < readBytes) {
    const batch = withinBudget(present.slice(read.objects, read.objects + batchObjects), sizes, readBytes - read.bytes)
    await verifyContent(drive, references, batch, async (verdict) => {
      signal.throwIfAborted()
      read.objects += 1
      read.bytes += Math.max(verdict.bytes, 1)
      note(`${drive.driveId}: ${read.objects} of ${present.length} objects verified`)
      if (verdict.damage !== undefined) damaged(verdict)
    })
  }
  return { ...read, everything: read.objects === present.length }
}

/** The first of the batch, and as many more as the budget has room for. */
export function withinBudget<T extends { readonly key: string }>(
  batch: readonly T[],
  sizes: ReadonlyMap<string, number>,
  bytes: number,
): readonly T[] {
  let sum = 0
  return batch.filter(({ key }, n) => {
    sum += sizes.get(key) ?? 0
    return n === 0 || sum <= bytes
  })
}

export function damageOf({ key, damage = '', blobIds }: Verdict): Finding {
  return { kind: damage === 'it is missing' ? 'missing' : 'damaged', objectKey: key, detail: damage, ...(blobIds && { blobIds }) }
}

/**
 * The findings with who depends on each: items for content, snapshots for what describes them. Damage that costs nothing any more, because
 * the blobs are stored again elsewhere, becomes `healed`.
 */
export async function withNeeds(drive: DriveVault, references: References, { counts, list }: Findings): Promise<Findings> {
  const lost = list.filter(({ kind }) => kind === 'missing' || kind === 'size' || kind === 'damaged')
  const groups = await lostBlobs(drive, references, lost)
  const needs = await needsOf(drive, new Map([...groups].map(([key, { stillLost }]) => [key, stillLost])))
  const told = list.map((finding): Finding => {
    const group = groups.get(finding.objectKey)
    if (group && group.all.length > 0 && group.stillLost.length === 0) return { ...finding, kind: 'healed', blobIds: group.all }
    const known = needs.get(finding.objectKey)
    if (group && known) return { ...finding, blobIds: group.stillLost, needs: known }
    const needed = lost.includes(finding) ? references.objects.get(finding.objectKey) : undefined
    return needed ? { ...finding, needs: bySnapshot(needed) } : finding
  })
  return { counts: recounted(counts, list, told), list: told }
}

type LostBlobs = { readonly all: readonly string[]; readonly stillLost: readonly string[] }

/** By the key of each container among the findings: the blobs that cannot be read in it, and those of them that lie nowhere else. */
async function lostBlobs(
  drive: DriveVault,
  { objects, index, newest }: References,
  lost: readonly Finding[],
): Promise<Map<string, LostBlobs>> {
  const containers = lost.filter(({ objectKey }) => objects.get(objectKey)?.role === 'container' || /\/(packs|objs)\//.test(objectKey))
  const unread = containers.filter(({ blobIds }) => blobIds === undefined).map(({ objectKey }) => objectKey)
  const entries = await entriesIn(drive.reader, index, unread)
  const groups = containers.map(({ objectKey, blobIds }): [string, readonly string[]] => [
    objectKey,
    blobIds ?? [...new Set(entries.get(objectKey)?.map(({ blobId }) => blobId))],
  ])
  const places = await containersOf(drive.reader, newest, new Set(groups.flatMap(([, blobIds]) => blobIds)))
  return new Map(groups.map(([key, all]) => [key, { all, stillLost: all.filter((blobId) => (places.get(blobId) ?? key) === key) }]))
}

function recounted(counts: Findings['counts'], before: readonly Finding[], after: readonly Finding[]): Findings['counts'] {
  const changed: Record<string, number> = { ...counts }
  for (const [n, { kind }] of before.entries()) {
    const now = after[n]?.kind ?? kind
    changed[kind] = (changed[kind] ?? 0) - 1
    changed[now] = (changed[now] ?? 0) + 1
  }
  return Object.fromEntries(Object.entries(changed).filter(([, count]) => count > 0))
}

const bySnapshot = ({ first, last }: Needed) => ({ snapshots: [[first, last]] as const, items: [], itemCount: 0 })
