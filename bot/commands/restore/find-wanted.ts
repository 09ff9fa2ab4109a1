import { findByName, findEver, type Item, itemById, pathOf } from '../../../db/items.ts'
import { button, run } from '../../cards/buttons.ts'
import { notice } from '../../cards/notice.ts'
import { pickerCard } from '../../cards/problem.ts'
import { utc } from '../../cards/values.ts'
import type { Outcome } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { idInDriveUrl } from '../grammar/drive-url.ts'
import { isSnapshot, pickSnapshot } from '../pick-snapshot.ts'
import type { Drive } from '../subjects.ts'
import { walkPath } from '../walk-path.ts'

export type Wanted = { readonly item: Item; readonly generation: number }

const mostChoices = 10

/**
 * The item that is meant and the snapshot to take it from. With a time or a clicked snapshot: as it was there. Without: as it was in the last
 * snapshot in which it was not gone and not in the trash.
 */
export async function findWanted(
  drive: Drive,
  text: string,
  when: { readonly at?: Date | undefined; readonly generation?: number | undefined },
  context: CommandContext,
): Promise<Wanted | Outcome> {
  const snapshot = await pickSnapshot(drive, when, context)
  if (!isSnapshot(snapshot)) return snapshot
  const asked = when.at !== undefined || when.generation !== undefined
  const found = await candidates(drive, text, snapshot.generation, asked, context)
  const best = bestOf(found, text)
  const [only] = best
  if (!only) return nothing(drive, text, asked ? snapshot.committedAt : undefined)
  if (best.length > 1) return choices(drive, text, best, context)
  return only
}

async function candidates(
  drive: Drive,
  text: string,
  generation: number,
  asked: boolean,
  { db, account }: CommandContext,
): Promise<Wanted[]> {
  const at = (item: Item | undefined): Wanted[] => (item ? [{ item, generation }] : [])
  const id = idInDriveUrl(text) ?? text
  const byId = await itemById(db, account.id, drive.id, generation, id)
  if (byId) return at(byId)
  if (text.includes('/')) {
    const { trail, missing } = await walkPath(db, account.id, drive.id, generation, text)
    if (missing === undefined) return at(trail.at(-1))
  }
  if (asked) return (await findByName(db, account.id, drive.id, generation, text, mostChoices)).flatMap(at)
  const ever = await findEver(db, account.id, drive.id, text, mostChoices)
  return Promise.all(ever.map((item) => lastGood(item, drive, generation, { db, account })))
}

/** The last version that was not in the trash, and the last snapshot that had it. */
async function lastGood(
  item: Item,
  drive: Drive,
  latest: number,
  { db, account }: Pick<CommandContext, 'db' | 'account'>,
): Promise<Wanted> {
  const generation = item.toGeneration === null ? latest : item.toGeneration - 1
  if (!item.trashed || item.fromGeneration <= 1) return { item, generation }
  const before = await itemById(db, account.id, drive.id, item.fromGeneration - 1, item.itemId)
  return before && !before.trashed ? { item: before, generation: item.fromGeneration - 1 } : { item, generation }
}

/** Those with exactly this name when there are any; else everything that was found. */
function bestOf(found: readonly Wanted[], text: string): readonly Wanted[] {
  const exact = found.filter(({ item }) => item.name.toLowerCase() === text.toLowerCase())
  return exact.length > 0 ? exact : found
}

function nothing(drive: Drive, text: string, at: Date | undefined): Outcome {
  const sentence = at
    ? `The snapshot of ${drive.name} of ${utc(at)} has nothing called “${text}”.`
    : `No snapshot of ${drive.name} has anything called “${text}”.`
  const actions = [button('Browse', run('browse', { drive: drive.id })), button('Snapshots', run('snapshots', { drive: drive.id }))]
  return { card: notice('warn', 'Not found', `${sentence} Look for it by browsing.`, { actions }), refused: 'not found' }
}

async function choices(drive: Drive, text: string, found: readonly Wanted[], { db, account }: CommandContext): Promise<Outcome> {
  const rows = await Promise.all(
    found.map(async ({ item, generation }) => ({
      label: await pathOf(db, account.id, drive.id, generation, item),
      hint: `…${item.itemId.slice(-6)}${item.modifiedAt ? `, changed ${utc(item.modifiedAt)}` : ''}`,
      intent: run('restore', { drive: drive.id, generation, items: [item.itemId] }),
    })),
  )
  return {
    card: pickerCard({
      title: 'Restore: which one?',
      sentence: `${found.length} items in ${drive.name} could be meant by “${text}”.`,
      choices: rows,
    }),
    refused: 'ambiguous',
  }
}
