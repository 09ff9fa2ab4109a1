import { z } from 'zod'
import { ancestorsOf, children, folderMimeType, type Item, itemById } from '../../../db/items.ts'
import type { Snapshot } from '../../../db/snapshots.ts'
import { authorize } from '../../access/authorize.ts'
import { browseCard } from '../../cards/browse.ts'
import { button, run } from '../../cards/buttons.ts'
import { notice } from '../../cards/notice.ts'
import { option, sent, target } from '../args.ts'
import { command, type Outcome } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { isSnapshot, pickSnapshot } from '../pick-snapshot.ts'
import type { Drive } from '../subjects.ts'
import { walkPath } from '../walk-path.ts'

const pageSize = 20

/** REC-05, REC-06: walks through a snapshot like through a drive. */
export const browse = command({
  path: 'browse',
  aliases: ['snapshot show', 'snapshot browse'],
  summary: 'Look into a snapshot, folder by folder, and choose what to restore',
  args: z.object({
    drive: target.drive('the drive'),
    path: target.text('a folder in it', 'folder/folder').optional(),
    at: option.time('as it was then', 'end').optional(),
    generation: sent.number().optional(),
    folder: sent.text().optional(),
    after: sent.text().optional(),
  }),
  permission: 'backups:read',
  risk: 'read',
  examples: ['browse Finance', 'browse Finance /Reports/2026 --at yesterday', 'browse Finance --at "2026-11-20 08:00"'],
  async run({ drive, path, at, generation, folder, after }, context) {
    const snapshot = await pickSnapshot(drive, { at, generation }, context)
    if (!isSnapshot(snapshot)) return snapshot
    const opened = await folderAt(drive, snapshot, { path, folder }, context)
    return 'card' in opened ? opened : show(drive, snapshot, opened.trail, after, context)
  },
})

type Trail = readonly Pick<Item, 'itemId' | 'name'>[]

async function folderAt(
  drive: Drive,
  snapshot: Snapshot,
  where: { readonly path?: string | undefined; readonly folder?: string | undefined },
  { db, account }: CommandContext,
): Promise<{ readonly trail: Trail } | Outcome> {
  const { generation } = snapshot
  if (where.folder !== undefined) {
    const item = await itemById(db, account.id, drive.id, generation, where.folder)
    if (!item) return { card: notice('warn', drive.name, 'That folder is not in this snapshot.'), refused: 'no such folder' }
    return { trail: [...(await ancestorsOf(db, account.id, drive.id, generation, item.itemId)), item] }
  }
  if (where.path === undefined) return { trail: [] }
  const walked = await walkPath(db, account.id, drive.id, generation, where.path)
  const last = walked.trail.at(-1)
  if (walked.missing === undefined && (!last || last.mimeType === folderMimeType)) return { trail: walked.trail }
  const reached = [drive.name, ...walked.trail.map(({ name }) => name)].join(' / ')
  const sentence = walked.missing === undefined ? `${reached} is no folder.` : `There is no “${walked.missing}” in ${reached}.`
  const at = { drive: drive.id, generation, ...(walked.missing !== undefined && last && { folder: last.itemId }) }
  return { card: notice('warn', drive.name, sentence, { actions: [button('Browse there', run('browse', at))] }), refused: 'no such folder' }
}

async function show(
  drive: Drive,
  snapshot: Snapshot,
  trail: Trail,
  after: string | undefined,
  { db, account, person }: CommandContext,
): Promise<Outcome> {
  const { generation } = snapshot
  const last = after === undefined ? undefined : await itemById(db, account.id, drive.id, generation, after)
  const found = await children(db, account.id, drive.id, generation, trail.at(-1)?.itemId ?? drive.id, { after: last, limit: pageSize + 1 })
  return {
    card: browseCard({
      drive,
      snapshot,
      trail,
      items: found.slice(0, pageSize),
      more: found.length > pageSize,
      mayRestore: authorize(person, 'restores:write').allowed,
    }),
    replaces: true,
  }
}
