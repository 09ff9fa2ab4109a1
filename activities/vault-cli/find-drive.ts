/** The drives of a vault by the names that people know, read from their newest snapshots: there is no database to ask. */
import { forEachLimited } from '../kit/limit.ts'
import { drivesIn } from '../vault/accounts.ts'
import { snapshotsOf } from '../vault/extract/choose-snapshot.ts'
import { openReaders } from '../vault/extract/open-readers.ts'
import { NotFound, type Root, Shredded } from '../vault/index.ts'
import type { DriveReader } from '../vault/read/drive-reader.ts'
import { type Outside, UsageError } from './command.ts'
import type { Place } from './options.ts'

export type Drive = {
  readonly reader: DriveReader
  /** The newest snapshot that can be read. */
  readonly newest: Root | undefined
  /** A newer one cannot be read; it was said. */
  readonly flawed: boolean
}

const readAtOnce = 8

/** For reading alone: nothing is ever written to the store. */
export async function readersIn(place: Place, { clock, random, note }: Outside): Promise<readonly DriveReader[]> {
  const readerOf = await openReaders({ ...place, clock, random }, note)
  return (await Array.fromAsync(drivesIn(place.store, place.accountId))).map(readerOf)
}

/** Every drive with its newest snapshot, by name; without those whose keys were destroyed on purpose, which are noted. */
export async function newestOfAll(readers: readonly DriveReader[], outside: Outside): Promise<readonly Drive[]> {
  const drives: Drive[] = []
  await forEachLimited(readers, readAtOnce, async (reader) => {
    try {
      drives.push(await newestOf(reader, outside))
    } catch (error) {
      if (!(error instanceof Shredded)) throw error
      outside.note(error.message)
    }
  })
  const nameOf = ({ newest }: Drive) => newest?.drive.name ?? ''
  return drives.sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en') || (a.reader.layout.driveId < b.reader.layout.driveId ? -1 : 1))
}

async function newestOf(reader: DriveReader, outside: Outside): Promise<Drive> {
  let flawed = false
  for await (const found of snapshotsOf(reader, (key) => noteForeign(outside, key))) {
    if ('root' in found) return { reader, newest: found.root, flawed }
    flawed = true
    outside.note(found.error.message)
  }
  outside.note(`Drive ${reader.layout.driveId} has no snapshot that can be read.`)
  return { reader, newest: undefined, flawed }
}

/** The drive with this id, or else of this name. @throws {NotFound} there is none @throws {UsageError} there are several */
export async function findDrive(readers: readonly DriveReader[], wanted: string, outside: Outside): Promise<DriveReader> {
  const exact = readers.find(({ layout }) => layout.driveId === wanted)
  if (exact) return exact
  const plain = (name: string) => name.normalize('NFC').toLowerCase()
  const drives = await newestOfAll(readers, outside)
  const [first, ...more] = drives.filter(({ newest }) => newest && plain(newest.drive.name) === plain(wanted))
  if (!first) throw new NotFound(`The vault holds no drive ${JSON.stringify(wanted)}. See which it holds: backstop vault list`)
  if (more.length === 0) return first.reader
  const ids = [first, ...more].map(({ reader }) => reader.layout.driveId)
  throw new UsageError(`Several drives are called ${JSON.stringify(wanted)}. Choose one by its id: --drive ${ids.join(' or ')}.`)
}

export function noteForeign({ note }: Outside, key: string): void {
  note(`${key} is no snapshot, but lies among them. It was left alone.`)
}
