import type { Database } from '../../db/client.ts'
import { assignTargets, endJobItems, type JobItem, type JobItemResult, jobItemTargets, openJobItems } from '../../db/job-items.ts'
import type { DriveTarget } from '../drive/target.ts'
import type { Heartbeat } from '../kit/heartbeat.ts'
import { forEachWithin, type Room } from '../kit/limit.ts'
import type { ManifestRow } from '../vault/index.ts'
import { type ApplyDeps, applyLine, type Place } from './apply-line.ts'

/** Lines of one activity. Folders go one after the other: each may be the parent of the next. */
const linesPerShard = 500
/** Results that are written down together. */
const resultsAtOnce = 50
/** Uploads at once: many small ones hide the time to Google's answer, and large ones are bounded by the memory that they take. */
const uploads: Room<JobItem> = {
  items: 16,
  weight: 56 * 2 ** 20,
  weightOf: ({ row }) => Math.min((row as ManifestRow).content?.size ?? 0, 20 * 2 ** 20),
}

export type ApplyShard = ApplyDeps & {
  readonly db: Database
  readonly accountId: string
  readonly heartbeat: Heartbeat<number>
  /** Called when lines have ended, for progress. */
  readonly onEnded: (results: readonly JobItemResult[]) => Promise<void>
}

/**
 * Carries out the next lines of a job's plan, and says whether that was all. Resumes by the state of each line: what has ended is not
 * touched again, and what was under way when a worker died meets its own work by its target id.
 */
export async function applyShard(shard: ApplyShard): Promise<{ readonly done: boolean }> {
  const lines = await openJobItems(shard.db, shard.accountId, shard.jobId, linesPerShard)
  if (lines.length === 0) return { done: true }
  const withIds = await fixTargetIds(shard.db, shard, shard.target, lines)

  const folders = withIds.filter((line) => isFolder(line))
  const rest = withIds.filter((line) => !isFolder(line) && line.action !== 'shortcut')
  const shortcuts = withIds.filter((line) => line.action === 'shortcut')

  for (const folder of folders) await noteEnded(shard, [await applyOne(shard, folder, await placesOf(shard, [folder]))])
  for (const group of [rest, shortcuts]) await applyGroup(shard, group)
  return { done: lines.length < linesPerShard }
}

/** Lines that do not depend on each other. What a crash leaves unwritten is done again, and then found done (P12). */
async function applyGroup(shard: ApplyShard, group: readonly JobItem[]): Promise<void> {
  const places = await placesOf(shard, group)
  let ended: JobItemResult[] = []
  const write = async () => {
    const batch = ended
    ended = []
    await noteEnded(shard, batch)
  }
  try {
    await forEachWithin(group, uploads, async (line) => {
      const result = await applyOne(shard, line, places)
      ended.push(result)
      if (ended.length >= resultsAtOnce) await write()
    })
  } finally {
    await write()
  }
}

async function noteEnded(shard: ApplyShard, results: readonly JobItemResult[]): Promise<void> {
  if (results.length === 0) return
  await endJobItems(shard.db, shard.accountId, shard.jobId, results)
  await shard.onEnded(results)
}

async function applyOne(shard: ApplyShard, line: JobItem, places: Places): Promise<JobItemResult> {
  shard.heartbeat.signal.throwIfAborted()
  shard.heartbeat.beat(line.ordinal)
  const place = places(line)
  if (place === undefined) return { ordinal: line.ordinal, state: 'failed', note: 'The folder that it belongs in could not be restored.' }
  return applyLine(shard, line, place)
}

/** The parent's id and, for a shortcut, what its target has become; nothing when the parent failed. */
type Places = (line: JobItem) => Place | undefined

const shortcutTarget = (line: JobItem): string | undefined =>
  line.action === 'shortcut' ? (line.row as ManifestRow).shortcut?.targetId : undefined

/** Asks once for all lines. */
async function placesOf(shard: ApplyShard, lines: readonly JobItem[]): Promise<Places> {
  const parents = lines.flatMap(({ parentOrdinal }) => (parentOrdinal === null ? [] : [parentOrdinal]))
  const targets = lines.flatMap((line) => shortcutTarget(line) ?? [])
  const found = await jobItemTargets(shard.db, shard.accountId, shard.jobId, {
    ordinals: [...new Set(parents)],
    itemIds: [...new Set(targets)],
  })
  const byOrdinal = new Map(found.map((line) => [line.ordinal, line]))
  const byItem = new Map(found.filter(({ state }) => state !== 'failed').map((line) => [line.itemId, line]))
  return (line) => {
    const parent = line.parentOrdinal === null ? undefined : byOrdinal.get(line.parentOrdinal)
    const parentId =
      line.parentOrdinal === null ? (line.parentId ?? shard.destinationDriveId) : parent?.state === 'failed' ? undefined : parent?.targetId
    if (!parentId) return undefined
    const shortcutTo = shortcutTarget(line)
    return { parentId, shortcutTargetId: (shortcutTo === undefined ? undefined : byItem.get(shortcutTo)?.targetId) ?? shortcutTo }
  }
}

/** Ids are asked for and written down before anything is created with them. */
async function fixTargetIds(
  db: Database,
  shard: Pick<ApplyShard, 'accountId' | 'jobId'>,
  target: DriveTarget,
  lines: readonly JobItem[],
): Promise<JobItem[]> {
  const without = lines.filter((line) => line.targetId === null && ['create-folder', 'upload', 'shortcut'].includes(line.action))
  if (without.length === 0) return [...lines]
  const given: { ordinal: number; targetId: string }[] = []
  for (const use of ['files', 'shortcuts'] as const) {
    const lines = without.filter(({ action }) => (action === 'shortcut') === (use === 'shortcuts'))
    const ids = lines.length === 0 ? [] : await target.generateIds(lines.length, use)
    lines.forEach(({ ordinal }, index) => {
      given.push({ ordinal, targetId: ids[index] ?? '' })
    })
  }
  await assignTargets(db, shard.accountId, shard.jobId, given)
  const byOrdinal = new Map(given.map(({ ordinal, targetId }) => [ordinal, targetId]))
  return lines.map((line) => ({ ...line, targetId: line.targetId ?? byOrdinal.get(line.ordinal) ?? null }))
}

const isFolder = (line: JobItem): boolean =>
  line.action === 'create-folder' ||
  ((line.action === 'untrash' || line.action === 'reuse-folder') && (line.row as ManifestRow).mimeType.endsWith('.folder'))
