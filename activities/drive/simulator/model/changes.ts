/** `changes.*`: the feed. One entry per item, the newest replacing the older; a page costs what lies after its token, not what exists. */
import { canSee, roleOnDrive, type Sight, seenDrive, sightOf } from './access.ts'
import type { ChangesApi } from './api.ts'
import { driveView } from './drives.ts'
import { DriveError } from './errors.ts'
import { fileView, type Lens } from './file-view.ts'
import { pageSize } from './paging.ts'
import type { Change } from './resources.ts'
import type { Services } from './services.ts'
import type { DriveState, FeedEntry, World } from './state.ts'
import { bySeq, isNewest, lowerBound } from './tree.ts'
import { iso } from './users.ts'

type Args = Parameters<ChangesApi['list']>[1]

export function changesApi({ world, store, run }: Services): ChangesApi {
  return {
    getStartPageToken: (actor, args) =>
      run(() => {
        const sight = sightOf(world, actor)
        return String(args.driveId === undefined ? world.nextSeq : endOf(seenDrive(sight, args.driveId)))
      }),
    list: (actor, args) => run(() => list({ sight: sightOf(world, actor), store, labels: args.includeLabels ?? [] }, args)),
  }
}

/** One after the newest entry: the token of a drive stands still while the drive does. */
const endOf = (drive: DriveState): number => (drive.feed.at(-1)?.seq ?? 0) + 1

function readToken(world: World, token: string, end: number): number {
  const seq = Number(token)
  if (!/^\d{1,15}$/.test(token) || seq < 1 || seq > end || seq < (world.knobs.minChangeToken ?? 0)) throw new DriveError('invalidPageToken')
  return seq
}

function list(lens: Lens, args: Args): ReturnType<ChangesApi['list']> {
  const { sight } = lens
  const { world } = sight
  const drive = args.driveId === undefined ? undefined : seenDrive(sight, args.driveId)
  if (drive && args.includeItemsFromAllDrives !== true)
    throw new DriveError('invalid', 'includeItemsFromAllDrives', 'must be true when driveId is given')
  const end = drive ? endOf(drive) : world.nextSeq
  const from = readToken(world, args.pageToken, end)
  const entries = drive ? ofDrive(drive, from) : args.includeItemsFromAllDrives === true ? ofPerson(sight, from) : []
  const size = pageSize(args.pageSize, 100, 1000)
  const changes: Change[] = []
  for (const [home, entry] of entries) {
    if (home && !isNewest(world, home, entry)) continue
    const change = home ? changeOf(lens, home, entry) : gone(entry)
    if (!change || (change.removed && args.includeRemoved === false)) continue
    if (changes.length === size) return { changes, nextPageToken: String(entry.seq) }
    changes.push(change)
  }
  return { changes, newStartPageToken: String(end) }
}

type Located = readonly [home: DriveState | undefined, entry: FeedEntry]

function* ofDrive(drive: DriveState, from: number): Generator<Located> {
  for (let i = lowerBound(drive.feed, from, bySeq); i < drive.feed.length; i++) yield [drive, drive.feed[i] as FeedEntry]
}

/** The feed of everything that a person can reach: their drives, what is shared with them, and drives they have lost. */
function ofPerson(sight: Sight, from: number): Located[] {
  const { world } = sight
  const found: Located[] = []
  for (const drive of world.drives.values()) {
    const member = roleOnDrive(sight, drive) > 0
    for (const located of ofDrive(drive, from)) {
      const [, entry] = located
      if (member || (entry.type === 'drive' && drive.formerMembers.includes(sight.email)) || sharedWith(sight, entry)) found.push(located)
    }
  }
  for (const { members, entry } of world.goneDrives.values()) {
    if (entry.seq >= from && members.some((key) => sight.keys.has(key))) found.push([undefined, entry])
  }
  return found.sort(([, a], [, b]) => a.seq - b.seq)
}

function sharedWith(sight: Sight, entry: FeedEntry): boolean {
  const item = entry.type === 'file' ? sight.world.items.get(entry.id) : undefined
  return item !== undefined && canSee(sight, item)
}

const gone = (entry: FeedEntry): Change => ({
  kind: 'drive#change',
  changeType: 'drive',
  time: iso(entry.at),
  removed: true,
  driveId: entry.id,
})

/** An item that the actor may not see is `removed` for this actor, whatever became of it. */
function changeOf(lens: Lens, drive: DriveState, entry: FeedEntry): Change {
  const { sight } = lens
  const base = { kind: 'drive#change', time: iso(entry.at) } as const
  if (entry.type === 'drive') {
    const removed = roleOnDrive(sight, drive) === 0
    return { ...base, changeType: 'drive', removed, driveId: drive.id, ...(!removed && { drive: driveView(sight, drive, false) }) }
  }
  const item = sight.world.items.get(entry.id)
  const removed = !item || item.drive !== drive || !canSee(sight, item)
  return { ...base, changeType: 'file', removed, fileId: entry.id, driveId: drive.id, ...(!removed && { file: fileView(item, lens) }) }
}
