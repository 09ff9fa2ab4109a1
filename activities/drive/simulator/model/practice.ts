/** Rehearsals: losing a file, making a mess, finding things by name. All of it shows in the change feed as if people had done it. */
import { sightOf } from './access.ts'
import type { PracticeApi } from './api.ts'
import { DriveError } from './errors.ts'
import { fileView } from './file-view.ts'
import { principal } from './principals.ts'
import type { File } from './resources.ts'
import { seeded } from './seeded.ts'
import type { Services } from './services.ts'
import { type DriveState, type Item, isBlob, isFolder, isShortcut, type World } from './state.ts'
import { dropItem, dropItems, index, isTrashed, touch } from './tree.ts'
import { advanceRevision } from './update-file.ts'

const lockedSuffix = '.locked'
const deletedShare = 0.1
const openedShare = 0.05

function driveOf(world: World, id: string): DriveState {
  const drive = world.drives.get(id)
  if (!drive) throw new DriveError('driveNotFound', id)
  return drive
}

const named = (drive: DriveState, name: string): Item[] => drive.items.filter((item) => item.name === name && !isTrashed(item))

export function practiceApi({ world, store, run }: Services): PracticeApi {
  return {
    drives: () => run(() => Array.from(world.drives.values(), ({ id, name, items }) => ({ id, name, items: items.length }))),
    driveByName: (name) => run(() => [...world.drives.values()].find((drive) => drive.name === name)?.id),
    findByName: (driveId, name) => run(() => named(driveOf(world, driveId), name).map((item) => item.id)),
    edit: (id) => run(() => edit({ world, store }, id)),
    mails: () => world.sharings.filter((sharing) => sharing.mailed),
    lose: (what, driveId) => run(() => lose(world, what, driveId)),
    mess: (driveId, options) => run(() => mess(world, driveOf(world, driveId), options?.seed ?? 1, options?.share ?? 0.5)),
  }
}

function lose(world: World, what: string, driveId: string | undefined): string {
  const byId = world.items.get(what)
  const drives = driveId === undefined ? [...world.drives.values()] : [driveOf(world, driveId)]
  const found = byId ? [byId] : drives.flatMap((drive) => named(drive, what))
  const [item] = found
  if (!item?.parent) throw new DriveError('fileNotFound', what)
  if (found.length > 1)
    throw new DriveError(
      'invalid',
      'name',
      `${found.length} items are called so; name one of their ids: ${found.map((one) => one.id).join(', ')}`,
    )
  dropItem(world, item)
  return item.id
}

/** The attacker is the drive's first organizer, whose session was stolen: everything is done with that person's rights. */
function mess(world: World, drive: DriveState, seed: number, share: number): { encrypted: number; deleted: number; shared: number } {
  const source = seeded('mess', seed, drive.id)
  const now = world.clock.now().getTime()
  const by = organizerOf(drive)
  const counts = { encrypted: 0, shared: 0 }
  const deleted: Item[] = []
  for (const item of drive.items) {
    if (isFolder(item) || isShortcut(item) || isTrashed(item) || source.fraction() >= share) continue
    const chance = source.fraction()
    if (chance < deletedShare) {
      deleted.push(item)
    } else {
      if (chance < deletedShare + openedShare) counts.shared += openToAnyone(world, item, by, now)
      encrypt(item, by, now)
      counts.encrypted++
      touch(world, item)
    }
  }
  dropItems(world, deleted)
  return { ...counts, deleted: deleted.length }
}

function openToAnyone(world: World, item: Item, by: string, at: number): number {
  const anyone = principal(world, 'anyone', '')
  item.grants = [...(item.grants ?? []).filter((grant) => grant.to !== anyone), { to: anyone, role: 'reader', at, by }]
  index(world, item)
  return 1
}

/** Done by the item's last editor, with the drive's first organizer looking on. */
function edit({ world, store }: Pick<Services, 'world' | 'store'>, id: string): File {
  const item = world.items.get(id)
  if (!item || isFolder(item) || isShortcut(item)) throw new DriveError('fileNotFound', id)
  const now = world.clock.now().getTime()
  advanceRevision(item, now, {})
  item.modifiedAt = now
  touch(world, item)
  return fileView(item, { sight: sightOf(world, { email: organizerOf(item.drive) }), store, labels: [] })
}

const organizerOf = (drive: DriveState): string => drive.top.grants?.find((grant) => grant.role === 'organizer')?.to.value ?? ''

/** New noise of the same size under a new name; documents get their text replaced by other text. */
function encrypt(item: Item, by: string, at: number): void {
  advanceRevision(item, at, isBlob(item) ? { noise: true } : {})
  item.name += lockedSuffix
  item.modifiedAt = at
  item.modifiedBy = by
}
