import { snapshotsOf } from '../vault/extract/choose-snapshot.ts'
import type { Root } from '../vault/index.ts'
import type { DriveReader } from '../vault/read/drive-reader.ts'
import type { Outside, VaultCommand } from './command.ts'
import { findDrive, newestOfAll, noteForeign, readersIn } from './find-drive.ts'
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
    const readers = await readersIn(await openPlace(values, outside), outside)
    const print = (root: Root) => outside.say(values.json ? JSON.stringify(summaryOf(root)) : lineOf(root))
    if (values.drive !== undefined) return (await printSnapshots(await findDrive(readers, values.drive, outside), outside, print)) ? 0 : 1
    const drives = await newestOfAll(readers, outside)
    for (const { newest } of drives) if (newest) print(newest)
    return drives.some(({ flawed }) => flawed) ? 1 : 0
  },
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

function summaryOf({ driveId, drive, gen, time, hash, counts, engine }: Root) {
  return { driveId, name: drive.name, gen, time, hash, counts, engine }
}

function lineOf({ driveId, drive, gen, time, counts }: Root): string {
  return `${driveId}  ${quoted(drive.name)}  snapshot ${gen}  ${time}  ${counts.listed} listed, ${counts.failed} failed`
}
