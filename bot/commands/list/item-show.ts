import { z } from 'zod'
import type { FoundItem } from '../../../db/item-ledger.ts'
import { ledgerTotals, restoresOf, versionsOf } from '../../../db/item-ledger.ts'
import { pathOf } from '../../../db/items.ts'
import { authorize } from '../../access/authorize.ts'
import { itemLedgerCard } from '../../cards/item-ledger.ts'
import { sent, target } from '../args.ts'
import { command, type Outcome } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { findItem } from '../find-item.ts'

const versionsShown = 10
const restoresShown = 10

/** One item over all snapshots: every version, where it lies, when that was verified, and which restores have used it. */
export const itemShow = command({
  path: 'item show',
  aliases: ['item', 'versions', 'item versions', 'file show'],
  summary: 'Show every version of a file or folder, where it lies and who got it back',
  args: z.object({
    item: target.text('the file or folder by name, path, id or address', 'file|folder'),
    drive: target.drive('the drive that it is or was in', { word: 'from' }).optional(),
    before: sent.number().optional(),
  }),
  permission: 'backups:read',
  risk: 'read',
  examples: ['item show "Q3 plan"', 'item show "Q3 plan" from Finance', 'versions Reports/2026/budget.xlsx from Finance'],
  async run({ item, drive, before }, context) {
    const found = await findItem(item, drive, context)
    return 'card' in found ? found : show(found.item, found.elsewhere, before, context)
  },
})

async function show(
  item: FoundItem,
  elsewhere: readonly FoundItem[],
  before: number | undefined,
  { db, account, person }: CommandContext,
): Promise<Outcome> {
  const { driveId, itemId } = item
  const last = item.toGeneration === null ? item.fromGeneration : item.toGeneration - 1
  const [totals, versions, restores, path] = await Promise.all([
    ledgerTotals(db, account.id, driveId, itemId),
    versionsOf(db, account.id, driveId, itemId, { before, limit: versionsShown + 1 }),
    restoresOf(db, account.id, driveId, itemId, restoresShown),
    pathOf(db, account.id, driveId, last, item),
  ])
  if (!totals) throw new Error(`The item ${itemId} was found and has no version.`)
  return {
    card: itemLedgerCard({
      item,
      path,
      totals,
      versions,
      shown: versionsShown,
      restores,
      elsewhere,
      mayRestore: authorize(person, 'restores:write').allowed,
    }),
    replaces: true,
  }
}
