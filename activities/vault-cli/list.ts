import { forEachLimited } from '../kit/limit.ts'
import { drivesIn } from '../vault/accounts.ts'
import { snapshotsOf } from '../vault/extract/choose-snapshot.ts'
import { NotFound, openVault, type Root } from '../vault/index.ts'
import type { DriveReader } from '../vault/read/drive-reader.ts'
import { type Outside, UsageError, type VaultCommand } from './command.ts'
import { openPlace, placeHelp, placeOptions, readArgs } from './options.ts'
import { quoted } from './quoted.ts'

/** Lists what can be brought back. Needs the store and a key, and nothing else. */
export const list: VaultCommand = {
  help: `backstop vault list [--drive ID|NAME] [--json]

The drives in a vault by name, each with its newest snapshot; with --drive, all snapshots of one of them, newest first.

  --drive ID|NAME    list the snapshots of this drive
  --json             one JSON object a line
${placeHelp}

Exit code 1: a snapshot cannot be read. It is named, and the others are listed.

Example: backstop vault list --vault /srv/vault --key-file account.key --drive Finance`,

  async run(args, outside) {
    const { values } = readArgs(args, { ...placeOptions, drive: { type: 'string' }, json: { type: 'boolean' } })
    const { store, kms, accountId } = await openPlace(values, outside)
    const vault = await openVault({ store, kms, accountId, clock: outside.clock, random: outside.random })
    const readers = (await Array.fromAsync(drivesIn(store, accountId))).map((driveId) => vault.drive(driveId).reader)
    const print = (root: Root) => outside.say(values.json ? JSON.stringify(summaryOf(root)) : lineOf(root))
    if (values.drive !== undefined) {
      const byId = readers.find(({ layout }) => layout.driveId === values.drive)
      const reader = byId ?? named(await newestOfAll(readers, outside), values.drive)
      return (await printSnapshots(reader, outside, print)) ? 0 : 1
    }
    const drives = await newestOfAll(readers, outside)
    for (const { newest } of drives) if (newest) print(newest)
    return drives.some(({ flawed }) => flawed) ? 1 : 0
  },
}

type Drive = { readonly reader: DriveReader; readonly newest: Root | undefined; readonly flawed: boolean }

const readAtOnce = 8

/** Every drive with the newest snapshot that can be read, by name. */
async function newestOfAll(readers: readonly DriveReader[], outside: Outside): Promise<readonly Drive[]> {
  const drives: Drive[] = []
  await forEachLimited(readers, readAtOnce, async (reader) => {
    let [newest, flawed]: [Root | undefined, boolean] = [undefined, false]
    for await (const found of snapshotsOf(reader, (key) => noteForeign(outside, key))) {
      if ('root' in found) {
        newest = found.root
        break
      }
      flawed = true
      outside.note(found.error.message)
    }
    if (!newest) outside.note(`Drive ${reader.layout.driveId} has no snapshot that can be read.`)
    drives.push({ reader, newest, flawed })
  })
  const nameOf = ({ newest }: Drive) => newest?.drive.name ?? ''
  return drives.sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en') || (a.reader.layout.driveId < b.reader.layout.driveId ? -1 : 1))
}

/** @throws {NotFound} no drive is called so @throws {UsageError} several are */
function named(drives: readonly Drive[], wanted: string): DriveReader {
  const same = (name: string | undefined) => name?.normalize('NFC').toLowerCase() === wanted.normalize('NFC').toLowerCase()
  const [first, ...more] = drives.filter(({ newest }) => same(newest?.drive.name))
  if (!first) throw new NotFound(`The vault holds no drive ${JSON.stringify(wanted)}. See which it holds: backstop vault list`)
  if (more.length === 0) return first.reader
  const ids = [first, ...more].map(({ reader }) => reader.layout.driveId)
  throw new UsageError(`Several drives are called ${JSON.stringify(wanted)}. Choose one by its id: --drive ${ids.join(' or ')}.`)
}

/** @returns whether all could be read */
async function printSnapshots(reader: DriveReader, outside: Outside, print: (root: Root) => void): Promise<boolean> {
  let allWell = true
  for await (const found of snapshotsOf(reader, (key) => noteForeign(outside, key))) {
    if ('root' in found) print(found.root)
    else {
      allWell = false
      outside.note(`Snapshot ${found.gen} cannot be read. ${found.error.message}`)
    }
  }
  return allWell
}

function noteForeign({ note }: Outside, key: string): void {
  note(`${key} is no snapshot, but lies among them. It was left alone.`)
}

const summaryOf = ({ driveId, drive, gen, time, hash, counts, engine }: Root) => ({
  driveId,
  name: drive.name,
  gen,
  time,
  hash,
  counts,
  engine,
})

const lineOf = ({ driveId, drive, gen, time, counts }: Root) =>
  `${driveId}  ${quoted(drive.name)}  snapshot ${gen}  ${time}  ${counts.listed} listed, ${counts.failed} failed`
