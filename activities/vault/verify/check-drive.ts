/** A check of one drive's vault from what is in the store alone, with nothing remembered from earlier ones. */
import type { DriveVault } from '../engine.ts'
import { entriesIn, type Verdict, verifyContent } from './content.ts'
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
  const { list, counts } = found.result()
  const findings = { counts, list: await withNeeds(drive, presence.references, list) }
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

/** The findings with who depends on each: items for content, snapshots for what describes them. */
export async function withNeeds(drive: DriveVault, references: References, list: readonly Finding[]): Promise<readonly Finding[]> {
  const lost = list.filter(({ kind }) => kind === 'missing' || kind === 'size' || kind === 'damaged')
  const containers = lost.filter(({ objectKey }) => references.objects.get(objectKey)?.role === 'container')
  const unread = containers.filter(({ blobIds }) => blobIds === undefined).map(({ objectKey }) => objectKey)
  const entries = await entriesIn(drive.reader, references.index, unread)
  const groups = new Map(
    containers.map(({ objectKey, blobIds }): [string, readonly string[]] => [
      objectKey,
      blobIds ?? [...new Set(entries.get(objectKey)?.map(({ blobId }) => blobId))],
    ]),
  )
  const needs = groups.size > 0 ? await needsOf(drive, groups) : new Map()
  return list.map((finding) => {
    const known = needs.get(finding.objectKey)
    if (known) return { ...finding, blobIds: groups.get(finding.objectKey) ?? [], needs: known }
    const needed = lost.includes(finding) ? references.objects.get(finding.objectKey) : undefined
    return needed ? { ...finding, needs: bySnapshot(needed) } : finding
  })
}

const bySnapshot = ({ first, last }: Needed) => ({ snapshots: [[first, last]] as const, items: [], itemCount: 0 })
