import { type FoundItem, findItemById, findItemsByName, type NameMatch } from '../../db/item-ledger.ts'
import { snapshotAt } from '../../db/snapshots.ts'
import { run } from '../cards/buttons.ts'
import { notice } from '../cards/notice.ts'
import { pickerCard } from '../cards/problem.ts'
import { short, utc } from '../cards/values.ts'
import type { Outcome } from './command.ts'
import type { CommandContext } from './context.ts'
import { idInDriveUrl } from './grammar/drive-url.ts'
import type { Drive } from './subjects.ts'
import { walkPath } from './walk-path.ts'

export type Found = { readonly item: FoundItem; readonly elsewhere: readonly FoundItem[] }

const mostChoices = 10

/** The item that a text means, in whichever drive it ever was: by address or id, by its path in a drive, else by its name. Or a card that asks. */
export async function findItem(text: string, drive: Drive | undefined, context: CommandContext): Promise<Found | Outcome> {
  const { db, account } = context
  const url = idInDriveUrl(text)
  const byId = await placesOf(url ?? text.trim(), drive, context)
  if (byId) return byId
  if (url !== undefined) return nothing(`No snapshot has the item of this address${drive ? ` in ${short(drive.name)}` : ''}.`)
  const byPath = drive && text.includes('/') ? await atPath(text, drive, context) : undefined
  if (byPath) return byPath

  // Parts of names are looked for in one drive only: that reads every name.
  const ways: readonly NameMatch[] = drive ? ['whole', 'beginning', 'part'] : ['whole', 'beginning']
  for (const way of ways) {
    const found = await findItemsByName(db, account.id, text.trim(), way, { driveId: drive?.id, limit: mostChoices + 1 })
    const [only] = found
    if (found.length === 1 && only) return (await placesOf(only.itemId, drive, context)) ?? { item: only, elsewhere: [] }
    if (found.length > 1) return choose(text, found)
  }
  const where = drive
    ? `in ${short(drive.name)}`
    : 'at the beginning of its name. Name the drive to look within names, as in item show plan from Finance'
  return nothing(`No item of any snapshot has “${short(text)}” ${where}.`)
}

/** All drives that ever had the item; the one where it is, or was last, goes first. */
async function placesOf(itemId: string, drive: Drive | undefined, { db, account }: CommandContext): Promise<Found | undefined> {
  const places = await findItemById(db, account.id, itemId)
  const item = drive ? places.find(({ driveId }) => driveId === drive.id) : places[0]
  return item && { item, elsewhere: places.filter((place) => place !== item) }
}

async function atPath(text: string, drive: Drive, context: CommandContext): Promise<Found | undefined> {
  const { db, account } = context
  const newest = await snapshotAt(db, account.id, drive.id)
  if (!newest) return undefined
  const { trail, missing } = await walkPath(db, account.id, drive.id, newest.generation, text)
  const last = trail.at(-1)
  return missing === undefined && last ? placesOf(last.itemId, drive, context) : undefined
}

function choose(text: string, found: readonly FoundItem[]): Outcome {
  const many = found.length > mostChoices ? `more than ${mostChoices} items` : `${found.length} items`
  return {
    card: pickerCard({
      title: 'item show: which one?',
      sentence: `“${short(text)}” could be ${many}.`,
      choices: found.slice(0, mostChoices).map((item) => ({
        label: item.name,
        hint: [
          item.driveName,
          item.toGeneration === null ? (item.trashed ? 'in the trash' : '') : 'gone',
          item.modifiedAt ? `changed ${utc(item.modifiedAt)}` : '',
        ]
          .filter((part) => part !== '')
          .join(', '),
        intent: run('item show', { item: item.itemId, drive: item.driveId }),
      })),
    }),
  }
}

const nothing = (sentence: string): Outcome => ({ card: notice('warn', 'Not found', sentence), refused: 'no such item' })
