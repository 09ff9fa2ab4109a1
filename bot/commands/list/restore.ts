import { z } from 'zod'
import { itemsById, pathOf } from '../../../db/items.ts'
import { restoreMethodCard } from '../../cards/restore-method.ts'
import { option, sent, target } from '../args.ts'
import { command, type Outcome } from '../command.ts'
import { isSnapshot, pickSnapshot } from '../pick-snapshot.ts'
import { chooseDrive } from '../restore/choose-drive.ts'
import { findWanted } from '../restore/find-wanted.ts'
import { type Order, orderRestore } from '../restore/order.ts'
import { showForm } from '../restore/show-form.ts'
import { showSnapshots } from '../show-snapshots.ts'
import type { Drive } from '../subjects.ts'

/** REC-02: with only a drive named, the method is asked for. */
function askMethod(drive: Drive, { method }: { readonly method?: string | undefined }, problem?: string): Outcome {
  return { card: restoreMethodCard({ drive, method, problem }), ...(problem !== undefined && { refused: 'nothing to look for' }) }
}

/** REC-01…06, RES-01…05: find what is wanted, say what would be done, and ask for approval. Nothing starts before OK and a second person. */
export const restore = command({
  path: 'restore',
  aliases: ['recover', 'bring back', 'restore & download'],
  summary: 'Bring back a file, a folder or a whole drive from a snapshot',
  args: z.object({
    item: target.text('the file or folder by name, path or address; all for the whole drive', 'file|folder|all').optional(),
    drive: target.drive('the drive that it was in', { word: 'from' }).optional(),
    at: option.time('as it was then; without it, the last snapshot that had it', 'end').optional(),
    to: option.drive('another drive to restore to').optional(),
    folder: option.text('a folder there, by id or address', 'folder').optional(),
    sharing: option.choice('with or without the original sharing', ['keep', 'none']).default('keep'),
    label: option.text('tells jobs apart, at most 50 characters', 'label').optional(),
    method: option.choice('how to find it: via a snapshot, or via item search', ['snapshot', 'search']).optional(),
    since: option.time('only snapshots with data changed from this time on', 'start').optional(),
    until: option.time('only snapshots up to this time', 'end').optional(),
    yes: option.flag('ask for approval at once, without the form').default(false),
    generation: sent.number().optional(),
    items: sent.texts().optional(),
    whole: sent.flag().default(false),
    confirmed: sent.flag().default(false),
    why: sent.text().optional(),
  }),
  permission: 'restores:write',
  risk: 'approval',
  examples: [
    'restore "Q3 plan" from Finance',
    'restore "Q3 plan" from Finance --at yesterday --label "Bring back Q3"',
    'restore all from Finance --to Archive --sharing none --reason "the drive was emptied"',
  ],
  async run(args, context) {
    const chosen = await chooseDrive(args, context)
    if ('card' in chosen) return chosen
    const { drive } = chosen
    // The form has fields for both methods; what belongs to the other one is not meant.
    const item = args.method === 'snapshot' ? undefined : chosen.item
    if (args.method === 'search' && item === undefined) return askMethod(drive, args, 'Type a word or phrase to look for, such as Q3 plan.')
    const whole = args.whole || chosen.whole || (item !== undefined && /^(?:all|everything|\*)$/i.test(item))
    if (!whole && item === undefined && args.items === undefined && args.at === undefined && args.generation === undefined) {
      const ranged = args.method === 'snapshot' || args.since !== undefined || args.until !== undefined
      return ranged ? showSnapshots(drive, { from: args.since, to: args.until }, context) : askMethod(drive, args)
    }
    const wanted = whole || item === undefined ? undefined : await findWanted(drive, item, args, context)
    if (wanted && 'card' in wanted) return wanted
    const snapshot = await pickSnapshot(drive, wanted ? { generation: wanted.generation } : args, context)
    if (!isSnapshot(snapshot)) return snapshot
    const itemIds = whole ? undefined : wanted ? [wanted.item.itemId] : (args.items ?? [])
    const rows = itemIds && (await itemsById(context.db, context.account.id, drive.id, snapshot.generation, itemIds))
    const items =
      rows &&
      (await Promise.all(
        rows.map(async (row) => ({ item: row, path: await pathOf(context.db, context.account.id, drive.id, snapshot.generation, row) })),
      ))
    const order: Order = {
      drive,
      snapshot,
      items,
      to: args.to,
      folder: args.folder,
      sharing: args.sharing,
      label: args.label,
      reason: args.why ?? context.reason,
    }
    return args.confirmed || args.yes ? orderRestore(order, context) : showForm(order, context)
  },
})
