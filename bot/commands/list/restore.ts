import { z } from 'zod'
import { itemsById, pathOf } from '../../../db/items.ts'
import { option, sent, target } from '../args.ts'
import { command } from '../command.ts'
import { isSnapshot, pickSnapshot } from '../pick-snapshot.ts'
import { chooseDrive } from '../restore/choose-drive.ts'
import { findWanted } from '../restore/find-wanted.ts'
import { type Order, orderRestore } from '../restore/order.ts'
import { showForm } from '../restore/show-form.ts'
import { showSnapshots } from '../show-snapshots.ts'

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
    const { drive, item } = chosen
    const whole = args.whole || chosen.whole || (item !== undefined && /^(?:all|everything|\*)$/i.test(item))
    if (!whole && item === undefined && args.items === undefined && args.at === undefined && args.generation === undefined) {
      return showSnapshots(drive, {}, context)
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
