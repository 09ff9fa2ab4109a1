import { listDrives } from '../../../db/drives.ts'
import { findEver, itemById } from '../../../db/items.ts'
import { listTasks } from '../../../db/tasks.ts'
import { run } from '../../cards/buttons.ts'
import { notice } from '../../cards/notice.ts'
import { type Choice, pickerCard } from '../../cards/problem.ts'
import { plural } from '../../cards/values.ts'
import type { Outcome } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { idInDriveUrl } from '../grammar/drive-url.ts'
import type { Drive } from '../subjects.ts'

export type Chosen = { readonly drive: Drive; readonly item?: string; readonly whole: boolean }

/** A picker of more is no help. */
const mostChoices = 12

/**
 * Which drive the restore is from. Without a `from`, the item may be an address, a drive's own name, or the name of something that only one
 * drive has ever had. REC-01: with nothing said, every drive that has a snapshot is offered, with its task.
 */
export async function chooseDrive(
  args: { readonly drive?: Drive | undefined; readonly item?: string | undefined },
  context: CommandContext,
): Promise<Chosen | Outcome> {
  const { drive, item } = args
  if (drive) return { drive, ...(item !== undefined && { item }), whole: false }
  const backedUp = (await listDrives(context.db, context.account.id)).filter(({ latestGeneration }) => latestGeneration > 0)
  if (backedUp.length === 0) {
    return {
      card: notice('warn', 'Nothing to restore from', 'No drive has a snapshot yet. Activate a drive and back it up first.'),
      refused: 'no snapshot',
    }
  }
  if (item === undefined) return { card: await driveChoices(backedUp, context) }
  const named = backedUp.filter(({ name, id }) => name.toLowerCase() === item.toLowerCase() || id === idInDriveUrl(item))
  const [only] = named
  if (only && named.length === 1) return { drive: only, whole: true }
  return searchEverywhere(item, backedUp, context)
}

async function driveChoices(drives: readonly Drive[], { db, account }: CommandContext) {
  const tasks = new Map((await listTasks(db, account.id)).map(({ id, name }) => [id, name]))
  return pickerCard({
    title: 'Restore: from which drive?',
    sentence: `${plural(drives.length, 'drive has', 'drives have')} snapshots.`,
    choices: drives
      .slice(0, mostChoices)
      .map(({ id, name, taskId }) => ({ label: name, hint: `task ${tasks.get(taskId) ?? ''}`, intent: run('restore', { drive: id }) })),
  })
}

async function searchEverywhere(item: string, drives: readonly Drive[], { db, account }: CommandContext): Promise<Chosen | Outcome> {
  const id = idInDriveUrl(item)
  const found: { readonly drive: Drive; readonly choices: readonly Choice[] }[] = []
  for (const drive of drives) {
    const rows =
      id === undefined
        ? await findEver(db, account.id, drive.id, item, 3)
        : [await itemById(db, account.id, drive.id, drive.latestGeneration, id)]
    const choices = rows.flatMap((row) =>
      row ? [{ label: row.name, hint: `in ${drive.name}`, intent: run('restore', { drive: drive.id, item: row.itemId }) }] : [],
    )
    if (choices.length > 0) found.push({ drive, choices })
  }
  const [only] = found
  if (only && found.length === 1) return { drive: only.drive, item, whole: false }
  if (found.length === 0) {
    return {
      card: notice(
        'warn',
        'Not found',
        `No snapshot of any drive has “${item}”. Name the drive too, for example: restore "${item}" from Finance`,
      ),
      refused: 'not found',
    }
  }
  const choices = found.flatMap((one) => one.choices).slice(0, mostChoices)
  return {
    card: pickerCard({ title: 'Restore: which one?', sentence: `“${item}” was in ${plural(found.length, 'drive')}.`, choices }),
    refused: 'ambiguous',
  }
}
